"""Writing ``catalog.sqlite``: every document with its nodes, units, clauses and links, in one pass."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from indexer.errors import IndexFormatError
from indexer.storage import schema
from indexer.storage.records import Counts, Link
from indexer.types import Clause, Document, Node, Unit

_REPORT_EVERY = 64


class CatalogContents(Protocol):
    """What of a generation's contents the catalog holds; see :class:`indexer.storage.writing.Contents`."""

    @property
    def documents(self) -> Sequence[Document]:
        """In the order of their rows."""

    @property
    def units(self) -> Sequence[Unit]:
        """Grouped by document."""

    @property
    def clauses(self) -> Sequence[Clause]:
        """Grouped by unit."""

    @property
    def links(self) -> Sequence[Link]:
        """Citations."""

    @property
    def citations(self) -> Callable[[Document], Mapping[str, str]]:
        """The citation of every node of a document."""

    @property
    def predecessors(self) -> Mapping[str, str]:
        """Id → id of the version before."""

    @property
    def successors(self) -> Mapping[str, str]:
        """Id → id of the version after."""

    @property
    def repealed_by(self) -> Mapping[str, tuple[tuple[str, date | None], ...]]:
        """Id → ids that repeal it."""


def write_catalog(
    folder: Path, contents: CatalogContents, progress: Callable[[int], None] = lambda _: None
) -> tuple[Counts, NDArray[np.int32], NDArray[np.int32]]:
    """Writes the catalog of a generation; the same contents give the same bytes.

    Args:
        folder: The generation's folder.
        contents: Documents, units, clauses and links.
        progress: Told how many documents are done.

    Returns:
        How much was written; int32 (units,), the document's row of each unit; int32 (clauses,), the unit's row of each
        clause.

    Raises:
        IndexFormatError: A unit or a clause belongs to nothing, is out of order, or a path occurs twice in a document.
    """
    with closing(sqlite3.connect(folder / schema.CATALOG, isolation_level=None)) as connection:
        # Nobody sees the file before it is synced and renamed into place, so a journal would protect nothing.
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA page_size = 8192")
        connection.executescript(schema.SCHEMA)
        connection.execute("BEGIN")
        filling = _Filling(connection, contents)
        for row, document in enumerate(contents.documents):
            filling.add(row, document)
            if (row + 1) % _REPORT_EVERY == 0:
                progress(row + 1)
        filling.finish()
        connection.execute("COMMIT")
        connection.executescript(schema.INDEXES)
        filling.add_links()
        progress(len(contents.documents))
    return filling.counts(), filling.unit_document, filling.clause_unit


class _Filling:
    """The state of one pass over the documents."""

    def __init__(self, connection: sqlite3.Connection, contents: CatalogContents) -> None:
        self._connection = connection
        self._contents = contents
        self._units = _Groups(unit.document_id for unit in contents.units)
        self._clauses = _Groups(clause.unit for clause in contents.clauses)
        self.unit_document = np.zeros(len(contents.units), np.int32)
        self.clause_unit = np.zeros(len(contents.clauses), np.int32)
        self._rows = {document.id: row for row, document in enumerate(contents.documents)}
        if len(self._rows) != len(contents.documents):
            raise IndexFormatError("两份文件的编号相同，未写入索引：请检查来源文件的标题和日期")
        self._nodes = self._articles = self._characters = self._links = self._resolved = 0

    def add(self, row: int, document: Document) -> None:
        """Writes a document with its nodes, units and clauses."""
        citations = self._contents.citations(document)
        prefix = _shared_prefix(citations.values())
        positions = self._add_nodes(row, document, citations, len(prefix))
        units = self._units.take(document.id)
        for unit_row in units:
            self._add_unit(row, unit_row, self._contents.units[unit_row], positions)
        articles = sum(self._contents.units[unit_row].kind == "条" for unit_row in units)
        values = self._facts(document, articles, units)
        marks = ",".join("?" * (len(values) + 2))
        self._connection.execute(f"INSERT INTO documents VALUES ({marks})", (row, *values, prefix))  # noqa: S608
        self._connection.execute("INSERT INTO texts VALUES (?, ?)", (row, document.text))
        self._articles += articles
        self._characters += len(document.text)

    def finish(self) -> None:
        """Makes sure that no unit and no clause was left over.

        Raises:
            IndexFormatError: One belongs to no document or no unit, or stands in the wrong order.
        """
        for groups, name in ((self._units, "检索单元"), (self._clauses, "条文片段")):
            if groups.left:
                raise IndexFormatError(f"{groups.left} 个{name}不属于任何已索引的文件或次序不对，未写入索引")

    def add_links(self) -> None:
        """Writes all citations; one whose target is not in the index is kept as unresolved.

        Raises:
            IndexFormatError: A citation stands in no node of the index.
        """
        positions: defaultdict[int, int] = defaultdict(int)
        self._connection.execute("BEGIN")
        for link in self._contents.links:
            document, node = self._place(link.source)
            if document is None or node is None:
                raise IndexFormatError(f"引用“{link.text}”所在的 {link.source} 不在索引中，未写入索引")
            target, target_node = self._place(link.target)
            reason = None if target is not None else link.reason or "条款不存在"
            place = (document, positions[document], node, target, target_node)
            values = (*place, link.text, link.span.start, link.span.end, reason)
            self._connection.execute("INSERT INTO links VALUES (?,?,?,?,?,?,?,?,?)", values)
            positions[document] += 1
            self._links += 1
            self._resolved += target is not None
        self._connection.execute("COMMIT")

    def counts(self) -> Counts:
        """How much was written."""
        return Counts(
            documents=len(self._contents.documents),
            articles=self._articles,
            units=len(self._contents.units),
            clauses=len(self._contents.clauses),
            nodes=self._nodes,
            links=self._links,
            resolved=self._resolved,
            characters=self._characters,
        )

    def _add_nodes(self, row: int, document: Document, citations: Mapping[str, str], shared: int) -> dict[str, int]:
        """Writes a document's nodes in document order; gives the position of every path."""
        rows: list[list[object]] = []
        positions: dict[str, int] = {}
        for node, ancestors in document.nodes:
            if node.path in positions:
                raise IndexFormatError(f"{document.id} 中有两处地址都是 {node.path}，未写入索引")
            positions[node.path] = len(rows)
            parent = positions[ancestors[-1].path] if ancestors else None
            rows.append(_node_row(row, len(rows), node, parent, citations.get(node.path, "")[shared:]))
            for ancestor in ancestors:
                rows[positions[ancestor.path]][_LAST] = len(rows) - 1
        self._connection.executemany(f"INSERT INTO nodes VALUES ({','.join('?' * 14)})", rows)  # noqa: S608
        self._nodes += len(rows)
        return positions

    def _add_unit(self, document_row: int, unit_row: int, unit: Unit, positions: Mapping[str, int]) -> None:
        inside = len(unit.document_id) + 1
        node = positions[unit.address[inside:]]
        headings = schema.dump(unit.headings)
        values = (unit_row, document_row, node, unit.mark, headings, unit.span.start, unit.span.end)
        self._connection.execute("INSERT INTO units VALUES (?,?,?,?,?,?,?)", values)
        self.unit_document[unit_row] = document_row
        rows = []
        for clause_row in self._clauses.take(unit.address):
            clause = self._contents.clauses[clause_row]
            rows.append((clause_row, unit_row, positions[clause.address[inside:]], clause.span.start, clause.span.end))
            self.clause_unit[clause_row] = unit_row
        self._connection.executemany("INSERT INTO clauses VALUES (?,?,?,?,?)", rows)

    def _facts(self, document: Document, articles: int, units: range) -> tuple[object, ...]:
        contents = self._contents
        return (
            document.id,
            document.title,
            document.number,
            schema.dump(document.issuers),
            document.kind,
            document.region,
            schema.day(document.adopted),
            schema.day(document.published),
            schema.day(document.effective),
            schema.dump(document.repeals),
            schema.dump(document.amends),
            schema.dump_history(document.history),
            schema.dump(document.sources),
            articles,
            len(document.text),
            units.start,
            len(units),
            contents.predecessors.get(document.id),
            contents.successors.get(document.id),
            schema.dump_repeals(contents.repealed_by.get(document.id, ())),
            schema.dump(document.basis),
            schema.dump(document.implements),
            schema.day(document.expires),
            schema.dump_commencements(document.commencements),
            document.effective_by,
        )

    def _place(self, address: str | None) -> tuple[int | None, int | None]:
        """Row of the document and position of the node that an address names; None, None when there is none."""
        if address is None:
            return None, None
        if address in self._rows:
            return self._rows[address], None
        for id_, path in _splits(address):
            row = self._rows.get(id_)
            if row is not None:
                query = "SELECT position FROM nodes WHERE document = ? AND path = ?"
                found = self._connection.execute(query, (row, path)).fetchone()
                return (row, found[0]) if found else (None, None)
        return None, None


class _Groups:
    """Hands out the rows of one group after another, from rows that are ordered by group."""

    def __init__(self, keys: Iterable[str]) -> None:
        self._keys = list(keys)
        self._next = 0

    @property
    def left(self) -> int:
        """How many rows have not been handed out."""
        return len(self._keys) - self._next

    def take(self, key: str) -> range:
        """The rows of a group, which must be the next ones; empty when the next ones belong to another group."""
        first = self._next
        while self._next < len(self._keys) and self._keys[self._next] == key:
            self._next += 1
        return range(first, self._next)


_LAST = 11


def _node_row(document: int, position: int, node: Node, parent: int | None, citation: str) -> list[object]:
    number = node.ordinal.number if node.ordinal else None
    suffix = node.ordinal.suffix if node.ordinal else None
    cells = None if node.cells is None else schema.dump(node.cells)
    place = [document, position, node.path, node.kind, node.number, number, suffix, node.heading]
    return [*place, node.span.start, node.span.end, parent, position, citation, cells]


def _shared_prefix(texts: Collection[str]) -> str:
    """The longest beginning that all texts share: what the least and the greatest of them share."""
    if not texts:
        return ""
    low, high = min(texts), max(texts)
    end = next((at for at, (a, b) in enumerate(zip(low, high, strict=False)) if a != b), min(len(low), len(high)))
    return low[:end]


def _splits(address: str) -> Iterator[tuple[str, str]]:
    """Every way to cut an address into a document's id and a path, shortest id first."""
    end = address.find("/")
    while end >= 0:
        yield address[:end], address[end + 1 :]
        end = address.find("/", end + 1)
