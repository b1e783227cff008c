"""Splitting files into documents, and labelling the lines that frame them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.structure.normalise import normalise
from indexer.structure.split import Segment, split
from indexer.types import RawDocument, SourceLine

SENTENCE = "为了规范云岭省的星象观测活动，保障观测安全，制定本办法，并由各级观测台负责实施。"

MASTHEAD = """
云岭省人民政府公报
编辑委员会
主任：林望舒
2031年第4期
（总第88期）
目 录
【省政府令】
云岭省星象观测管理办法
（云岭省人民政府令第21号）…………（3）
【省政府办公厅文件】
云岭省人民政府办公厅关于印发《云岭省夜空保护
行动方案》的通知
（云政办发〔2031〕7号） （9）
云岭省人民政府关于同意设立望云观测区的批复 （15）
主编：周启明
国内统一连续出版物号：CN 99-0001/D
"""

ORDER = f"""
云岭省人民政府令
第21号
《云岭省星象观测管理办法》已经2031年3月2日省人民政府第9次常务会议审议通过，现予公布，自2031年5月1日起施行。
省 长 江望川
2031年3月9日
（此件公开发布）
云岭省星象观测
管理办法
第一章 总 则
第一条 {SENTENCE}
第二条 本办法自2031年5月1日起施行。
"""

NOTICE = f"""
云岭省人民政府办公厅
关于印发《云岭省夜空保护
行动方案》的通知
云政办发〔2031〕7号
各市、县（区）人民政府，省政府各部门、各直属机构：
《云岭省夜空保护行动方案》已经省人民政府同意，现印发给你们，请认真贯彻执行。
云岭省人民政府办公厅
2031年3月20日
云岭省夜空保护行动方案
{SENTENCE}
一、总体要求
{SENTENCE}
附件：重点任务清单
"""

REPLY = f"""
云岭省人民政府关于同意设立望云观测区的批复
望云市人民政府：
你市《关于设立望云观测区的请示》收悉。{SENTENCE}
云岭省人民政府
2031年3月28日
"""

IMPRINT = """
主管：云岭省人民政府办公厅
主办：云岭省人民政府公报室
地址：望云市北辰路1号
电话：（0999）1234567
"""


def read(text: str, *, levels: bool = False) -> tuple[Segment, ...]:
    lines = []
    for number, line in enumerate(text.strip().split("\n"), 1):
        level = len(line) - len(line.lstrip("#")) if levels else 0
        lines.append(SourceLine(number, line.lstrip("#").strip() if level else line, level=level))
    return split(normalise(RawDocument("样例.txt", "text/plain", tuple(lines), "0")).lines)


def labels(segment: Segment) -> list[tuple[str, str]]:
    return [(role, line.text) for line, role in zip(segment.lines, segment.roles, strict=True) if role]


def firsts(segments: tuple[Segment, ...]) -> list[str]:
    return [next(line.text for line in segment.lines if line.text) for segment in segments]


def test_a_gazette_gives_its_masthead_and_each_instrument() -> None:
    segments = read(MASTHEAD + ORDER + NOTICE + REPLY + IMPRINT)

    assert [segment.role for segment in segments] == ["gazette", "instrument", "instrument", "instrument"]
    assert firsts(segments) == [
        "云岭省人民政府公报",
        "云岭省人民政府令",
        "云岭省人民政府办公厅",
        "云岭省人民政府关于同意设立望云观测区的批复",
    ]


def test_masthead_and_imprint_stand_in_no_instrument() -> None:
    gazette, *instruments = read(MASTHEAD + ORDER + NOTICE + REPLY + IMPRINT)

    around = [line.text for line in gazette.lines]
    assert "国内统一连续出版物号：CN 99-0001/D" in around
    assert "地址：望云市北辰路1号" in around
    assert not any("主办" in line.text or "主编" in line.text for part in instruments for line in part.lines)


def test_contents_of_a_gazette_are_told_from_its_masthead() -> None:
    gazette = read(MASTHEAD + ORDER + NOTICE)[0]

    found = {text: role for role, text in labels(gazette)}
    assert found["编辑委员会"] == "刊头"
    assert found["【省政府办公厅文件】"] == "目录"
    assert found["主编：周启明"] == "刊头"


def test_an_order_and_its_regulation_are_one_segment() -> None:
    order = read(MASTHEAD + ORDER + NOTICE)[1]

    assert labels(order) == [
        ("题", "云岭省人民政府令"),
        ("文号", "第21号"),
        ("署名", "省 长 江望川"),
        ("日期", "2031年3月9日"),
        ("题", "云岭省星象观测"),
        ("题", "管理办法"),
    ]


def test_a_notice_and_its_plan_are_one_segment() -> None:
    notice = read(MASTHEAD + ORDER + NOTICE)[2]

    assert labels(notice) == [
        ("题", "云岭省人民政府办公厅"),
        ("题", "关于印发《云岭省夜空保护"),
        ("题", "行动方案》的通知"),
        ("文号", "云政办发〔2031〕7号"),
        ("主送", "各市、县（区）人民政府，省政府各部门、各直属机构："),
        ("署名", "云岭省人民政府办公厅"),
        ("日期", "2031年3月20日"),
        ("题", "云岭省夜空保护行动方案"),
    ]


def test_pages_of_a_gazette_without_masthead_are_still_divided() -> None:
    assert firsts(read(ORDER + NOTICE)) == ["云岭省人民政府令", "云岭省人民政府办公厅"]


def test_the_number_may_stand_above_the_title() -> None:
    above = NOTICE.replace("云政办发〔2031〕7号\n", "").replace(
        "\n云岭省人民政府办公厅\n关于", "\n云政办发〔2031〕7号\n云岭省人民政府办公厅\n关于", 1
    )
    segments = read(MASTHEAD + ORDER + above)

    assert firsts(segments)[2] == "云政办发〔2031〕7号"
    assert labels(segments[2])[1] == ("题", "云岭省人民政府办公厅")


def test_what_a_notice_passes_on_keeps_its_number_and_begins_nothing() -> None:
    text = f"""
云岭省人民政府办公厅关于转发云岭省观测局《关于保护夜空的意见》的通知
云政办发〔2031〕8号
各市人民政府：
《关于保护夜空的意见》已经省人民政府同意，现转发给你们。
云岭省人民政府办公厅
2031年4月1日
关于保护夜空的意见
云观发〔2031〕2号
{SENTENCE}
"""
    assert len(read(text)) == 1


@pytest.mark.parametrize(
    ("issuers", "number"),
    [
        ("云岭省财政厅 云岭省观测局", "云财〔2031〕12号"),
        ("云岭省财政厅\n云岭省观测局", "云财规〔2031〕12 号"),
        ("云岭省人民政府办公室", "（云政办函[2031]12号）"),
    ],
)
def test_joint_issuers_begin_a_notice(issuers: str, number: str) -> None:
    notice = NOTICE.replace("云岭省人民政府办公厅\n关于", f"{issuers}\n关于", 1).replace("云政办发〔2031〕7号", number)
    segments = read(MASTHEAD + ORDER + notice)

    assert firsts(segments)[2] == issuers.split("\n", maxsplit=1)[0]


LAW = f"""
# 云岭省夜空保护条例

2030年1月2日 云岭省第三届人民代表大会常务委员会第四次会议通过

## 第一章 总 则

第一条 {SENTENCE}
"""


def test_a_law_file_is_one_segment_with_its_title() -> None:
    (law,) = read(LAW, levels=True)

    assert labels(law) == [("题", "云岭省夜空保护条例")]


def test_a_title_printed_again_below_the_history_is_labelled_too() -> None:
    text = LAW.replace("## 第一章", "云岭省\n\n夜空保护条例\n\n## 第一章")
    (law,) = read(text, levels=True)

    assert [text for role, text in labels(law) if role == "题"] == ["云岭省夜空保护条例", "云岭省", "夜空保护条例"]


def test_the_heading_of_a_book_below_the_title_is_left_to_the_tree() -> None:
    (law,) = read(LAW.replace("# 云岭省夜空保护条例", "# 云岭法典\n\n# 夜空编"), levels=True)

    assert labels(law) == [("题", "云岭法典")]


@pytest.mark.parametrize("heading", ["目 录\n", ""])
def test_contents_are_the_headings_that_come_again(heading: str) -> None:
    text = f"""
云岭省夜空保护条例
（2030年1月2日云岭省第三届人民代表大会
常务委员会第四次会议通过）
{heading}第一章 总则
第二章 夜空
的保护
第一章 总 则
第一条 {SENTENCE}
第二章 夜空的保护
第二条 {SENTENCE}
"""
    (law,) = read(text)

    contents = [text for role, text in labels(law) if role == "目录"]
    assert contents == [*(["目录"] if heading else []), "第一章 总则", "第二章 夜空", "的保护"]


def test_headings_of_a_law_without_contents_are_not_labelled() -> None:
    (law,) = read(f"云岭省夜空保护条例\n第一章 总则\n第一节 目的\n第一条 {SENTENCE}\n第二章 附则\n第二条 {SENTENCE}")

    assert [role for role, _ in labels(law)] == ["题"]


@pytest.mark.parametrize("text", ["", "\n\n", "。", "第", "云岭省人民政府令", "目录", "（", "《", "\t\t\n\t"])
def test_any_scrap_is_one_segment(text: str) -> None:
    assert len(read(text)) == 1


@given(st.lists(st.sampled_from((MASTHEAD + ORDER + NOTICE + REPLY + IMPRINT).split("\n")), max_size=60))
def test_no_line_is_lost_and_none_comes_twice(lines: list[str]) -> None:
    source = tuple(SourceLine(number, line) for number, line in enumerate(lines, 1))
    normalised = normalise(RawDocument("样例.txt", "text/plain", source, "0")).lines
    segments = split(normalised)

    assert sorted(line.number for segment in segments for line in segment.lines) == [line.number for line in normalised]
    assert all(len(segment.lines) == len(segment.roles) for segment in segments)
