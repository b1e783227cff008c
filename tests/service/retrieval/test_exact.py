"""Exact requests: a provision, a document, a row; and what is said when there is no such thing."""

from __future__ import annotations

from datetime import date

import pytest

from service.retrieval import Searcher
from service.retrieval.results import Mode
from tests.service.retrieval.conftest import Search
from tests.service.retrieval.corpus import TODAY

NOW = "中华人民共和国星港法@2024-06-01"
BEFORE = "中华人民共和国星港法@2020-03-01"
NOTICE = "宁夏回族自治区人民政府办公厅关于印发元宵灯会筹办任务清单的通知@2023-12-01"


@pytest.mark.parametrize(
    ("query", "article", "clause"),
    [
        ("星港法第三条", "3", None),
        ("中华人民共和国星港法第3条", "3", None),
        ("《星港法》第三条", "3", None),
        ("星港法 第五条之一", "5_1", None),
        ("星港法5之1", "5_1", None),
        ("星港法第三条第二款", "3", "3/2"),
        ("星港法第三条第一款第（二）项", "3", "3/1/2"),
        ("星港法第三条第（三）项", "3", "3/1/3"),
        ("星港法3-1-2", "3", "3/1/2"),
        ("星港法 ３ 条 第一款 （二）", "3", "3/1/2"),
        ("星港法第二条第一款是什么", "2", "2/1"),
    ],
)
def test_a_cited_provision_comes_first_with_its_clause(
    search: Search, query: str, article: str, clause: str | None
) -> None:
    result = search(query)
    hit = result.hits[0]
    assert (result.query.intent, hit.id, hit.score) == ("article_lookup", f"{NOW}/{article}", 1.0)
    if clause is None:
        assert result.query.citation == hit.citation.text
        assert hit.highlights == ()
    else:
        assert hit.clauses[0].id == f"{NOW}/{clause}"
        assert hit.clauses[0].citation == result.query.citation
        ((start, end),) = hit.highlights
        assert hit.text[start:end].strip() == hit.clauses[0].text


def test_only_what_was_cited_is_shown(search: Search) -> None:
    result = search("星港法第三条")
    assert (len(result.hits), result.total) == (1, 1)


def test_what_is_asked_beside_a_citation_follows_it(search: Search) -> None:
    result = search("星港法第四条 拒缴停泊费的条件")
    assert result.hits[0].id == f"{NOW}/4"
    assert f"{NOW}/3" in [hit.id for hit in result.hits[1:]]
    assert f"{NOW}/4" not in [hit.id for hit in result.hits[1:]]
    assert [hit.rank for hit in result.hits] == list(range(1, len(result.hits) + 1))


@pytest.mark.parametrize(
    ("query", "as_of", "document"),
    [
        ("星港法第二条", None, NOW),
        ("星港法第二条", date(2022, 1, 1), BEFORE),
        ("星港法第二条", date(2024, 7, 31), BEFORE),
        ("星港法第二条", date(2024, 8, 1), NOW),
        ("2021年的星港法第二条", None, BEFORE),
        ("2024年7月的星港法第二条", None, BEFORE),
        ("星港法（2020年）第二条", None, BEFORE),
    ],
)
def test_the_version_of_the_day(search: Search, query: str, as_of: date | None, document: str) -> None:
    assert search(query, as_of=as_of).hits[0].law.id == document


def test_the_day_that_a_query_names_is_shown_among_the_filters(search: Search) -> None:
    assert search("2021年的星港法第二条").query.filters == {"as_of": "2021-12-31"}


@pytest.mark.parametrize(
    ("query", "code", "words"),
    [
        ("星港法第九十条", "article_not_found", "共7条"),
        ("星港法第五条第三款", "article_not_found", "第三款"),
        ("星港法第三条第九项", "article_not_found", "第（九）项"),
        ("民法典第1079条", "law_not_indexed", "民法典"),
        ("宁政办发〔2023〕77号", "document_not_found", "宁政办发〔2023〕901号"),
        ("2019年的星港法第二条", "law_not_indexed", "2020-03-01"),
        ("旧货流通法第二条", "only_repealed", "二手物品法"),
        ("元宵灯会筹办任务清单第9项由谁牵头", "article_not_found", "2行"),
        ("第三十八条", "article_not_found", "哪部法律"),
    ],
)
def test_a_notice_says_what_there_is(search: Search, query: str, code: str, words: str) -> None:
    notice = search(query).notice
    assert notice is not None
    assert notice.code == code
    assert words in notice.message


def test_a_number_that_was_another_articles_before_says_so(search: Search) -> None:
    # 第三条 of 2020 is 第四条 of 2024; 第二条 has kept its number.
    notice = search("星港法第三条").notice
    assert notice is not None
    assert notice.code == "renumbered"
    assert "第四条" in notice.message
    assert "2020-03-01" in notice.message
    assert search("星港法第二条").notice is None
    assert search("星港法第三条", as_of=TODAY).notice is None


def test_a_missing_clause_still_shows_its_article(search: Search) -> None:
    assert [hit.id for hit in search("星港法第五条第三款").hits] == [f"{NOW}/5"]


def test_a_repealed_provision_is_shown_and_marked(search: Search) -> None:
    (hit,) = search("旧货流通法第二条").hits
    assert hit.law.status == "已废止"
    assert "2020-01-01" in hit.law.status_basis


@pytest.mark.parametrize("query", ["宁政办发〔2023〕901号", "宁政办发[2023]901号", "宁政办发〔２０２３〕901 号"])
def test_a_document_by_its_number(search: Search, query: str) -> None:
    result = search(query)
    assert result.query.intent == "document_lookup"
    assert {hit.law.id for hit in result.hits} == {NOTICE}
    assert result.hits[0].score == 1.0
    assert result.query.citation is not None
    assert "宁政办发〔2023〕901号" in result.query.citation


def test_a_law_by_its_title_gives_its_articles_in_order(search: Search) -> None:
    result = search("星港法", limit=3)
    assert [hit.citation.article for hit in result.hits] == ["第一条", "第二条", "第三条"]
    assert result.total == 7
    assert [hit.citation.article for hit in search("星港法", limit=3, offset=3).hits] == [
        "第四条",
        "第五条",
        "第五条之一",
    ]


def test_a_row_by_its_number_with_the_cells_that_answer(search: Search) -> None:
    result = search("元宵灯会筹办任务清单第1项由谁牵头，什么时候完成")
    hit = result.hits[0]
    assert (hit.id, hit.score) == (f"{NOTICE}/表1/1", 1.0)
    assert hit.cells is not None
    assert hit.cells["完成时限"] == "2024年1月底"
    assert [hit.text[start:end] for start, end in hit.highlights] == ["自治区文化和旅游厅牵头", "2024年1月底"]
    assert hit.citation.article_number is None


@pytest.mark.parametrize("mode", ["hybrid", "lexical"])
def test_a_ranking_without_a_threshold_has_the_row_first_too(searcher: Searcher, mode: Mode) -> None:
    ranked = searcher.rank("元宵灯会筹办任务清单第2项由谁牵头", limit=3, mode=mode)
    assert ranked[0] == f"{NOTICE}/表1/2"
    assert len(set(ranked)) == len(ranked) == 3


def test_a_row_without_a_lead_shows_who_is_responsible(search: Search) -> None:
    hit = search("元宵灯会筹办任务清单第二项由谁牵头").hits[0]
    assert [hit.text[start:end] for start, end in hit.highlights] == ["各市人民政府按职责分工负责"]


def test_filters_hold_for_exact_requests_too(search: Search) -> None:
    result = search("星港法第二条", kind=("地方性法规",))
    assert result.hits == ()
    assert result.notice is not None
    assert result.notice.code == "no_relevant_article"
