"""Scanned PDF: lines, edges, pages and confidence from what a recogniser sees; the real one where it is installed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from indexer.errors import SourceError
from indexer.sources import Limits, ocr, read
from indexer.sources.columns import Picture, part_columns
from indexer.sources.ocr import Piece
from indexer.structure import parse
from indexer.types import Dropped, Note, RawDocument


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
        Note("本页的文字由识别得到，平均置信度 0.82", page=1, confidence=0.82),
        Note("识别置信度 0.50，请对照原件核实：糊了", 2, 1, 0.5),
        Note("没有识别出文字", page=2),
        Note("本页的文字由识别得到，平均置信度 0.90", page=3, confidence=0.9),
    )
    assert [line.confidence for line in raw.lines] == [0.98, 0.5, 0.9]
    assert [line.text for line in raw.lines] == ["清楚的字", "糊了", "好"]


def test_two_columns_are_read_one_after_the_other(seen: Callable[..., RawDocument]) -> None:
    rows = range(100, 400, 30)
    left = [piece("左栏的字写满一整行不留空", 74, top) for top in rows]
    right = [piece("右栏的字写满一整行不留空", 330, top) for top in rows]
    raw = seen([each for pair in zip(left, right, strict=True) for each in pair])
    assert [line.text[0] for line in raw.lines] == ["左"] * 10 + ["右"] * 10
    assert raw.notes[1] == Note("按两栏阅读", page=1)


@pytest.mark.parametrize("number", ["-1一", "一1一", "— 1 —", "· 15 ·", "-l-", "15", "一 I5 一", "·15·"])
@pytest.mark.parametrize("top", [40, 780])
def test_a_printed_page_number_is_dropped_however_it_was_misread(
    seen: Callable[..., RawDocument], number: str, top: int
) -> None:
    text = [piece("第一条　长椅供人休息。", 106, 100), piece("第二条　本条例自即日起施行。", 106, 130)]
    raw = seen([*text, piece(number, 280, top)])
    assert [line.text[:3] for line in raw.lines] == ["第一条", "第二条"]
    line = 1 if top < 100 else 3
    assert raw.dropped == (Dropped(line, number, "page number"),)
    (document,) = parse(raw)
    assert document.audit.dropped == raw.dropped
    assert {each.kind for each, _ in document.nodes} == {"条", "款"}


@pytest.mark.parametrize("words", ["一、", "1.", "（一）", "二〇三一年", "第一条", "10%", "—— ——"])
def test_short_words_at_the_edge_of_a_page_that_are_no_number_stay(
    seen: Callable[..., RawDocument], words: str
) -> None:
    raw = seen([piece("长椅供人休息。", 106, 100), piece(words, 106, 130)])
    assert [line.text for line in raw.lines] == ["长椅供人休息。", words]


def test_a_number_within_the_page_or_alone_on_it_stays(seen: Callable[..., RawDocument]) -> None:
    raw = seen([piece("甲", 74, 100), piece("15", 74, 130), piece("乙", 74, 160)], [piece("16", 74, 100)])
    assert [line.text for line in raw.lines] == ["甲", "15", "乙", "16"]


def test_each_document_of_a_file_is_told_how_its_pages_were_recognised(seen: Callable[..., RawDocument]) -> None:
    law = [piece("云岭省公园条例", 240, 60), piece("第一条　长椅供人休息，不得占为己有。", 106, 100)]
    (document,) = parse(seen(law, [piece("第二条　糊了的字。", 106, 100, 0.4)]))
    assert [(note.page, note.line, note.confidence) for note in document.audit.notes] == [
        (1, None, 1.0),
        (2, None, 0.4),
        (2, 3, 0.4),
    ]


def mixed(path: Path) -> Path:
    """A PDF whose second page is a scan with a stamped number, whose third is empty, and whose last is a scan."""
    canvas = Canvas(str(path), pagesize=A4)
    canvas.drawString(100, 700, "Article 1 The benches of the park are for rest.")
    canvas.showPage()
    picture = ImageReader(Image.new("RGB", (60, 80), "grey"))
    canvas.drawImage(picture, 0, 0, *A4)
    canvas.drawString(300, 40, "- 2 -")
    canvas.showPage()
    canvas.showPage()
    canvas.drawImage(picture, 0, 0, *A4)
    canvas.showPage()
    canvas.save()
    return path


def test_pages_without_text_among_others_are_recognised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = iter([[piece("第二条　甲", 106, 100)], [piece("第三条　乙", 106, 100, 0.3)]])
    monkeypatch.setattr(ocr, "load_recogniser", lambda: lambda _: next(waiting))
    raw = read(mixed(tmp_path / "混.pdf"))
    assert [(line.number, line.page, line.confidence) for line in raw.lines] == [(1, 1, None), (2, 2, 1.0), (3, 4, 0.3)]
    assert [line.text[:3] for line in raw.lines[1:]] == ["第二条", "第三条"]
    assert [(note.text[:5], note.page, note.line) for note in raw.notes] == [
        ("本页的文字", 2, None),
        ("空白页", 3, None),
        ("本页的文字", 4, None),
        ("识别置信度", 4, 3),
    ]


def test_without_the_extra_pages_without_text_are_named_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "rapidocr_onnxruntime", None)
    raw = read(mixed(tmp_path / "混.pdf"))
    assert [line.text for line in raw.lines] == ["Article 1 The benches of the park are for rest.", "- 2 -"]
    expected = Note("第 2、4 页没有文字层（可能是扫描件），未能读入：请安装 fatiao[ocr] 后重试")
    assert expected in raw.notes
    assert all(expected in document.audit.notes for document in parse(raw))


def test_a_picture_beyond_the_limit_is_refused(seen: Callable[..., RawDocument], tmp_path: Path) -> None:
    seen([piece("字", 74, 100)])
    path = mixed(tmp_path / "大.pdf")
    with pytest.raises(SourceError, match=r"第 2 页的图片有 60×80 像素，超过上限 4799.*大\.pdf"):
        read(path, Limits(pixels=4799))


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
        ocr.recognise(document, [1], "页.pdf", see, Limits(), lambda page, of: done.append((page, of)))
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
    assert raw.notes[0].page == 1
    assert 0.9 <= (raw.notes[0].confidence or 0) <= 1


def drawn_page(rows: Sequence[tuple[int, int, int]]) -> Picture:
    """A white page of 1,000 × 700 pixels with a line of ink from left to right at each height given."""
    page = np.full((1000, 700, 3), 255, np.uint8)
    for top, left, right in rows:
        page[top : top + 14, left:right] = 20
    return page


def test_two_columns_are_parted_and_what_runs_across_stays_in_the_first_part() -> None:
    title = [(40, 150, 550)]
    body = [(top, left, right) for top in range(100, 900, 24) for left, right in ((50, 338), (362, 650))]
    without, alone = part_columns(drawn_page([*title, *body]))
    assert (without[:, 362:650].min(axis=(1, 2)) == 255)[90:].all()
    assert without[45, 400, 0] == 20
    assert (alone[:, :350] == 255).all()
    assert alone[105, 400, 0] == 20
    # No ink is lost and none is doubled.
    assert (np.minimum(without, alone) == drawn_page([*title, *body])).all()


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [(top, 50, 650) for top in range(100, 900, 24)],
        [(top, 50, 650 if top % 72 else 300) for top in range(100, 900, 24)],
        [(500, 50, 300), (500, 400, 650)],
    ],
)
def test_a_page_of_one_column_is_left_whole(rows: Sequence[tuple[int, int, int]]) -> None:
    page = drawn_page(rows)
    (part,) = part_columns(page)
    assert part is page
