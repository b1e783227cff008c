"""Parts that a source prints on one line: several articles, or the items of a list inside its sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from indexer.numerals import printed as printed_mark
from indexer.structure.joining import Paragraph
from indexer.structure.marks import Mark, ends_sentence, is_mention, read_article, read_mark
from indexer.types import Ordinal, Repair

_INNER_ARTICLE: Final = re.compile(r"(?:(?<=[。；：！？”）])|(?<= ))(?=第[〇零一二三四五六七八九十百千\d]{1,9}条)")
_SENTENCE_ARTICLE: Final = re.compile(r"。 ?第[〇零一二三四五六七八九十百千\d]{1,9}条")
_CITES: Final = re.compile(
    r"[照据反按本例法则定与和及或在对用合至到由条款项、《》“〈〉第]$|依照|按照|根据|违反|适用|依据"
)
_LAST_HEADING: Final = re.compile(r"(?<=。)第[一二三四五六七八九十百]{1,4}[章节][^，。；：“”的]{2,24}$")
_SENTENCE_GAP: Final = re.compile(r"(?<=[。！？”）]) (?=\S)")
_INNER_ITEM: Final = re.compile(r"(?<=[：；。，])(?=（[一二三四五六七八九十]{1,3}）)")

_LIST_BEGINS: Final = re.compile(r"[：:] ?(?:（[一1]）|1[.、．](?!\d)|①|一、)")
_LIST_GOES_ON: Final = re.compile(
    r"[；。，](?:（[二三四五六七八九十\d]{1,3}）|\d{1,2}[.、．](?!\d)|[②-⑳]|[二三四五六七八九十]{1,3}、)"
)
_FORMS: Final = {
    "（一）": re.compile(r"(?<=[：；。，])（[一二三四五六七八九十]{1,3}）"),
    "（1）": re.compile(r"(?<=[：；。，])（\d{1,2}）"),
    "1.": re.compile(r"(?<=[：；。，])\d{1,2}[.、．](?!\d)"),
    "①": re.compile(r"(?<=[：；。，])[①-⑳]"),
    "一、": re.compile(r"(?<=[：；。])[一二三四五六七八九十]{1,3}、"),
}


def next_ordinals(last: Ordinal | None) -> tuple[Ordinal, ...]:
    """The article numbers that may follow: the next one, or the next 之一 of the same."""
    if last is None:
        return (Ordinal(1),)
    return (Ordinal(last.number + 1), Ordinal(last.number, last.suffix + 1))


def separate(paragraphs: Iterable[Paragraph]) -> tuple[tuple[Paragraph, ...], tuple[Repair, ...]]:
    """Divide paragraphs in which articles begin in mid-line.

    Where a source prints several articles on a line, a space behind a full stop is what is left of a paragraph's end,
    and the line is divided there too.

    Args:
        paragraphs: The paragraphs of a segment.

    Returns:
        The paragraphs with every article at the beginning of one, and the repairs.
    """
    paragraphs = tuple(paragraphs)
    printed = frozenset(_printed_articles(paragraphs))
    numbers = frozenset(ordinal.number for ordinal in printed if not ordinal.suffix)
    divided: list[Paragraph] = []
    repairs: list[Repair] = []
    last: Ordinal | None = None
    lost: str | None = None
    for paragraph in paragraphs:
        if paragraph.role is not None or paragraph.is_row:
            divided.append(paragraph)
            continue
        mark = paragraph.mark
        if mark is not None and mark.kind == "条" and not is_mention(paragraph.text, mark):
            last = mark.ordinal if mark.is_spaced or mark.ordinal in next_ordinals(last) else last
            lost = _lost_article(last, numbers)
        heading = _LAST_HEADING.search(paragraph.text, 4) if "。第" in paragraph.text else None
        if heading is not None:
            divided.extend((paragraph.part(0, heading.start()), paragraph.part(heading.start())))
            at = (paragraph.number, paragraph.last_number)
            repairs.append(Repair("heading in mid-line", at))
            continue
        places: list[int] = []
        if _may_hold_article(paragraph.text, mark.length if mark is not None else 0):
            places, last = _inner_articles(paragraph.text, last, printed)
        if not places and lost is not None and lost in paragraph.text:
            places = _in_broken_sentence(paragraph.text, lost)
            last = next_ordinals(last)[0] if places else last
        if not places:
            divided.append(paragraph)
            continue
        lost = None
        text = paragraph.text
        cuts = {0, *places}
        if len(places) > 1:
            cuts.update(match.end() for match in _SENTENCE_GAP.finditer(text))
            cuts.update(match.end() for match in _INNER_ITEM.finditer(text))
        ordered = [*sorted(cuts), len(text)]
        parts = (paragraph.part(start, end) for start, end in pairwise(ordered))
        divided.extend(part for part in parts if part.text)
        at = (paragraph.number, paragraph.last_number)
        repairs.append(Repair("articles on one line", at, f"拆出{len(places)}条"))
    return tuple(divided), tuple(repairs)


def _may_hold_article(text: str, start: int) -> bool:
    """Whether a text can hold an article's mark behind ``start``: nearly none does, and this is a fast look."""
    return text.find("条 ", start) >= 0 or _SENTENCE_ARTICLE.search(text, start) is not None


def _printed_articles(paragraphs: Iterable[Paragraph]) -> Iterable[Ordinal]:
    """The articles that begin a paragraph."""
    for paragraph in paragraphs:
        mark = paragraph.mark
        if mark is not None and mark.kind == "条" and mark.is_spaced and mark.ordinal is not None:
            yield mark.ordinal


def _lost_article(last: Ordinal | None, printed: frozenset[int]) -> str | None:
    """The mark of the next article when no paragraph begins with it but one begins with the article after it."""
    if last is None or last.number + 1 in printed or last.number + 2 not in printed:
        return None
    return printed_mark(Ordinal(last.number + 1))


def _in_broken_sentence(text: str, mark: str) -> list[int]:
    """Where a lost article begins in the middle of a sentence that the source breaks off; nowhere if it is cited."""
    place = text.find(mark)
    article = read_article(text, place) if place > 0 else None
    if article is None or not ends_sentence(text) or len(text) - place <= 2 * len(mark):
        return []
    is_cited = is_mention(text[place : place + 40], article) or _CITES.search(text[max(place - 12, 0) : place])
    return [] if is_cited else [place]


def _inner_articles(text: str, last: Ordinal | None, printed: frozenset[Ordinal]) -> tuple[list[int], Ordinal | None]:
    """Where articles begin inside a text, each the next in order, and the number of the last.

    A number without a space behind it counts at a sentence's beginning only, and if no paragraph begins with it.
    """
    places: list[int] = []
    balance = counted = 0
    for match in _INNER_ARTICLE.finditer(text, 1):
        place = match.end()
        balance += text.count("“", counted, place) - text.count("”", counted, place)
        counted = place
        mark = read_article(text, place)
        if mark is None or mark.ordinal not in next_ordinals(last):
            continue
        if not mark.is_spaced and (mark.ordinal in printed or text[max(place - 2, 0) : place].rstrip()[-1:] != "。"):
            continue
        if balance > 0 or is_mention(text[place : place + 40], mark):
            continue
        places.append(place)
        last = mark.ordinal
    return places, last


@dataclass(frozen=True, slots=True)
class Item:
    """An item printed inside a paragraph.

    Attributes:
        mark: Its mark.
        start: Offset of the mark in the paragraph.
        end: Offset after the item.
    """

    mark: Mark
    start: int
    end: int


def run_in_items(text: str, own: Mark | None) -> tuple[Item, ...]:
    """The items of a list printed inside one paragraph: 下列…：（一）…；（二）…。.

    Args:
        text: The paragraph.
        own: The mark that the paragraph begins with: an item's mark may be followed by the next item's.

    Returns:
        The items in order, at least two with the paragraph's own; empty where there is no such list. What follows the
        last item's sentence, when the items before it end with a semicolon, is the closing text of the list.
    """
    if ("：" in text or ":" in text) and _LIST_BEGINS.search(text):
        for pattern in _FORMS.values():
            found = _count_up(pattern, text, 1)
            if len(found) > 1 and text[found[0][0] - 1] in "：:":
                return _with_ends(text, found)
    if own is not None and own.ordinal is not None and own.kind in _FORMS and _LIST_GOES_ON.search(text):
        found = _count_up(_FORMS[own.kind], text, own.ordinal.number + 1)
        if found and text[found[0][0] - 1] in "；。":
            return _with_ends(text, found)
    return ()


def _count_up(pattern: re.Pattern[str], text: str, first: int) -> list[tuple[int, Mark]]:
    """The marks of one form that count up by one from ``first``."""
    found: list[tuple[int, Mark]] = []
    for match in pattern.finditer(text):
        mark = read_mark(text[match.start() : match.start() + 12])
        if mark is not None and mark.ordinal == Ordinal(first + len(found)):
            found.append((match.start(), mark))
    return found


def _with_ends(text: str, found: list[tuple[int, Mark]]) -> tuple[Item, ...]:
    """Give each item its end: the next one's mark, the last one's sentence, or the end of the paragraph."""
    ends = [place for place, _ in found[1:]] + [len(text)]
    items = [
        Item(mark, place, place + len(text[place:end].rstrip())) for (place, mark), end in zip(found, ends, strict=True)
    ]
    last = items[-1]
    if len(items) > 1 and all(text[item.end - 1] in "；，" for item in items[:-1]):
        stop = text.find("。", last.start)
        if 0 <= stop < last.end - 1 and text[stop + 1] not in "”’）":
            items[-1] = Item(last.mark, last.start, stop + 1)
    return tuple(items)
