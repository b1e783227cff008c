"""What an unmarked paragraph inside an article belongs to: an item, the 款 before it, or none of them.

A 款 counted too many falsifies every citation behind it, and so does an item: where the source leaves a doubt, a
paragraph is left to the words of the 款 and gets no number.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from indexer.structure.drafts import Draft
from indexer.structure.joining import Paragraph
from indexer.structure.marks import Mark, ends_sentence, is_closed
from indexer.structure.stack import LIST, STYLES, OpenParts
from indexer.structure.survey import Survey
from indexer.types import Ordinal

_REACH: Final = 40
_SHORT: Final = 60


def holding_item(seen: Survey, parts: OpenParts, position: int) -> Draft | None:
    """The open item that the plain paragraph at ``position`` belongs to.

    It does when the item's list goes on behind it, or when the items of the list are headings with text below them.

    Args:
        seen: What the whole document tells.
        parts: The open parts.
        position: The paragraph.

    Returns:
        The item, or None.
    """
    items = parts.items
    if not items:
        return None
    going_on = _continued(seen, items, position)
    if going_on is not None:
        return going_on
    for item in reversed(items):
        before = earlier_siblings(parts.above(item), item)
        has_text = bool(before) and any(child.kind == "段" for child in before[0].children[:2])
        if has_text and not is_closed(item.text):
            return item
    return None


def earlier_siblings(above: Draft, item: Draft) -> list[Draft]:
    """The items of an item's list before it, the nearest first; of a long list only the nearest."""
    return [child for child in above.children[-2 : -2 - _REACH : -1] if child.style == item.style]


def _continued(seen: Survey, items: Sequence[Draft], position: int) -> Draft | None:
    """The open item whose list goes on behind a paragraph: its next number comes before the list begins anew."""
    count = len(seen.marks)
    after = seen.next_mark[position]
    for _ in range(_REACH):
        mark = seen.marks[after] if after < count else None
        if mark is None or mark.ordinal is None or mark.kind not in STYLES:
            return None
        for item in reversed(items):
            if item.style == mark.kind and item.ordinal is not None:
                if mark.ordinal.number == item.ordinal.number + 1:
                    return item
                if mark.ordinal.number <= item.ordinal.number:
                    return None
        after = seen.next_mark[after]
    return None


def announced_lines(parts: OpenParts, previous: str, text: str) -> Draft | None:
    """The item that announced the plain lines below it with a colon.

    Args:
        parts: The open parts.
        previous: The paragraph before.
        text: The paragraph.

    Returns:
        The item, or None.
    """
    top = parts.top
    if top.rank < LIST:
        return None
    if previous[-1:] == "：" and top.text[-1:] == "：" and not top.children:
        return top
    last = top.last
    is_listing = last is not None and last.kind == "段" and previous == last.text
    return top if is_listing and previous[-1:] in "；，、" and not text.startswith("的") else None


def unnumbered_items(
    paragraphs: Sequence[Paragraph], seen: Survey, parts: OpenParts, position: int, previous: str
) -> dict[int, tuple[Mark, Ordinal]]:
    """Items whose numbers the source has lost: as many lines as numbers are wanting before the next item.

    Behind a sentence that ends with a colon, or behind an item that ends with a semicolon, ``k`` lines that end with
    semicolons and then the item with the number that ``k`` lines later is due.

    Args:
        paragraphs: The paragraphs.
        seen: What the whole document tells.
        parts: The open parts.
        position: The first paragraph without a number.
        previous: The paragraph before it.

    Returns:
        The mark that the lines would bear and their number, by position; empty where the count does not agree.
    """
    after = seen.next_mark[position]
    mark = seen.marks[after] if after < len(paragraphs) else None
    if mark is None or mark.ordinal is None or mark.kind not in STYLES:
        return {}
    top = parts.top
    if top.rank >= LIST and top.style == mark.kind and top.ordinal is not None and previous[-1:] == "；":
        before = top.ordinal.number
    elif top.rank < LIST and top.kind == "款" and previous[-1:] == "：" and top.text[-1:] == "：":
        before = 0
    else:
        return {}
    if mark.ordinal.number - before - 1 != after - position:
        return {}
    lines = paragraphs[position:after]
    if any(line.text[-1:] != "；" or line.role is not None or line.is_row for line in lines):
        return {}
    return {position + step: (mark, Ordinal(before + 1 + step)) for step in range(after - position)}


def is_same_clause(parts: OpenParts, previous: str, text: str) -> bool:
    """Whether a line goes on with the 款 before it: a sentence stands open, or short lines list what it announced.

    Args:
        parts: The open parts, a 款 or an item innermost.
        previous: The paragraph before.
        text: The paragraph.

    Returns:
        True when no new 款 begins.
    """
    last = previous[-1:]
    if last in ("，", "、", "；"):
        return True
    if parts.top.rank >= LIST:
        return text.startswith(("的，", "的。", "的；"))
    is_short = len(text) <= _SHORT and not ends_sentence(text)
    if last == "：":
        return is_short or text[-1:] == "；"
    return is_short and len(previous) <= _SHORT and not is_closed(previous)
