"""One law from several files: 民法典 in eight, each with its own title, history and articles."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from indexer.structure.audit import audit
from indexer.types import Document, Dropped, Node, OffsetMap, Ordinal, Origin, Span

_FRAME = frozenset(("题", "文号", "主送", "署名", "日期", "段"))
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class _Part:
    """One file's share of the law: which of its characters stay, and where they go.

    Attributes:
        document: The file.
        left_out: Ranges of its text that the first file has too, ascending.
        base: Where its first character goes.
    """

    document: Document
    left_out: tuple[Span, ...]
    base: int

    def kept(self) -> Iterator[Span]:
        """The ranges that stay."""
        start = 0
        for span in self.left_out:
            if span.start > start:
                yield Span(start, span.start)
            start = span.end
        if start < len(self.document.text):
            yield Span(start, len(self.document.text))

    def place(self, offset: int) -> int:
        """Where an offset of the file goes; one inside a range left out goes to that range's start."""
        gone = sum(min(span.end, offset) - span.start for span in self.left_out if span.start < offset)
        return self.base + offset - gone


def merge(documents: Sequence[Document]) -> Document:
    """Join files of one id, whose articles do not overlap, into one document.

    Title and history that a later file repeats are left out and listed as dropped. A file that has a heading of its
    own below the title (物权编) becomes a 编 with that heading, numbered by its place; article addresses stay.

    Args:
        documents: Two files or more, each with articles.

    Returns:
        The law, its files in the order of their first articles.
    """
    ordered = sorted(documents, key=_first_article)
    parts = _parts(ordered)
    text = "\n".join("".join(part.document.slice(span) for span in part.kept()) for part in parts)
    children: list[Node] = []
    taken: set[str] = set()
    repeated: list[str] = []
    for number, part in enumerate(parts, 1):
        end = part.place(len(part.document.text))
        children.extend(_unique(node, taken, repeated) for node in _nodes(part, number, end))
    root = replace(ordered[0].root, span=Span(0, len(text)), children=tuple(children))
    first = ordered[0]
    audits = [document.audit for document in ordered]
    dropped = [line for account in audits for line in account.dropped] + [
        line for part in parts for line in _lines(part)
    ]
    return replace(
        first,
        text=text,
        root=root,
        offsets=_offsets(parts),
        sources=tuple(dict.fromkeys(source for document in ordered for source in document.sources)),
        number=next((document.number for document in ordered if document.number), None),
        published=next((document.published for document in ordered if document.published), None),
        effective=next((document.effective for document in ordered if document.effective), None),
        repeals=tuple(dict.fromkeys(title for document in ordered for title in document.repeals)),
        basis=tuple(dict.fromkeys(title for document in ordered for title in document.basis)),
        implements=tuple(dict.fromkeys(title for document in ordered for title in document.implements)),
        expires=next((document.expires for document in ordered if document.expires), None),
        commencements=tuple(dict.fromkeys(part for document in ordered for part in document.commencements)),
        history=max((document.history for document in ordered), key=len),
        audit=audit(
            text,
            root,
            repeated,
            dropped,
            [fix for account in audits for fix in account.repairs],
            [note for account in audits for note in account.notes],
        ),
    )


def _first_article(document: Document) -> Ordinal:
    return min((node.ordinal for node, _ in document.nodes if node.kind == "条" and node.ordinal), default=Ordinal(0))


def _parts(documents: Sequence[Document]) -> list[_Part]:
    known = {_compact(documents[0], node) for node in _frame(documents[0])}
    parts: list[_Part] = []
    base = 0
    for document in documents:
        repeated = [node.span for node in _frame(document) if parts and _compact(document, node) in known]
        # The line break behind a line goes with it.
        spans = tuple(Span(span.start, min(span.end + 1, len(document.text))) for span in repeated)
        parts.append(_Part(document, spans, base))
        base += len(document.text) - sum(span.end - span.start for span in spans) + 1
    return parts


def _frame(document: Document) -> Iterator[Node]:
    """Title and history: what stands before the first chapter or article, also right below the file's heading."""
    for node in document.root.children:
        if node.kind in _FRAME:
            yield node
            continue
        if node.number is None and node.kind in {"编", "章"}:
            for child in node.children:
                if child.kind not in _FRAME:
                    break
                yield child
        return


def _compact(document: Document, node: Node) -> str:
    return _SPACE.sub("", document.slice(node.span))


def _nodes(part: _Part, number: int, end: int) -> Iterator[Node]:
    """The top-level nodes of one part, those from its own heading on below a 编."""
    children = part.document.root.children
    place = next((i for i, node in enumerate(children) if node.number is None and node.kind in {"编", "章"}), None)
    for node in children[:place]:
        yield from _moved(part, node, node.path, node.path)
    if place is None:
        return
    heading = children[place]
    path = f"编{number}"
    inner = [moved for node in heading.children for moved in _moved(part, node, heading.path, path)]
    for node in children[place + 1 :]:
        inner.extend(_moved(part, node, node.path, node.path if node.kind == "条" else f"{path}/{node.path}"))
    span = Span(part.place(heading.span.start), end)
    yield Node("编", path, span, ordinal=Ordinal(number), heading=heading.heading, children=tuple(inner))


def _moved(part: _Part, node: Node, old: str, new: str) -> Iterator[Node]:
    """A node in its new place; nothing for one that is left out. Paths below ``old`` go below ``new``."""
    start, end = part.place(node.span.start), part.place(node.span.end)
    if start == end:
        return
    path = new + node.path[len(old) :] if node.path == old or node.path.startswith(f"{old}/") else node.path
    children = tuple(moved for child in node.children for moved in _moved(part, child, old, new))
    yield replace(node, path=path, span=Span(start, end), children=children)


def _unique(node: Node, taken: set[str], repeated: list[str]) -> Node:
    """The node with paths that no node before has; a repeated one gets ``~2``."""
    path, number = node.path, 2
    while path in taken:
        path = f"{node.path}~{number}"
        number += 1
    if path != node.path:
        repeated.append(node.path)
    taken.add(path)
    children = tuple(_unique(child, taken, repeated) for child in node.children)
    return replace(node, path=path, children=children)


def _offsets(parts: Sequence[_Part]) -> OffsetMap:
    """The way back to the sources; lines count in the file that ``sources`` names for the part."""
    runs: list[tuple[int, Origin]] = []
    for part in parts:
        offsets = part.document.offsets
        for span in part.kept():
            runs.append((part.place(span.start), offsets.origin(span.start)))
            runs.extend(
                (part.place(start), origin)
                for start, origin in zip(offsets.starts, offsets.origins, strict=True)
                if span.start < start < span.end
            )
    return OffsetMap(tuple(start for start, _ in runs), tuple(origin for _, origin in runs))


def _lines(part: _Part) -> Iterator[Dropped]:
    for span in part.left_out:
        line = part.document.origin(span).line
        yield Dropped(line, part.document.slice(span).strip(), "repeated in another file of the same law")
