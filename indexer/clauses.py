"""What of a document is ranked (units) and what is embedded (clauses).

Reads a ``Document``, gives ``Unit`` and ``Clause`` rows in document order. A unit is what a person cites: an article,
a measure that stands alone, a row of a table. A clause is one thought of it: a 款, or an 项 with the words that
introduce it (立法法第六十五条: 款 make up an article, 项 a list inside a 款).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from indexer import citation, numerals
from indexer.citation import names
from indexer.types import Clause, Document, Node, NodeKind, Span, Unit

MAX_CLAUSE = 300
"""Code points; a longer paragraph is cut at the ends of sentences."""
MAX_LEAD = 60
"""How much of the words that introduce a list is repeated before each of its items."""

_CONTAINERS: frozenset[NodeKind] = frozenset({"编", "分编", "章", "节"})
_MEASURES: frozenset[NodeKind] = frozenset({"一、", "（一）", "1.", "（1）", "①"})
_NUMBERED: frozenset[NodeKind] = _MEASURES | {"款", "项", "目"}
_APART: frozenset[NodeKind] = frozenset({"题", "文号", "主送", "署名", "日期", "目录"})
"""Parts that say what a document is, not what it rules."""

_LONG_UNIT = 1200
"""A numbered paragraph longer than this gives way to its own numbered parts."""
_SENTENCE_END = "。！？；"
_HEADING_LENGTH = 50
_SHORT_SENTENCE = 30

_MARK = re.compile(
    r"\s*(?:第[〇零一二三四五六七八九十百千两\d]+条(?:之[一二三四五六七八九十]+)?"
    r"|[（(][一二三四五六七八九十百\d]+[）)]|[一二三四五六七八九十百]+、|\d+[.．、](?!\d)|[①-⑳])\s*"
)
_FORMAL = re.compile(
    r"[（(]此[件文][^）)]*[）)]"
    # 国家行政机关公文格式: a notice's own sentence, GB/T 9704-2012 7.3.3.
    r"|[^。]*(?:现将?[^。]{0,60}?(?:印发|转发|发布|公布|下发)[^。]*|现予(?:公布|发布|印发)[^。]*)(?:。[^。]{0,20}(?:执行|落实)。?|。)?"
    r"|[（(]?\d{4}年\d{1,2}月\d{1,2}日[^。]*(?:通过|公布|发布|施行|修正|修订|批准|备案|印发|实施|起草)[^。]*[）)]?"
    r"|(?:特此|专此|此复)[^，；。]{0,10}。?"
    r"|公布日期.*|施行日期.*|发布日期.*|实施日期.*"
)
_PIECE = re.compile(r"[^。！？；\n]*[。！？；\n]+[”』）)]*|[^。！？；\n]+\Z")
_WORD = re.compile(r"\w")


def units(document: Document) -> tuple[Unit, ...]:
    """Chooses what of a document is ranked.

    Every 条; where a document, an annex or a chapter has no 条, its lowest numbered paragraphs that stand alone and its
    plain paragraphs; the 序言 as one; every row of a table outside an article. A document's own marks of identity
    (题, 文号, 主送, 署名, 日期, 目录), the words of an order or a notice that issues it, its dates of adoption, and a
    gazette's masthead give none.

    Args:
        document: Any document.

    Returns:
        Its units in document order; they do not overlap.
    """
    if document.kind == "公报":
        return ()
    marks = citation.node_marks(document)
    chosen = _choose(document, document.root.children, (), articles=_has_articles(document.root))
    found = (_unit(document, node, span, headings, marks) for node, span, headings in chosen)
    return tuple(unit for unit in found if _WORD.search(unit.text))


def clauses(document: Document, of: Sequence[Unit]) -> tuple[Clause, ...]:
    """Cuts units into what is embedded.

    Args:
        document: The document of the units.
        of: Its units.

    Returns:
        The clauses, grouped by unit in the units' order; at least one for each unit.
    """
    nodes = {node.path: node for node, _ in document.nodes}
    inside = len(document.id) + 1
    found: list[Clause] = []
    for unit in of:
        node = nodes[unit.address[inside:]]
        headings = (document.title, *unit.headings, *((node.heading,) if node.kind == "条" and node.heading else ()))
        parts = [part for part in _parts(document, node, unit.span) if _WORD.search(part[2])]
        for at, span, text in parts or [(node, unit.span, unit.text)]:
            found.append(Clause(document.address(at), unit.address, document.id, headings, text, span))
    return tuple(found)


def embedding_text(clause: Clause) -> str:
    """What is given to the embedding model for a clause: short title, innermost heading, its words."""
    title, *headings = clause.headings
    return " ".join([names.simplify(title), *headings[-1:], clause.text])


def lexical_text(unit: Unit, own: Sequence[Clause]) -> str:
    """What a unit is found by word for word: short title, all headings, its words.

    Args:
        unit: The unit.
        own: Its clauses, at least one.

    Returns:
        One line for the title, one for each heading, then the words; those of a row with its headers.
    """
    words = own[0].text if unit.kind == "行" else unit.text
    return "\n".join([names.simplify(own[0].headings[0]), *unit.headings, words])


def row_text(node: Node) -> str:
    """A table row as a sentence: ``任务：…；完成时限：…``; what the source leaves empty is left out."""
    return "；".join(f"{header}：{value}" if header else value for header, value in node.cells or () if value)


def heading_line(document: Document, node: Node) -> str:
    """A heading as printed: ``第二章 残疾预防``, ``一、总体要求``, ``附件1 任务清单``."""
    name = node.heading or ""
    if node.kind in _CONTAINERS:
        inserted = numerals.printed(node.ordinal, node.kind) if node.ordinal and node.ordinal.suffix else None
        return f"{inserted or f'第{node.number}{node.kind}'} {name}".strip() if node.number else name
    if node.kind in _NUMBERED:
        own = document.slice(_own(node)).strip()
        return own if len(own) <= _HEADING_LENGTH else name or own[:_HEADING_LENGTH]
    if node.kind == "附件":
        return f"附件{node.number or ''} {name}".strip()
    return name


Choice = tuple[Node, Span, tuple[str, ...]]


def _choose(
    document: Document, nodes: Sequence[Node], headings: tuple[str, ...], *, articles: bool
) -> Iterator[Choice]:
    """The units among sibling nodes and below them.

    Args:
        document: The document.
        nodes: Siblings in document order.
        headings: The headings above them, outermost first.
        articles: Whether the words around are those of a text in articles, where plain paragraphs are no units.

    Yields:
        Node, span and headings of each unit.
    """
    for node, span in _runs(document, nodes):
        if node.kind in {"条", "序言", "行"}:
            yield node, span, headings
        elif node.kind in _CONTAINERS or node.kind in {"附件", "表"} or _counts_anew(node):
            below = (articles or node.kind in {"附件", "题"}) and _has_articles(node)
            yield from _choose(document, node.children, _under(headings, document, node), articles=below)
        elif node.kind in _NUMBERED:
            yield from _numbered(document, node, headings)
        elif node.kind not in _APART and not articles and not _is_formal(document.slice(span)):
            yield node, span, headings


def _runs(document: Document, nodes: Sequence[Node]) -> Iterator[tuple[Node, Span]]:
    """Siblings with their spans; the lines of a list of names, one plain paragraph each, as one that begins the run."""
    for is_list, run in groupby(nodes, lambda node: node.kind == "段" and _is_entry(document.slice(node.span))):
        if is_list:
            entries = list(run)
            yield entries[0], Span(entries[0].span.start, entries[-1].span.end)
        else:
            yield from ((node, node.span) for node in run)


def _is_entry(text: str) -> bool:
    words = text.strip()
    return (
        len(words) <= _SHORT_SENTENCE and not words.endswith(("。", "；", "：", "！", "？")) and not _is_formal(words)
    )


def _numbered(document: Document, node: Node, headings: tuple[str, ...]) -> Iterator[Choice]:
    """A numbered paragraph as one unit, or, when it is but a heading or very long, its parts."""
    parts = [child for child in node.children if child.kind in _NUMBERED or child.kind in {"表", "条", "附件"}]
    own = document.slice(_own(node))
    is_heading = _is_heading(own)
    if not parts or not (is_heading or _is_long(node, parts, own)):
        yield node, node.span, headings
        return
    if not is_heading:
        yield node, _own(node), headings
    below = _under(headings, document, node) if is_heading or node.heading else headings
    yield from _choose(document, node.children, below, articles=False)


def _is_formal(text: str) -> bool:
    """Whether a plain paragraph only says how the document came about or was issued."""
    return bool(_FORMAL.fullmatch(text.strip()))


def _is_heading(own: str) -> bool:
    """Whether a numbered paragraph's own words only name what follows: 一、总体要求."""
    words = own.strip()
    if words.endswith(("：", ":", "；", "，")) or len(words) > _HEADING_LENGTH:
        return False
    ends = sum(words.count(mark) for mark in _SENTENCE_END)
    return ends == 0 or (ends == 1 and words.endswith("。") and len(words) <= _SHORT_SENTENCE)


def _is_long(node: Node, parts: Sequence[Node], own: str) -> bool:
    if own.rstrip().endswith(("：", ":")) and all(part.kind in _NUMBERED for part in parts):
        return False
    carried = sum(part.span.end - part.span.start for part in parts)
    length = node.span.end - node.span.start
    return length > _LONG_UNIT and 2 * carried > length


def _has_articles(node: Node) -> bool:
    """Whether there is a 条 below a node, its annexes and the instruments in an annex left out."""
    return any(
        child.kind == "条" or (child.kind not in {"附件", "题"} and _has_articles(child)) for child in node.children
    )


def _counts_anew(node: Node) -> bool:
    """Whether a node is an instrument printed inside an annex, or a group of what the annex lists: 第一类."""
    return node.kind == "题" and bool(node.children)


def _under(headings: tuple[str, ...], document: Document, node: Node) -> tuple[str, ...]:
    line = heading_line(document, node)
    # A table often repeats the title of the annex that it fills.
    return headings if not line or (headings and headings[-1].endswith(line)) else (*headings, line)


def _unit(document: Document, node: Node, span: Span, headings: tuple[str, ...], marks: Mapping[str, str]) -> Unit:
    span = _trimmed(document, span)
    return Unit(
        address=document.address(node),
        document_id=document.id,
        kind=node.kind,
        mark=marks.get(node.path, ""),
        ordinal=node.ordinal if node.kind == "条" else None,
        headings=headings,
        text=document.slice(span),
        span=span,
    )


Part = tuple[Node, Span, str]


def _parts(document: Document, node: Node, span: Span) -> Iterator[Part]:
    """The clauses of a unit: node, span and words of each."""
    if span.end != _trimmed(document, node.span).end or node.kind == "行":
        # Only the beginning of a node, or a list that begins with it; or a row.
        yield from _leaf(document, node, span, "")
    elif node.kind == "条":
        if not node.children:
            yield from _leaf(document, node, span, "")
        for child in node.children:
            yield from _paragraph(document, child, "")
    else:
        yield from _paragraph(document, node, "")


def _paragraph(document: Document, node: Node, lead: str) -> Iterator[Part]:
    """A paragraph whole, or its introduction with its closing words and then each of its items."""
    parts = [child for child in node.children if child.kind != "引文"]
    if not parts:
        yield from _leaf(document, node, node.span, lead)
        return
    own = _trimmed(document, _own(node))
    introduction = document.slice(own)
    closing = _trimmed(document, Span(parts[-1].span.end, node.span.end))
    if _is_heading(introduction):
        words = _words(introduction)
        below = beside = f"{lead}{words} " if words else lead
    else:
        below, beside = lead + _shortened(introduction), lead
        together = own.end - own.start + closing.end - closing.start <= MAX_CLAUSE
        if together and closing.start < closing.end:
            yield node, own, lead + _words(introduction) + document.slice(closing)
            closing = Span(closing.end, closing.end)
        else:
            yield from _leaf(document, node, own, lead)
    for child in parts:
        yield from _paragraph(document, child, below if child.kind in _NUMBERED else beside)
    if closing.start < closing.end:
        yield from _leaf(document, node, closing, lead)


def _leaf(document: Document, node: Node, span: Span, lead: str) -> Iterator[Part]:
    """A stretch of text in pieces of at most ``MAX_CLAUSE``, each with the words that introduce it."""
    span = _trimmed(document, span)
    if node.kind == "行" and node.cells:
        yield node, span, lead + row_text(node)
        return
    text = document.slice(span)
    topic = _topic(text) if node.kind in _MEASURES else ""
    for start, end in _pieces(text):
        piece = _trimmed(document, Span(span.start + start, span.start + end))
        yield node, piece, lead + (topic if start else "") + _words(document.slice(piece))


def _topic(text: str) -> str:
    """The short first sentence with which a measure says what it is about, else nothing."""
    first = _PIECE.match(text)
    words = _words(first.group()).strip() if first else ""
    return words if words.endswith("。") and len(words) <= _SHORT_SENTENCE else ""


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Cuts a text at the ends of sentences into pieces of about one length, ``MAX_CLAUSE`` at most."""
    count = -(-len(text) // MAX_CLAUSE)
    wanted = len(text) / max(count, 1)
    start = end = 0
    for stop in _stops(text):
        if stop - start > MAX_CLAUSE and end > start:
            yield start, end
            start = end
        end = stop
        if count > 1 and end - start >= wanted:
            yield start, end
            start = end
    if end > start:
        yield start, end


def _stops(text: str) -> Iterator[int]:
    """Where a text may be cut: after each sentence, and inside one that is too long itself."""
    at = 0
    for sentence in _PIECE.finditer(text):
        while sentence.end() - at > MAX_CLAUSE:
            comma = text.rfind("，", at + MAX_CLAUSE // 2, at + MAX_CLAUSE)
            at = comma + 1 if comma > 0 else at + MAX_CLAUSE
            yield at
        at = sentence.end()
        yield at


def _shortened(introduction: str) -> str:
    """The words that introduce a list, without mark and earlier sentences: what each item needs to be understood."""
    words = _words(introduction).strip()
    if not words.endswith(("：", ":")):
        return ""
    sentence = re.split("[。！？；\n]", words)[-1]
    while len(sentence) > MAX_LEAD and "，" in sentence[:-1]:
        sentence = sentence.split("，", 1)[1]
    return sentence[-MAX_LEAD:]


def _words(text: str) -> str:
    """A text without the mark that it begins with."""
    match = _MARK.match(text)
    return text[match.end() :] if match else text.strip()


def _own(node: Node) -> Span:
    """A node's own words before its first part."""
    parts = [child for child in node.children if child.kind != "引文"]
    return Span(node.span.start, parts[0].span.start) if parts else node.span


def _trimmed(document: Document, span: Span) -> Span:
    """A span without the white space at its ends."""
    text = document.slice(span)
    start = span.start + len(text) - len(text.lstrip())
    return Span(start, max(start, span.start + len(text.rstrip())))
