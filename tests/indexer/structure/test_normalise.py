"""Width, brackets, glyphs and spaces are put right, page furniture goes, and every character leads back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.structure.normalise import normalise, normalise_line, normalise_text
from indexer.types import RawDocument, SourceLine


def raw(*texts: str, media_type: str = "text/markdown", pages: list[int] | None = None) -> RawDocument:
    lines = tuple(
        SourceLine(number, text, page=pages[number - 1] if pages else None) for number, text in enumerate(texts, 1)
    )
    return RawDocument("a", media_type, lines, "")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("各区(县)人民政府,有关部门:", "各区（县）人民政府，有关部门："),
        ("(一)编制规划;", "（一）编制规划；"),
        ("(RCEP)、甲", "（RCEP）、甲"),
        ("采用f(x)与1,000元", "采用f(x)与1,000元"),
        ("见http://a.cn/b?c:d", "见http://a.cn/b?c:d"),
        ("比例为1:500", "比例为1:500"),
        ("ＡＢＣ与１２３", "ABC与123"),
        ("临海　部門", "临海 部门"),
        ("于謙、後某与乾某", "于謙、後某与乾某"),
        ("笫五条 甲", "第五条 甲"),
        ("第 130 号", "第130号"),
        ("已经 2031 年 5 月 8 日会议通过", "已经2031年5月8日会议通过"),
        ("第三条 2031年起", "第三条 2031年起"),
        ("第 一 百 二十 条 甲", "第一百二十条 甲"),
        ("企业 and 群众", "企业和群众"),
        ("Salt and pepper", "Salt and pepper"),
        ("临政发[2031]7号", "临政发〔2031〕7号"),
        ("临政发【2031】 7 号", "临政发〔2031〕7号"),
        ("临政发〔2031〕 第 7 号", "临政发〔2031〕第7号"),
        ("[2031]年", "[2031]年"),
        ("〔责任单位：甲厅]", "〔责任单位：甲厅〕"),
        ("[责任单位：甲厅，乙市]", "〔责任单位：甲厅，乙市〕"),
        ("<临海市条例>的决定", "〈临海市条例〉的决定"),
        ("2O31年l2月", "2031年12月"),
        ("二○三○年", "二〇三〇年"),
        ("第三章  总　则", "第三章 总则"),
        ("附 则", "附则"),
        ("王 某", "王 某"),
        ("张三 李四", "张三 李四"),
        ("甲， 乙； 丙。 丁", "甲，乙；丙。 丁"),
        ("低于2\ue0105米", "低于2.5米"),
        ("3．甲", "3.甲"),
    ],
)
def test_repairs(source: str, expected: str) -> None:
    assert normalise_text(source) == expected


def test_tabs_stay_in_rows_and_go_elsewhere() -> None:
    assert normalise_line(SourceLine(1, "\t甲\t乙 "), is_row=True)[0].text == "\t甲\t乙"
    assert normalise_text("第一章\t总则") == "第一章 总则"


def test_a_repair_names_its_line_once_a_kind() -> None:
    repairs = normalise(raw("甲", "部門和乙,第 3 号,第 4 号")).repairs
    assert [(repair.kind, repair.at) for repair in repairs] == [("glyph", (2, 2)), ("spaces inside a number", (2, 2))]


def test_lines_without_need_keep_their_text_and_blank_lines_stay() -> None:
    kept = normalise(raw("第一条 甲。", "", "乙。")).lines
    assert [line.text for line in kept] == ["第一条 甲。", "", "乙。"]


def test_characters_lead_back_to_their_columns() -> None:
    line, _ = normalise_line(SourceLine(1, "　第 3 号楼  甲"), is_row=False)
    assert line.text == "第3号楼 甲"
    source = line.source.text
    assert [source[line.column(offset)] for offset in range(len(line.text))] == list(line.text)


TEXT = st.text(
    alphabet="第一二十条章节甲乙 　,，:：;；()（）[]【】〔〕0123OlI年月日号.．and\t\u200b笫門<>“”", max_size=40
)


@given(TEXT)
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise_text(text)
    assert normalise_text(once) == once


@given(st.text(max_size=60))
def test_any_text_normalises_and_loses_only_space(text: str) -> None:
    line, _ = normalise_line(SourceLine(1, text), is_row=False)
    assert len(line.text) <= len(text)
    assert all(0 <= line.column(offset) < max(len(text), 1) for offset in range(len(line.text)))
    assert line.text == line.text.strip()


@pytest.mark.parametrize("number", ["· 15 ·", "— 3 —", "-12-", "－7－", "第 3 页 共 9 页", "第3页"])
def test_decorated_page_numbers_go(number: str) -> None:
    found = normalise(raw("甲", number, "乙"))
    assert [line.text for line in found.lines] == ["甲", "乙"]
    assert [(line.line, line.reason) for line in found.dropped] == [(2, "page number")]


def test_bare_numbers_go_at_page_edges_and_stay_in_the_text() -> None:
    pages = [1, 1, 1, 2, 2, 2]
    found = normalise(raw("甲。", "12", "1", "乙。", "丙。", "2", media_type="application/pdf", pages=pages))
    assert [line.text for line in found.lines] == ["甲。", "12", "乙。", "丙。"]


def test_bare_numbers_without_pages_go_only_when_they_count_over_page_lengths() -> None:
    texts: list[str] = []
    for number in range(1, 5):
        texts += ["甲。"] * 12 + [str(number)]
    assert not [line for line in normalise(raw(*texts)).lines if line.text.isdigit()]
    assert len(normalise(raw("1", "2", "3", "4")).lines) == 4


def test_running_heads_go_by_pages() -> None:
    texts, pages = [], []
    for page in range(1, 7):
        texts += [f"临海省人民政府公报 2031年第{page}期", f"第{page}页的话。", "又一句。", str(page)]
        pages += [page] * 4
    found = normalise(raw(*texts, media_type="application/pdf", pages=pages))
    assert not any("公报" in line.text for line in found.lines)
    assert sum(1 for line in found.dropped if line.reason == "running head") == 6
    assert sum(1 for line in found.lines if line.text == "又一句。") == 6


def test_comments_go_with_a_reason() -> None:
    found = normalise(raw("甲", "<!-- INFO END -->", "乙"))
    assert [(line.line, line.reason) for line in found.dropped] == [(2, "comment")]
