"""Pages of a PDF without a text layer: they are drawn and their text is recognised (the extra ``fatiao[ocr]``)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np

from indexer.errors import SourceError
from indexer.sources.columns import Picture, part_columns
from indexer.sources.decoding import clean
from indexer.sources.layout import Fragment, Line, find_columns, in_reading_order, is_page_number, join
from indexer.sources.pages import Page, page_line
from indexer.sources.reading import Limits
from indexer.types import Note

_log = logging.getLogger(__name__)

_SCALE = 200 / 72
"""Pixels to a point: at 200 dpi, type of 16 points (GB/T 9704-2012, 5.2.2) is 44 pixels high."""
_LONGEST_SIDE = 2000
"""In pixels: rapidocr makes larger pictures smaller, and a page of any size must fit the memory."""
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


def recognise(
    document: Any,
    numbers: Sequence[int],
    source: str,
    recogniser: Recogniser,
    limits: Limits,
    progress: PageProgress | None = None,
) -> dict[int, Page]:
    """Recognise the text of pages of a PDF, one by one.

    Args:
        document: An open ``pypdfium2.PdfDocument``.
        numbers: The pages, counted from 1.
        source: Its path, for messages.
        recogniser: What sees the words in a picture.
        limits: ``pixels`` is the size of a picture on a page.
        progress: Told after each page; None writes a line to the log.

    Returns:
        Each page by its number: its lines with their edges in points and how sure the recogniser was of them, a note
        with the page's mean confidence, and the places of printed page numbers among the lines.

    Raises:
        SourceError: A picture on a page is too large.
    """
    pages: dict[int, Page] = {}
    for done, number in enumerate(numbers, 1):
        page = document[number - 1]
        try:
            _check_pictures(page, number, source, limits)
            scale = min(_SCALE, _LONGEST_SIDE / max(*page.get_size(), 1.0))
            parts = part_columns(page.render(scale=scale).to_numpy()[..., :3])
            pieces = [piece for part in parts for piece in recogniser(part)]
        finally:
            page.close()
        pages[number] = _page([piece for piece in pieces if piece.text.strip()], number, scale)
        if progress:
            progress(done, len(numbers))
        else:
            _log.info("%s：已识别 %d/%d 页", source, done, len(numbers))
    return pages


def _check_pictures(page: Any, number: int, source: str, limits: Limits) -> None:
    import pypdfium2.raw as pdfium

    for picture in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE]):
        width, height = picture.get_px_size()
        if width * height > limits.pixels:
            raise SourceError(
                f"PDF 第 {number} 页的图片有 {width}×{height} 像素，超过上限 {limits.pixels}：{source}，"
                "请降低扫描的分辨率或调高上限"
            )


def _page(pieces: Sequence[Piece], number: int, scale: float) -> Page:
    rows = _lines(pieces, scale)
    columns = find_columns(rows)
    # The printed number is what stands above or below everything else; the order of reading may put it elsewhere.
    outermost = [rows[0], rows[-1]] if rows else []
    printed = [row for row in outermost if is_page_number(row)] if len(rows) > 1 else []
    ordered = in_reading_order(rows, columns)
    lines = [page_line(line, number, columns) for line in ordered]
    folios = frozenset(
        place for place, line in enumerate(ordered) if any(line == join(row) or line in row for row in printed)
    )
    return Page(lines, _notes(number, pieces, has_columns=columns is not None), folios)


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
    text = clean(piece.text.strip())[0]
    return Fragment(text, piece.left / scale, piece.right / scale, -piece.bottom / scale, height, piece.confidence)


def _notes(number: int, pieces: Sequence[Piece], *, has_columns: bool) -> list[Note]:
    if not pieces:
        return [Note("没有识别出文字", page=number)]
    # By characters: a page number that is hard to read says little about the page.
    letters = sum(len(piece.text) for piece in pieces)
    mean = round(sum(piece.confidence * len(piece.text) for piece in pieces) / letters, 3)
    said = Note(f"本页的文字由识别得到，平均置信度 {mean:.2f}", page=number, confidence=mean)
    return [said, *([Note("按两栏阅读", page=number)] if has_columns else [])]


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
