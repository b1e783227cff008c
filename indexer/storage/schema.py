"""``catalog.sqlite``: the tables, and how facts are spelled in their columns."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date

from indexer.storage.records import Cells
from indexer.types import Commencement, Ordinal, Revision

CATALOG = "catalog.sqlite"

SCHEMA = """
CREATE TABLE documents (
    row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, title TEXT NOT NULL, number TEXT, issuers TEXT NOT NULL,
    kind TEXT NOT NULL, region TEXT, adopted TEXT, published TEXT, effective TEXT, repeals TEXT NOT NULL,
    amends TEXT NOT NULL, history TEXT NOT NULL, sources TEXT NOT NULL, articles INTEGER NOT NULL,
    characters INTEGER NOT NULL, first_unit INTEGER NOT NULL, units INTEGER NOT NULL, predecessor TEXT, successor TEXT,
    repealed_by TEXT NOT NULL, basis TEXT NOT NULL, implements TEXT NOT NULL, expires TEXT, commencements TEXT NOT NULL,
    effective_by TEXT, citation TEXT NOT NULL
);
CREATE TABLE texts (document INTEGER PRIMARY KEY, text TEXT NOT NULL);
CREATE TABLE nodes (
    document INTEGER NOT NULL, position INTEGER NOT NULL, path TEXT NOT NULL, kind TEXT NOT NULL, number TEXT,
    ordinal INTEGER, suffix INTEGER, heading TEXT, start INTEGER NOT NULL, end INTEGER NOT NULL, parent INTEGER,
    last INTEGER NOT NULL, citation TEXT NOT NULL, cells TEXT, PRIMARY KEY (document, position)
) WITHOUT ROWID;
CREATE TABLE units (
    row INTEGER PRIMARY KEY, document INTEGER NOT NULL, node INTEGER NOT NULL, mark TEXT NOT NULL,
    headings TEXT NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL
);
CREATE TABLE clauses (
    row INTEGER PRIMARY KEY, unit INTEGER NOT NULL, node INTEGER NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL
);
CREATE TABLE links (
    document INTEGER NOT NULL, position INTEGER NOT NULL, node INTEGER NOT NULL, target_document INTEGER,
    target_node INTEGER, text TEXT NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL, reason TEXT,
    PRIMARY KEY (document, position)
) WITHOUT ROWID;
"""

INDEXES = """
CREATE UNIQUE INDEX nodes_path ON nodes (document, path);
CREATE INDEX units_node ON units (document, node);
CREATE INDEX links_node ON links (document, node);
CREATE INDEX links_target ON links (target_document, target_node) WHERE target_document IS NOT NULL;
"""
"""Made after the rows are in: several times faster than keeping them up to date row by row."""

CHECKS = (
    (
        """SELECT COUNT(*) FROM units u LEFT JOIN nodes n ON n.document = u.document AND n.position = u.node
        WHERE n.position IS NULL""",
        "{} 个检索单元没有对应的节点",
    ),
    (
        """SELECT COUNT(*) FROM clauses c LEFT JOIN units u ON u.row = c.unit WHERE u.row IS NULL""",
        "{} 个条文片段没有对应的检索单元",
    ),
    (
        """SELECT COUNT(*) FROM clauses c JOIN units u ON u.row = c.unit LEFT JOIN nodes n
        ON n.document = u.document AND n.position = c.node WHERE n.position IS NULL""",
        "{} 个条文片段没有对应的节点",
    ),
    (
        """SELECT COUNT(*) FROM units u LEFT JOIN documents d ON d.row = u.document WHERE d.row IS NULL""",
        "{} 个检索单元没有对应的文件",
    ),
    (
        """SELECT COUNT(*) FROM documents d LEFT JOIN texts t ON t.document = d.row
        WHERE t.text IS NULL OR length(t.text) <> d.characters""",
        "{} 份文件的正文缺失或长度不符",
    ),
    (
        """SELECT COUNT(*) FROM nodes n JOIN documents d ON d.row = n.document
        WHERE n.start > n.end OR n.end > d.characters""",
        "{} 个节点超出正文范围",
    ),
    (
        """SELECT COUNT(*) FROM links l LEFT JOIN nodes n
        ON n.document = l.target_document AND n.position = l.target_node
        WHERE l.target_node IS NOT NULL AND n.position IS NULL""",
        "{} 条引用指向不存在的节点",
    ),
    (
        """SELECT COUNT(*) FROM links l LEFT JOIN nodes n ON n.document = l.document AND n.position = l.node
        WHERE n.position IS NULL""",
        "{} 条引用不在任何节点中",
    ),
)
"""Queries that count references which lead nowhere, each with what to say of the count."""


def day(value: date | None) -> str | None:
    """A date as a column holds it."""
    return None if value is None else value.isoformat()


def read_day(value: str | None) -> date | None:
    """The date that a column holds."""
    return None if value is None else date.fromisoformat(value)


def ordinal(number: int | None, suffix: int | None) -> Ordinal | None:
    """The ordinal that two columns hold."""
    return None if number is None else Ordinal(number, suffix or 0)


def dump(values: Sequence[object]) -> str:
    """A list as JSON without spaces."""
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def strings(value: str) -> tuple[str, ...]:
    """The strings of a JSON list."""
    return tuple(json.loads(value)) if value != "[]" else ()


def dump_history(history: Sequence[Revision]) -> str:
    """Dated steps as JSON."""
    return dump([[step.on.isoformat(), step.action, step.text] for step in history])


def read_history(value: str) -> tuple[Revision, ...]:
    """Dated steps from JSON."""
    return tuple(Revision(date.fromisoformat(on), action, text) for on, action, text in json.loads(value))


def dump_commencements(commencements: Sequence[Commencement]) -> str:
    """Days of single provisions as JSON."""
    return dump([[part.on.isoformat(), part.provisions] for part in commencements])


def read_commencements(value: str) -> tuple[Commencement, ...]:
    """Days of single provisions from JSON."""
    if value == "[]":
        return ()
    return tuple(Commencement(date.fromisoformat(on), provisions) for on, provisions in json.loads(value))


def dump_repeals(repeals: Sequence[tuple[str, date | None]]) -> str:
    """Ids of repealing documents with their days as JSON."""
    return dump([[id_, day(on)] for id_, on in repeals])


def read_repeals(value: str) -> tuple[tuple[str, date | None], ...]:
    """Ids of repealing documents with their days from JSON."""
    return tuple((id_, read_day(on)) for id_, on in json.loads(value)) if value != "[]" else ()


def read_cells(value: str | None) -> Cells | None:
    """The cells of a row from JSON."""
    return None if value is None else tuple((header, cell) for header, cell in json.loads(value))
