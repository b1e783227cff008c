"""Writing citations: 《…法》第一百三十三条之一第一款第（二）项, 《…的若干措施》（宁政办发〔2023〕53号）一、（二）.

The parts of a law are written as 立法法第六十五条 numbers them; an article of a single 款 is cited without it. A
document without articles is cited with its number and its own marks (GB/T 9704-2012 7.3.3); a row of a table with the
table's title. What is written here, ``indexer.citation.marks`` reads back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

from indexer import numerals
from indexer.types import Document, Node, NodeKind, Ordinal

_AS_WRITTEN = frozenset({"（一）", "（1）", "①"})
_COUNTED = {"目": "目", "段": "段", "行": "项"}
_PUNCTUATED = {"一、": "、", "1.": "."}
_UNNUMBERED = frozenset({"编", "分编", "章", "节"})
_PARTS = frozenset({"编", "分编", "章", "节", "条", "款"})


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a citation.

    Attributes:
        kind: Kind of the node.
        number: Its own step of the path, without the kind: ``8``, ``133_1``, ``二``, ``（二）``, ``30``; ``~2`` marks a
            repetition.
        ordinal: Its number; None to read it from ``number``.
        only: It is the only 款 of its article, and is not cited.
        heading: Of a table, its title; of an instrument or a group in an annex, its name.
    """

    kind: NodeKind
    number: str
    ordinal: Ordinal | None = None
    only: bool = False
    heading: str | None = None


def format_citation(title: str, number: str | None, steps: Sequence[Step]) -> str:
    """Write a citation.

    Args:
        title: The instrument's title, without 《》 around it; 《》 inside become 〈〉.
        number: Its document number, when it is cited by number; None otherwise.
        steps: From the widest to the narrowest; none for the instrument as a whole.

    Returns:
        ``《…》第八条第（二）项``.
    """
    marks = reduce(_joined, (_mark(step) for step in steps if not step.only), "")
    return _head(title, number) + marks


def node_marks(document: Document) -> dict[str, str]:
    """The part of every node's citation behind the title, by path; a sole 款 has its article's.

    Args:
        document: The document.

    Returns:
        ``{"8/1/2": "第八条第（二）项", "一/（二）": "一、（二）", …}``.
    """
    marks: dict[str, str] = {}
    # With a sole 款 written out, for what is not cited directly below an article.
    explicit: dict[str, str] = {}
    for node, ancestors in document.nodes:
        parent = node.path.rpartition("/")[0]
        siblings = ancestors[-1].children if ancestors else ()
        step = _step(node, siblings)
        mark = _mark(step)
        above = marks if node.kind in ("项", "款") else explicit
        marks[node.path] = marks.get(parent, "") if step.only else _joined(above.get(parent, ""), mark)
        explicit[node.path] = marks[node.path] if node.kind == "项" else _joined(explicit.get(parent, ""), mark)
    return marks


def node_citations(document: Document) -> dict[str, str]:
    """The exact citation of every node, by path.

    Args:
        document: The document; one with articles is cited without its number.

    Returns:
        ``{"8/1/2": "《…》第八条第（二）项", …}``.
    """
    head = document_citation(document)
    return {path: head + mark for path, mark in node_marks(document).items()}


def document_citation(document: Document) -> str:
    """The citation of a document as a whole: its title, and its number when it has no articles."""
    has_articles = any(node.kind == "条" and "/" not in node.path for node, _ in document.nodes)
    return _head(document.title, None if has_articles else document.number)


def _head(title: str, number: str | None) -> str:
    inner = title.replace("《", "〈").replace("》", "〉")
    return f"《{inner}》（{number}）" if number else f"《{inner}》"


def _step(node: Node, siblings: Sequence[Node]) -> Step:
    own = node.path.rpartition("/")[2]
    only = node.kind == "款" and sum(each.kind == "款" for each in siblings) == 1
    bare = own.removeprefix(node.kind) if len(own) > len(node.kind) else own
    return Step(node.kind, bare, None, only, node.heading if node.kind in ("表", "题") else None)


def _joined(above: str, mark: str) -> str:
    """A mark behind the mark above it; a space keeps 附件1 and 3. apart."""
    return f"{above} {mark}" if above[-1:].isdecimal() and mark[:1].isdecimal() else above + mark


def _mark(step: Step) -> str:
    plain, _, again = step.number.partition("~")
    repeated = f"（重号{again}）" if again else ""
    return _plain_mark(step, plain) + repeated


def _plain_mark(step: Step, plain: str) -> str:
    kind = step.kind
    number = step.ordinal or numerals.ordinal(plain)
    if kind in _UNNUMBERED and number is None:
        mark = f"“{plain}”{kind}"
    elif kind in _PARTS and number is not None:
        mark = numerals.printed(number, kind)
    elif kind == "项" and number is not None:
        suffix = f"之{numerals.chinese(number.suffix)}" if number.suffix else ""
        mark = f"第（{numerals.chinese(number.number)}）项{suffix}"
    elif kind in _COUNTED:
        mark = f"第{plain}{_COUNTED[kind]}"
    elif kind in ("表", "题"):
        heading = "".join((step.heading or "").split()).replace("《", "〈").replace("》", "〉")
        is_named = kind == "表" and heading and plain == "1"
        mark = ("" if is_named else f"{kind}{plain}") + (f"《{heading}》" if heading else "")
    elif kind in _PUNCTUATED:
        mark = f"{plain}{_PUNCTUATED[kind]}"
    elif kind in _AS_WRITTEN:
        mark = plain
    else:
        mark = f"{kind}{plain.removeprefix(kind)}"
    return mark
