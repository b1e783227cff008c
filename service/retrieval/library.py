"""Looking things up: laws, their outlines and versions, and any node by address or citation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from urllib.parse import unquote

from indexer.citation.names import simplify
from indexer.citation.resolve import existing_path
from indexer.errors import NotFoundError, QueryError
from indexer.storage import DocumentRecord, Index, NodeRecord, UnitRecord
from service.retrieval.collection import Collection
from service.retrieval.filters import ScopeCache, check
from service.retrieval.laws import Laws, rank_of
from service.retrieval.query import Understanding
from service.retrieval.results import (
    NO_FILTERS,
    ArticleView,
    Filters,
    LawPage,
    LawSummary,
    LawView,
    NodeView,
    OutlineEntry,
)
from service.retrieval.status import start_date
from service.retrieval.views import called, link_view, node_view

_MOST = 1000
_FIRST_WORDS = 40
_DEPTH = {"编": 0, "分编": 1, "章": 1, "节": 2}


class Library:
    """The documents of one generation of an index, by name and address; any number of threads may share it.

    Args:
        index: The index.
        today: Tells the day, for statuses.
    """

    def __init__(self, index: Index, today: Callable[[], date] = date.today) -> None:
        self._index = index
        self._today = today
        self._collection = Collection(index.documents)
        self._laws = Laws(self._collection)
        self._scopes = ScopeCache(index, self._collection, self._laws.of)
        self._understanding = Understanding(self._collection, self._laws)

    def laws(self, filters: Filters = NO_FILTERS, q: str = "", offset: int = 0, limit: int = 50) -> LawPage:
        """Lists instruments.

        Args:
            filters: What to limit the list to; without a status, every version is listed.
            q: Words that the title has, an alias, or a document number; empty for all.
            offset: How many to pass over.
            limit: How many to list, 1 to 1,000.

        Returns:
            The page: the highest rank first, then by title, newest version first.

        Raises:
            QueryError: A parameter is not acceptable.
        """
        if not 1 <= limit <= _MOST:
            raise QueryError(f"limit 须在 1 到 {_MOST} 之间，收到 {limit}", "limit")
        if offset < 0:
            raise QueryError(f"offset 不能小于 0，收到 {offset}", "offset")
        check(filters, self._collection)
        day = filters.as_of or self._today()
        allowed = self._scopes.scope(filters, day, exact=True).documents
        found = [record for record in self._collection.documents if allowed[record.row]]
        if q.strip():
            found = self._named(found, q)
        else:
            found.sort(key=_order)
        page = found[offset : offset + limit]
        return LawPage(tuple(self._collection.summary(record, day) for record in page), len(found))

    def _named(self, records: Sequence[DocumentRecord], q: str) -> list[DocumentRecord]:
        """Those that a name or number means, then those whose title or number has all the words."""
        meant = self._laws.by_number(q) or self._laws.by_name(q)
        ids = {version.id for record in meant for version in self._collection.versions(record)}
        words = [simplify(word) for word in q.split()]
        best = [record for record in records if record.id in ids]
        rest = [
            record
            for record in records
            if record.id not in ids
            and all(word in simplify(record.title) or word in (record.number or "") for word in words)
        ]
        return [*sorted(best, key=_order), *sorted(rest, key=_order)]

    def law(self, name: str, as_of: date | None = None) -> LawView:
        """An instrument with what is known of it.

        Args:
            name: Its id, percent-encoded or not, title, alias or document number.
            as_of: The day that its status is about, and whose version a name means; today when None.

        Returns:
            Its facts, and its versions, newest first.

        Raises:
            NotFoundError: It is not indexed.
        """
        day = as_of or self._today()
        record = self._record(name, day)
        return LawView(
            law=self._collection.summary(record, day),
            articles=record.articles,
            repeals=record.repeals,
            history=tuple(step.text for step in record.history),
            sources=record.sources,
            versions=self.versions(record.id),
            amends=record.amends,
            basis=record.basis,
            implements=record.implements,
            expires=record.expires,
            commencements=record.commencements,
            effective_by=record.effective_by,
        )

    def versions(self, name: str) -> tuple[LawSummary, ...]:
        """The indexed versions of an instrument, newest first, each with its status today.

        Args:
            name: An id, title, alias or document number.

        Returns:
            The versions.

        Raises:
            NotFoundError: It is not indexed.
        """
        day = self._today()
        record = self._record(name, day)
        return tuple(self._collection.summary(version, day) for version in reversed(self._collection.versions(record)))

    def outline(self, name: str) -> tuple[OutlineEntry, ...]:
        """The outline of an instrument: its parts, articles, annexes and tables in order.

        Args:
            name: Its id, title, alias or document number.

        Returns:
            Its lines, each with its depth.

        Raises:
            NotFoundError: It is not indexed.
        """
        record = self._record(name, self._today())
        depths: dict[str, int] = {}
        entries: list[OutlineEntry] = []
        for node in self._index.outline(record.id):
            depth = depths[node.parent] + 1 if node.parent in depths else 0
            depths[node.address] = depth
            mark = _mark(node, record)
            words = "" if node.kind in _DEPTH else _opening(node.text, mark)
            entries.append(OutlineEntry(node.address, node.kind, mark, node.heading, depth, words))
        return tuple(entries)

    def article(self, place: str, as_of: date | None = None) -> ArticleView:
        """A node in its context.

        Args:
            place: An address, percent-encoded or not, or a citation: ``劳动合同法38-1-2``.
            as_of: The day that statuses are about, and whose version a citation means; today when None.

        Returns:
            The node, its article, its neighbours, what it cites and what cites it.

        Raises:
            NotFoundError: There is no such node; the message says what there is.
        """
        day = as_of or self._today()
        node = self._node(place, day)
        record = self._collection.by_id[node.document_id]
        row = self._index.unit_of(node.address)
        unit = None if row is None else self._index.unit(row)
        whole = node if unit is None else self._index.node(unit.address) or node
        before, after = (None, None) if unit is None else self._neighbours(unit, record)
        return ArticleView(
            node=node_view(node),
            law=self._collection.summary(record, day),
            headings=unit.headings if unit is not None else self._headings(node),
            article=node_view(whole),
            children=tuple(node_view(child) for child in self._index.children(node.address)),
            previous=before,
            next=after,
            cites=tuple(link_view(link, outgoing=True) for link in self._index.cites(node.address)),
            cited_by=tuple(link_view(link, outgoing=False) for link in self._index.cited_by(node.address)),
        )

    def _record(self, name: str, day: date) -> DocumentRecord:
        for spelling in (name, unquote(name)):
            exact = self._collection.by_id.get(spelling)
            if exact is not None:
                return exact
        plain = unquote(name)
        found = self._laws.of(plain, day) or self._laws.by_name(plain) or self._laws.by_name(plain, fuzzy=True)
        if not found:
            raise NotFoundError(f"没有收录「{plain}」：可用 fatiao index list 查看已收录的文件")
        return found[0]

    def _node(self, place: str, day: date) -> NodeRecord:
        for spelling in (place, unquote(place)):
            node = self._index.node(spelling)
            if node is not None:
                return node
        text = unquote(place)
        document, _, path = text.partition("/")
        if document in self._collection.by_id:
            if not path:
                raise NotFoundError(f"「{text}」是一份文件，不是条文：请写明条号，如 {text}/1")
            raise NotFoundError(self._absent(self._collection.by_id[document], path))
        return self._cited(text, day)

    def _cited(self, text: str, day: date) -> NodeRecord:
        """The node that a citation means."""
        understood = self._understanding.read(text, None, day)
        citation = understood.citation
        if citation is None or not citation.path or not (citation.law or citation.number):
            raise NotFoundError(f"「{text}」不是地址，也不是写明条号的引用：示例 劳动合同法第三十八条")
        for record in understood.laws:
            steps = existing_path(citation.written, partial(self._has, record.id))
            node = self._index.node(f"{record.id}/{steps or citation.path}")
            if node is not None:
                return node
        if not understood.laws:
            name = citation.number or self._laws.full_title(citation.law or "")
            raise NotFoundError(
                f"没有收录《{name}》在 {day.isoformat()} 的文本：可用 fatiao index list 查看已收录的文件"
            )
        raise NotFoundError(self._absent(understood.laws[0], citation.path))

    def _has(self, document: str, path: str) -> bool:
        return self._index.node(f"{document}/{path}") is not None

    def _absent(self, record: DocumentRecord, path: str) -> str:
        count = f"该法共{record.articles}条" if record.articles else "该文件不分条"
        return f"《{record.title}》没有{called(path)}：{count}"

    def _neighbours(self, unit: UnitRecord, record: DocumentRecord) -> tuple[NodeView | None, NodeView | None]:
        """The units before and after one in its document."""
        rows = (unit.row - 1, unit.row + 1)
        found = [self._index.node(self._index.unit(row).address) if row in record.units else None for row in rows]
        before, after = (None if node is None else node_view(node) for node in found)
        return before, after

    def _headings(self, node: NodeRecord) -> tuple[str, ...]:
        """The headings above a node that lies in no unit."""
        found: list[str] = []
        parent = self._index.node(node.parent) if node.parent else None
        while parent is not None:
            found.insert(0, parent.text.strip().splitlines()[0])
            parent = self._index.node(parent.parent) if parent.parent else None
        return tuple(found)


def _order(record: DocumentRecord) -> tuple[int, str, int]:
    """The highest rank first, then by title, the newest version first, those without a date last."""
    begun = start_date(record)
    return rank_of(record), record.title, -begun.toordinal() if begun else 0


def _mark(node: NodeRecord, record: DocumentRecord) -> str:
    """A node's mark as cited: its citation without the instrument."""
    behind = node.citation.partition("》")[2]
    return behind.removeprefix(f"（{record.number}）") if record.number else behind


def _opening(text: str, mark: str) -> str:
    words = text.strip().removeprefix(mark).strip()
    first = words.splitlines()[0] if words else ""
    return first if len(first) <= _FIRST_WORDS else first[:_FIRST_WORDS] + "…"
