"""Facts of a document: title, number, issuers, region, dates, what it repeals and amends."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.structure import regions
from indexer.structure.facts import Facts, document_id, find_facts
from indexer.structure.history import read
from indexer.structure.normalise import normalise
from indexer.structure.parsing import parse
from indexer.structure.split import split
from indexer.types import Commencement, Node, RawDocument, SourceLine, Span

ARTICLE = "第一条 为了保护夜空，维护观测秩序，制定本条例，由各级观测部门负责组织实施。"
NO_TREE = Node("题", "", Span(0, 0))


def facts_of(text: str, source: str = "样例.md") -> Facts:
    lines = []
    for number, line in enumerate(text.strip().split("\n"), 1):
        level = len(line) - len(line.lstrip("#"))
        lines.append(SourceLine(number, line.lstrip("#").strip() if level else line, level=level))
    raw = RawDocument(source, "text/markdown", tuple(lines), "0")
    return find_facts(split(normalise(raw).lines)[-1], "", NO_TREE, raw)


def law(title: str, *history: str, last: str = "第九条 本条例自2031年1月1日起施行。") -> Facts:
    return facts_of("\n\n".join([f"# {title}", *history, "## 第一章 总则", ARTICLE, last]))


@pytest.mark.parametrize(
    ("history", "adopted", "published", "effective", "issuers"),
    [
        pytest.param(
            ["2030年5月6日 山东省第二十届人民代表大会常务委员会第三次会议通过"],
            date(2030, 5, 6), None, date(2031, 1, 1), ("山东省人民代表大会常务委员会",),
            id="adopted",
        ),
        pytest.param(
            [
                "2020年5月6日 山东省第十届人民代表大会常务委员会第三次会议通过",
                "2032年7月8日 山东省第二十一届人民代表大会常务委员会第一次会议《关于修改〈夜空保护条例〉的决定》修正",
            ],
            date(2032, 7, 8), None, None, ("山东省人民代表大会常务委员会",),
            id="an amended version never has the first version's date",
        ),
        pytest.param(
            [
                "2020年5月6日 山东省第十届人民代表大会常务委员会第三次会议通过",
                "2030年7月8日 山东省第二十一届人民代表大会常务委员会第一次会议修订",
            ],
            date(2030, 7, 8), None, date(2031, 1, 1), ("山东省人民代表大会常务委员会",),
            id="a revision as a whole states its own date",
        ),
        pytest.param(
            [
                "2030年5月6日 青岛市第十届人民代表大会常务委员会第三次会议通过",
                "2030年7月8日 山东省第二十一届人民代表大会常务委员会第一次会议批准",
                "2030年7月18日 青岛市人民代表大会常务委员会公告第4号公布",
            ],
            date(2030, 5, 6), date(2030, 7, 18), date(2031, 1, 1), ("青岛市人民代表大会常务委员会",),
            id="approval is not adoption",
        ),
        pytest.param(
            [
                "2019年2月3日 青岛市第九届人民代表大会常务委员会第一次会议通过并经2019年4月5日山东省第二十届",
                "人民代表大会常务委员会第一次会议批准的《关于修改〈夜空保护条例〉的决定》第一次修正",
            ],
            date(2019, 2, 3), None, date(2031, 1, 1), (),
            id="adopted and approved on one line",
        ),
        pytest.param(
            ["2030年8月9日 中华人民共和国国务院、中华人民共和国中央军事委员会令第9号公布"],
            None, date(2030, 8, 9), date(2031, 1, 1), ("国务院", "中央军事委员会"),
            id="joint order",
        ),
        pytest.param(
            ["2030年8月9日 最高人民法院审判委员会第9次会议、2030年8月19日最高人民检察院第二届检察委员会第9次会议通过"],
            date(2030, 8, 19), None, date(2031, 1, 1), ("最高人民法院", "最高人民检察院"),
            id="two bodies on one line",
        ),
        pytest.param(
            ["（2030年5月6日第二十届全国人民代", "表大会第三次会议通过）"],
            date(2030, 5, 6), None, date(2031, 1, 1), ("全国人民代表大会",),
            id="brackets broken over lines",
        ),
        pytest.param([], None, None, date(2031, 1, 1), (), id="nothing stated"),
    ],
)  # fmt: skip
def test_history(
    history: list[str], adopted: date | None, published: date | None, effective: date | None, issuers: tuple[str, ...]
) -> None:
    facts = law("夜空保护办法", *history)

    assert (facts.adopted, facts.published, facts.effective) == (adopted, published, effective)
    assert not issuers or facts.issuers == issuers


def test_steps_are_listed_with_what_was_done() -> None:
    facts = law(
        "夜空保护条例",
        "2020年5月6日 山东省第十届人民代表大会常务委员会第三次会议通过根据2021年1月2日山东省第十届人民代表大会"
        "常务委员会第五次会议《关于修改〈夜空保护条例〉",
        "等三件法规的决定》第一次修正",
    )

    assert [(step.on, step.action) for step in facts.history] == [
        (date(2020, 5, 6), "通过"),
        (date(2021, 1, 2), "修改"),
    ]
    assert facts.history[1].text.endswith("第一次修正")


@pytest.mark.parametrize(
    ("last", "published", "expected"),
    [
        ("本条例自公布之日起施行。", "2030年8月9日 国务院令第9号公布", date(2030, 8, 9)),
        ("本条例自发布之日起三十日后施行。", "2030年8月9日 国务院令第9号发布", date(2030, 9, 8)),
        ("本条例自公布之日起6个月后实施。", "2030年8月9日 国务院令第9号公布", date(2031, 2, 9)),
        ("本条例自二〇三一年三月一日起施行。", "2030年8月9日 国务院令第9号公布", date(2031, 3, 1)),
        ("本条例由国务院负责解释，自2031年3月1日起施行。", "2030年8月9日 国务院令第9号公布", date(2031, 3, 1)),
        ("本条例自2031年3月1日施行，有效期五年。", "2030年8月9日 国务院令第9号公布", date(2031, 3, 1)),
        ("本条例施行前的行为，自2031年3月1日起执行新的标准的，从其规定。", "2030年8月9日 国务院令第9号公布", None),
        ("“本条例自2031年3月1日起施行。”", "2030年8月9日 国务院令第9号公布", None),
        ("各单位应当执行本条例。", "2030年8月9日 国务院令第9号公布", None),
        ("各单位应当执行本条例。", "2030年10月1日 施行", date(2030, 10, 1)),
        ("本条例自2029年3月1日起施行。", "2030年8月9日 国务院令第9号公布", None),
        ("本条例自2031年3月1日起试行。", "2030年8月9日 国务院令第9号公布", date(2031, 3, 1)),
        ("本条例自公布之日起施行。", "2030年8月9日 国务院令第9号公布\n\n2030年9月1日 施行", date(2030, 9, 1)),
        ("本条例自2031年3月1日起施行。其中，第三条自2032年1月1日起施行。", "2030年8月9日 公布", date(2031, 3, 1)),
        ("本条例自通过之日起施行。", "2030年8月9日 山东省第九届人民代表大会第一次会议通过", date(2030, 8, 9)),
    ],
)
def test_effective(last: str, published: str, expected: date | None) -> None:
    assert law("夜空保护条例", published, last=f"第九条 {last}" if last[0] != "“" else last).effective == expected


def test_a_date_in_the_files_name_dates_the_version_too() -> None:
    text = f"# 夜空保护条例\n{ARTICLE}\n第二条 本条例自2031年1月1日起施行。"

    assert facts_of(text, "夜空保护条例(2030-05-06).md").effective == date(2031, 1, 1)
    assert facts_of(text, "夜空保护条例(2032-05-06).md").effective is None


def test_a_version_later_than_its_head_says_keeps_no_earlier_day() -> None:
    text = f"# 夜空保护条例\n2030年5月6日 国务院令第9号公布\n{ARTICLE}\n第二条 本条例自2031年1月1日起施行。"

    assert facts_of(text, "夜空保护条例(2030-05-06).md").effective == date(2031, 1, 1)
    assert facts_of(text, "夜空保护条例(2035-01-08).md").effective is None


def test_what_is_new_of_a_document_is_found_together() -> None:
    facts = facts_of(
        NOTICE.replace(
            "为了保护夜空，制定本方案", "为贯彻落实《夜空保护条例》，根据《中华人民共和国夜空法》，制定本方案"
        ).replace("施行。", "施行，第三条自2032年1月1日起施行，有效期至2035年5月31日。")
    )

    assert facts.basis == ("中华人民共和国夜空法",)
    assert facts.implements == ("夜空保护条例",)
    assert facts.expires == date(2035, 5, 31)
    assert facts.commencements == (Commencement(date(2032, 1, 1), "第三条"),)


def test_a_sentence_that_lines_break_is_read_whole() -> None:
    lines = [
        "夜空保护条例", "第一条 为了保护夜空，维护秩序，根据《中华人民共", "和国夜空法》，制定本条例。",
        "第二条 本条例自2031年1月1日起施行。《夜空", "管理办法》同时废止。",
    ]  # fmt: skip
    raw = RawDocument("x.txt", "text/plain", tuple(SourceLine(n, line) for n, line in enumerate(lines, 1)), "0")
    document = parse(raw)[0]

    assert document.basis == ("中华人民共和国夜空法",)
    assert document.repeals == ("夜空管理办法",)


def test_the_first_number_ends_the_history() -> None:
    facts = facts_of(
        "# 夜空法修正案（七）\n2030年5月6日 第二十届全国人民代表大会常务委员会第三次会议通过\n"
        "一、将夜空法第三条修改为：“观测应当安全。”\n二、本修正案自公布之日起施行。"
    )

    assert [(step.action, step.text) for step in facts.history] == [
        ("通过", "第二十届全国人民代表大会常务委员会第三次会议通过")
    ]


SCRAPS = "《〈》〉“”（）。；\n年月日令号公告第一条章废止施行通过修改自本法《关于》2030年1月2日国务院同时"


@given(st.text(st.sampled_from(SCRAPS), max_size=120) | st.text(max_size=60))
def test_no_text_is_refused(text: str) -> None:
    facts = facts_of(f"x{text}")

    assert facts.title


def test_a_national_law_is_published_on_the_day_of_its_adoption() -> None:
    history = "2030年5月6日 第二十届全国人民代表大会常务委员会第三次会议通过"

    assert law("中华人民共和国夜空保护法", history, last="第九条 本法自公布之日起施行。").effective == date(2030, 5, 6)


def test_a_local_one_is_not() -> None:
    history = "2030年5月6日 山东省第二十届人民代表大会常务委员会第三次会议通过"

    assert law("山东省夜空保护条例", history, last="第九条 本条例自公布之日起施行。").effective is None


ORDER = f"""
山东省人民政府令
第 21 号
《山东省夜空观测〈暂行〉办法》已经2031年3月2日省人民政府第9次常务会议审议通过，现予公布，自2031年5月1日起施行。
省长 江望川
2031年3月9日
山东省 夜空观测
《暂行》办法
{ARTICLE}
"""

NOTICE = """
自治区人民政府办公厅关于印发《夜空保护行动方案》的通知
宁政办发[2031] 7号
各市、县（区）人民政府，自治区政府各部门：
《夜空保护行动方案》已经自治区人民政府同意，现印发给你们。
宁夏回族自治区人民政府办公厅
2031年3月20日
夜空保护行动方案
为了保护夜空，制定本方案，请各单位认真落实。
本方案自2031年6月1日起施行。
"""


def test_an_order() -> None:
    facts = facts_of(ORDER)

    assert facts.title == "山东省夜空观测《暂行》办法"
    assert facts.number == "山东省人民政府令第21号"
    assert facts.issuers == ("山东省人民政府",)
    assert facts.kind == "地方政府规章"
    assert facts.region == "山东省"
    assert (facts.adopted, facts.published, facts.effective) == (date(2031, 3, 2), date(2031, 3, 9), date(2031, 5, 1))


def test_a_notice() -> None:
    facts = facts_of(NOTICE)

    assert facts.title == "夜空保护行动方案"
    assert facts.number == "宁政办发〔2031〕7号"
    assert facts.issuers == ("宁夏回族自治区人民政府办公厅",)
    assert facts.kind == "规范性文件"
    assert facts.region == "宁夏回族自治区"
    assert (facts.adopted, facts.published, facts.effective) == (None, date(2031, 3, 20), date(2031, 6, 1))


def test_a_notice_without_a_plan_keeps_its_own_title() -> None:
    facts = facts_of(
        NOTICE.split("夜空保护行动方案\n为了", maxsplit=1)[0].replace("印发《夜空保护行动方案》", "做好夜空保护工作")
    )

    assert facts.title == "自治区人民政府办公厅关于做好夜空保护工作的通知"


def test_a_plan_in_the_annex_gives_the_notice_its_title() -> None:
    assert facts_of(NOTICE.replace("\n夜空保护行动方案\n", "\n附件\n夜空保护行动方案\n")).title == "夜空保护行动方案"


def test_an_announcement_by_two_bodies() -> None:
    facts = facts_of("财政部 海关总署公告2031年第3号\n关于夜空观测设备的公告\n现就有关事项公告如下。\n2031年4月1日")

    assert facts.title == "关于夜空观测设备的公告"
    assert facts.number == "财政部、海关总署公告2031年第3号"
    assert facts.issuers == ("财政部", "海关总署")


def test_a_gazette() -> None:
    text = """
宁夏回族自治区
人民政府公报
编辑委员会
2031年第2期
2031年1月31日出版
目 录
自治区人民政府办公厅关于印发《夜空保护行动方案》的通知 （3）
"""
    lines = tuple(SourceLine(n, line) for n, line in enumerate((text + NOTICE).split("\n"), 1))
    raw = RawDocument("x.txt", "text/plain", lines, "0")
    facts = find_facts(split(normalise(raw).lines)[0], "", NO_TREE, raw)

    assert facts.kind == "公报"
    assert document_id(facts, raw) == "宁夏回族自治区人民政府公报2031年第2期@2031-01-31"
    assert facts.issuers == ("宁夏回族自治区人民政府",)


@pytest.mark.parametrize(
    ("facts", "source", "expected"),
    [
        (
            Facts("甲", "法律", adopted=date(2030, 1, 2), published=date(2030, 1, 9)),
            "甲(2031-01-01).md",
            "甲@2030-01-02",
        ),
        (Facts("甲", "法律", published=date(2030, 1, 9)), "甲(2031-01-01).md", "甲@2030-01-09"),
        (Facts("甲", "法律", effective=date(2030, 1, 9)), "甲(2031-01-01).md", "甲@2031-01-01"),
        (Facts("甲", "法律", effective=date(2030, 1, 9)), "甲.md", "甲@undated"),
        (Facts("甲/乙@丙", "法律"), "甲.md", "甲／乙＠丙@undated"),
    ],
)
def test_document_id(facts: Facts, source: str, expected: str) -> None:
    assert document_id(facts, RawDocument(source, "text/plain", (), "0")) == expected


def test_a_file_without_a_title_is_named_after_itself() -> None:
    assert facts_of("没有标题的一段话，到此为止。", "目录/观星随笔(2030-01-02).txt").title == "观星随笔"


def test_a_decision_names_what_it_amends() -> None:
    facts = facts_of(
        "# 青岛市人民代表大会常务委员会关于修改《青岛市夜空条例》等三件法规的决定\n"
        "（2030年5月6日青岛市第十届人民代表大会常务委员会第三次会议通过）\n"
        "青岛市第十届人民代表大会常务委员会第三次会议决定，作出如下修改：\n"
        "一、青岛市夜空条例\n（一）将第三条修改为：\n“第三条 本条例依照《中华人民共和国星空法》制定。”\n"
        "二、对《青岛市星空办法》作出修改\n将第二条删除。\n三、青岛市月光规定\n本决定自公布之日起施行。"
    )

    assert facts.kind == "修改废止决定"
    assert facts.amends == ("青岛市夜空条例", "青岛市星空办法", "青岛市月光规定")


def test_an_amendment_of_the_criminal_law_amends_it() -> None:
    assert law("中华人民共和国刑法修正案（五）").amends == ("中华人民共和国刑法",)


def test_a_province_that_no_table_knows_is_told_by_its_form() -> None:
    assert regions.by_form("云岭省人民政府办公厅") == "云岭省"
    assert regions.by_form("省人民政府办公厅") is None
    assert regions.by_form("青桐市教育局") == "青桐市"
    assert regions.by_form("国家市场监督管理总局") is None
    assert regions.by_form("城市管理局") is None
    assert facts_of(ORDER.replace("山东省", "云岭省")).region == "云岭省"


@pytest.mark.parametrize(
    ("title", "words", "expected"),
    [
        ("云岭省夜空条例", "本省各级部门应当保护夜空。", "云岭省"),
        ("青桐市夜空管理规定", "在本市观星，适用本规定。", "青桐市"),
        ("城市夜空管理条例", "本市应当保护夜空。", None),
        ("云岭省夜空条例", "各级部门应当保护夜空。", None),
        ("青岛市夜空管理规定", "在本市观星，适用本规定。", "山东省"),
    ],
)
def test_a_title_tells_its_place_where_the_text_is_of_one(title: str, words: str, expected: str | None) -> None:
    assert law(title, last=f"第九条 {words}").region == expected


def test_a_city_whose_congress_stands_beside_its_province_is_of_the_province() -> None:
    facts = law(
        "青桐市夜空条例",
        "2030年5月6日 青桐市第十届人民代表大会常务委员会第三次会议通过",
        "2030年7月8日 云岭省第二十一届人民代表大会常务委员会第一次会议批准",
    )

    assert facts.region == "云岭省"


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("云岭省\n人民政府公报\n2031年第4期", "云岭省人民政府公报2031年第4期"),
        ("云岭省人民政府公报 2031年第4期（总第8期）", "云岭省人民政府公报2031年第4期"),
        ("望云市政报\n2031年第4期", "望云市政报2031年第4期"),
    ],
)
def test_the_name_of_a_gazette(head: str, expected: str) -> None:
    lines = tuple(SourceLine(n, line) for n, line in enumerate(f"{head}\n主编：周启明\n{ORDER}{NOTICE}".split("\n"), 1))
    raw = RawDocument("x.txt", "text/plain", lines, "0")
    gazette = split(normalise(raw).lines)[0]

    assert gazette.role == "gazette"
    assert find_facts(gazette, "", NO_TREE, raw).title == expected


def test_a_short_place_name_counts_only_without_an_issuer() -> None:
    national = law("中华人民共和国海南自由贸易港法", "2030年5月6日 第二十届全国人民代表大会常务委员会第三次会议通过")

    assert national.region is None
    assert law("北京历史夜空保护条例").region == "北京市"


def test_a_place_alone_is_filled_in_from_the_title() -> None:
    steps = read(["2010年1月2日 市十届人大常委会第二次会议通过"], "青岛市")

    assert steps[0].bodies == ("青岛市人民代表大会常务委员会",)
