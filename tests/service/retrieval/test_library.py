"""Looking things up: by address, percent-encoded or not, by citation, by name."""

from __future__ import annotations

from datetime import date
from urllib.parse import quote

import pytest

from indexer.errors import NotFoundError, QueryError
from service.retrieval import Filters, Library

NOW = "中华人民共和国星港法@2024-06-01"
BEFORE = "中华人民共和国星港法@2020-03-01"


@pytest.mark.parametrize(
    "place",
    [
        f"{NOW}/3/1/2",
        quote(f"{NOW}/3/1/2", safe=""),
        "星港法第三条第一款第（二）项",
        "星港法第三条第（二）项",
        "星港法3-1-2",
    ],
)
def test_a_node_by_address_or_citation(library: Library, place: str) -> None:
    view = library.article(place)
    assert view.node.address == f"{NOW}/3/1/2"
    assert view.node.citation == "《中华人民共和国星港法》第三条第一款第（二）项"
    assert view.article.address == f"{NOW}/3"
    assert view.headings == ("第一章 总则",)
    assert view.law.status == "现行有效"


def test_neighbours_parts_and_links(library: Library) -> None:
    view = library.article(f"{NOW}/3")
    assert view.previous is not None
    assert view.next is not None
    assert (view.previous.address, view.next.address) == (f"{NOW}/2", f"{NOW}/4")
    assert [child.address for child in view.children] == [f"{NOW}/3/1", f"{NOW}/3/2"]
    assert library.article(f"{NOW}/1").previous is None
    assert library.article(f"{NOW}/6").next is None
    after = library.article(f"{NOW}/5").next
    assert after is not None
    assert after.address == f"{NOW}/5_1"


def test_what_an_article_cites(library: Library) -> None:
    links = library.article("二手物品法第三条").cites
    assert [link.text for link in links] == ["《中华人民共和国旧货流通法》"]
    assert links[0].address == "中华人民共和国旧货流通法@2008-02-01"


def test_a_citation_means_the_version_of_the_day(library: Library) -> None:
    assert library.article("星港法第二条").node.address == f"{NOW}/2"
    assert library.article("星港法第二条", as_of=date(2022, 1, 1)).node.address == f"{BEFORE}/2"
    assert library.article(f"{BEFORE}/2").law.status == "已修改"


def test_a_chapter_is_a_node_too(library: Library) -> None:
    view = library.article(f"{NOW}/章1")
    assert view.node.kind == "章"
    assert f"{NOW}/3" in [child.address for child in view.children]
    assert view.node == view.article


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (f"{NOW}/90", "共7条"),
        ("星港法第九十条", "共7条"),
        (NOW, "不是条文"),
        ("没有的法第一条", "没有的法"),
        ("随便说说", "不是地址"),
        ("星港法", "不是地址"),
        ("", "不是地址"),
    ],
)
def test_what_is_not_there(library: Library, place: str, words: str) -> None:
    with pytest.raises(NotFoundError, match=words):
        library.article(place)


def test_a_law_with_its_versions(library: Library) -> None:
    view = library.law("星港法")
    assert view.law.id == NOW
    assert view.articles == 7
    assert [version.id for version in view.versions] == [NOW, BEFORE]
    assert [version.status for version in view.versions] == ["现行有效", "已修改"]
    assert library.law(quote(BEFORE, safe="")).law.id == BEFORE
    assert library.law("星港法", as_of=date(2022, 1, 1)).law.id == BEFORE
    assert library.law("宁政办发[2023]901号").law.number == "宁政办发〔2023〕901号"
    with pytest.raises(NotFoundError):
        library.law("没有的法")


def test_an_outline(library: Library) -> None:
    entries = library.outline("星港法")
    assert [(entry.mark, entry.heading, entry.depth) for entry in entries[:2]] == [
        ("第一章", "总则", 0),
        ("第一条", None, 1),
    ]
    assert [entry.mark for entry in entries if entry.kind == "条"] == [
        "第一条", "第二条", "第三条", "第四条", "第五条", "第五条之一", "第六条",
    ]  # fmt: skip
    assert entries[1].text.startswith("为了维护星港秩序")


def test_a_list_of_laws(library: Library) -> None:
    page = library.laws()
    assert page.total == 9
    assert [law.kind for law in page.laws][:5] == ["法律"] * 5
    assert library.laws(limit=2, offset=1).laws == page.laws[1:3]
    assert [law.id for law in library.laws(q="星港法").laws] == [NOW, BEFORE]
    assert {law.id for law in library.laws(q="灯塔").laws} == {
        "浙江省灯塔管理条例@2021-05-01", "山东省灯塔管理条例@2022-05-01",
    }  # fmt: skip
    assert [law.id for law in library.laws(Filters(status=("已修改",))).laws] == [BEFORE]
    assert library.laws(Filters(region=("宁夏",))).total == 1
    with pytest.raises(QueryError):
        library.laws(limit=0)
    with pytest.raises(QueryError):
        library.laws(Filters(kind=("圣旨",)))
