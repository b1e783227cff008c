"""Builds documents of invented structure for the tests of citations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from indexer.types import Document, DocumentKind, Node, NodeKind, OffsetMap, Span


def node(kind: NodeKind, path: str, *children: Node, heading: str | None = None) -> Node:
    """A node without a place in a text."""
    return Node(kind, path, Span(0, 0), heading=heading, children=children)


def article(number: str, items: Sequence[int] = (0,), prefix: str = "") -> Node:
    """An article with as many 款 as ``items`` has entries, each with so many 项."""
    path = f"{prefix}{number}"
    return node(
        "条",
        path,
        *(
            node("款", f"{path}/{i}", *(node("项", f"{path}/{i}/{k}") for k in range(1, count + 1)))
            for i, count in enumerate(items, 1)
        ),
    )


def document(
    title: str,
    *children: Node,
    number: str | None = None,
    day: str = "2020-01-01",
    kind: DocumentKind = "法律",
    text: str = "",
    amends: tuple[str, ...] = (),
) -> Document:
    """A document with the given top-level nodes."""
    return Document(
        id=f"{title}@{day}",
        title=title,
        kind=kind,
        text=text,
        root=node("题", "", *children),
        offsets=OffsetMap((), ()),
        sources=("invented",),
        number=number,
        adopted=date.fromisoformat(day),
        amends=amends,
    )
