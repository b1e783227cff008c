"""Labels of the lines that frame an instrument: 题, 文号, 主送, 署名, 日期, 目录, 刊头; the rest is body text.

The order follows GB/T 9704-2012 7.2 to 7.4: number, title, recipients, text, signature, date; then, behind an order
or a notice, the title of what it issues.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from rapidfuzz import fuzz

from indexer.structure import bodies, dates, numbers, quoted, wording
from indexer.structure.lines import Line

Role = Literal["题", "文号", "主送", "署名", "日期", "目录", "刊头"]
"""What a line is, where that does not depend on the tree."""

_BOOK = re.compile(r"第\S{1,4}编|\S{2,10}编$|总\s*则$|附\s*则$")
_LEADER = re.compile(r"(?:\s*[…·.．]{2,})?\s*[（(]?\d*[）)]?$")
_ORDER_NAME = re.compile(r"\S.{1,60}(?:令|公\s*告)")
_REGULATION_OF = re.compile(r"(?:印发|转发|批转|公布|发布|颁布)")
_ISSUED = re.compile(
    r"《.{1,120}?》(?:已经?|业经|已由|由|经).{0,200}(?:通过|同意|批准|公布|发布|印发)|(?:公布|发布|印发|颁布)《"
)
_ANNEX = re.compile(r"附\s*[件表录图]")
_HEAD = 14
_PREAMBLE = 120
_OPENING = 2000
_ALIKE = 94


def of_instrument(lines: Sequence[Line]) -> tuple[Role | None, ...]:
    """Label the lines of one instrument.

    Args:
        lines: Its lines, those of the order or notice that issues it first.

    Returns:
        A label, or None for body text, for each line.
    """
    labels = _Labels(lines)
    after = labels.head()
    labels.signatures()
    labels.issued_title(after)
    labels.contents()
    return tuple(labels.roles)


def of_masthead(lines: Sequence[Line]) -> tuple[Role | None, ...]:
    """Label the lines around the instruments of a gazette: 目录 from its heading to the imprint, else 刊头."""
    labels: list[Role | None] = []
    current: Role = "刊头"
    for line in lines:
        if wording.is_contents(line.text):
            current = "目录"
        elif current == "目录" and wording.IMPRINT.match(line.text):
            current = "刊头"
        labels.append(current if line.text else None)
    return tuple(labels)


class _Labels:
    """The labels of one instrument while they are being found; ``filled`` are the positions of lines not blank."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = lines
        self.roles: list[Role | None] = [None] * len(lines)
        self.filled = [position for position, line in enumerate(lines) if line.text]

    def text(self, place: int) -> str:
        return self.lines[self.filled[place]].text

    def line(self, place: int) -> Line:
        return self.lines[self.filled[place]]

    def joined(self, start: int, end: int) -> str:
        return "".join(self.text(place) for place in range(start, min(end, len(self.filled))))

    def mark(self, start: int, end: int, role: Role) -> None:
        for place in range(start, end):
            self.roles[self.filled[place]] = role

    def head(self) -> int:
        """Label title, number and recipients at the top; returns the place behind them."""
        place = 0
        while place < min(3, len(self.filled)) and numbers.is_line(self.text(place)):
            self.mark(place, place + 1, "文号")
            place += 1
        after = self._order(place)
        end = self._title(after)
        if after > place and not wording.is_title(self.joined(after, end)):
            return after
        if end == place:
            return place
        self.mark(after, end, "题")
        return self._behind_title(end, quoted.compact(self.joined(after, end)))

    def _order(self, start: int) -> int:
        """Label an order's name and its running number; returns the place behind them, ``start`` for none."""
        if start < len(self.filled) and wording.is_order(self.text(start)):
            self.mark(start, start + 1, "文号")
            return start + 1
        for place in range(start, min(start + 5, len(self.filled))):
            text = self.text(place)
            if not wording.is_titular(self.line(place)):
                break
            if place > start and numbers.is_bare(text) and _ORDER_NAME.fullmatch(self.joined(start, place)):
                self.mark(start, place, "题")
                self.mark(place, place + 1, "文号")
                return place + 1
        return start

    def _title(self, start: int) -> int:
        """The place behind the title that begins at ``start``; ``start`` itself when there is none."""
        if start >= len(self.filled) or not wording.is_titular(self.line(start)):
            return start
        level = self.line(start).source.level
        end = start + 1
        while end < min(start + 8, len(self.filled)) and self._continues(start, end, level):
            end += 1
        complete = next((n for n in range(end, start, -1) if wording.is_title(self.joined(start, n))), 0)
        return complete or start + 1

    def _continues(self, start: int, place: int, level: int) -> bool:
        """Whether the line at ``place`` goes on with the title."""
        line = self.line(place)
        if not wording.is_titular(line) or numbers.is_line(line.text):
            return False
        if level and (line.source.level != level or _BOOK.fullmatch(line.text)):
            return False
        if not wording.is_title(self.joined(start, place)):
            return True
        return (
            level > 0
            or line.text[0] in "（("
            or not (bodies.names(line.text) or _repeats(self.joined(start, place), line.text))
        )

    def _behind_title(self, place: int, title: str) -> int:
        """Label a repeated title, the number and the recipients; returns the place behind the last of them."""
        after = place
        for position in range(place, min(place + _HEAD, len(self.filled))):
            if position < after:
                continue
            text = self.text(position)
            if wording.HEADING.match(text) or wording.ARTICLE.match(text) or wording.is_contents(text):
                break
            length = 0 if text[0] in "《〈" else self._printing(position, [title])
            if length:
                self.mark(position, position + length, "题")
                after = position + length
            elif (
                quoted.compact(text).find(title) > 0
                and wording.is_notice_title(text)
                and wording.is_titular(self.line(position))
            ):
                # A law's title printed above the notice that issued it.
                self.mark(position, position + 1, "题")
                after = position + 1
            elif numbers.is_line(text) or (position == place and numbers.is_bare(text)):
                self.mark(position, position + 1, "文号")
                after = position + 1
            elif recipients := self._recipients(position):
                self.mark(position, position + recipients, "主送")
                return position + recipients
        return after

    def _printing(self, place: int, titles: Sequence[str]) -> int:
        """How many lines from ``place`` on print one of some titles, the nearest match of up to six; 0 for none."""
        best, lines = 0.0, 0
        for length in range(1, 7):
            if place + length > len(self.filled) or not wording.is_titular(self.line(place + length - 1)):
                break
            text = self.joined(place, place + length)
            likeness = max((_likeness(text, title) for title in titles), default=0.0)
            if likeness > best:
                best, lines = likeness, length
        return lines

    def _recipients(self, place: int) -> int:
        """How many lines from ``place`` on name the recipients."""
        for length in (1, 2, 3):
            if place + length > len(self.filled):
                return 0
            if wording.starts_dated(self.text(place + length - 1)):
                return 0
            text = self.joined(place, place + length)
            if wording.is_recipient(text):
                return length
            if wording.ends_sentence(text) or wording.is_titular(self.line(place + length - 1)):
                return 0
        return 0

    def signatures(self) -> None:
        """Label lines that are only a date, with the names right above."""
        for place in range(len(self.filled)):
            text = self.text(place)
            if not dates.stands_alone(text) or self.line(place).source.is_row:
                continue
            above = place
            while above and place - above < 8 and self._signs(above - 1):
                above -= 1
            if (
                above == place
                and place > 1
                and self._follows_text(place - 1)
                and wording.is_titular(self.line(place - 1))
            ):
                # A name that no rule knows, between the last sentence and the date.
                above = place - 1
            if above < place or self._follows_text(place):
                self.mark(above, place, "署名")
                self.mark(place, place + 1, "日期")

    def _signs(self, place: int) -> bool:
        free = self.roles[self.filled[place]] is None and not wording.is_row(self.line(place))
        return free and wording.is_signature(self.text(place))

    def _follows_text(self, place: int) -> bool:
        """Whether a line stands behind a sentence, and is not a step in the head of a law."""
        return place > 0 and wording.ends_sentence(self.text(place - 1))

    def issued_title(self, start: int) -> None:
        """Label the title of what an order or a notice issues."""
        preamble = self._preamble(start)
        if preamble is None:
            return
        names, end = preamble
        for place in range(start, min(start + _PREAMBLE, len(self.filled))):
            if not wording.is_titular(self.line(place)) or self.roles[self.filled[place]]:
                continue
            if length := self._printing(place, names):
                if not (place and _ANNEX.match(self.text(place - 1))):
                    self.mark(place, place + length, "题")
                return
        if end is not None and end < len(self.filled) and not self.roles[self.filled[end]]:
            after = self._title(end)
            if after > end and wording.is_title(self.joined(end, after)):
                self.mark(end, after, "题")

    def _preamble(self, start: int) -> tuple[list[str], int | None] | None:
        """The titles that an order or a notice quotes, compact, and the place behind its signature.

        None when the text does not issue anything.
        """
        head = "".join(self.text(place) for place in range(start) if self.roles[self.filled[place]] == "题")
        names = [quoted.compact(title.title) for title in quoted.find(head)] if _REGULATION_OF.search(head) else []
        order = any(wording.is_order(self.text(place)) for place in range(min(start, 2))) or head.endswith(
            ("令", "公告")
        )
        if order and wording.is_title(head) and not head.endswith(("令", "公告")):
            return None
        end = None
        for place in range(start, min(start + 20, len(self.filled))):
            text = self.text(place)
            if wording.HEADING.match(text) or wording.ARTICLE.match(text):
                break
            if order or names:
                match = _ISSUED.search(text, 0, _OPENING)
                names += [quoted.compact(title.title) for title in quoted.find(text)][:3] if match else []
            if wording.PUBLIC.fullmatch(text) or self.roles[self.filled[place]] == "日期":
                end = place + 1
        return (names, end) if names or (order and end) else None

    def contents(self) -> None:
        """Label a table of contents: headings that all come again, before the first article."""
        for place in range(len(self.filled)):
            text = self.text(place)
            if wording.ARTICLE.match(text):
                return
            heading = wording.is_contents(text)
            if heading or wording.HEADING.match(text):
                first = place + 1 if heading else place
                end = self._contents_end(first)
                if heading:
                    self.mark(place, max(end, first), "目录")
                else:
                    self.mark(place, end, "目录")
                return

    def _contents_end(self, first: int) -> int:
        """The place where the first entry comes again as a heading of the text; ``first`` when it does not."""
        if first >= len(self.filled):
            return first
        entry = self.text(first)
        name, number = _entry(entry), wording.HEADING.match(entry)
        for place in range(first + 1, len(self.filled)):
            text = self.text(place)
            if _entry(text) == name or (
                number and place > first + 1 and _entry(text).startswith(_entry(number.group())) and len(text) < 40
            ):
                return place
            if wording.ARTICLE.match(text) or len(text) > 80 or text[-1] in "。；":
                return self._paged_end(first)
        return self._paged_end(first)

    def _paged_end(self, first: int) -> int:
        """The place behind the entries that have page numbers, for contents that differ from the headings."""
        place = first
        while place < len(self.filled) and re.search(r"[…·.．]{2,}\s*[（(]?\d+[）)]?$", self.text(place)):
            place += 1
        return place


def _entry(text: str) -> str:
    return quoted.compact(_LEADER.sub("", text))


def _repeats(title: str, text: str) -> bool:
    """Whether a line begins a title once more that is already complete."""
    return len(text) > 3 and quoted.compact(title).startswith(quoted.compact(text))


def _likeness(text: str, title: str) -> float:
    """How alike two titles are, from 0 to 100; 0 where more than recognition noise differs."""
    text = quoted.compact(text)
    title = quoted.compact(title)
    if not text or abs(len(text) - len(title)) > 2:
        return 0.0
    if text == title:
        return 100.0
    likeness = fuzz.ratio(text, title) if min(len(text), len(title)) >= 12 else 0.0
    return likeness if likeness >= _ALIKE else 0.0
