"""The search form: read forgivingly, kept over pages."""

from __future__ import annotations

from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.datastructures import QueryParams

from service.retrieval.results import Filters
from service.web.forms import choices, read_form


@pytest.mark.parametrize(
    ("query", "page"),
    [("", 1), ("page=3", 3), ("page=0", 1), ("page=-1", 1), ("page=x", 1), ("page=²", 1), ("page=" + "9" * 5000, 100)],
)
def test_an_unreadable_page_is_the_first(query: str, page: int) -> None:
    assert read_form(QueryParams(query)).page == page


def test_filters_are_read_and_kept_in_links() -> None:
    query = "q=a&kind=法律&kind=行政法规&region=&status=现行有效&as_of=2019-06-01&mode=lexical&page=2"
    form = read_form(QueryParams(query))
    assert form.filters == Filters(("法律", "行政法规"), (), (), ("现行有效",), (), date(2019, 6, 1))
    assert form.active == ("现行有效", "法律", "行政法规", "依 2019-06-01 的法律", "只用字词")
    kept = parse_qs(urlsplit(form.link(4)).query)
    assert kept == {
        "q": ["a"], "kind": ["法律", "行政法规"], "status": ["现行有效"], "as_of": ["2019-06-01"], "mode": ["lexical"],
        "page": ["4"],
    }  # fmt: skip
    assert form.without_filters() == "/?q=a&page=2".removesuffix("&page=2")


def test_a_bad_date_is_a_problem_and_a_bad_mode_is_the_usual_one() -> None:
    form = read_form(QueryParams("q=a&as_of=2019-02-30&mode=psychic"))
    assert form.problem is not None
    assert "2019-02-30" in form.problem
    assert form.mode == "hybrid"


@pytest.mark.parametrize(
    ("page", "total", "shown"),
    [
        (1, 0, (1,)),
        (1, 10, (1,)),
        (1, 11, (1, 2)),
        (5, 95, (1, None, 3, 4, 5, 6, 7, None, 10)),
        (4, 70, (1, 2, 3, 4, 5, 6, 7)),
        (100, 99_999, (1, None, 98, 99, 100)),
    ],
)
def test_pages_around_the_current_one(page: int, total: int, shown: tuple[int | None, ...]) -> None:
    assert read_form(QueryParams(f"q=a&page={page}")).pages(total).shown == shown


def test_a_region_that_no_list_has_can_be_kept() -> None:
    assert choices(read_form(QueryParams("region=云岭省"))).regions[-1] == "云岭省"
