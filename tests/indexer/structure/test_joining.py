"""Broken lines go together, lists of short lines stay apart, a layout decides where there is one."""

import pytest

from indexer.structure.joining import join
from indexer.structure.lines import Line
from indexer.structure.normalise import normalise
from indexer.types import RawDocument, SourceLine


def joined(*texts: str, media_type: str = "text/markdown", head: int = 0) -> list[str]:
    raw = RawDocument("a", media_type, tuple(SourceLine(i, text) for i, text in enumerate(texts, 1)), "")
    lines = normalise(raw).lines
    return [paragraph.text for paragraph in join(lines, [None] * len(lines), media_type, head).paragraphs]


LONG = "临海省人民政府有关部门应当按照职责分工，组织开展港口岸线的保护工作，及时公布"


@pytest.mark.parametrize(
    "texts",
    [
        (f"第三条 {LONG}", "保护的结果。"),
        (f"第三条 {LONG}", "", "保护的结果。"),
        ("（二）组织编制全省的港口规划和岸线规划，建立和维护全省岸线", "信息系统；"),
        (f"{LONG}，", "并接受监督。"),
        (f"第三条 {LONG}第四条", "第五条和第六条规定的事项。"),
        ("附件：1.临海省港口登记决定书（临海省人民政府", "决定登记用）"),
        ("2.临海省港口通知书（港口", "通知申请人用）"),
    ],
)
def test_a_sentence_goes_on(texts: tuple[str, ...]) -> None:
    assert len(joined(*texts)) == 1


@pytest.mark.parametrize(
    "texts",
    [
        ("第三条 甲应当登记。", "乙应当公示。"),
        (f"第三条 {LONG}：", "（一）甲；"),
        (f"第三条 {LONG}", "第四条 乙应当公示。"),
        ("煤炭", "石油", "天然气"),
        ("港口仲裁委员会仲裁规则", "渔业仲裁委员会仲裁规则", "航运仲裁委员会仲裁规则"),
        ("应纳费额＝岸线长度×费率", "前款的费率由省人民政府规定。"),
        ("第四条 案件的管辖", "岸线纠纷由岸线所在地的人民法院管辖，但当事人另有约定的除外。"),
        ("（二）处理", "岸线被占用的，由港口部门责令退出，并可以处以罚款。"),
        ("第三章 监督检查", "省人民政府应当每年检查岸线的保护情况，并向社会公布。"),
        ("附件1", "临海省港口岸线名录"),
        ("岸线（东", "水域（西）"),
        ("岸线（东", "（一）水域）"),
    ],
)
def test_parts_stay_apart(texts: tuple[str, ...]) -> None:
    assert len(joined(*texts)) == len(texts)


def test_a_broken_sentence_in_plain_text_with_blank_lines() -> None:
    texts = ("第八条 港口保护工作应当覆盖全部岸线和全", "", "部水域，坚持保护优先。", "", "第九条 甲应当登记。")
    assert joined(*texts, media_type="text/plain") == [texts[0] + texts[2], texts[4]]


def test_lines_of_a_head_are_joined_only_while_a_title_stands_open() -> None:
    texts = (
        "2031年1月1日 会议《关于修改〈临海省",
        "港口条例〉的决定》修正",
        "2032年1月1日 会议通过",
        "<!-- INFO END -->",
    )
    assert joined(*texts, head=4) == [
        "2031年1月1日 会议《关于修改〈临海省港口条例〉的决定》修正",
        "2032年1月1日 会议通过",
    ]


def test_the_dates_in_brackets_below_a_title_are_one_paragraph() -> None:
    texts = (
        "（2031年3月28日临海市第二届人民代表大会",
        "常务委员会第三次会议通过 2031年5月1日临",
        "海省批准）",
        "第一条 甲。",
    )
    assert joined(*texts) == ["".join(texts[:3]), texts[3]]


def test_lines_with_a_role_are_left_alone() -> None:
    lines = [Line(f"{LONG}", SourceLine(1, LONG)), Line("保护的结果。", SourceLine(2, "保护的结果。"))]
    assert len(join(lines, ["题", None], "text/plain").paragraphs) == 2


def test_two_latin_words_get_a_space_between_them() -> None:
    text = "临海省港口管理部门应当按照规定，对于进入港口的船舶使用Port"
    assert joined(text, "Management系统登记。")[0].endswith("Port Management系统登记。")


def layout(*rows: tuple[float, str, float]) -> list[str]:
    source = tuple(SourceLine(i, text, page=1, left=left, right=right) for i, (left, text, right) in enumerate(rows, 1))
    lines = normalise(RawDocument("a", "application/pdf", source, "")).lines
    return [paragraph.text for paragraph in join(lines, [None] * len(lines), "application/pdf").paragraphs]


def test_a_full_line_goes_on_in_an_unindented_one_whatever_it_ends_with() -> None:
    full = "甲" * 19 + "。"
    rows = [
        (132.0, "第一条 " + "甲" * 14 + "。", 400.0),
        (100.0, "第三十九条和第四十条规定的" + "甲" * 7, 400.0),
        (100.0, "乙。", 140.0),
    ]
    for _ in range(6):
        rows += [(132.0, full[2:], 400.0), (100.0, full, 400.0), (100.0, "末。", 140.0)]
    found = layout(*rows)
    assert found[0] == "".join(text for _, text, _ in rows[:3])
    assert found[1] == full[2:] + full + "末。"
    assert len(found) == 7


def test_a_short_line_ends_its_paragraph_in_a_layout() -> None:
    rows = []
    for _ in range(6):
        rows += [(132.0, "甲" * 18, 400.0), (100.0, "乙" * 20, 400.0), (100.0, "末", 116.0), (132.0, "丙丙丙", 180.0)]
    assert layout(*rows)[:2] == ["甲" * 18 + "乙" * 20 + "末", "丙丙丙"]


def test_a_step_of_the_history_goes_on_behind_the_head() -> None:
    step, rest = "2031年5月1日 临海省高级人民法院审判委员会", "第18次会议通过，自2031年6月1日起施行）"
    assert joined("标题", step, "正文。", head=2) == ["标题", step, "正文。"]
    assert joined("标题", step, rest, head=2) == ["标题", step + rest]
    assert len(joined("标题", f"{step}第17次会议", rest, head=2)) == 3
