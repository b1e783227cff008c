"""The rank of an instrument."""

from __future__ import annotations

import pytest

from indexer.structure.kinds import Evidence, classify, hint
from indexer.types import DocumentKind

CONGRESS = "全国人民代表大会常务委员会"
COURT = "最高人民法院"


@pytest.mark.parametrize(
    ("evidence", "kind"),
    [
        (Evidence("中华人民共和国宪法", ("全国人民代表大会",)), "宪法"),
        (Evidence("中华人民共和国宪法修正案（2018年）", ("全国人民代表大会",)), "宪法"),
        (Evidence("中华人民共和国夜空保护法", (CONGRESS,)), "法律"),
        (Evidence("中华人民共和国刑法修正案（五）", (CONGRESS,)), "法律"),
        (Evidence("全国人民代表大会常务委员会关于《中华人民共和国刑法》第三十条的解释", (CONGRESS,)), "法律解释"),
        (Evidence("全国人民代表大会常务委员会关于修改《中华人民共和国夜空保护法》的决定", (CONGRESS,)), "修改废止决定"),
        (
            Evidence("云岭省人民代表大会常务委员会关于废止部分地方性法规的决定", ("云岭省人民代表大会常务委员会",)),
            "修改废止决定",
        ),
        (Evidence("夜空保护条例", ("国务院",), number="中华人民共和国国务院令第900号"), "行政法规"),
        (Evidence("国务院关于夜空保护的若干规定", ("国务院",)), "行政法规"),
        (Evidence("国务院关于夜空保护的意见", ("国务院",), number="国发〔2031〕1号"), "规范性文件"),
        (Evidence("天文台管理办法", ("文化部",), approvers=("国务院",)), "行政法规"),
        (Evidence("天文台管理办法", ("文化部",), number="文化部令第9号"), "部门规章"),
        (Evidence("关于开展观测的通知", ("文化部",), number="文观发〔2031〕2号"), "规范性文件"),
        (Evidence("夜空保护条例", ("青岛市人民代表大会常务委员会",), region="山东省"), "地方性法规"),
        (Evidence("某某自治县自治条例", ("某某自治县人民代表大会",), region="云南省"), "自治条例"),
        (Evidence("某某自治县夜空条例", ("某某自治县人民代表大会",), region="云南省"), "单行条例"),
        (
            Evidence("夜空保护办法", ("山东省人民政府",), number="山东省人民政府令第1号", region="山东省"),
            "地方政府规章",
        ),
        (
            Evidence("夜空保护方案", ("山东省人民政府办公厅",), number="鲁政办发〔2031〕1号", region="山东省"),
            "规范性文件",
        ),
        (Evidence("最高人民法院关于审理夜空案件的解释", (COURT,)), "司法解释"),
        (Evidence("关于审理夜空案件的解释", (), number="法释〔2031〕1号"), "司法解释"),
        (Evidence("最高人民法院关于学习夜空的通知", (COURT,), number="法发〔2031〕1号"), "规范性文件"),
        (Evidence("国家监察委员会夜空监察条例", ("国家监察委员会",)), "监察法规"),
        (Evidence("夜空保护条例", articles=True), "行政法规"),
        (Evidence("夜空保护条例", region="山东省", articles=True), "地方性法规"),
        (Evidence("中华人民共和国夜空保护法", articles=True), "法律"),
        (Evidence("夜空损伤鉴定标准"), "规范性文件"),
        (Evidence("夜空维权攻略"), "非法规"),
        (Evidence("我的观星笔记", articles=True), "非法规"),
        (Evidence("观星的方法", articles=True), "非法规"),
        (Evidence("", ()), "非法规"),
    ],
    ids=lambda value: value.title if isinstance(value, Evidence) else value,
)
def test_classify(evidence: Evidence, kind: DocumentKind) -> None:
    assert classify(evidence) == kind


def test_a_folder_decides_only_where_nothing_else_does() -> None:
    notice = Evidence("最高人民检察院关于夜空的通知", ("最高人民检察院",), source="laws/司法解释/夜空.md")
    law = Evidence("中华人民共和国夜空保护法", (CONGRESS,), source="laws/司法解释/夜空.md")

    assert classify(notice) == "司法解释"
    assert classify(law) == "法律"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("laws/地方性法规/北京/夜空.md", "地方性法规"),
        ("部门规章/公安部/夜空.md", "部门规章"),
        ("行政法/夜空.md", "法律"),
        ("行政法规.md", None),
        ("其他/夜空.md", None),
    ],
)
def test_hint(source: str, expected: DocumentKind | None) -> None:
    assert hint(source) == expected
