"""Nodes under construction, and how they are frozen into a tree with paths.

A draft grows while its part of the document is read. Freezing works from the leaves up: a span covers the mark and
all children, and every path is unique in its document.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from indexer.numerals import path_step
from indexer.types import Node, NodeKind, Ordinal, Span

Cells = tuple[tuple[str, str | None], ...]

_PLAIN_STEPS: Final = frozenset(("款", "项", "目", "1."))
_FRAMES: Final = {"一、": "{}", "（一）": "（{}）", "（1）": "（{}）", "①": "{}"}
_LONGEST_NAME: Final = 20
_SCOPES: Final = frozenset(("附件", "题"))
"""Parts that articles count anew in: an annex, and an instrument printed in one."""


@dataclass(slots=True, eq=False)
class Draft:
    """A node under construction.

    Attributes:
        kind: What it is.
        start: Offset of its first character.
        end: Offset after its own last character, children not counted.
        rank: Its depth in the order of parts: a part closes every open part of the same or a higher rank.
        number: The printed number.
        ordinal: The number read.
        heading: Its title.
        style: The form of its mark, for items of a list.
        text: The words behind its mark, on the paragraph that opened it.
        children: Parts inside it, in document order.
        cells: Of a row.
    """

    kind: NodeKind
    start: int
    end: int
    rank: int
    number: str | None = None
    ordinal: Ordinal | None = None
    heading: str | None = None
    style: str | None = None
    text: str = ""
    children: list[Draft] = field(default_factory=list)
    cells: Cells | None = None

    def add(self, child: Draft) -> Draft:
        """Append a part and give it back."""
        self.children.append(child)
        return child

    @property
    def last(self) -> Draft | None:
        """The last part so far."""
        return self.children[-1] if self.children else None


@dataclass(frozen=True, slots=True)
class Frozen:
    """A finished tree.

    Attributes:
        root: The root node.
        repeated: Paths that occurred before and got ``~2``, without it.
    """

    root: Node
    repeated: tuple[str, ...]


def freeze(root: Draft, length: int) -> Frozen:
    """Turn drafts into nodes with unique paths.

    Args:
        root: The root draft, of kind 题.
        length: Characters of the document's text.

    Returns:
        The tree, and the paths that were not unique.
    """
    paths = _Paths()
    children = paths.freeze_all(root, "", "")
    return Frozen(Node("题", "", Span(0, length), children=children), tuple(paths.repeated))


class _Paths:
    """Gives every node of a document its path."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        self.repeated: list[str] = []

    def freeze_all(self, parent: Draft, path: str, scope: str) -> tuple[Node, ...]:
        """The children of a draft as nodes; ``scope`` is the path that articles stand under."""
        counts: dict[str, int] = {}
        return tuple([self._freeze(child, path, scope, counts) for child in parent.children])

    def _freeze(self, draft: Draft, above: str, scope: str, counts: dict[str, int]) -> Node:
        base = scope if draft.kind == "条" else above
        step = _step(draft, counts)
        path = self._unique(f"{base}/{step}" if base else step)
        start, end = draft.start, draft.end
        children: tuple[Node, ...] = ()
        if draft.children:
            children = self.freeze_all(draft, path, path if draft.kind in _SCOPES else scope)
            start, end = min(start, children[0].span.start), max(end, children[-1].span.end)
        return Node(
            draft.kind, path, Span(start, end), draft.number, draft.ordinal, draft.heading, children, draft.cells
        )

    def _unique(self, path: str) -> str:
        if path not in self.counts:
            self.counts[path] = 1
            return path
        self.counts[path] = count = self.counts[path] + 1
        self.repeated.append(path)
        # A heading may have the words of another one's path with its count.
        return self._unique(f"{path}~{count}")


def _step(draft: Draft, counts: dict[str, int]) -> str:
    """The last step of a node's path."""
    kind, ordinal = draft.kind, draft.ordinal
    if ordinal is not None and (kind == "条" or kind in _PLAIN_STEPS):
        return path_step(ordinal)
    if draft.number is not None and kind in _FRAMES:
        return _FRAMES[kind].format(draft.number)
    if ordinal is not None and kind not in _FRAMES and kind != "行":
        return f"{kind}{path_step(ordinal)}"
    if draft.heading and kind in ("编", "分编", "章", "节"):
        name = "".join(character for character in draft.heading if character.isalnum() or character == ".")
        return kind + name[:_LONGEST_NAME]
    count = counts[kind] = counts.get(kind, 0) + 1
    if kind == "行":
        return draft.number or str(count)
    bare = count == 1 and kind in ("序言", "目录")
    return kind if bare else f"{kind}{count}"
