"""Tables: headers folded, merged cells filled from above, shifted rows put right, nothing guessed."""

import pytest

from indexer.structure.joining import Paragraph
from indexer.structure.lines import Line
from indexer.structure.tables import Table, read_table, table_starts
from indexer.types import SourceLine

HEADER = "任务\t措施\t内容\t责任单位\t时限"


def paragraphs(*rows: str) -> list[Paragraph]:
    lines = [Line(row, SourceLine(number, row, is_row=True)) for number, row in enumerate(rows, 1)]
    return [Paragraph(line.text, ((0, line),), is_row=True) for line in lines]


def table(*rows: str) -> Table:
    return read_table(paragraphs(*rows))


def test_headers_repeated_on_every_page_are_folded() -> None:
    found = table(
        HEADER, "（一）甲\t1.乙\t(1)丙\t丁厅\t6月", HEADER.replace("内容", "内 容"), "（一）甲\t1.乙\t(2)戊\t丁厅\t7月"
    )
    assert (found.header, found.repeated) == (0, (2,))
    assert [row.number for row in found.rows] == [1, 2]


def test_merged_cells_are_filled_from_above_and_later_gaps_stay_null() -> None:
    found = table(HEADER, "（一）甲\t1.乙\t(1)丙\t丁厅\t6月", "\t\t(2)戊\t\t7月")
    assert dict(found.rows[1].cells) == {
        "任务": "（一）甲",
        "措施": "1.乙",
        "内容": "(2)戊",
        "责任单位": None,
        "时限": "7月",
    }


def test_a_shifted_row_is_put_right_and_its_missing_value_is_null() -> None:
    found = table(
        HEADER,
        "（一）甲\t1.乙\t(1)丙\t丁厅\t6月",
        "\t\t(2)戊\t丁厅\t7月",
        "\t（二）己\t2.庚\t(3)辛\t壬厅",
        "（二）己\t2.庚\t(4)癸\t壬厅\t8月",
    )
    assert dict(found.rows[2].cells) == {
        "任务": "（二）己",
        "措施": "2.庚",
        "内容": "(3)辛",
        "责任单位": "壬厅",
        "时限": None,
    }
    assert [row.number for row in found.rows] == [1, 2, 3, 4]
    assert [(repair.kind, repair.at) for repair in found.repairs] == [("shifted row", (4, 4))]


def test_a_row_with_an_empty_first_cell_is_not_shifted_without_its_number() -> None:
    found = table(HEADER, "（一）甲\t1.乙\t(1)丙\t丁厅\t6月", "\t2.戊\t(2)己\t庚厅\t7月")
    assert not found.repairs
    assert dict(found.rows[1].cells)["任务"] == "（一）甲"


Merged = tuple[tuple[int, str], ...]


def known(*rows: tuple[str, Merged]) -> Table:
    """A table whose format says which cells are merged."""
    lines = [
        Line(row, SourceLine(number, row, is_row=True, merged=merged)) for number, (row, merged) in enumerate(rows, 1)
    ]
    return read_table([Paragraph(line.text, ((0, line),), is_row=True) for line in lines])


def test_where_the_format_knows_a_merged_value_stands_in_every_place_and_nowhere_else() -> None:
    found = known(
        (HEADER, ()),
        ("（一）甲\t1.乙\t(1)丙\t丁厅\t6月", ()),
        ("\t\t(2)戊\t\t7月", ((0, "(一)甲"), (3, "丁厅"))),
        ("\t\t(3)己\t\t", ((4, "8月"),)),
    )
    assert [[value for _, value in row.cells] for row in found.rows] == [
        ["（一）甲", "1.乙", "(1)丙", "丁厅", "6月"],
        ["（一）甲", None, "(2)戊", "丁厅", "7月"],
        [None, None, "(3)己", None, "8月"],
    ]
    assert not found.repairs


def test_a_header_of_two_rows_names_the_columns_by_both() -> None:
    top, below = ("序号\t单位\t\t时限", ((2, "单位"),)), ("\t牵头\t配合\t", ((0, "序号"), (3, "时限")))
    found = known(top, below, ("1\t甲厅\t乙厅\t6月", ()), top, below, ("2\t丙厅\t丁厅\t7月", ()))
    assert (found.header, found.repeated) == (1, (3, 4))
    assert [name for name, _ in found.rows[0].cells] == ["序号", "单位·牵头", "单位·配合", "时限"]
    assert [row.number for row in found.rows] == [1, 2]


def test_a_title_across_the_table_is_above_the_header() -> None:
    found = known(
        ("收费清单\t\t", ((1, "收费清单"), (2, "收费清单"))),
        ("序号\t名称\t单位", ()),
        ("1\t岸线\t米", ()),
        ("合计\t\t十", ((1, "合计"),)),
    )
    assert found.header == 1
    assert [row.cells for row in found.rows] == [
        (("序号", "1"), ("名称", "岸线"), ("单位", "米")),
        (("序号", "合计"), ("名称", "合计"), ("单位", "十")),
    ]


def test_a_row_whose_cells_the_rows_above_cover_is_no_second_header() -> None:
    found = known(("名称\t单位", ()), ("\t米", ((0, "名称"),)))
    assert (found.header, len(found.rows)) == (0, 1)


def test_short_rows_are_padded_with_null() -> None:
    found = table("名称\t单位\t数额", "岸线\t米\t10", "水域")
    assert found.rows[1].cells == (("名称", "水域"), ("单位", None), ("数额", None))


def test_without_a_header_columns_are_counted() -> None:
    found = table("1\t2031年的岸线长度为十米", "2\t2032年的岸线长度为九米")
    assert found.header is None
    assert found.rows[0].cells == (("第1列", "1"), ("第2列", "2031年的岸线长度为十米"))
    assert [row.number for row in found.rows] == [1, 2]


def test_columns_of_one_name_are_told_apart() -> None:
    assert [name for name, _ in table("名称\t名称", "甲\t乙").rows[0].cells] == ["名称", "名称2"]


def test_a_lone_row_is_a_row() -> None:
    assert len(table("甲\t乙").rows) == 1


COUNTED = ("序号\t任务\t时限", "1\t登记\t6月", "2\t公示\t7月")


@pytest.mark.parametrize(
    ("behind", "starts"),
    [
        (("序号\t名称\t单位", "1\t岸线\t米"), (0, 3)),
        (("项目\t标准\t单位", "1\t岸线\t米"), (0, 3)),
        (("序号\t名称\t单位", "1\t岸线\t米", "序号\t地点\t面积", "1\t东港\t十亩"), (0, 3, 5)),
        (("序号\t任务\t时限", "3\t备案\t8月"), (0,)),
        (("序号\t任务\t吋限", "3\t备案\t8月"), (0,)),
        (("序号\t壬办\t时 限", "3\t备案\t8月"), (0,)),
        (("合计\t两项\t全年", "3\t备案\t8月"), (0,)),
        (("3\t备案\t8月", "4\t归档\t9月"), (0,)),
    ],
)
def test_another_head_begins_another_table(behind: tuple[str, ...], starts: tuple[int, ...]) -> None:
    assert table_starts(paragraphs(*COUNTED, *behind)) == starts


def test_rows_without_a_head_are_one_table() -> None:
    assert table_starts(paragraphs("1\t2031年的岸线", "2\t2032年的岸线", "序号\t名称", "1\t岸线")) == (0,)
