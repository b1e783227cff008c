"""Reading ``catalog.sqlite``: documents, nodes, units, clauses and links, from as many threads as there are."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote

from indexer.errors import IndexFormatError
from indexer.storage import schema
from indexer.storage.manifest import REBUILD
from indexer.storage.records import ClauseRecord, DocumentRecord, LinkRecord, NodeRecord, UnitRecord
from indexer.types import Span

_MAPPED_BYTES = 1 << 30
_TEXTS_KEPT = 256

_NODE = """
SELECT n.position, n.path, n.kind, n.number, n.ordinal, n.suffix, n.heading, n.start, n.end, n.citation, n.cells,
       p.path, n.last
FROM nodes n LEFT JOIN nodes p ON p.document = n.document AND p.position = n.parent
WHERE n.document = ?
"""
_UNIT = """
SELECT u.document, n.path, n.kind, u.mark, n.ordinal, n.suffix, u.headings, u.start, u.end, n.citation, n.cells
FROM units u JOIN nodes n ON n.document = u.document AND n.position = u.node WHERE u.row = ?
"""
_CLAUSE = """
SELECT c.unit, u.document, n.path, n.citation, c.start, c.end
FROM clauses c JOIN units u ON u.row = c.unit JOIN nodes n ON n.document = u.document AND n.position = c.node
WHERE c.row = ?
"""
_LINK = """
SELECT l.document, s.path, s.citation, l.target_document, t.path, t.citation, l.text, l.start, l.end, l.reason
FROM links l
JOIN nodes s ON s.document = l.document AND s.position = l.node
LEFT JOIN nodes t ON t.document = l.target_document AND t.position = l.target_node
"""
_UNIT_AT = """
SELECT u.row FROM nodes n JOIN units u ON u.document = n.document AND u.node = n.position
WHERE n.document = ? AND n.path = ?
"""
_UNIT_OF = """
SELECT u.row FROM nodes n JOIN units u ON u.document = n.document AND u.start <= n.start AND u.end >= n.end
WHERE n.document = ? AND n.path = ? ORDER BY u.end - u.start, u.row LIMIT 1
"""
_OUTLINE_KINDS = ("编", "分编", "章", "节", "条", "序言", "附件", "表", "一、", "（一）", "题")


class Catalog:
    """The catalog of one generation, opened read-only.

    Args:
        path: The file ``catalog.sqlite``.

    Raises:
        IndexFormatError: It is not a catalog.
    """

    def __init__(self, path: Path) -> None:
        self._uri = f"file:{quote(str(path.resolve()))}?mode=ro&immutable=1"
        self._local = threading.local()
        try:
            rows = self._all("SELECT * FROM documents ORDER BY row")
        except sqlite3.Error as error:
            raise IndexFormatError(f"索引的 {path} 读不出来：{REBUILD}") from error
        self.documents: tuple[DocumentRecord, ...] = tuple(_document(row) for row in rows)
        self.document_rows: Mapping[str, int] = {record.id: record.row for record in self.documents}
        self._citations: tuple[str, ...] = tuple(row[-1] for row in rows)
        self.text = lru_cache(maxsize=_TEXTS_KEPT)(self._text)

    def locate(self, address: str) -> tuple[int, str] | None:
        """Splits an address into its document's row and the path inside; None when no such document is indexed."""
        row = self.document_rows.get(address)
        if row is not None:
            return row, ""
        end = address.find("/")
        while end >= 0:
            row = self.document_rows.get(address[:end])
            if row is not None:
                return row, address[end + 1 :]
            end = address.find("/", end + 1)
        return None

    def unit(self, row: int) -> UnitRecord:
        """The unit of a row; IndexError when there is none."""
        document, path, kind, mark, number, suffix, headings, start, end, citation, cells = self._one(_UNIT, row)
        id_ = self.documents[document].id
        return UnitRecord(
            row=row,
            document_row=document,
            address=f"{id_}/{path}",
            document_id=id_,
            kind=kind,
            mark=mark,
            ordinal=schema.ordinal(number, suffix) if kind == "条" else None,
            headings=schema.strings(headings),
            text=self.text(document)[start:end],
            span=Span(start, end),
            citation=self._citations[document] + citation,
            cells=schema.read_cells(cells),
        )

    def clause(self, row: int) -> ClauseRecord:
        """The clause of a row; IndexError when there is none."""
        unit, document, path, citation, start, end = self._one(_CLAUSE, row)
        return ClauseRecord(
            row=row,
            unit_row=unit,
            address=f"{self.documents[document].id}/{path}",
            citation=self._citations[document] + citation,
            text=self.text(document)[start:end],
            span=Span(start, end),
        )

    def node(self, document: int, path: str) -> NodeRecord | None:
        """The node at a path of a document; None when there is none."""
        rows = self._all(_NODE + "AND n.path = ?", document, path)
        return self._node(document, rows[0]) if rows else None

    def children(self, document: int, path: str) -> list[NodeRecord]:
        """The nodes directly below a path in document order; the top-level ones for the empty path."""
        if not path:
            rows = self._all(_NODE + "AND n.parent IS NULL ORDER BY n.position", document)
        else:
            subtree = self._subtree(document, path)
            if subtree is None:
                return []
            first, last = subtree
            condition = "AND n.position BETWEEN ? AND ? AND n.parent = ? ORDER BY n.position"
            rows = self._all(_NODE + condition, document, first + 1, last, first)
        return [self._node(document, row) for row in rows]

    def outline(self, document: int) -> list[NodeRecord]:
        """Chapters, articles, annexes, tables and numbered paragraphs that are not part of an article, in order."""
        marks = ",".join("?" * len(_OUTLINE_KINDS))
        rows = self._all(_NODE + f"AND n.kind IN ({marks}) ORDER BY n.position", document, *_OUTLINE_KINDS)
        kept, inside_until = [], -1
        for row in rows:
            if row[0] <= inside_until:
                continue
            if row[2] in {"条", "表"}:
                inside_until = row[-1]
            if row[2] == "题" and row[-1] == row[0]:
                # A title line; an instrument inside an annex is a 题 too, and has parts.
                continue
            kept.append(self._node(document, row))
        return kept

    def unit_row(self, document: int, path: str) -> int | None:
        """The row of the unit whose node has exactly this path."""
        rows = self._all(_UNIT_AT, document, path)
        return rows[0][0] if rows else None

    def unit_of(self, document: int, path: str) -> int | None:
        """The row of the unit that holds the node at this path, the innermost if several do."""
        rows = self._all(_UNIT_OF, document, path)
        return rows[0][0] if rows else None

    def cites(self, document: int, path: str) -> list[LinkRecord]:
        """The citations that stand inside a node, in order."""
        subtree = self._subtree(document, path)
        if subtree is None:
            return []
        condition = "WHERE l.document = ? AND l.node BETWEEN ? AND ? ORDER BY l.position"
        return [self._link(row) for row in self._all(_LINK + condition, document, *subtree)]

    def cited_by(self, document: int, path: str) -> list[LinkRecord]:
        """The citations of a node or of a part of it, in document order; of a document, as a whole."""
        order = "ORDER BY l.document, l.position"
        if not path:
            rows = self._all(_LINK + f"WHERE l.target_document = ? AND l.target_node IS NULL {order}", document)
            return [self._link(row) for row in rows]
        subtree = self._subtree(document, path)
        if subtree is None:
            return []
        condition = f"WHERE l.target_document = ? AND l.target_node BETWEEN ? AND ? {order}"
        return [self._link(row) for row in self._all(_LINK + condition, document, *subtree)]

    def problems(self) -> Iterator[str]:
        """Looks for damage and for references that lead nowhere; reads the whole file."""
        for (message,) in self._all("PRAGMA integrity_check(10)"):
            if message != "ok":
                yield f"{schema.CATALOG}：{message}"
        for query, message in schema.CHECKS:
            (count,) = self._one(query)
            if count:
                yield message.format(count)

    def table_size(self, table: str) -> int:
        """The number of rows of a table."""
        (count,) = self._one(f"SELECT COUNT(*) FROM {table}")  # noqa: S608 - the callers name their own tables
        return int(count)

    def column(self, query: str) -> list[int]:
        """The first column of a query's answer."""
        return [row[0] for row in self._all(query)]

    def close(self) -> None:
        """Closes this thread's connection; those of other threads close when their threads end."""
        connection = getattr(self._local, "connection", None)
        if connection is not None:
            connection.close()
            del self._local.connection

    def _all(self, query: str, *parameters: object) -> list[tuple]:  # type: ignore[type-arg]
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            # One connection a thread: SQLite would make threads wait for one another on a shared one.
            connection = sqlite3.connect(self._uri, uri=True, check_same_thread=False, cached_statements=64)
            connection.execute(f"PRAGMA mmap_size = {_MAPPED_BYTES}")
            self._local.connection = connection
        return connection.execute(query, parameters).fetchall()

    def _one(self, query: str, *parameters: int) -> tuple:  # type: ignore[type-arg]
        rows = self._all(query, *parameters)
        if not rows:
            raise IndexError(f"no such row: {parameters}")
        return rows[0]

    def _text(self, document: int) -> str:
        (text,) = self._one("SELECT text FROM texts WHERE document = ?", document)
        return str(text)

    def _subtree(self, document: int, path: str) -> tuple[int, int] | None:
        rows = self._all("SELECT position, last FROM nodes WHERE document = ? AND path = ?", document, path)
        return rows[0] if rows else None

    def _node(self, document: int, row: tuple) -> NodeRecord:  # type: ignore[type-arg]
        _, path, kind, number, ordinal, suffix, heading, start, end, citation, cells, parent, _ = row
        id_ = self.documents[document].id
        return NodeRecord(
            address=f"{id_}/{path}",
            document_id=id_,
            kind=kind,
            number=number,
            ordinal=schema.ordinal(ordinal, suffix),
            heading=heading,
            citation=self._citations[document] + citation,
            text=self.text(document)[start:end],
            span=Span(start, end),
            parent=None if parent is None else f"{id_}/{parent}",
            cells=schema.read_cells(cells),
        )

    def _link(self, row: tuple) -> LinkRecord:  # type: ignore[type-arg]
        document, path, citation, target, target_path, target_citation, text, start, end, reason = row
        address = cited = None
        if target is not None:
            id_ = self.documents[target].id
            address = id_ if target_path is None else f"{id_}/{target_path}"
            cited = (
                f"《{self.documents[target].title}》"
                if target_path is None
                else self._citations[target] + target_citation
            )
        return LinkRecord(
            source=f"{self.documents[document].id}/{path}",
            source_citation=self._citations[document] + citation,
            target=address,
            target_citation=cited,
            text=text,
            span=Span(start, end),
            reason=reason,
        )


def _document(row: tuple) -> DocumentRecord:  # type: ignore[type-arg]
    first, count = row[16], row[17]
    return DocumentRecord(
        row=row[0],
        id=row[1],
        title=row[2],
        number=row[3],
        issuers=schema.strings(row[4]),
        kind=row[5],
        region=row[6],
        adopted=schema.read_day(row[7]),
        published=schema.read_day(row[8]),
        effective=schema.read_day(row[9]),
        repeals=schema.strings(row[10]),
        amends=schema.strings(row[11]),
        history=schema.read_history(row[12]),
        sources=schema.strings(row[13]),
        articles=row[14],
        characters=row[15],
        units=range(first, first + count),
        predecessor=row[18],
        successor=row[19],
        repealed_by=schema.read_repeals(row[20]),
        basis=schema.strings(row[21]),
        implements=schema.strings(row[22]),
        expires=schema.read_day(row[23]),
        commencements=schema.read_commencements(row[24]),
        effective_by=row[25],
    )
