"""The citations of a whole document, each with the node that cites and the address it leads to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from indexer.citation.find import find
from indexer.citation.mentions import definitions
from indexer.citation.resolve import Context, Laws, Resolution, expand, resolution
from indexer.types import Citation, Document, Node, Span

_HEADINGS = frozenset({"编", "分编", "章", "节"})
_SENTENCE_END = re.compile(r"[。；\n]")
# Nodes without a sentence of their own.
_SILENT = frozenset({"题", "文号", "主送", "署名", "日期", "目录", "表", "编", "分编", "章", "节"})


@dataclass(frozen=True, slots=True)
class Link:
    """A citation in a document.

    Attributes:
        source: Path of the narrowest node that holds the words.
        resolution: The citation, its span in the document's text, with its target or the reason why there is none.
    """

    source: str
    resolution: Resolution


def document_links(document: Document, laws: Laws) -> tuple[Link, ...]:
    """Find and resolve every citation of a document's text.

    Args:
        document: The document.
        laws: What is indexed, the document itself included.

    Returns:
        Links in the order of the text; a range gives a link for each provision it covers. Left out: the marks of the
        nodes themselves, and citations of the citing node or what encloses it, its own instrument included. In a
        decision that amends one law, and in text that it quotes, 本法 and 第…条 are that law's.
    """
    defined = definitions(document.text)
    amended = document.amends[0] if len(document.amends) == 1 else None
    found: list[Link] = []
    for node, ancestors in _sentences(document):
        nodes = list(node.walk(ancestors))
        headings = tuple(each.path for each in ancestors if each.kind in _HEADINGS)
        previous: str | None = None
        last: Span | None = None
        for citation in find(document.slice(node.span), defined):
            placed = replace(citation, span=citation.span.shifted(node.span.start))
            source, above = _holder(nodes, placed.span)
            if _is_mark(placed, source):
                continue
            context = Context(document.id, source.path, previous, headings)
            foreign = _is_foreign(placed, document, (*above, source))
            if foreign:
                placed = _adopted(placed, amended)
            elif previous is not None and last is not None and document.text[placed.span.start] in "第笫":
                placed = _carried(placed, previous, document.text[last.end : placed.span.start], context, laws)
            found += _links(placed, source, context, laws, foreign=foreign)
            previous, last = citation.law or previous, placed.span
    return tuple(link for link in found if not _encloses(link.resolution.citation.target, document.id, link.source))


def _carried(citation: Citation, law: str, between: str, context: Context, laws: Laws) -> Citation:
    """刑法第三条规定的…罪，第五条规定的…罪: a bare article of the same sentence that only the law named before has."""
    bare = citation.form == "self" and citation.law is None and citation.path[:1].isdecimal()
    if not bare or _SENTENCE_END.search(between) or resolution(citation, context, laws).cause is None:
        return citation
    theirs = replace(citation, law=law)
    return theirs if resolution(theirs, context, laws).cause is None else citation


def _is_mark(citation: Citation, source: Node) -> bool:
    """第八条 at the head of the node that is 第八条."""
    return citation.span.start == source.span.start and citation.law is None and citation.path == source.path


def _is_foreign(citation: Citation, document: Document, nodes: tuple[Node, ...]) -> bool:
    """Whether 本法 or 第八条 would be another law's: in a decision that amends laws, and in what is quoted."""
    if document.slice(citation.span).startswith(("本决定", "本修正案", "本通知")):
        return False
    return document.kind == "修改废止决定" or any(each.kind == "引文" for each in nodes)


def _links(citation: Citation, source: Node, context: Context, laws: Laws, *, foreign: bool) -> Iterator[Link]:
    if foreign and citation.law is None:
        reason = "这是引文或修改决定中的话，所指的是被修改的法律，而被修改的法律不止一部或没有写明"
        yield Link(source.path, Resolution(citation, "缺少上下文", reason))
        return
    first = resolution(citation, context, laws)
    if first.cause is not None:
        yield Link(source.path, first)
        return
    for each in expand(citation, context, laws):
        yield Link(source.path, Resolution(each))


def _adopted(citation: Citation, amended: str | None) -> Citation:
    """In the words of an amendment, 本法第八条 and 第八条 are the amended law's."""
    return replace(citation, law=amended) if citation.form == "self" and citation.law is None else citation


def _sentences(document: Document) -> Iterator[tuple[Node, tuple[Node, ...]]]:
    """The nodes whose text is read as a whole: articles, else the highest nodes with sentences of their own."""

    def visit(node: Node, ancestors: tuple[Node, ...]) -> Iterator[tuple[Node, tuple[Node, ...]]]:
        if node.kind == "条" or (node.kind not in _SILENT and not any(each.kind == "条" for each, _ in node.walk())):
            yield node, ancestors
            return
        for child in node.children:
            yield from visit(child, (*ancestors, node))

    for child in document.root.children:
        yield from visit(child, ())


def _holder(nodes: list[tuple[Node, tuple[Node, ...]]], span: Span) -> tuple[Node, tuple[Node, ...]]:
    """The narrowest of ``nodes``, given in document order, that covers the start of ``span``; with its ancestors."""
    holder = nodes[0]
    for node in nodes:
        if node[0].span.start <= span.start < node[0].span.end:
            holder = node
    return holder


def _encloses(target: str | None, document_id: str, source: str) -> bool:
    return target is not None and (target == document_id or f"{document_id}/{source}/".startswith(f"{target}/"))
