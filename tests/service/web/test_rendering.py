"""Texts as paragraphs: lines kept, items indented, marks where they belong, everything escaped."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from service.web.rendering import STATIC, cells, cite, code, day, excerpt, link, link_of, paragraphs, static


@pytest.mark.parametrize(
    ("text", "highlights", "expected"),
    [
        ("甲乙丙", [(1, 2)], ["甲<mark>乙</mark>丙"]),
        ("甲乙\n丙丁", [(1, 4)], ["甲<mark>乙</mark>", "<mark>丙</mark>丁"]),
        ("甲乙", [(0, 2), (0, 2)], ["<mark>甲乙</mark>"]),
        ("甲乙丙丁", [(0, 2), (1, 3)], ["<mark>甲</mark><mark>乙</mark><mark>丙</mark>丁"]),
        ("甲乙", [(5, 9), (2, 2)], ["甲乙"]),
        ("<b>&", [(0, 3)], ["<mark>&lt;b&gt;</mark>&amp;"]),
        ("第八条　甲", [(4, 5)], ["<b>第八条</b>　<mark>甲</mark>"]),
        ("第一百三十三条之一 甲", [], ["<b>第一百三十三条之一</b> 甲"]),
        ("第八条规定的甲", [], ["第八条规定的甲"]),
        ("　　第八条　甲", [(2, 6)], ["<mark><b>第八条</b></mark><mark>　</mark>甲"]),
        ("甲\n\n　\n乙", [], ["甲", "乙"]),
    ],
)
def test_lines_and_marks(text: str, highlights: list[tuple[int, int]], expected: list[str]) -> None:
    assert [str(one.html) for one in paragraphs(text, highlights)] == expected


@pytest.mark.parametrize(
    ("line", "level"),
    [
        ("（一）甲", 1), ("　　（十二）甲", 1), ("1. 甲", 2), ("12．甲", 2), ("3、甲", 2), ("（1）甲", 3), ("①甲", 3),
        ("一、甲", 0), ("（以下简称甲）", 0), ("2023年", 0), ("甲（一）", 0),
    ],
)  # fmt: skip
def test_items_are_indented_by_their_mark(line: str, level: int) -> None:
    every = "款\n（一）项\n1. 目\n（1）细目"
    assert [one.level for one in paragraphs(f"{every}\n{line}")] == [0, 1, 2, 3, level]


@pytest.mark.parametrize(
    ("text", "levels"),
    [("2. 甲", [0]), ("（二）甲\n1. 乙\n2. 丙", [0, 1, 1]), ("甲\n（1）乙", [0, 1]), ("", [])],
)
def test_only_the_order_of_levels_counts(text: str, levels: list[int]) -> None:
    assert [one.level for one in paragraphs(text)] == levels


def test_a_row_is_marked_where_it_answers() -> None:
    row = {"序号": "30", "任务": "甲<乙>", "单位": "甲", "上格": "丙", "时限": None}
    text = "30\t甲<乙>\t甲\t"
    shown = cells(row, text, [(text.rindex("甲"), text.rindex("甲") + 1)])
    assert [(header, value if value is None else str(value)) for header, value in shown] == [
        ("序号", "30"),
        ("任务", "甲&lt;乙&gt;"),
        ("单位", "<mark>甲</mark>"),
        ("上格", "丙"),
        ("时限", None),
    ]


def test_an_instrument_as_a_whole_is_cited_with_inner_brackets() -> None:
    assert cite("甲省实施《乙条例》办法") == "《甲省实施〈乙条例〉办法》"


ranges = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=4)


@given(st.text(alphabet="第八条（一） <&'\"\n甲。", max_size=40), ranges)
def test_no_character_is_lost_and_none_is_left_raw(text: str, highlights: list[tuple[int, int]]) -> None:
    shown = "\n".join(
        str(one.html).replace("<mark>", "").replace("</mark>", "").replace("<b>", "").replace("</b>", "")
        for one in paragraphs(text, highlights)
    )
    assert shown == "\n".join(str(escape(line.lstrip())) for line in text.split("\n") if line.strip())


def test_a_long_article_is_shown_by_what_answers() -> None:
    lines = ["第一条　头", "甲" * 300, "乙" * 300, "丙丁", "戊" * 300]
    text = "\n".join(lines)
    whole = paragraphs(text, [(text.index("丙"), text.index("丙") + 1)])
    shown = excerpt(whole)
    assert [one and str(one.html) for one in shown] == ["<b>第一条</b>　头", None, "<mark>丙</mark>丁", None]
    assert excerpt(paragraphs("短")) == ()


def test_links_carry_addresses_whole() -> None:
    assert link("/article", id="法@2030-01-01/5/1", as_of=None) == "/article?id=%E6%B3%95%402030-01-01%2F5%2F1"
    assert link("/", q="a&b", kind=("x", "y"), mode="") == "/?q=a%26b&kind=x&kind=y"
    assert link_of("法@2030-01-01").startswith("/law?")
    assert link_of("法@2030-01-01/5", date(2031, 2, 3)).endswith("&as_of=2031-02-03")


def test_dates_and_code() -> None:
    assert (day(date(2023, 11, 8)), day(None)) == ("2023年11月8日", "")
    assert code("用 `<q>` & 查") == "用 <code>&lt;q&gt;</code> &amp; 查"


def test_a_static_file_is_addressed_by_its_content() -> None:
    assert {static(path.name).split("?v=")[0] for path in STATIC.iterdir()} == {
        "/static/copy.js",
        "/static/icon.svg",
        "/static/site.css",
    }
    assert len(static("site.css").split("?v=")[1]) == 10
