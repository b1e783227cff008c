"""Page furniture: page numbers, running heads and comments, which belong to a printing and not to a text."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Final

from indexer.structure.lines import Line
from indexer.types import Dropped

_COMMENT: Final = re.compile(r"<[!！]--.*?--[>＞]$")
_DECORATED: Final = re.compile(
    r"[·•\-—–－―~～*]+\s*\d{1,4}\s*[·•\-—–－―~～*]+$|第?\s?\d{1,4}\s?页?\s?[,，/]?\s?共\s?\d{1,4}\s?页$|第\s?\d{1,4}\s?页$"
)
_BARE: Final = re.compile(r"\d{1,4}$")
_DIGITS: Final = re.compile(r"[\d\s·•\-—–－]+")

_CLAUSE_ENDS: Final = frozenset("。；：，、")

_LEAST_PAGES: Final = 3
_LONGEST_HEAD: Final = 60
_SHORTEST_PAGE: Final = 8


def drop_furniture(lines: Sequence[Line]) -> tuple[tuple[Line, ...], tuple[Dropped, ...]]:
    """Take page numbers, running heads and comments out of a source.

    A decorated number (``· 15 ·``, ``— 3 —``) is always one. A bare number is one at the edge of a page, or, in a
    source without pages, in a row of numbers that count up by one over page-long distances. A running head is a line
    that stands at the edge of most pages, or beside most page numbers.

    Args:
        lines: The normalised lines of a source.

    Returns:
        The lines that stay, and those dropped with their reasons.
    """
    reasons: dict[int, str] = {}
    for position, line in enumerate(lines):
        text = line.text
        if not text:
            continue
        if text[0] == "<" and _COMMENT.match(text):
            reasons[position] = "comment"
        elif len(text) <= 20 and _DECORATED.match(text):
            reasons[position] = "page number"
    if lines and lines[-1].source.page is not None:
        _find_on_pages(lines, reasons)
    else:
        _find_counting(lines, reasons)
        _find_beside_numbers(lines, reasons)
    if not reasons:
        return tuple(lines), ()
    kept = tuple(line for position, line in enumerate(lines) if position not in reasons)
    dropped = tuple(
        Dropped(lines[position].number, lines[position].source.text.strip(), reason)
        for position, reason in sorted(reasons.items())
    )
    return kept, dropped


def _find_on_pages(lines: Sequence[Line], reasons: dict[int, str]) -> None:
    """Bare numbers and repeated lines at the top or the bottom of pages."""
    pages: defaultdict[int | None, list[int]] = defaultdict(list)
    for position, line in enumerate(lines):
        if line.text and position not in reasons:
            pages[line.source.page].append(position)
    heads: Counter[str] = Counter()
    edges: list[tuple[int, str]] = []
    for page in pages.values():
        for position in {*page[:1], *page[-1:]}:
            if _BARE.match(lines[position].text) and len(page) > 1:
                reasons[position] = "page number"
        rest = [position for position in page if position not in reasons]
        for position in {*rest[:2], *rest[-2:]}:
            text = _DIGITS.sub("", lines[position].text)
            is_row = "\t" in lines[position].text
            if text and len(text) <= _LONGEST_HEAD and text[-1] not in _CLAUSE_ENDS and not is_row:
                edges.append((position, text))
                heads[text] += 1
    least = max(_LEAST_PAGES, len(pages) // 3)
    for position, text in edges:
        if heads[text] >= least:
            reasons[position] = "running head"


def _find_counting(lines: Sequence[Line], reasons: dict[int, str]) -> None:
    """Bare numbers that count up by one, a page's length apart."""
    bare = [
        (position, int(line.text))
        for position, line in enumerate(lines)
        if line.text and len(line.text) <= 4 and _BARE.match(line.text)
    ]
    chain: list[tuple[int, int]] = []
    for position, number in [*bare, (len(lines) * 2, -1)]:
        if chain and number == chain[-1][1] + 1 and position - chain[-1][0] > _SHORTEST_PAGE:
            chain.append((position, number))
            continue
        if len(chain) >= _LEAST_PAGES:
            reasons.update((place, "page number") for place, _ in chain)
        chain = [(position, number)]


def _find_beside_numbers(lines: Sequence[Line], reasons: dict[int, str]) -> None:
    """Short lines that stand next to at least three page numbers, or alone among blank lines on many pages."""
    numbers = [position for position, reason in reasons.items() if reason == "page number"]
    if len(numbers) < _LEAST_PAGES:
        return
    beside: Counter[str] = Counter()
    places: list[tuple[int, str]] = []
    for number in numbers:
        for step in (-1, 1):
            position = number + step
            while 0 <= position < len(lines) and not lines[position].text:
                position += step
            if 0 <= position < len(lines) and position not in reasons and len(lines[position].text) <= _LONGEST_HEAD:
                text = _DIGITS.sub("", lines[position].text)
                if text and text[-1] not in _CLAUSE_ENDS and "\t" not in lines[position].text:
                    beside[text] += 1
                    places.append((position, text))
    least = max(_LEAST_PAGES, len(numbers) // 3)
    for position, text in places:
        if beside[text] >= least:
            reasons[position] = "running head"
