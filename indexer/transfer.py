"""Documents on their way from one process to another.

Pickling a tree of frozen dataclasses object by object takes as long as parsing the text that it came from. Packed into
plain tuples, nodes in document order and each with the number of its children, it takes a fraction.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from indexer.types import Document, Node, OffsetMap, Ordinal, Origin, Span

_PACKED = frozenset({"root", "offsets"})
_FACTS = tuple(field.name for field in fields(Document) if field.name not in _PACKED)

PackedDocument = tuple[dict[str, Any], list[tuple[Any, ...]], tuple[Any, ...]]
"""The facts, the nodes from the root on in document order, and the offset map column by column."""


def pack(document: Document) -> PackedDocument:
    """Turns a document into plain values that pickle fast.

    Args:
        document: Any document.

    Returns:
        What :func:`unpack` makes the same document of.
    """
    facts = {name: getattr(document, name) for name in _FACTS}
    nodes: list[tuple[Any, ...]] = []
    _pack_node(document.root, nodes)
    origins = document.offsets.origins
    columns = ([o.line for o in origins], [o.column for o in origins], [o.page for o in origins])
    return facts, nodes, (document.offsets.starts, *columns)


def unpack(packed: PackedDocument) -> Document:
    """Makes the document again.

    Args:
        packed: What :func:`pack` gave.

    Returns:
        A document equal to the one that was packed.
    """
    facts, nodes, (starts, *columns) = packed
    # From the last node to the first, the children of a node are the ones on top of the stack.
    stack: list[Node] = []
    for kind, path, start, end, number, ordinal, heading, cells, count in reversed(nodes):
        children = tuple(reversed(stack[len(stack) - count :])) if count else ()
        del stack[len(stack) - count :]
        counted = None if ordinal is None else Ordinal(*ordinal)
        stack.append(Node(kind, path, Span(start, end), number, counted, heading, children, cells))
    offsets = OffsetMap(starts, tuple(map(Origin, *columns)))
    return Document(root=stack[0], offsets=offsets, **facts)


def _pack_node(node: Node, into: list[tuple[Any, ...]]) -> None:
    ordinal = None if node.ordinal is None else (node.ordinal.number, node.ordinal.suffix)
    span = node.span
    children = node.children
    into.append(
        (node.kind, node.path, span.start, span.end, node.number, ordinal, node.heading, node.cells, len(children))
    )
    for child in children:
        _pack_node(child, into)
