"""The account of a parse: what is covered, and whether the articles count up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from indexer.numerals import printed
from indexer.types import Audit, Dropped, Node, Note, Ordinal, Repair


def audit(
    text: str,
    root: Node,
    repeated: Sequence[str] = (),
    dropped: Iterable[Dropped] = (),
    repairs: Iterable[Repair] = (),
    notes: Iterable[Note] = (),
) -> Audit:
    """Account for a document.

    Articles are counted from the first one found, the body, every annex and every instrument inside an annex for
    itself; of an inserted article (第一百二十条之三) the ones before it are due (之一, 之二).

    Args:
        text: The document's text.
        root: Its tree.
        repeated: Paths that occurred more than once.
        dropped: Source lines left out.
        repairs: Changes to the source's text.
        notes: What the reader said of the source.

    Returns:
        The account.
    """
    missing: list[str] = []
    duplicate: list[str] = []
    out_of_order: list[str] = []
    for ordinals in _articles(root).values():
        _count(ordinals, missing, duplicate, out_of_order)
    duplicate.extend(path for path in repeated if not path.rsplit("/", 1)[-1][:1].isdigit())
    return Audit(
        characters=_solid(text),
        uncovered=_uncovered(text, root),
        missing=tuple(missing),
        duplicate=tuple(duplicate),
        out_of_order=tuple(out_of_order),
        dropped=tuple(dropped),
        repairs=tuple(repairs),
        notes=tuple(notes),
    )


def _articles(root: Node) -> dict[str, list[Ordinal]]:
    """The numbers of the articles in document order, by the annex, or the instrument in it, that they stand in."""
    found: dict[str, list[Ordinal]] = {}
    stack: list[tuple[Node, str]] = [(root, "")]
    while stack:
        node, scope = stack.pop()
        if node.kind == "条":
            if node.ordinal is not None:
                found.setdefault(scope, []).append(node.ordinal)
            continue
        inner = node.path if node.kind in ("附件", "题") else scope
        stack.extend((child, inner) for child in reversed(node.children))
    return found


def _count(ordinals: Sequence[Ordinal], missing: list[str], duplicate: list[str], out_of_order: list[str]) -> None:
    """Compare a row of article numbers with counting."""
    present = set(ordinals)
    seen: set[Ordinal] = set()
    highest: Ordinal | None = None
    for ordinal in ordinals:
        if ordinal in seen:
            duplicate.append(printed(ordinal))
            continue
        seen.add(ordinal)
        is_next = highest is not None and ordinal.number == highest.number + 1 and not ordinal.suffix
        if highest is not None and not is_next:
            if ordinal < highest:
                out_of_order.append(printed(ordinal))
                continue
            missing.extend(printed(number) for number in _between(highest, ordinal) if number not in present)
        highest = ordinal


def _between(before: Ordinal, after: Ordinal) -> Iterator[Ordinal]:
    """The numbers that are due behind one article's number and before a later one's."""
    if after.number > before.number:
        for number in range(before.number + 1, min(after.number, before.number + 2000)):
            yield Ordinal(number)
    known = before.suffix if after.number == before.number else 0
    for suffix in range(known + 1, after.suffix):
        yield Ordinal(after.number, suffix)
    if after.suffix and after.number != before.number:
        yield Ordinal(after.number)


def _uncovered(text: str, root: Node) -> int:
    """Characters that are no space and that no top-level node covers."""
    place = count = 0
    for node in root.children:
        count += _solid(text[place : node.span.start])
        place = max(place, node.span.end)
    return count + _solid(text[place:])


def _solid(text: str) -> int:
    return len("".join(text.split()))
