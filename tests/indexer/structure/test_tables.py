"""Tables: headers folded, merged cells filled from above, shifted rows put right, nothing guessed."""

from indexer.structure.joining import Paragraph
from indexer.structure.lines import Line
from indexer.structure.tables import Table, read_table
from indexer.types import SourceLine

HEADER = "任务\t措施\t内容\t责任单位\t时限"


def table(*rows: str) -> Table:
    lines = [Line(row, SourceLine(number, row, is_row=True)) for number, row in enumerate(rows, 1)]
    return read_table([Paragraph(line.text, ((0, line),), is_row=True) for line in lines])


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
