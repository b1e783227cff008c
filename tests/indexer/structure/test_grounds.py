"""What an instrument is made under and what it carries out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.structure import grounds, quoted


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("第一条 为了保护夜空，根据《夜空法》，制定本条例。", ["夜空法"]),
        (
            "第一条 根据《夜空法》、《星图法》（以下简称“两法”）和国务院《观星条例》，制定本条例。",
            ["夜空法", "星图法", "观星条例"],
        ),
        ("第一条 依据《夜空法》第三条、第五条第二款和《星图法》的规定，制定本办法。", ["夜空法", "星图法"]),
        ("第一条 依照宪法、夜空保护法和有关法律，制定本规则。", ["宪法", "夜空保护法"]),
        ("第一条 根据有关法律、法规，结合本市实际，制定本规定。", []),
        ("第一条 根据《夜空法》及其实施条例，制定本规定。", ["夜空法"]),
        ("根据刑法有关规定，现就办理此类案件的若干问题解释如下：\n第一条 略。", ["刑法"]),
        (
            "根据省人民代表大会常务委员会《关于保护夜空的决定》的要求，制定本方案。\n一、略。",
            ["省人民代表大会常务委员会关于保护夜空的决定"],
        ),
        ("根据《夜空法》，现对《观星条例》作如下修改：\n一、略。", ["夜空法"]),
        ("根据《〈夜空法〉（以下简称《甲》）的决定》，制定本办法。", ["《夜空法》（以下简称《甲》）的决定"]),
        ("（2030年1月2日第九届会议通过 根据2031年1月2日《关于修改〈夜空法〉的决定》修正）\n第一条 略。", []),
        ("第一条 为了保护夜空，制定本法。\n第二条 根据《夜空法》制定规划。", []),
        ("第三条 应当根据《夜空法》制定规划。", []),
        ("第一条 根据《云岭省观星条例》，制定本条例。", []),
    ],
)  # fmt: skip
def test_basis(text: str, expected: list[str]) -> None:
    assert list(grounds.basis(text.split("\n"), "云岭省观星条例")) == expected


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        ("夜空法实施条例", "", ["夜空法"]),
        ("云岭省夜空法实施办法", "", ["夜空法"]),
        ("青岛市夜空法实施细则（试行）", "", ["夜空法"]),
        ("云岭省养鸽管理条例实施细则", "", ["云岭省养鸽管理条例"]),
        ("云岭省实施《中华人民共和国夜空法》办法", "", ["中华人民共和国夜空法"]),
        ("《夜空保护条例》实施办法", "", ["夜空保护条例"]),
        ("最高人民法院关于适用《夜空法》若干问题的解释", "", ["夜空法"]),
        ("关于《夜空法》第三条的解释", "", ["夜空法"]),
        ("关于贯彻执行《夜空保护条例》的意见", "", ["夜空保护条例"]),
        ("夜空法实施条例", "第一条 根据《中华人民共和国夜空法》，制定本条例。", ["中华人民共和国夜空法"]),
        ("云岭省观星办法", "第一条 为了贯彻实施《夜空法》和《星图法》，制定本办法。", ["夜空法", "星图法"]),
        ("观星与收费分离实施办法", "第一条 为了收费，制定本办法。", []),
        ("关于修改《云岭省实施〈夜空法〉办法》的决定", "", []),
        ("夜空保护条例", "第二条 各部门应当认真实施《夜空法》。", []),
    ],
)  # fmt: skip
def test_implements(title: str, text: str, expected: list[str]) -> None:
    lines = text.split("\n")

    assert list(grounds.implements(title, lines, grounds.basis(lines, title))) == expected


@given(st.text(st.sampled_from("《〈》〉（）。、，\n根据依照为了实施制定本条例法的第一和宪规定甲"), max_size=200))
def test_no_text_is_refused(text: str) -> None:
    lines = text.split("\n")

    for name in (*grounds.basis(lines), *grounds.implements("", lines)):
        assert quoted.compact(name) in quoted.compact(text)
    assert isinstance(grounds.implements(text, lines), tuple)
