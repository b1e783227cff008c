"""HTML tables written into a Markdown file: where they begin and end."""

import re
from bisect import bisect_right

_TAG = re.compile(r"(?<![`\\])<(/?)table(?=[\s>/])[^<>]*>", re.IGNORECASE)
_ROW = re.compile(r"[ \t]*\|")
_BLANK = re.compile(r"\n[ \t]*(?=\n)")


def find_tables(text: str) -> list[tuple[int, int]]:
    """Find the HTML tables of a Markdown text.

    A table ends with its ``</table>``; one without ends where a block of HTML does, at a blank line (CommonMark 4.6).
    A tag right behind a backtick or a backslash, or in a row of pipes, is text.

    Args:
        text: The whole text, its lines separated by line feeds.

    Returns:
        Offsets of the beginning and the end of each table that stands in no other, ascending.
    """
    if "<table" not in text and "<TABLE" not in text and "<Table" not in text:
        return []
    unclosed: list[tuple[int, int]] = []
    spans: list[tuple[int, int]] = []
    start = end = 0
    for tag in _TAG.finditer(text):
        if tag.start() >= end:
            start, end = text.rfind("\n", 0, tag.start()) + 1, text.find("\n", tag.start())
            end = len(text) if end < 0 else end
        if _ROW.match(text, start):
            continue
        if not tag[1]:
            unclosed.append(tag.span())
        elif unclosed:
            spans.append((unclosed.pop()[0], tag.end()))
    if unclosed:
        blanks = [blank.start() for blank in _BLANK.finditer(text)]
        for begin, behind in unclosed:
            place = bisect_right(blanks, behind - 1)
            spans.append((begin, blanks[place] if place < len(blanks) else len(text)))
    return _outermost(spans)


def _outermost(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans that lie in no other; one that reaches into the next is cut off there."""
    kept: list[tuple[int, int]] = []
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if kept and start < kept[-1][1]:
            if end <= kept[-1][1]:
                continue
            kept[-1] = (kept[-1][0], start)
        kept.append((start, end))
    return kept
