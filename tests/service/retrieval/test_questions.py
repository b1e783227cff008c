"""Questions: what is found, in what order, from which version, and when nothing is."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import numpy as np
import pytest

from indexer.embedding import Embedder
from indexer.errors import EmbedderMismatchError, QueryError
from indexer.storage import Index
from service.retrieval import Searcher
from tests.indexer.builders import HashEmbedder
from tests.service.retrieval.conftest import Search

NOW = "中华人民共和国星港法@2024-06-01"
BEFORE = "中华人民共和国星港法@2020-03-01"


@pytest.mark.parametrize(
    ("question", "article"),
    [
        ("泊位照明设备损坏了可以不交停泊费吗", f"{NOW}/3"),
        ("擅自占用泊位罚款多少", f"{NOW}/4"),
        ("宇航员受伤了医药费谁来垫付", f"{NOW}/5"),
        ("收购二手怀表要登记什么", "中华人民共和国二手物品法@2019-09-01/2"),
        ("浙江的灯塔管理工作由谁负责", "浙江省灯塔管理条例@2021-05-01/1"),
        ("山东灯塔管理工作由谁负责", "山东省灯塔管理条例@2022-05-01/1"),
        ("星港法 停泊费按季度缴纳", f"{NOW}/2"),
    ],
)
def test_the_article_that_answers_comes_first(search: Search, question: str, article: str) -> None:
    assert search(question).hits[0].id == article


@pytest.mark.parametrize("mode", ["hybrid", "semantic", "lexical"])
def test_every_mode_finds_an_article_that_says_it(search: Search, mode: str) -> None:
    hit = search("擅自占用泊位的罚款", mode=mode).hits[0]
    assert hit.id == f"{NOW}/4"
    assert 0 < hit.score <= 1
    assert 0 < hit.scores["semantic"] <= 1
    assert 0 < hit.scores["lexical"] <= 1


@pytest.mark.parametrize(("traditional", "simplified"), [("擅自佔用泊位罰款多少", "擅自占用泊位罚款多少")])
def test_traditional_characters_make_no_difference(search: Search, traditional: str, simplified: str) -> None:
    first, second = search(traditional), search(simplified)
    assert [hit.id for hit in first.hits] == [hit.id for hit in second.hits]
    assert first.query.rewritten == second.query.rewritten == simplified
    assert first.query.text == traditional


def test_full_width_letters_and_spaces_make_no_difference(search: Search) -> None:
    assert [hit.id for hit in search("擅自　占用泊位").hits] == [hit.id for hit in search("擅自 占用泊位").hits]


def test_scores_descend_and_ranks_count(search: Search) -> None:
    hits = search("停泊费").hits
    assert len(hits) > 1
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    assert all(first.score >= second.score for first, second in pairwise(hits))


def test_pages_join_without_gap_or_repetition(search: Search) -> None:
    whole = search("停泊费和泊位的规定", limit=6)
    pages = [search("停泊费和泊位的规定", limit=2, offset=offset) for offset in (0, 2, 4)]
    assert [hit for page in pages for hit in page.hits] == list(whole.hits)


def test_one_hit_an_article_from_the_version_in_force(search: Search) -> None:
    laws = {hit.law.id for hit in search("停泊费", limit=50).hits}
    assert NOW in laws
    assert BEFORE not in laws
    assert laws == {hit.law.id for hit in search("停泊费", limit=50).hits if hit.law.status != "已修改"}


def test_the_law_of_another_day(search: Search) -> None:
    result = search("停泊费怎么缴纳", as_of=date(2021, 5, 1))
    assert result.hits[0].id == f"{BEFORE}/2"
    assert NOW not in {hit.law.id for hit in result.hits}


def test_the_same_text_is_shown_once(search: Search) -> None:
    texts = [hit.text for hit in search("灯塔守护人每日擦拭灯罩", limit=50).hits]
    assert sum("每日擦拭灯罩" in text for text in texts) == 1


def test_what_is_repealed_or_no_law_is_found_only_when_asked_for(search: Search) -> None:
    found = {hit.law.id for hit in search("收购旧怀表登记姓名", limit=50).hits}
    assert "中华人民共和国旧货流通法@2008-02-01" not in found
    repealed = search("收购旧怀表登记姓名", status=("已废止",))
    assert {hit.law.id for hit in repealed.hits} == {"中华人民共和国旧货流通法@2008-02-01"}
    assert "星港打官司攻略@undated" not in {hit.law.id for hit in search("拒缴停泊费先拍照", limit=50).hits}
    guide = search("拒缴停泊费先拍照", kind=("非法规",))
    assert [hit.law.status for hit in guide.hits] == ["未核验"]


def test_a_repealed_law_is_searched_when_it_is_named(search: Search) -> None:
    result = search("旧货流通法 收购怀表")
    assert result.hits[0].id == "中华人民共和国旧货流通法@2008-02-01/2"
    assert result.notice is not None
    assert result.notice.code == "only_repealed"


def test_a_law_to_come_is_shown_and_marked(search: Search) -> None:
    hit = search("月面旅行要投保摔跤险吗").hits[0]
    assert (hit.law.id, hit.law.status) == ("中华人民共和国月面旅行法@2099-01-01", "尚未生效")
    found = search("月面旅行要投保摔跤险吗", as_of=date(2026, 1, 15)).hits
    assert "中华人民共和国月面旅行法@2099-01-01" not in {each.law.id for each in found}


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"kind": ("地方性法规",)}, {"浙江省灯塔管理条例@2021-05-01"}),
        ({"region": ("浙江",)}, {"浙江省灯塔管理条例@2021-05-01"}),
        ({"region": ("浙江省",)}, {"浙江省灯塔管理条例@2021-05-01"}),
        ({"region": ("全国",)}, {NOW}),
        ({"issuer": ("浙江省人民代表大会常务委员会",)}, {"浙江省灯塔管理条例@2021-05-01"}),
        ({"law": ("星港法",)}, {NOW}),
        ({"law": (BEFORE,)}, {BEFORE}),
        ({"status": ("已修改",)}, {BEFORE}),
        ({"kind": ("法律",), "region": ("浙江",)}, set()),
    ],
)
def test_filters(search: Search, filters: dict[str, object], expected: set[str]) -> None:
    result = search("擅自占用泊位罚款", **filters)
    assert {hit.law.id for hit in result.hits[:1]} == expected
    assert result.query.filters == {name: list(values) for name, values in filters.items()}  # type: ignore[call-overload]
    if not expected:
        assert result.notice is not None


def test_a_law_filter_that_no_index_has(search: Search) -> None:
    result = search("停泊费", law=("不存在的法",))
    assert result.hits == ()
    assert result.notice is not None
    assert result.notice.code == "law_not_indexed"


@pytest.mark.parametrize(
    "question", ["红烧肉怎么做", "python怎么读取csv文件", "你好", "给我讲个笑话", "？？？", "asdfgh"]
)
def test_nothing_is_found_where_law_is_silent(search: Search, question: str) -> None:
    result = search(question)
    assert (result.hits, result.total) == ((), 0)
    assert result.notice is not None
    assert result.notice.code == "no_relevant_article"


def test_the_answer_is_highlighted(search: Search) -> None:
    hit = search("浙江的灯塔管理工作由谁负责").hits[0]
    marked = [hit.text[start:end] for start, end in hit.highlights]
    assert marked == ["灯塔管理工作由县级以上人民政府航标主管部门负责"]
    hit = search("擅自占用泊位罚款多少").hits[0]
    assert any("二百元以上一千元以下" in hit.text[start:end] for start, end in hit.highlights)


def test_clauses_are_cited_exactly(search: Search) -> None:
    hit = search("泊位停止供给淡水可以拒缴停泊费吗").hits[0]
    assert hit.clauses[0].id == f"{NOW}/3/1/2"
    assert hit.clauses[0].citation == "《中华人民共和国星港法》第三条第一款第（二）项"
    assert hit.clauses[0].score == hit.score


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"text": ""}, "q"),
        ({"text": "  \n"}, "q"),
        ({"text": "长" * 2001}, "q"),
        ({"text": "停泊费", "limit": 0}, "limit"),
        ({"text": "停泊费", "limit": -1}, "limit"),
        ({"text": "停泊费", "limit": 101}, "limit"),
        ({"text": "停泊费", "offset": -1}, "offset"),
        ({"text": "停泊费", "mode": "magic"}, "mode"),
        ({"text": "停泊费", "kind": ("圣旨",)}, "kind"),
        ({"text": "停泊费", "status": ("有效",)}, "status"),
        ({"text": "停泊费", "region": ("火星",)}, "region"),
    ],
)
def test_bad_requests_are_refused_with_the_field(search: Search, arguments: dict[str, object], field: str) -> None:
    with pytest.raises(QueryError) as caught:
        search(**arguments)
    assert caught.value.field == field
    assert "\n" not in str(caught.value)


def test_another_model_is_refused(index: Index) -> None:
    with pytest.raises(EmbedderMismatchError, match="index build"):
        Searcher(index, HashEmbedder())


@pytest.mark.parametrize(
    "text", ["停", "１", "\x00", "🐶🐶", "a" * 2000, "《》", "第条", "〔〕号", "。" * 50, "﷽", "\u202e停泊费"]
)
def test_any_text_is_answered(search: Search, text: str) -> None:
    result = search(text)
    assert result.hits or result.notice


def test_the_same_query_gives_the_same_answer(
    searcher: Searcher, index: Index, embedder: Embedder, search: Search
) -> None:
    first = search("停泊费")
    again = search("停泊费")
    assert first.hits == again.hits
    assert (first.generation, first.model) == (index.manifest.generation, index.manifest.embedder.name)
    assert first.took_ms > 0
    assert np.isfinite([hit.score for hit in first.hits]).all()
