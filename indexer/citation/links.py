"""The citations of a whole document, each with the node that cites and the address it leads to."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from indexer.citation.amendments import Amendment
from indexer.citation.antecedents import continued
from indexer.citation.find import find
from indexer.citation.mentions import definitions, names
from indexer.citation.places import Context, Laws
from indexer.citation.resolve import Resolution, expand, resolution
from indexer.types import Citation, Document, Node, Span

_HEADINGS = frozenset({"编", "分编", "章", "节"})
# Nodes without a sentence of their own.
_SILENT = frozenset({"题", "文号", "主送", "署名", "日期", "目录", "表", "编", "分编", "章", "节"})
_COLUMN_OF_ARTICLES = re.compile(r"(?P<law>.+?)(?:的?条文|法条|条款|条目)$")
_REMEMBERED = 32
_LEAST_LOST = 2
_LARGEST_SHARE = 10
_UNKNOWN = "这是引文或修改决定中的话，所指的是被修改的法律，而被修改的法律或条款没有写明，或者不止一部"


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
        nodes themselves, and citations of the citing node or what encloses it, its own instrument included. In an
        amendment, and in text that it quotes, 本法 and 第…条 are the amended law's; in a list of a law's articles that
        has no articles of its own, that law's.
    """
    found = _without_misnumbered(tuple(_Reader(document, laws).links()), document.id, laws)
    return tuple(link for link in found if not _encloses(link.resolution.citation.target, document.id, link.source))


class _Reader:
    """Goes through a document's sentences."""

    def __init__(self, document: Document, laws: Laws) -> None:
        self.document = document
        self.laws = laws
        self.defined = definitions(document.text)
        self.day = _in_force(document)
        self.written = document.adopted or document.published or self.day
        self.subject = _subject(document)

    def links(self) -> Iterator[Link]:
        """The links in order, those to what encloses the citing node included."""
        for node, ancestors in _sentences(self.document):
            holders = _Holders(node, ancestors)
            headings = tuple(each.path for each in ancestors if each.kind in _HEADINGS)
            amendment = Amendment(self.document)
            before: deque[Citation] = deque(maxlen=_REMEMBERED)
            named: str | None = None
            for citation in find(self.document.slice(node.span), self.defined):
                placed = replace(citation, span=citation.span.shifted(node.span.start))
                source, above = holders.at(placed.span.start)
                if _is_mark(placed, source):
                    continue
                context = Context(self.document.id, source.path, named, headings, self.day, self.written)
                around = (*above, source)
                if amendment.concerns(placed, around):
                    yield from self._amended(amendment, placed, around, context)
                else:
                    placed = self._of_subject(placed, source)
                    placed = continued(placed, before, source, self.document.text, context, self.laws)
                    yield from self._resolved(placed, context)
                before.append(placed)
                named = placed.law or named

    def _amended(
        self, amendment: Amendment, citation: Citation, nodes: tuple[Node, ...], context: Context
    ) -> Iterator[Link]:
        quoted = amendment.read(citation, nodes)
        if quoted.left_out:
            return
        if quoted.unknown:
            yield Link(context.path, Resolution(citation, "缺少上下文", _UNKNOWN))
            return
        yield from self._resolved(quoted.citation, replace(context, before=quoted.before))

    def _resolved(self, citation: Citation, context: Context) -> Iterator[Link]:
        first = resolution(citation, context, self.laws)
        if first.cause is not None:
            yield Link(context.path, first)
            return
        for each in expand(citation, context, self.laws):
            yield Link(context.path, Resolution(each))

    def _of_subject(self, citation: Citation, source: Node) -> Citation:
        """A bare 第…条 in a column headed 刑法条文, or in a document about 刑法 that has no articles, is that law's."""
        if citation.law is not None or citation.form != "self" or not citation.path[:1].isdecimal():
            return citation
        if self.document.text[citation.span.start] not in "第笫":
            return citation
        law = _law_of_column(source, self.document, citation.span) or self.subject
        return replace(citation, law=law) if law else citation


def _without_misnumbered(links: tuple[Link, ...], document_id: str, laws: Laws) -> tuple[Link, ...]:
    """Leave a law's provisions open where a document counts them as some other version does.

    An amended document may keep citing the numbers of a law that has been numbered anew since: where several of the
    provisions that it cites are not there, the others are there by chance.
    """
    cited: dict[str, list[Link]] = {}
    for link in links:
        citation = link.resolution.citation
        if citation.law and citation.path and "修正案" not in citation.law and (ids := laws.by_name(citation.law)):
            cited.setdefault(ids[0], []).append(link)
    wrong: set[Link] = set()
    for version, group in cited.items():
        lost = {link.resolution.citation.path for link in group if link.resolution.cause == "条款不存在"}
        if (
            version != document_id
            and not laws.is_first(version)
            and len(lost) >= _LEAST_LOST
            and len(lost) * _LARGEST_SHARE >= len(group)
        ):
            wrong.update(link for link in group if link.resolution.cause is None)
    return tuple(replace(link, resolution=_misnumbered(link.resolution)) if link in wrong else link for link in links)


def _misnumbered(resolution: Resolution) -> Resolution:
    law = resolution.citation.law
    return Resolution(
        replace(resolution.citation, target=None), "版本不明", f"本文件引用的《{law}》条文序号与索引中的版本不一致"
    )


def _in_force(document: Document) -> date:
    """The day from which a document's words count, and with them the laws that it cites; the first day when unknown."""
    days = (document.adopted, document.published, document.effective)
    return max((each for each in days if each is not None), default=date.min)


def _subject(document: Document) -> str | None:
    """The one law that the title of a document without articles names."""
    if any(node.kind == "条" for node, _ in document.nodes):
        return None
    named = {citation.law for citation in find(document.title) if citation.law} | {
        mention.law for mention in names(document.title, {}) if mention.law
    }
    return named.pop() if len(named) == 1 else None


def _law_of_column(row: Node, document: Document, span: Span) -> str | None:
    """The law whose articles a column of a table lists: 刑法条文."""
    if row.kind != "行" or not row.cells:
        return None
    column = document.text.count("\t", row.span.start, span.start)
    header = row.cells[column][0] if column < len(row.cells) else ""
    match = _COLUMN_OF_ARTICLES.match(header.strip())
    mention = next(names(match["law"], {}), None) if match else None
    return mention.law if mention else None


def _is_mark(citation: Citation, source: Node) -> bool:
    """第八条 at the head of the node that is 第八条."""
    return citation.span.start == source.span.start and citation.law is None and citation.path == source.path


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


class _Holders:
    """Tells the narrowest node of a part of the tree that covers an offset, and the nodes around it."""

    def __init__(self, node: Node, ancestors: tuple[Node, ...]) -> None:
        self._nodes = list(node.walk(ancestors))
        self._starts = [each.span.start for each, _ in self._nodes]

    def at(self, offset: int) -> tuple[Node, tuple[Node, ...]]:
        """The node that covers ``offset``, with its ancestors from the outermost in; else the first."""
        place = bisect_right(self._starts, offset) - 1
        while place > 0 and self._nodes[place][0].span.end <= offset:
            place -= 1
        return self._nodes[max(place, 0)]


def _encloses(target: str | None, document_id: str, source: str) -> bool:
    return target is not None and (target == document_id or f"{document_id}/{source}/".startswith(f"{target}/"))
