import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from indexer.errors import SourceError
from indexer.numerals import chinese
from indexer.sources import Limits, read
from indexer.structure import parse
from indexer.types import Note, RawDocument
from tests.indexer.sources.gazette_pages import Press

WORDS = (
    "公园的长椅供人休息，任何单位和个人不得占为己有，也不得在长椅上长期堆放物品，"
    "违反第三十九条和第四十条规定的，由公园管理单位责令改正。"
)
MORE = "长椅的数量由市人民政府园林部门根据公园的面积确定，并且每年公布一次。"

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
    assert raw.notes == (Note("按两栏阅读", page=1),)


def test_a_gazette_in_two_columns_with_a_table_across_pages(tmp_path: Path) -> None:
    """A paragraph goes on in the next column and overleaf; the edges of both columns are alike."""
    press = Press(tmp_path / "公报.pdf")
    press.title("云岭省公园长椅管理办法")
    articles = [f"第{chinese(number)}条　{WORDS}" for number in range(1, 31)]
    for number, article in enumerate(articles, 1):
        press.paragraph(article)
        if number % 4 == 0:
            press.paragraph(MORE)
    press.turn()
    press.title("附件")
    rows = [
        [str(row), "修补长椅" if row % 4 == 1 else "", f"园林局{row}", f"{row % 12 + 1}月底"] for row in range(1, 46)
    ]
    press.table(rows, first=680)
    press.save()
    raw = read(tmp_path / "公报.pdf")
    assert {round(line.left or 0) for line in raw.lines if line.text in texts(raw)[2:70]} <= {56, 77}
    (document,) = parse(raw)
    found = {node.path: node for node, _ in document.nodes}
    whole = [found[str(number)] for number in range(1, 31)]
    assert [document.slice(node.span).replace("\n", "").replace(" ", "") for node in whole] == [
        (article.replace("　", "") + (MORE if number % 4 == 0 else "")) for number, article in enumerate(articles, 1)
    ]
    assert [len(node.children) for node in whole] == [2 if number % 4 == 0 else 1 for number in range(1, 31)]
    cells = [node.cells for node in found.values() if node.cells is not None]
    assert [tuple(value for _, value in row) for row in cells] == [
        (str(row), "修补长椅", f"园林局{row}", f"{row % 12 + 1}月底") for row in range(1, 46)
    ]
    reasons = Counter(dropped.reason for dropped in document.audit.dropped)
    assert reasons == {"page number": 4, "running head": 4, "repeated table header": 1}


def test_columns_above_and_below_a_wide_table_and_one_inside_a_column(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("STSong-Light", 10)
        for row in range(8):
            canvas.drawString(60, 780 - 16 * row, f"左{row}" + "字" * 20)
            canvas.drawString(310, 780 - 16 * row, f"右{row}" + "字" * 20)
        ruled(canvas, (60, 290, 530), (650, 630, 610), [["甲1", "乙1"], ["丙1", "丁1"]])
        for row in range(8):
            canvas.drawString(60, 590 - 16 * row, f"下{row}" + "字" * 20)
        ruled(canvas, (310, 420, 530), (604, 584, 564), [["子1", "丑1"], ["寅1", "卯1"]])
        for row in range(6):
            canvas.drawString(310, 540 - 16 * row, f"末{row}" + "字" * 20)

    # A digit in every cell: where no Chinese font is installed, pdfium passes over words of which no glyph has a shape.
    assert [text[:2] if "\t" not in text else text for text in texts(drawn(tmp_path, draw))] == [
        *[f"左{row}" for row in range(8)],
        *[f"右{row}" for row in range(8)],
        *["甲1\t乙1", "丙1\t丁1"],
        *[f"下{row}" for row in range(8)],
        *["子1\t丑1", "寅1\t卯1"],
        *[f"末{row}" for row in range(6)],
    ]


def ruled(canvas: Canvas, columns: tuple[float, ...], rows: tuple[float, ...], cells: list[list[str]]) -> None:
    """Draws a table with all its rules."""
    for x in columns:
        canvas.line(x, rows[0], x, rows[-1])
    for y in rows:
        canvas.line(columns[0], y, columns[-1], y)
    for top, row in zip(rows, cells, strict=False):
        for left, words in zip(columns, row, strict=False):
            canvas.drawString(left + 4, top - 14, words)


def test_a_bare_page_number_at_the_foot_of_a_column_is_read_last(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("STSong-Light", 10)
        for row in range(10):
            canvas.drawString(60, 740 - 16 * row, f"左{row}" + "字" * 20)
            canvas.drawString(310, 740 - 16 * row, f"右{row}" + "字" * 20)
        canvas.drawString(60, 50, "14")

    assert texts(drawn(tmp_path, draw))[-1] == "14"


def test_a_row_at_the_edge_of_pages_is_no_running_head(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        for page in range(1, 5):
            canvas.setFont("STSong-Light", SIZE)
            canvas.drawString(60, 760, "云岭省人民政府公报")
            ruled(canvas, (60, 160, 400), (740, 710, 680), [[f"{page}", "修补长椅"], [f"{page + 10}", "栽种树木"]])
            canvas.showPage()

    (document,) = parse(drawn(tmp_path, draw))
    assert len([node for node, _ in document.nodes if node.kind == "行"]) == 8
    assert [dropped.reason for dropped in document.audit.dropped] == ["running head"] * 4


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

    assert drawn(tmp_path, draw).notes == (
        Note("第 1 页没有文字层（可能是扫描件），未能读入：请安装 fatiao[ocr] 后重试"),
    )
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
