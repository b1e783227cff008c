"""The words that facts are read from: titles, numbers, bodies, places, declarations of repeal."""

from __future__ import annotations

import pytest

from indexer.structure import bodies, numbers, provisions, quoted, regions, titles


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["关于修改《甲条例》等", "四件法规的决定"], "关于修改《甲条例》等四件法规的决定"),
        (
            ["最高人民法院 最高人民检察院", "关于办理夜空案件的解释"],
            "最高人民法院、最高人民检察院关于办理夜空案件的解释",
        ),
        (["最高人民法院 最高人民检察院关于办理夜空案件的解释"], "最高人民法院、最高人民检察院关于办理夜空案件的解释"),
        (["全国人民代表大会", "常务委员会议事规则"], "全国人民代表大会常务委员会议事规则"),
        (["《夜空保护条例》"], "夜空保护条例"),
        (["Star Gazing", "观星 笔记"], "Star Gazing观星笔记"),
        (["实施〈夜空保护条例〉办法"], "实施《夜空保护条例》办法"),
    ],
)
def test_joined_title(lines: list[str], expected: str) -> None:
    assert titles.joined(lines) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("本法自公布之日起施行，《甲条例》同时废止。", ["甲条例"]),
        ("1990年1月1日国务院发布的《甲条例》和《乙办法》（国发〔1990〕1号）即行废止。", ["甲条例", "乙办法"]),
        ("根据《丁法》制定的规定与本法不一致的，以本法为准。《甲条例》同时废止；《乙法》继续有效。", ["甲条例"]),
        ("最高人民法院《关于审理夜空案件的解释》同时废止。", ["最高人民法院关于审理夜空案件的解释"]),
        ("最高人民法院于1992年7月14日发布的《关于夜空的意见》同时废止。", ["最高人民法院关于夜空的意见"]),
        ("一、废止《甲条例》（1992年9月19日通过）", ["甲条例"]),
        ("《实施〈甲法〉办法》同时废止。", ["实施《甲法》办法"]),
        ("可以提出废止《甲条例》的建议。", []),
        ("“《甲条例》同时废止。”", []),
        ("违反《甲条例》的，注销注册，废止执业证书。", []),
        ("决定废止《甲条例》第三条、《乙条例》。", []),
        (
            "附件1：国务院决定废止的行政法规目录\n1\t《甲条例》\t1990年\n2\t乙市夜空办法\t1991年\n附件2\n3\t《丙》",
            ["甲条例", "乙市夜空办法"],
        ),
        ("下列文件同时废止：\n（一）《甲》；\n2. 乙市夜空办法\n第十条 略。\n（二）《丙》", ["甲", "乙市夜空办法"]),
    ],
)  # fmt: skip
def test_repeals(text: str, expected: list[str]) -> None:
    assert list(provisions.repeals(text.split("\n"))) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("宁政办发[2023] 53号", "宁政办发〔2023〕53号"),
        ("（法释【2020】第25号）", "法释〔2020〕25号"),
        ("建标（质）〔2020〕1号", "建标（质）〔2020〕1号"),
        ("中华人民共和国主席令 第七十三号", "中华人民共和国主席令第73号"),
        ("中华人民共和国主席令（第七十三号）", "中华人民共和国主席令第73号"),
        ("法发〔2030〕1号、公通字[2030] 2号", "法发〔2030〕1号、公通字〔2030〕2号"),
        ("某某银行、某某监督管理委员会令〔2030〕第5号", "某某银行、某某监督管理委员会令〔2030〕第5号"),
        ("云岭省人民代表大会常务委员会公告 5 号", "云岭省人民代表大会常务委员会公告第5号"),
    ],
)
def test_numbers(text: str, expected: str) -> None:
    assert numbers.normalise(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("中华人民共和国国务院令第550号公布", "中华人民共和国国务院令第550号"),
        ("食品药品监管局、海关总署第4号令公布", "食品药品监管局、海关总署令第4号"),
        ("山东省第二十届人民代表大会常务委员会公告第9号公布", "山东省第二十届人民代表大会常务委员会公告第9号"),
        ("最高人民法院以法发〔1993〕15号通知印发", "法发〔1993〕15号"),
        ("最高人民法院审判委员会第579次会议通过", None),
        ("财政部、税务总局公告2030年第12号公布", "财政部、税务总局公告2030年第12号"),
        ("青桐市人民代表大会常务委员会第8号公布", "青桐市人民代表大会常务委员会第8号"),
    ],
)
def test_order_numbers_in_a_history(text: str, expected: str | None) -> None:
    assert numbers.find_order(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("宁夏回族自治区人民政府办公厅", ("宁夏回族自治区人民政府办公厅",)),
        ("中华人民共和国财政部 海关总署", ("财政部", "海关总署")),
        ("国务院、中央军委", ("国务院", "中央军事委员会")),
        ("省人大常委会", ("省人民代表大会常务委员会",)),
        ("自治区主席 江望川", ()),
        ("关于加强领导的通知", ()),
        ("本条例由财政部负责解释", ()),
    ],
)
def test_bodies(text: str, expected: tuple[str, ...]) -> None:
    assert bodies.names(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("青岛市人民代表大会常务委员会", "山东省"),
        ("恩施土家族苗族自治州人民政府", "湖北省"),
        ("新疆维吾尔自治区人民政府", "新疆维吾尔自治区"),
        ("云岭省人民政府", None),
        ("国务院", None),
    ],
)
def test_regions(text: str, expected: str | None) -> None:
    assert regions.find(text) == expected


def test_quoted_titles_nest() -> None:
    text = "《实施〈甲法〉办法》、《修改《乙法》的决定》和《丙"

    assert [title.title for title in quoted.find(text)] == ["实施《甲法》办法", "修改《乙法》的决定"]
    assert quoted.masked(text) == "《□□□□□□□□》、《□□□□□□□□□》和《丙"
