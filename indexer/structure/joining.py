"""From lines to paragraphs: lines that a column or page end broke go together again.

Reads the lines and roles of a segment, writes `Paragraph`s. Three kinds of evidence, the strongest that a source has:

- a layout (PDF, or plain text set in with spaces): a full line and a next one that is not indented are one paragraph,
  whatever they end or begin with, since a wrapped line may begin with 第三十九条和第四十条;
- a line that does not end a sentence, and a next one that no mark opens;
- in Markdown, HTML and DOCX, where a line is a paragraph by rule, the same, but only where the words leave no doubt.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from indexer.structure import dates
from indexer.structure.lines import Line
from indexer.structure.margins import Margins, find_margins
from indexer.structure.marks import Mark, is_closed, is_mention, read_mark

_CLAUSE: Final = re.compile(r"[，；。：]")
_VERB: Final = re.compile(r"应当|可以|不得|必须|负责|有权|依法|按照|根据|依照|对于?|由|的是|将|符合|包括|予以|属于")
_OPEN_END: Final = re.compile(r"[，、（《“〈的和与及或并对在将]$|以及$|或者$")
_OPEN_START: Final = re.compile(r"[，、。；：）》”〉]|的|和|或者|以及")
_WHOLE_BRACKET: Final = re.compile(r"（[^（）]*）$")
_DATED_BRACKET: Final = re.compile(r"（(?:\d{4}|[一二]\S{3})年")
_UNDECIDED: Final = re.compile(rf"{dates.PATTERN}(?:(?!会议|通过|公布|发布|修正|修订|批准|施行).){{2,40}}")
_SITTING: Final = re.compile(r"第[〇零一二三四五六七八九十百千\d]{1,6}次[^，。]{0,10}会议[^，。]{0,6}(?:通过|批准)")
_FORMULA: Final = re.compile(r"[＝=×÷→…]|^[A-Za-z]+$")
_HEADINGS: Final = frozenset(("编", "分编", "章", "节", "目录", "序言", "附件"))

_LONGEST_BRACKET: Final = 16
_SHORT: Final = 12
_LONG: Final = 25
_BREAKS_OF_WRAPPED_SOURCE: Final = 3


@dataclass(slots=True)
class Paragraph:
    """A paragraph: one or more lines that belong together.

    Attributes:
        text: Its text, the lines put together.
        pieces: The lines with the offset in ``text`` at which each begins, ascending.
        mark: The mark that it begins with; None for plain text, rows, and lines with a role.
        role: What `split` says the lines are; None for the body.
        is_row: It is a row of a table.
    """

    text: str
    pieces: tuple[tuple[int, Line], ...]
    mark: Mark | None = None
    role: str | None = None
    is_row: bool = False

    @property
    def level(self) -> int:
        """The heading level that the source states."""
        return self.pieces[0][1].source.level

    @property
    def number(self) -> int:
        """The source line that the paragraph begins on, counted from 1."""
        return self.pieces[0][1].number

    @property
    def last_number(self) -> int:
        """The source line that the paragraph ends on, counted from 1."""
        return self.pieces[-1][1].number

    def part(self, start: int, end: int | None = None) -> Paragraph:
        """The piece of the paragraph between two offsets, without surrounding space.

        Args:
            start: First offset.
            end: Offset after the last character; None for the end.

        Returns:
            A paragraph of the same role.
        """
        stop = len(self.text) if end is None else end
        text = self.text[start:stop]
        start += len(text) - len(text.lstrip())
        text = text.strip()
        stop = start + len(text)
        pieces: list[tuple[int, Line]] = []
        for position, (offset, line) in enumerate(self.pieces):
            last = self.pieces[position + 1][0] if position + 1 < len(self.pieces) else len(self.text)
            if last <= start or offset >= stop:
                continue
            first = max(offset, start)
            pieces.append((first - start, line.part(first - offset, min(last, stop) - offset)))
        mark = read_mark(text) if self.role is None and not self.is_row else None
        return Paragraph(text, tuple(pieces) or ((0, self.pieces[0][1]),), mark, self.role, self.is_row)


@dataclass(frozen=True, slots=True)
class Joined:
    """The paragraphs of a segment, and the source lines (first, last) of each that was put together."""

    paragraphs: tuple[Paragraph, ...]
    joins: tuple[tuple[int, int], ...]


def join(lines: Sequence[Line], roles: Sequence[str | None], media_type: str, head: int = 0) -> Joined:
    """Put broken lines together.

    Args:
        lines: The lines of a segment, blank ones included.
        roles: What each is; lines that have a role are never joined.
        media_type: The source's type: tells whether a line is a paragraph by rule.
        head: Source line at which a law's head (title and history) ends; lines up to there are joined only where a
            title stands open.

    Returns:
        The paragraphs without blank lines, and the joins made.
    """
    margins = find_margins(lines, media_type)
    marks = [read_mark(line.text) if role is None else None for line, role in zip(lines, roles, strict=True)]
    solid = [position for position, line in enumerate(lines) if line.text.strip()]
    decided = _Evidence(lines, roles, marks, solid, margins, head)
    is_wrapped = decided.is_wrapped(media_type)
    paragraphs: list[Paragraph] = []
    joins: list[tuple[int, int]] = []
    group: list[Line] = []
    for place, position in enumerate(solid):
        group.append(lines[position])
        if place + 1 < len(solid) and (_stands_open(group) or decided.goes_on(place, is_wrapped=is_wrapped)):
            continue
        paragraph = _assemble(group, marks[position], roles[position])
        if len(group) > 1:
            joins.append((paragraph.number, paragraph.last_number))
        paragraphs.append(paragraph)
        group = []
    return Joined(tuple(paragraphs), tuple(joins))


def _stands_open(group: Sequence[Line]) -> bool:
    """Whether the bracket with the dates of adoption, below a title, is still open: （2019年3月28日…通过."""
    if not _DATED_BRACKET.match(group[0].text) or len(group) > _LONGEST_BRACKET:
        return False
    return sum(line.text.count("（") - line.text.count("）") for line in group) > 0


def _assemble(group: list[Line], mark: Mark | None, role: str | None) -> Paragraph:
    """One paragraph of some lines; a space only between two Latin words."""
    first = group[0]
    is_row = first.source.is_row or "\t" in first.text
    if len(group) == 1:
        return Paragraph(first.text, ((0, first),), None if is_row else mark, role, is_row)
    pieces: list[tuple[int, Line]] = []
    texts: list[str] = []
    length = 0
    for line in group:
        if texts and _is_word(texts[-1][-1]) and _is_word(line.text[0]):
            texts.append(" ")
            length += 1
        pieces.append((length, line))
        texts.append(line.text)
        length += len(line.text)
    text = "".join(texts)
    return Paragraph(text, tuple(pieces), read_mark(text) if role is None else None, role, is_row)


def _is_broken_step(text: str, following: str) -> bool:
    """Whether a step of a law's history goes on in the next line: …审判委员会, and 第1815次会议通过…."""
    return _UNDECIDED.fullmatch(text) is not None and _SITTING.match(following) is not None


def _bridges_bracket(text: str, following: str) -> bool:
    """Whether a bracket that a line opens is closed in the next one, before any other is opened."""
    if text.rfind("（") <= text.rfind("）") or text.count("（") != text.count("）") + 1:
        return False
    closing = following.find("）")
    return closing >= 0 and "（" not in following[:closing]


def _is_word(character: str) -> bool:
    return character.isascii() and character.isalpha()


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What tells whether a line goes on in the next that is not blank."""

    lines: Sequence[Line]
    roles: Sequence[str | None]
    marks: Sequence[Mark | None]
    solid: Sequence[int]
    margins: Margins | None
    head: int

    def is_wrapped(self, media_type: str) -> bool:
        """Whether the source shows that its lines were broken: plain text does, other text by clear cases in it."""
        if media_type == "text/plain" or self.margins is not None:
            return True
        breaks = 0
        for place in range(len(self.solid) - 1):
            if not is_closed(self.lines[self.solid[place]].text) and self.goes_on(place, is_wrapped=False):
                breaks += 1
                if breaks >= _BREAKS_OF_WRAPPED_SOURCE:
                    return True
        return False

    def goes_on(self, place: int, *, is_wrapped: bool) -> bool:
        """Whether the line at ``solid[place]`` goes on in the next one."""
        here, after = self.solid[place], self.solid[place + 1]
        line, following = self.lines[here], self.lines[after]
        if self.margins is not None:
            decided = self._by_layout(here, after)
            if decided is not None:
                return decided
        if is_closed(line.text) or not self._may_join(here, after):
            return False
        if line.number <= self.head:
            is_open = following.number < self.head and line.text.count("《") > line.text.count("》")
            return is_open or _is_broken_step(line.text, following.text)
        if line.source.level:
            return False
        is_bridged = self.marks[after] is None and _bridges_bracket(line.text, following.text)
        return is_bridged or self._by_words(place, is_wrapped=is_wrapped)

    def _may_join(self, here: int, after: int) -> bool:
        """Whether two lines are both running text: no role, no row, and the second no heading."""
        if self.roles[here] is not None or self.roles[after] is not None:
            return False
        line, following = self.lines[here], self.lines[after]
        is_row = line.source.is_row or following.source.is_row or "\t" in line.text or "\t" in following.text
        return not is_row and not following.source.level

    def _by_layout(self, here: int, after: int) -> bool | None:
        """What the margins say; None where they say nothing."""
        margins = self.margins
        line, following = self.lines[here], self.lines[after]
        if margins is None or line.source.is_row or following.source.is_row:
            return None
        if self.roles[here] is not None or self.roles[after] is not None:
            return False
        if margins.is_centred(line) or margins.is_centred(following):
            return False
        if margins.is_indented(following):
            # A paragraph's first line: what stands before it has ended, at a page's end too.
            return False
        return margins.is_full(line) or (after - here == 1 and not is_closed(line.text))

    def _by_words(self, place: int, *, is_wrapped: bool) -> bool:
        """What the words say of a line that is not closed."""
        here, after = self.solid[place], self.solid[place + 1]
        text, following = self.lines[here].text, self.lines[after].text
        mark = self.marks[here]
        body = text[mark.length :] if mark is not None else text
        if not self._may_follow(place) or (len(body) <= _SHORT and len(following) <= _SHORT):
            return False
        if _OPEN_START.match(following):
            return len(body) > _SHORT
        if _FORMULA.search(following) or (_FORMULA.search(text) and not _CLAUSE.search(text)):
            return False
        if not (is_closed(following) or len(following) >= _LONG):
            return False
        is_command = _VERB.search(body) and len(body) > _SHORT and (mark is None or mark.kind != "一、")
        if is_command or _OPEN_END.search(text) or (_CLAUSE.search(body) and len(body) >= _LONG):
            return True
        return is_wrapped and self._is_broken_phrase(place, body, mark)

    def _may_follow(self, place: int) -> bool:
        """Whether the next line can go on a sentence at all: no mark opens it, and this line is no heading."""
        here, after = self.solid[place], self.solid[place + 1]
        text, following = self.lines[here].text, self.lines[after].text
        mark, next_mark = self.marks[here], self.marks[after]
        if mark is not None and mark.kind in _HEADINGS:
            return False
        if next_mark is not None and not self._is_mere_mention(following, next_mark, text):
            return False
        return not (following.startswith("“") or _WHOLE_BRACKET.match(following) or text.endswith("]"))

    def _is_broken_phrase(self, place: int, body: str, mark: Mark | None) -> bool:
        """In a source whose lines were broken: a phrase too long for a heading or a list's entry."""
        if mark is not None and mark.kind == "条" and len(body) <= _LONG:
            return len(body) > _SHORT and len(self.lines[self.solid[place + 1]].text) <= _LONG * 2
        return len(body) > _SHORT + 3 or (mark is not None and mark.kind != "条" and len(body) > _SHORT)

    @staticmethod
    def _is_mere_mention(following: str, mark: Mark, before: str) -> bool:
        """Whether a line that begins with an article's number goes on a sentence that stands open."""
        if mark.kind != "条":
            return False
        return not mark.is_spaced or is_mention(following, mark) or before[-1:] in "、和与及至或"
