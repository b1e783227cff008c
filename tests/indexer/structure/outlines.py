"""What the tests of structure share: parsing invented texts and drawing the outline of the tree."""

from __future__ import annotations

from collections.abc import Iterator

from indexer.structure import parse
from indexer.types import Document, Node, RawDocument, SourceLine


def raw(text: str, media_type: str = "text/markdown") -> RawDocument:
    """A source of some lines; ``#`` marks are read as a Markdown reader reads them."""
    lines = []
    for number, line in enumerate(text.strip("\n").split("\n"), 1):
        body = line.lstrip("#")
        level = len(line) - len(body) if body.startswith(" ") else 0
        shown = body.strip() if level else line
        lines.append(SourceLine(number, shown, level=level, is_row="\t" in line))
    return RawDocument("临海省港口条例.md", media_type, tuple(lines), "0" * 64)


def parsed(text: str, media_type: str = "text/markdown") -> Document:
    """The only document of a text."""
    (document,) = parse(raw(text, media_type))
    return document


def outline(document: Document, *, leave_out: str = "") -> list[str]:
    """The paths of the nodes in document order, without those of some kinds."""
    return [node.path for node, _ in document.nodes if node.kind not in leave_out.split()]


def node(document: Document, path: str) -> Node:
    """The node at a path."""
    return next(node for node, _ in document.nodes if node.path == path)


def text_of(document: Document, path: str) -> str:
    """The text of the node at a path."""
    return document.slice(node(document, path).span)


def own_texts(document: Document) -> Iterator[str]:
    """In document order what each node says itself: its mark and words, its parts left out."""
    yield from _own(document, document.root)


def _own(document: Document, part: Node) -> Iterator[str]:
    place = part.span.start
    for child in part.children:
        yield document.text[place : child.span.start]
        yield from _own(document, child)
        place = child.span.end
    yield document.text[place : part.span.end]
