"""Titles in book marks: 《…》, with 〈…〉 or 《…》 inside."""

import re
from dataclasses import dataclass

from indexer.types import Span

_MARKS = re.compile("[《》]")
_IGNORED = re.compile(r"[\s《》〈〉<>“”‘’\"'、，,·．.]+")


@dataclass(frozen=True, slots=True)
class Quoted:
    """A title in book marks; ``span`` covers the marks too."""

    span: Span
    title: str


def find(text: str) -> tuple[Quoted, ...]:
    """Find the titles of a text, outermost marks only, in order.

    Args:
        text: Any text; a mark without its partner is no title.

    Returns:
        The titles as an instrument would print its own: without spaces, the marks inside one level up (GB/T
        15834-2011 4.15.3.4 puts 〈〉 inside 《》, and 《》 on the title itself).
    """
    if "《" not in text:
        return ()
    found: list[Quoted] = []
    open_at: list[int] = []
    for mark in _MARKS.finditer(text):
        if mark.group() == "《":
            open_at.append(mark.start())
        elif open_at:
            start = open_at.pop()
            if not open_at:
                found.append(Quoted(Span(start, mark.end()), own_form(text[start + 1 : mark.start()])))
    return tuple(found)


def masked(text: str) -> str:
    """The text with what stands in book marks replaced by as many ``□``, so that only its own words can match."""
    pieces: list[str] = []
    end = 0
    for title in find(text):
        inside = title.span.end - title.span.start - 2
        pieces += (text[end : title.span.start + 1], "□" * inside)
        end = title.span.end - 1
    return "".join((*pieces, text[end:]))


def own_form(title: str) -> str:
    """A quoted title as the instrument prints it: no spaces, and 《》 where the quotation has 〈〉."""
    return "".join(title.split()).replace("〈", "《").replace("〉", "》")


def compact(text: str) -> str:
    """A text for comparing titles: without spaces, book marks, quotation marks and separators."""
    return _IGNORED.sub("", text)
