"""The search form: what a browser sends, read forgivingly, and the links between its pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import get_args

from starlette.datastructures import QueryParams

from service.retrieval.collection import PROVINCES
from service.retrieval.filters import KINDS, NATIONAL
from service.retrieval.results import Filters, Mode
from service.retrieval.status import STATUSES
from service.web.rendering import link

PAGE_SIZE = 10
_LAST_PAGE = 100
_NEIGHBOURS = 2
MODES: tuple[tuple[Mode, str], ...] = (("hybrid", "语义与字词"), ("semantic", "只用语义"), ("lexical", "只用字词"))


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages around the one that is shown; None stands for a gap."""

    current: int
    last: int
    shown: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class SearchForm:
    """The form as filled in.

    Attributes:
        q: The question.
        filters: The filters.
        mode: Which rankings count.
        page: From 1.
        as_of: The day as typed, kept for the form even when it is none.
        problem: What is wrong with the form, None when it can be searched with.
    """

    q: str
    filters: Filters
    mode: Mode
    page: int
    as_of: str
    problem: str | None

    @property
    def active(self) -> tuple[str, ...]:
        """What limits the search, in words."""
        one = self.filters
        day = (f"依 {self.as_of} 的法律",) if self.as_of else ()
        mode = tuple(name for mode, name in MODES if mode == self.mode != "hybrid")
        return (*one.status, *one.kind, *one.region, *one.issuer, *one.law, *day, *mode)

    def link(self, page: int = 1) -> str:
        """The address of another page of the same search."""
        one = self.filters
        return link(
            "/",
            q=self.q,
            kind=one.kind,
            issuer=one.issuer,
            region=one.region,
            status=one.status,
            law=one.law,
            as_of=self.as_of,
            mode=None if self.mode == "hybrid" else self.mode,
            page=page if page > 1 else None,
        )

    def without_filters(self) -> str:
        """The address of the same question without any filter."""
        return replace(self, filters=Filters(), as_of="", mode="hybrid").link()

    def pages(self, total: int) -> Pages:
        """The pages of a result.

        Args:
            total: Articles above the threshold.

        Returns:
            The first, the last and those around the current one.
        """
        last = min(max((total + PAGE_SIZE - 1) // PAGE_SIZE, 1), _LAST_PAGE)
        near = range(max(self.page - _NEIGHBOURS, 1), min(self.page + _NEIGHBOURS, last) + 1)
        numbers = sorted({1, last, *near})
        shown: list[int | None] = []
        for number in numbers:
            if shown and shown[-1] is not None and number > shown[-1] + 1:
                shown.append(None)
            shown.append(number)
        return Pages(self.page, last, tuple(shown))


def read_form(parameters: QueryParams) -> SearchForm:
    """The form from a page's parameters.

    Args:
        parameters: The query of the request.

    Returns:
        The form; an unreadable date is its ``problem``, an unreadable page is the first.
    """

    def many(name: str) -> tuple[str, ...]:
        return tuple(value.strip() for value in parameters.getlist(name) if value.strip())

    typed = parameters.get("as_of", "").strip()
    as_of, problem = None, None
    if typed:
        try:
            as_of = date.fromisoformat(typed)
        except ValueError:
            problem = f"日期“{typed}”不对：请写成 2019-06-01 这样"
    mode = parameters.get("mode", "")
    return SearchForm(
        q=parameters.get("q", "").strip(),
        filters=Filters(many("kind"), many("issuer"), many("region"), many("status"), many("law"), as_of),
        mode=next((known for known in get_args(Mode) if known == mode), "hybrid"),
        page=_page(parameters.get("page", "")),
        as_of=typed,
        problem=problem,
    )


def _page(typed: str) -> int:
    """The page as typed; the first when it is none, the last when it is beyond."""
    number = int(typed[:6]) if typed.isascii() and typed.isdecimal() else 1
    return min(max(number, 1), _LAST_PAGE)


@dataclass(frozen=True, slots=True)
class Choices:
    """What the form offers."""

    statuses: Sequence[str]
    kinds: Sequence[str]
    regions: Sequence[str]
    modes: Sequence[tuple[Mode, str]]


def choices(form: SearchForm) -> Choices:
    """What the form offers: the closed lists, and a region that was asked for though no list has it."""
    regions = tuple(dict.fromkeys((NATIONAL, *PROVINCES, *form.filters.region)))
    return Choices(STATUSES, KINDS, regions, MODES)
