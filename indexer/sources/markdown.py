"""Markdown: headings, pipe tables and fences are read, inline marks taken off; everything else is text.

The corpus of laws uses a small part of Markdown, and its text must come through unharmed: ``40*4`` is a product and
``麦角酸*`` a footnote mark, not emphasis. A line without any mark of Markdown (nearly all are) costs one search.
"""

import html
import re
from collections.abc import Iterator

from indexer.sources.decoding import clean, decode
from indexer.sources.reading import Limits, Reading, row_text
from indexer.types import SourceLine

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
        limits: Not needed beyond the size, which is checked before.

    Returns:
        Its lines, blank ones included, each with its line number in the file. ``#`` marks become levels, pipe tables
        rows, comments stay as they are.

    Raises:
        SourceError: The file is binary or its encoding is broken.
    """
    del limits
    text, notes = clean(decode(content, source))
    rows = text.replace("\f", "\n").removesuffix("\n").split("\n")
    reader = _Reader(rows)
    return Reading(tuple(reader.lines()), (*notes, *reader.notes))


class _Reader:
    """Walks over the lines of one file; knows whether it stands inside a fence or below a table's header."""

    def __init__(self, rows: list[str]) -> None:
        self.rows = rows
        self.notes: list[str] = []
        self.in_table = False

    def lines(self) -> Iterator[SourceLine]:
        fence = ""
        underlined = self._underlined()
        for number, row in enumerate(self.rows, 1):
            if not fence and not _MARKED.search(row):
                self.in_table = False
                yield SourceLine(number, row, level=underlined.get(number, 0))
                continue
            mark = _FENCE.match(row)
            if mark and (not fence or row.strip().startswith(fence)):
                self._note(number, row, "代码块标记")
                fence = "" if fence else mark[1]
            elif fence:
                yield SourceLine(number, row)
            else:
                yield from self._marked(number, row, underlined)

    def _marked(self, number: int, row: str, underlined: dict[int, int]) -> Iterator[SourceLine]:
        if _COMMENT.match(row):
            yield SourceLine(number, row.strip())
        elif number - 1 in underlined:
            self._note(number, row, "标题下划线")
        elif self._is_row(number):
            yield from self._row(number, row)
        elif _RULE.match(row):
            self._note(number, row, "分隔线")
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
            self._note(number, row, "表格分隔行")
            return
        inner = row.strip().removeprefix("|")
        if inner.endswith("|") and not inner.endswith("\\|"):
            inner = inner[:-1]
        cells = [inline(_BREAK.sub(" ", cell)) for cell in _UNESCAPED_PIPE.split(inner)]
        yield SourceLine(number, row_text(cells), is_row=True)

    def _note(self, number: int, row: str, what: str) -> None:
        self.notes.append(f"第 {number} 行是{what}，未作为正文：{row.strip()[:40]}")


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
