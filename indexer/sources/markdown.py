"""Markdown: headings, pipe tables and fences are read, inline marks taken off; everything else is text.

The corpus of laws uses a small part of Markdown, and its text must come through unharmed: ``40*4`` is a product and
``麦角酸*`` a footnote mark, not emphasis. A line without any mark of Markdown (nearly all are) costs one search.
"""

import html
import re
from bisect import bisect_right
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from itertools import accumulate

from indexer.sources.decoding import clean, decode
from indexer.sources.embedded import find_tables
from indexer.sources.reading import Limits, Reading, row_text
from indexer.sources.webpage import read_fragment
from indexer.types import Dropped, Note, SourceLine

_MARKED = re.compile(r"^[ \t]*[#>|\-+*=`~]|[\\*_`<&\[|~]")
_HEADING = re.compile(r"^ {0,3}(#{1,6})(?=[ \t]|$)")
_CLOSING = re.compile(r"(?:^|(?<=[ \t]))#+$")
_COMMENT = re.compile(r"^\s*<!--.*-->\s*$")
_DASHES = re.compile(r":?-+:?")
_RULE = re.compile(r"^ {0,3}(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})$")
_UNDERLINE = re.compile(r"^ {0,3}(=+|-{3,})[ \t]*$")
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")
_QUOTE = re.compile(r"^ {0,3}(?:> ?)+")
_BULLET = re.compile(r"^[ \t]*[-*+][ \t]+")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_TAG = re.compile(
    r"</?(?:a|b|center|del|div|em|font|i|ins|mark|p|s|small|span|strong|sub|sup|u)(?:\s[^<>]*)?>", re.IGNORECASE
)
_AUTOLINK = re.compile(r"<((?:https?|mailto|ftp):[^<>\s]+)>")
# The target must look like one: 宁政办发[2023](印发) is text.
_TARGET = re.compile(r"[^\s()]*[./:#][^\s]*(?: \"[^\"]*\")?")
_LINK = re.compile(r"!?\[([^\[\]]*)\]\(([^()\n]{1,400})\)")
# Bounded, so that a line of twenty million marks costs linear time.
_STRONG = re.compile(r"(\*\*|__|~~)(?=[^\s*_~])(.{1,400}?)(?<=[^\s])\1")
_EMPHASIS = re.compile(
    r"(?<![\w*])\*(?=[^\s*])([^*]+)(?<=\S)\*(?![\w*])"
    r"|(?<!\w)_(?=[^\s_])([^_]+)(?<=\S)_(?!\w)"
)
_CODE = re.compile(r"(?<!`)(`{1,3})(?!`)(.{1,400}?)(?<!`)\1(?!`)")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
# An escaped character waits in the private area while marks are taken off, so that it is not taken for one.
_PRIVATE = 0xF000
_HIDDEN = re.compile("[\uf021-\uf07e]")
_SEPARATOR_MARKS = frozenset("|:- \t")
_UNESCAPED_PIPE = re.compile(r"(?<!\\)\|")


def read_markdown(content: bytes, source: str, limits: Limits) -> Reading:
    """Read a Markdown file.

    Args:
        content: The whole file.
        source: Its path, for messages.
        limits: ``nesting`` is the depth of elements allowed in an HTML table.

    Returns:
        Its lines, blank ones included, each with its line number in the file. ``#`` marks become levels, pipe tables
        rows, HTML tables too; comments stay as they are. Marks that take a line of their own are listed as dropped.

    Raises:
        SourceError: The file is binary, its encoding is broken, or an HTML table is too deep.
    """
    text, notes = clean(decode(content, source))
    reader = _Reader(text.replace("\f", "\n").removesuffix("\n"), source, limits)
    return Reading(tuple(reader.lines()), (*notes, *reader.notes), tuple(reader.dropped))


class _Reader:
    """Walks over the lines of one file; knows whether it stands inside a fence or below a table's header."""

    def __init__(self, text: str, source: str, limits: Limits) -> None:
        self.text = text
        self.rows = rows = text.split("\n")
        self.source = source
        self.limits = limits
        self.notes: list[Note] = []
        self.dropped: list[Dropped] = []
        self.in_table = False
        self.tables = deque(find_tables(text))
        # Offset at which each row begins.
        self.starts = list(accumulate((len(row) + 1 for row in rows), initial=0)) if self.tables else []

    def lines(self) -> Iterator[SourceLine]:
        """The lines of the file."""
        fence = ""
        underlined = self._underlined()
        skipped = 0
        for number, row in enumerate(self.rows, 1):
            if number <= skipped:
                continue
            if not fence and (not row or not _MARKED.search(row)):
                self.in_table = False
                yield SourceLine(number, row, level=underlined.get(number, 0))
                continue
            mark = _FENCE.match(row)
            if mark and (not fence or row.strip().startswith(fence)):
                self._drop(number, row, "code fence")
                fence = "" if fence else mark[1]
            elif fence:
                yield SourceLine(number, row)
            elif self.tables and self._has_table(number):
                found, skipped = self._html(number)
                yield from found
            else:
                yield from self._marked(number, row, underlined)

    def _has_table(self, number: int) -> bool:
        """Whether an HTML table begins in a row; those that begin above it stood in a fence."""
        while self.tables and self.tables[0][0] < self.starts[number - 1]:
            self.tables.popleft()
        return bool(self.tables) and self.tables[0][0] < self.starts[number]

    def _html(self, number: int) -> tuple[list[SourceLine], int]:
        """The HTML tables that begin in a row, with the words beside them, and the last row that they reach."""
        text = self.text
        found: list[SourceLine] = []
        place, last = self.starts[number - 1], number
        while self._has_table(last):
            start, end = self.tables.popleft()
            found += self._beside(last, text[place:start])
            first = bisect_right(self.starts, start)
            reading = read_fragment(text[start:end], first - 1, self.source, self.limits)
            found += reading.lines
            self.notes += [replace(note, line=note.line or first) for note in reading.notes]
            last, place = bisect_right(self.starts, end - 1), end
        return found + self._beside(last, text[place : self.starts[last] - 1]), last

    @staticmethod
    def _beside(number: int, words: str) -> list[SourceLine]:
        return [SourceLine(number, inline(words).strip())] if words.strip() else []

    def _marked(self, number: int, row: str, underlined: dict[int, int]) -> Iterator[SourceLine]:
        if _COMMENT.match(row):
            yield SourceLine(number, row.strip())
        elif number - 1 in underlined:
            self._drop(number, row, "heading underline")
        elif self._is_row(number):
            yield from self._row(number, row)
        elif _RULE.match(row):
            self._drop(number, row, "horizontal rule")
            yield SourceLine(number, "")
        elif heading := _HEADING.match(row):
            words = _CLOSING.sub("", row[heading.end() :].strip()).rstrip()
            yield SourceLine(number, inline(_BREAK.sub(" ", words)), level=len(heading[1]))
        else:
            level = underlined.get(number, 0)
            row = _BULLET.sub("", _QUOTE.sub("", row))
            for part in _BREAK.split(row):
                yield SourceLine(number, inline(part), level=level)

    def _underlined(self) -> dict[int, int]:
        """Lines that the line below makes a heading (``===`` or ``---``), with their levels."""
        levels = {}
        for number, row in enumerate(self.rows):
            if row[:4].strip()[:1] in {"=", "-"} and number and (mark := _UNDERLINE.match(row)):
                above = self.rows[number - 1]
                if above.strip() and not above.lstrip().startswith(("#", "|", "<!--", ">", "=", "-")):
                    levels[number] = 1 if mark[1][0] == "=" else 2
        return levels

    def _is_row(self, number: int) -> bool:
        row = self.rows[number - 1]
        if "|" not in row:
            self.in_table = False
            return False
        if _is_separator(row):
            self.in_table = True
        # Without outer pipes, only the separator row, here, above or below, says that this is a table.
        below = self.rows[number] if number < len(self.rows) else ""
        return self.in_table or row.lstrip().startswith("|") or _is_separator(below)

    def _row(self, number: int, row: str) -> Iterator[SourceLine]:
        if _is_separator(row):
            self._drop(number, row, "table separator")
            return
        inner = row.strip().removeprefix("|")
        if inner.endswith("|") and not inner.endswith("\\|"):
            inner = inner[:-1]
        cells = [inline(_BREAK.sub(" ", cell)) for cell in _UNESCAPED_PIPE.split(inner)]
        yield SourceLine(number, row_text(cells), is_row=True)

    def _drop(self, number: int, row: str, reason: str) -> None:
        self.dropped.append(Dropped(number, row.strip(), reason))


def inline(text: str) -> str:
    """Take the marks of Markdown off a piece of text.

    Args:
        text: Part of one line, without heading marks and pipes.

    Returns:
        The text as a reader of the rendered page sees it: emphasis, code marks and simple tags gone, a link's words
        without its target, escapes and entities resolved.
    """
    if not _MARKED.search(text):
        return text
    text = _ESCAPE.sub(lambda match: chr(_PRIVATE + ord(match[1])), text)
    text = _CODE.sub(r"\2", text)
    text = _LINK.sub(_link_words, _AUTOLINK.sub(r"\1", text))
    if "<" in text:
        text = _TAG.sub("", text)
    text = _EMPHASIS.sub(lambda match: match[1] or match[2], _STRONG.sub(r"\2", text))
    if "&" in text:
        text = html.unescape(text)
    return _HIDDEN.sub(lambda match: chr(ord(match[0]) - _PRIVATE), text)


def _link_words(match: re.Match[str]) -> str:
    return match[1] if _TARGET.fullmatch(match[2].strip()) else match[0]


def _is_separator(row: str) -> bool:
    if "|" not in row or not set(row) <= _SEPARATOR_MARKS:
        return False
    return all(_DASHES.fullmatch(cell.strip()) for cell in row.strip().strip("|").split("|"))
