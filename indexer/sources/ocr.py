"""PDF without a text layer: its pages are drawn and their text is recognised (the extra ``fatiao[ocr]``)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.errors import SourceError
from indexer.sources.decoding import clean
from indexer.sources.layout import Fragment, Line, in_reading_order
from indexer.sources.reading import Reading
from indexer.types import SourceLine

_log = logging.getLogger(__name__)

_SCALE = 200 / 72
"""Pixels to a point: at 200 dpi, type of 16 points (GB/T 9704-2012, 5.2.2) is 44 pixels high."""
_LONGEST_SIDE = 2000
"""In pixels: rapidocr makes larger pictures smaller, and a page of any size must fit the memory."""
_DOUBTFUL = 0.6
_SAME_LINE = 0.5
"""Pieces whose middles are closer than this share of the lower one's height are one line."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that a recogniser saw in one box.

    Attributes:
        text: The words.
        confidence: From 0 to 1.
        left: Edge of the box in pixels from the left.
        right: Edge of the box in pixels from the left.
        top: Edge of the box in pixels from the top.
        bottom: Edge of the box in pixels from the top.
    """

    text: str
    confidence: float
    left: float
    right: float
    top: float
    bottom: float


Picture = NDArray[np.uint8]
"""Shape (height, width, 3): blue, green, red."""
Recogniser = Callable[[Picture], Sequence[Piece]]
PageProgress = Callable[[int, int], None]
"""Told how many pages are done, and of how many."""


def load_recogniser() -> Recogniser | None:
    """The recogniser of the extra ``fatiao[ocr]``.

    Returns:
        It, or None where the extra is not installed.

    Raises:
        SourceError: It is installed, but does not start (a library of the system is missing).
    """
    try:
        import rapidocr_onnxruntime  # noqa: F401 - whether it is there is the question
    except ModuleNotFoundError:
        return None
    except ImportError as failure:
        raise SourceError(f"文字识别组件无法启动（{failure}），请安装它缺少的系统库后重试") from failure
    return _rapidocr()


def recognise(document: Any, source: str, recogniser: Recogniser, progress: PageProgress | None = None) -> Reading:
    """Recognise the text of a PDF page by page.

    Args:
        document: An open ``pypdfium2.PdfDocument``.
        source: Its path, for messages.
        recogniser: What sees the words in a picture.
        progress: Told after each page; None writes a line to the log.

    Returns:
        The lines with page, left and right edge in points, and for each page a note with its mean confidence.

    Raises:
        SourceError: No page has any text that can be recognised.
    """
    lines: list[SourceLine] = []
    notes: list[str] = []
    total = len(document)
    for number in range(1, total + 1):
        page = document[number - 1]
        try:
            scale = min(_SCALE, _LONGEST_SIDE / max(*page.get_size(), 1.0))
            pieces = recogniser(page.render(scale=scale).to_numpy()[..., :3])
        finally:
            page.close()
        found = [piece for piece in pieces if piece.text.strip()]
        fragments, has_columns = in_reading_order(_lines(found, scale))
        lines += [
            SourceLine(len(lines) + at, clean(line.text)[0], number, 0, round(line.left, 1), round(line.right, 1))
            for at, line in enumerate(fragments, 1)
        ]
        notes += _notes(number, found, has_columns=has_columns)
        if progress:
            progress(number, total)
        else:
            _log.info("%s：已识别 %d/%d 页", source, number, total)
    if not lines:
        raise SourceError(f"PDF 没有文字层，也没有识别出文字：{source}，请检查扫描是否清晰")
    return Reading(tuple(lines), tuple(notes))


def _lines(pieces: Iterable[Piece], scale: float) -> list[Line]:
    """Pieces that stand side by side as lines from the top down, in points, heights measured from the page's top."""
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda piece: piece.top + piece.bottom):
        if rows and _stand_side_by_side(rows[-1], piece):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [tuple(_fragment(piece, scale) for piece in sorted(row, key=lambda piece: piece.left)) for row in rows]


def _stand_side_by_side(row: Sequence[Piece], piece: Piece) -> bool:
    """Whether a piece goes on the row's line: at its height, and over none of its pieces."""
    first = row[0]
    lower = min(first.bottom - first.top, piece.bottom - piece.top)
    apart = abs(first.top + first.bottom - piece.top - piece.bottom) / 2
    together = sorted([*row, piece], key=lambda each: each.left)
    # Boxes reach a little over the ink, and so into their neighbours.
    return apart <= _SAME_LINE * lower and all(b.left > a.right - lower for a, b in pairwise(together))


def _fragment(piece: Piece, scale: float) -> Fragment:
    height = (piece.bottom - piece.top) / scale
    return Fragment(piece.text.strip(), piece.left / scale, piece.right / scale, -piece.bottom / scale, height)


def _notes(number: int, pieces: Sequence[Piece], *, has_columns: bool) -> list[str]:
    if not pieces:
        return [f"第 {number} 页没有识别出文字"]
    # By characters: a page number that is hard to read says little about the page.
    letters = sum(len(piece.text) for piece in pieces)
    mean = sum(piece.confidence * len(piece.text) for piece in pieces) / letters
    doubtful = sum(piece.confidence < _DOUBTFUL for piece in pieces)
    doubts = f"，其中 {doubtful} 处低于 {_DOUBTFUL}，请对照原件核实" if doubtful else ""
    columns = [f"第 {number} 页按两栏阅读"] if has_columns else []
    return [f"第 {number} 页的文字由识别得到，平均置信度 {mean:.2f}{doubts}", *columns]


@cache
def _rapidocr() -> Recogniser:
    """Loads the models once a process."""
    from rapidocr_onnxruntime import RapidOCR

    # Nothing is left out for being hard to read: the notes say how sure the recogniser was.
    engine = RapidOCR(text_score=0.0)

    def see(picture: Picture) -> list[Piece]:
        found, _ = engine(np.ascontiguousarray(picture))
        pieces = []
        for box, text, confidence in found or ():
            across, down = np.asarray(box, np.float64).T
            edges = float(across.min()), float(across.max()), float(down.min()), float(down.max())
            pieces.append(Piece(str(text), float(confidence), *edges))
        return pieces

    return see
