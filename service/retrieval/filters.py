"""Filters as masks: which documents, units and clauses a search may look at."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from indexer.errors import QueryError
from indexer.storage import DocumentRecord, Index
from indexer.types import DocumentKind
from service.retrieval.collection import PROVINCES, Collection, short_place
from service.retrieval.results import Filters
from service.retrieval.status import STATUSES

KINDS: tuple[DocumentKind, ...] = get_args(DocumentKind)
NATIONAL = "全国"
"""The region filter's word for instruments of no single province."""

UNASKED: tuple[DocumentKind, ...] = ("公报", "非法规")
"""Kinds that are no law: only a ``kind`` filter or the instrument's own name brings them up."""

_SCOPES_KEPT = 64

LawFinder = Callable[[str, date], tuple[DocumentRecord, ...]]
"""From a law's name, alias or id and a day to the documents that it means, best first."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a search may look at.

    Attributes:
        documents: bool (documents,).
        units: bool (units,), None when everything may be looked at.
        clauses: bool (clauses,), None when everything may be looked at.
    """

    documents: NDArray[np.bool_]
    units: NDArray[np.bool_] | None
    clauses: NDArray[np.bool_] | None

    @property
    def is_empty(self) -> bool:
        """Nothing may be looked at."""
        return not self.documents.any()


def check(filters: Filters, collection: Collection) -> None:
    """Refuses filter values that can match nothing.

    Args:
        filters: The filters.
        collection: The indexed documents, whose regions count beside the provinces.

    Raises:
        QueryError: A kind, status or region is not one of the closed lists.
    """
    _check_each("kind", "效力级别", filters.kind, KINDS)
    _check_each("status", "效力状态", filters.status, STATUSES)
    for region in filters.region:
        if not _full_regions(region, collection):
            raise QueryError(
                f"没有名为「{region}」的地区：请用省级行政区的名称，如 宁夏回族自治区，或用 {NATIONAL}", "region"
            )


def _check_each(field: str, name: str, given: Iterable[str], allowed: Iterable[str]) -> None:
    for value in given:
        if value not in allowed:
            raise QueryError(f"没有名为「{value}」的{name}：可用 {'、'.join(allowed)}", field)


def _full_regions(region: str, collection: Collection) -> tuple[str | None, ...]:
    """The provinces that a region filter means; ``(None,)`` for national instruments, empty when there is none."""
    if region == NATIONAL:
        return (None,)
    return tuple(name for name in (*PROVINCES, *collection.regions) if region in {name, short_place(name)})


class ScopeCache:
    """Builds scopes and keeps the last ones, since programs ask with the same filters again and again.

    Args:
        index: The index.
        collection: Its documents.
        find_laws: Resolves the ``law`` filter.
    """

    def __init__(self, index: Index, collection: Collection, find_laws: LawFinder) -> None:
        self._index = index
        self._collection = collection
        self._find_laws = find_laws
        self._known: OrderedDict[tuple[Filters, date, bool], Scope] = OrderedDict()
        self._lock = Lock()

    def scope(self, filters: Filters, day: date, *, exact: bool = False) -> Scope:
        """The scope of a search with these filters.

        Args:
            filters: The filters, checked.
            day: The day that statuses are about.
            exact: Only what the filters exclude is excluded, not what is no longer in force or no law: something was
                asked for by its name.

        Returns:
            What the search may look at.
        """
        key = (filters, day, exact)
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
                return self._known[key]
        scope = self.of_documents(self._documents(filters, day, exact=exact))
        with self._lock:
            self._known[key] = scope
            while len(self._known) > _SCOPES_KEPT:
                self._known.popitem(last=False)
        return scope

    def of_documents(self, documents: NDArray[np.bool_]) -> Scope:
        """The scope of a set of documents.

        Args:
            documents: bool (documents,).

        Returns:
            The same as masks over units and clauses.
        """
        if documents.all():
            return Scope(documents, None, None)
        units = documents[self._index.unit_document]
        return Scope(documents, units, units[self._index.clause_unit])

    def _documents(self, filters: Filters, day: date, *, exact: bool) -> NDArray[np.bool_]:
        collection = self._collection
        allowed = np.ones(len(collection.documents), dtype=np.bool_)
        if filters.law:
            rows = [record.row for name in filters.law for record in self._find_laws(name, day)]
            allowed[:] = False
            allowed[rows] = True
        if filters.kind:
            allowed &= np.isin(collection.kinds, filters.kind)
        elif not filters.law and not exact:
            allowed &= ~np.isin(collection.kinds, UNASKED)
        if filters.region:
            regions = {region for name in filters.region for region in _full_regions(name, collection)}
            allowed &= self._each(lambda record: record.region in regions)
        if filters.issuer:
            allowed &= self._each(lambda record: any(name in by for name in filters.issuer for by in record.issuers))
        if filters.status:
            statuses = collection.standing(day).statuses
            allowed &= np.array([status in filters.status for status, _ in statuses], dtype=np.bool_)
        elif not filters.law and not exact:
            allowed &= self._in_force(filters, day)
        return allowed

    def _in_force(self, filters: Filters, day: date) -> NDArray[np.bool_]:
        """Documents in force; without a day asked for, also those to come that replace nothing."""
        current = self._collection.standing(day).current
        return current if filters.as_of else current | self._collection.upcoming(day)

    def _each(self, keep: Callable[[DocumentRecord], bool]) -> NDArray[np.bool_]:
        return np.array([keep(record) for record in self._collection.documents], dtype=np.bool_)
