import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from indexer.errors import SourceError
from indexer.sources import Limits, read
from indexer.types import RawDocument

SIZE = 16
LEFT, RIGHT = 74, 74 + 28 * SIZE


def drawn(folder: Path, draw: Callable[[Canvas], None], **options: object) -> RawDocument:
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    path = folder / "文.pdf"
    canvas = Canvas(str(path), pagesize=A4, **options)
    canvas.setFont("STSong-Light", SIZE)
    draw(canvas)
    canvas.save()
    return read(path)


def texts(raw: RawDocument) -> list[str]:
    return [line.text for line in raw.lines]


def test_lines_have_edges_and_pages(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        # The page number is drawn first, as word processors do; it stands at the foot all the same.
        canvas.drawString(474, 78, "－1－")
        canvas.drawString(LEFT + 2 * SIZE, 700, "第一条")
        canvas.drawString(LEFT + 6 * SIZE, 700, "长椅供人休息，不得占为己有并且长期据守不去至天")
        canvas.drawString(LEFT, 670, "明。")
        canvas.showPage()
        canvas.setFont("STSong-Light", SIZE)
        canvas.drawString(LEFT + 2 * SIZE, 700, "自 2031 年 3 月起 open data 施行")

    raw = drawn(tmp_path, draw)
    assert [(line.number, line.page, line.text) for line in raw.lines] == [
        (1, 1, "第一条 长椅供人休息，不得占为己有并且长期据守不去至天"),
        (2, 1, "明。"),
        (3, 1, "－1－"),
        (4, 2, "自 2031 年 3 月起 open data 施行"),
    ]
    first, second = raw.lines[0], raw.lines[1]
    assert (first.left, second.left) == (LEFT + 2 * SIZE, LEFT)
    assert first.right == pytest.approx(RIGHT + 8, abs=SIZE)
    assert raw.media_type == "application/pdf"


def test_two_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawCentredString(A4[0] / 2, 780, "横贯两栏而且相当长的一行题目")
        canvas.setFont("STSong-Light", 10)
        for row in range(10):
            canvas.drawString(60, 740 - 16 * row, f"左{row}" + "字" * 20)
            # Lines of the two columns need not stand level.
            canvas.drawString(310, 735 - 16 * row, f"右{row}" + "字" * 20)

    raw = drawn(tmp_path, draw)
    assert [text[:2] for text in texts(raw)] == [
        "横贯",
        *[f"左{row}" for row in range(10)],
        *[f"右{row}" for row in range(10)],
    ]
    assert raw.notes == ("第 1 页按两栏阅读",)


def test_short_lines_side_by_side_are_not_columns(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        for row in range(10):
            canvas.drawString(60, 740 - 20 * row, f"姓名{row}" + "某" * (row % 3))
            canvas.drawString(330, 740 - 20 * row, "单位" + "某" * (row % 7) * 2)

    raw = drawn(tmp_path, draw)
    assert len(raw.lines) == 10
    assert raw.lines[3].text.startswith("姓名3")


def test_a_ruled_table_gives_rows(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(60, 760, "附表")
        columns, rows = [60, 160, 300, 420], [740, 710, 660, 630]
        for x in columns:
            canvas.line(x, rows[0], x, rows[-1])
        for y in rows:
            # The first cell of the last two rows is one merged cell.
            canvas.line(160 if y == 660 else 60, y, 420, y)
        for x, y, text in [
            (64, 718, "类别"), (164, 718, "事项"), (304, 718, "期限"), (64, 680, "公园"), (164, 690, "修补长椅，"),
            (164, 668, "两行"), (304, 680, "三月"), (164, 638, "种树"), (304, 638, "五月"),
        ]:  # fmt: skip
            canvas.drawString(x, y, text)
        canvas.drawString(60, 600, "表后")

    raw = drawn(tmp_path, draw)
    assert [(line.text, line.is_row) for line in raw.lines] == [
        ("附表", False),
        ("类别\t事项\t期限", True),
        ("公园\t修补长椅，两行\t三月", True),
        ("\t种树\t五月", True),
        ("表后", False),
    ]


def test_pages_without_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rapidocr_onnxruntime", None)

    def draw(canvas: Canvas) -> None:
        canvas.rect(100, 100, 200, 200)
        canvas.showPage()
        canvas.setFont("STSong-Light", SIZE)
        canvas.drawString(100, 100, "有字")

    assert drawn(tmp_path, draw).notes == ("第 1 页没有文字",)
    with pytest.raises(SourceError, match=r"没有文字层.*fatiao\[ocr\]"):
        drawn(tmp_path, lambda canvas: canvas.rect(100, 100, 200, 200))


def test_protected_long_and_damaged_files_are_refused(tmp_path: Path) -> None:
    from reportlab.lib.pdfencrypt import StandardEncryption

    with pytest.raises(SourceError, match="PDF 已加密"):
        drawn(tmp_path, lambda canvas: canvas.drawString(1, 1, "密"), encrypt=StandardEncryption("口令", strength=128))
    path = tmp_path / "长.pdf"
    canvas = Canvas(str(path))
    for _ in range(4):
        canvas.drawString(100, 100, "page")
        canvas.showPage()
    canvas.save()
    assert len(read(path).lines) == 4
    with pytest.raises(SourceError, match="PDF 有 4 页，超过上限 3 页"):
        read(path, Limits(pages=3))
    path.write_bytes(path.read_bytes()[:300])
    with pytest.raises(SourceError, match="已损坏"):
        read(path)
