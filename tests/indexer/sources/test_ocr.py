"""Scanned PDF: lines, edges, pages and confidence from what a recogniser sees; the real one where it is installed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from indexer.errors import SourceError
from indexer.sources import ocr, read
from indexer.sources.ocr import Picture, Piece
from indexer.types import RawDocument


def piece(text: str, left: float, top: float, confidence: float = 1.0, width: float | None = None) -> Piece:
    """A piece of 16 points, its place in points from the page's upper left corner."""
    edges = (left, left + (width or 16 * len(text)), top, top + 16)
    scale = 2000 / A4[1]
    across, to, down, foot = (edge * scale for edge in edges)
    return Piece(text, confidence, across, to, down, foot)


def scan(path: Path, pages: int = 1, size: tuple[float, float] = A4) -> Path:
    """A PDF of pages with a drawing and no text."""
    canvas = Canvas(str(path), pagesize=size)
    for _ in range(pages):
        canvas.rect(100, 100, 50, 50)
        canvas.showPage()
    canvas.save()
    return path


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., RawDocument]:
    """Reads a scan whose pages are seen to hold the pieces given."""

    def read_scan(*pages: Sequence[Piece]) -> RawDocument:
        waiting = iter(pages)
        monkeypatch.setattr(ocr, "load_recogniser", lambda: lambda _: next(waiting))
        return read(scan(tmp_path / "扫描.pdf", len(pages)))

    return read_scan


def test_lines_have_edges_and_pages_in_reading_order(seen: Callable[..., RawDocument]) -> None:
    raw = seen(
        [piece("第二条", 106, 130), piece("明。", 74, 160), piece("长椅供人休息，不得占为己有至天", 170, 132)],
        [piece("第三条　本条例自即日起施行。", 106, 100)],
    )
    assert [(line.number, line.page, line.text) for line in raw.lines] == [
        (1, 1, "第二条 长椅供人休息，不得占为己有至天"),
        (2, 1, "明。"),
        (3, 2, "第三条　本条例自即日起施行。"),
    ]
    assert [(line.left, line.right) for line in raw.lines[:2]] == [(106, 170 + 15 * 16), (74, 106)]
    assert raw.media_type == "application/pdf"


def test_boxes_above_each_other_are_two_lines_even_when_they_touch(seen: Callable[..., RawDocument]) -> None:
    raw = seen([piece("上一行的字", 74, 100), piece("下一行的字", 74, 106)])
    assert [line.text for line in raw.lines] == ["上一行的字", "下一行的字"]


def test_each_page_says_how_sure_the_recognition_is(seen: Callable[..., RawDocument]) -> None:
    raw = seen([piece("清楚的字", 74, 100, 0.98), piece("糊了", 74, 130, 0.5)], [], [piece("好", 74, 100, 0.9)])
    assert raw.notes == (
        "第 1 页的文字由识别得到，平均置信度 0.82，其中 1 处低于 0.6，请对照原件核实",
        "第 2 页没有识别出文字",
        "第 3 页的文字由识别得到，平均置信度 0.90",
    )
    assert [line.text for line in raw.lines] == ["清楚的字", "糊了", "好"]


def test_two_columns_are_read_one_after_the_other(seen: Callable[..., RawDocument]) -> None:
    rows = range(100, 400, 30)
    left = [piece("左栏的字写满一整行不留空", 74, top) for top in rows]
    right = [piece("右栏的字写满一整行不留空", 330, top) for top in rows]
    raw = seen([each for pair in zip(left, right, strict=True) for each in pair])
    assert [line.text[0] for line in raw.lines] == ["左"] * 10 + ["右"] * 10
    assert raw.notes[1] == "第 1 页按两栏阅读"


def test_a_scan_without_any_words_is_refused(seen: Callable[..., RawDocument]) -> None:
    with pytest.raises(SourceError, match=r"没有识别出文字.*扫描\.pdf"):
        seen([], [])


def test_pages_are_drawn_in_colour_no_larger_than_memory_allows(tmp_path: Path) -> None:
    shapes: list[tuple[int, ...]] = []
    done: list[tuple[int, int]] = []

    def see(picture: Picture) -> list[Piece]:
        shapes.append(picture.shape)
        return [Piece("字", 1.0, 0, 10, 0, 10)]

    for size in (A4, (14_000, 7_000)):
        document = pypdfium2.PdfDocument(scan(tmp_path / "页.pdf", size=size))
        ocr.recognise(document, "页.pdf", see, lambda page, of: done.append((page, of)))
        document.close()
    assert [shape[2] for shape in shapes] == [3, 3]
    assert all(1990 <= max(shape) <= 2001 for shape in shapes)
    assert done == [(1, 1), (1, 1)]


def test_without_a_callback_the_log_tells_the_progress(
    seen: Callable[..., RawDocument], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO", logger="indexer.sources.ocr"):
        seen([piece("一", 74, 100)], [piece("二", 74, 100)])
    assert [record.getMessage().split("：")[-1] for record in caplog.records] == ["已识别 1/2 页", "已识别 2/2 页"]


def test_without_the_extra_the_error_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rapidocr_onnxruntime", None)
    with pytest.raises(SourceError, match=r"没有文字层.*fatiao\[ocr\]"):
        read(scan(tmp_path / "扫描.pdf"))


def test_an_extra_that_does_not_start_is_not_called_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "rapidocr_onnxruntime"
    package.mkdir()
    (package / "__init__.py").write_text("raise ImportError('libGL.so.1: cannot open')", encoding="utf-8")
    monkeypatch.delitem(sys.modules, "rapidocr_onnxruntime", raising=False)
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(SourceError, match=r"无法启动.*libGL"):
        read(scan(tmp_path / "扫描.pdf"))


@pytest.mark.skipif(find_spec("rapidocr_onnxruntime") is None, reason="the extra fatiao[ocr] is not installed")
def test_the_real_recogniser_reads_a_page(tmp_path: Path) -> None:
    # Latin letters: a font for them is in every PDF reader, one for Chinese is not.
    words = ["Regulations on Park Benches", "Article 1 Benches are for rest", "Article 2 In force since 2031"]
    drawn = BytesIO()
    canvas = Canvas(drawn, pagesize=A4)
    canvas.setFont("Helvetica", 16)
    for at, line in enumerate(words):
        canvas.drawString(100, 700 - 40 * at, line)
    canvas.save()
    picture = pypdfium2.PdfDocument(drawn.getvalue())[0].render(scale=2).to_pil()
    path = tmp_path / "scan.pdf"
    canvas = Canvas(str(path), pagesize=A4)
    canvas.drawImage(ImageReader(picture), 0, 0, *A4)
    canvas.save()
    raw = read(path)
    assert ["".join(line.text.split()) for line in raw.lines] == ["".join(line.split()) for line in words]
    assert all(line.left == pytest.approx(100, abs=6) for line in raw.lines)
    assert "平均置信度 0.9" in raw.notes[0] or "平均置信度 1.0" in raw.notes[0]
