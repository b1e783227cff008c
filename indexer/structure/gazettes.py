"""Where the instruments of a gazette begin: its masthead and contents, orders, notices, and its imprint at the end."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from indexer.structure import bodies, numbers, quoted, wording
from indexer.structure.lines import Line

_EVIDENCE = (
    re.compile(r".{0,30}(?:公报|政报)(?:\s*[（(]?\s*(?:\d{4}\s*年?|第\s*\d+\s*期|总第).{0,30})?$"),
    re.compile(r"编辑委员会|编\s*委\s*会"),
    re.compile(
        r"[（(]?\s*(?:\d{4}|[二〇○零一三四五六七八九]{4})\s*年\s*第?\s*[\d一二三四五六七八九十]+\s*[期号]|[（(]?\s*总第\s*\d+\s*[期号]"
    ),
    re.compile(r"ISSN|国际标准.{0,6}刊号|国际标准连续出版物号|国内统一(?:连续)?(?:出版物|刊)号|CN\s?\d\d-\d+"),
    re.compile(r"主\s*编\s*[：:]|责任编辑|编辑出版"),
    re.compile(r"主\s*[办管]\s*[：:]?"),
    re.compile(r"[（(]?(?:半月|月|旬|周|双月|季)刊[）)]?$"),
    re.compile(r"\d{4}年\d+月\d+日\s*出版"),
)
_GAZETTE = _EVIDENCE[0]
_LEADER = re.compile(r"\s*(?:[…·.．\-—]{2,}\s*)?[（(]?\s*\d{1,3}\s*[）)]?\s*$|\s*[…·.．]{3,}.*$")
_CHINESE = re.compile("[\u4e00-\u9fff]")
_HEAD_LINES = 160
_LOOKAHEAD = 16
_TITLE_LINES = 8


@dataclass(frozen=True, slots=True)
class Parts:
    """How a gazette divides.

    Attributes:
        instruments: First line and line after the last of each instrument.
        around: Positions of the lines of masthead, contents and imprint.
    """

    instruments: tuple[tuple[int, int], ...]
    around: tuple[int, ...]


def divide(lines: Sequence[Line]) -> Parts | None:
    """Divide a gazette into its instruments.

    Args:
        lines: The lines of a file.

    Returns:
        The parts; None when the file is one document, or no instrument of a gazette can be told from its contents.
    """
    filled = [position for position, line in enumerate(lines) if line.text]
    view = _View(lines, filled)
    starts = _real(view, list(_openings(view)))
    if _is_gazette([lines[position].text for position in filled[:_HEAD_LINES]]):
        starts = sorted({*starts, *_listed(view, starts)})
        first = filled[starts[0]] if starts else 0
    elif len(starts) > 1:
        # Pages of a gazette without its masthead: what stands before the first notice is a document or its frame.
        if any("。" in view.text(place) for place in range(starts[0])):
            starts = [0, *starts]
        first = 0
    else:
        starts = []
    if not starts:
        return None
    end = _imprint(view, starts[-1])
    bounds = [first, *(filled[start] for start in starts[1:]), end]
    instruments = tuple(pairwise(bounds))
    return Parts(instruments, (*range(first), *range(end, len(lines))))


@dataclass(frozen=True, slots=True)
class _View:
    """The lines of a file that are not blank; places count them."""

    lines: Sequence[Line]
    filled: Sequence[int]

    def __len__(self) -> int:
        return len(self.filled)

    def line(self, place: int) -> Line:
        return self.lines[self.filled[place]]

    def text(self, place: int) -> str:
        return self.line(place).text

    def joined(self, start: int, end: int) -> str:
        return "".join(self.text(place) for place in range(start, min(end, len(self))))


def _is_gazette(texts: Sequence[str]) -> bool:
    """Whether the first lines show a masthead: its name, and two more things that only a periodical prints."""
    short = [text for text in texts if len(text) <= 40]
    if not any(_GAZETTE.match(text) for text in short):
        return False
    return sum(any(pattern.match(text) or pattern.search(text) for text in short) for pattern in _EVIDENCE[1:]) >= 2


def _openings(view: _View) -> Iterator[tuple[int, int]]:
    """Places where an instrument may begin, each with the place after its title and number."""
    for place in range(len(view)):
        text = view.text(place)
        if numbers.is_line(text):
            above = _title_above(view, place)
            if above is not None:
                yield above, place + 1
            elif (below := _title_below(view, place)) is not None:
                yield place, below
        elif lines := _order_end(view, place):
            yield _with_issuers(view, place), place + lines


def _order_end(view: _View, place: int) -> int:
    """How many lines from ``place`` are the head of an order (某某令, 第1号): 0 when it is none."""
    text = view.text(place)
    if len(text) > 70 or not ("令" in text or "告" in text) or wording.is_row(view.line(place)):
        return 0
    if wording.is_order(text):
        return 1
    following = place + 1 < len(view) and numbers.is_bare(view.text(place + 1))
    return 2 if following and wording.is_order_name(text) else 0


def _title_above(view: _View, place: int) -> int | None:
    """The place of the first line of the title right above a document number, issuers on lines of their own included.

    None when there is no title. A registration code without Chinese (HNPR—2024—01001) may stand between the two.
    """
    if place and not _CHINESE.search(view.text(place - 1)):
        place -= 1
    for start in range(place - 1, max(place - 1 - _TITLE_LINES, -1), -1):
        if not wording.is_titular(view.line(start)) or numbers.is_line(view.text(start)):
            return None
        if wording.is_notice_title(view.joined(start, place)):
            return _with_issuers(view, start)
    return None


def _with_issuers(view: _View, start: int) -> int:
    """The place of the first of the lines right above ``start`` that hold only issuers; ``start`` without any."""
    while start and bodies.names(view.text(start - 1)) and wording.is_titular(view.line(start - 1)):
        start -= 1
    return start


def _title_below(view: _View, place: int) -> int | None:
    """The place after a title that begins right below a document number; None when there is none."""
    for end in range(place + 2, min(place + 2 + _TITLE_LINES, len(view) + 1)):
        if not wording.is_titular(view.line(end - 1)):
            return None
        if wording.is_notice_title(view.joined(place + 1, end)):
            return end
    return None


def _real(view: _View, openings: Sequence[tuple[int, int]]) -> list[int]:
    """The openings that text follows; an entry of the contents has only other entries behind it."""
    real: list[int] = []
    issued: set[str] = set()
    for position, (start, end) in enumerate(openings):
        limit = openings[position + 1][0] if position + 1 < len(openings) else len(view)
        behind = [view.text(place) for place in range(end, min(end + _LOOKAHEAD, limit))]
        if not any((len(text) >= 15 and "。" in text) or wording.is_recipient(text) for text in behind):
            continue
        title = "".join(view.text(place) for place in range(start, end) if not numbers.is_line(view.text(place)))
        if quoted.compact(title) in issued:
            # 转发: what a notice passes on keeps its own number.
            continue
        real.append(start)
        issued = _issued(view, start)
    return real


def _issued(view: _View, start: int) -> set[str]:
    """The titles, compact, that the order or notice at ``start`` names: one of them is what it issues."""
    return {quoted.compact(title.title) for title in quoted.find(view.joined(start, start + _LOOKAHEAD))}


def _listed(view: _View, starts: Sequence[int]) -> set[int]:
    """Instruments without a number of their own whose titles the contents list.

    A title that stands inside an order or a notice is the title of what that issues, and begins nothing.
    """
    contents = next(
        (place for place in range(min(len(view), _HEAD_LINES)) if wording.is_contents(view.text(place))), None
    )
    if contents is None:
        return set()
    first = starts[0] if starts else len(view)
    entries = _entries(view, contents + 1, min(first, contents + _HEAD_LINES))
    found: set[int] = set()
    place = starts[0] if starts else _after_entries(view, contents + 1, entries)
    issued: set[str] = set()
    while place < len(view):
        if place in starts:
            issued = _issued(view, place)
        length = 0
        if wording.is_titular(view.line(place)):
            length = next((n for n in range(4, 0, -1) if quoted.compact(view.joined(place, place + n)) in entries), 0)
        # A document number may stand above the title, and is where the instrument begins then.
        if length and not any(start in starts for start in range(place - 1, place + length)):
            title = quoted.compact(view.joined(place, place + length))
            if title not in issued:
                found.add(place)
        place += max(length, 1)
    return found


def _entries(view: _View, start: int, end: int) -> set[str]:
    """The titles that a table of contents lists, compact; each ends with a page number or a document number."""
    found: set[str] = set()
    parts: list[str] = []
    for place in range(start, end):
        text = view.text(place)
        if wording.IMPRINT.match(text):
            break
        if text.startswith(("【", "〔", "[", "●", "■", "◆", "▲")) or wording.is_contents(text):
            parts = []
            continue
        bare = _LEADER.sub("", text).strip()
        if not bare.startswith(("（", "(")):
            parts.append(bare)
        if bare != text.strip() or bare.startswith(("（", "(")):
            title = quoted.compact("".join(parts))
            if len(title) >= 6:
                found.add(title)
            parts = []
    return found


def _after_entries(view: _View, start: int, entries: set[str]) -> int:
    """The place after the last line of the contents, for a gazette without any numbered instrument."""
    last = start
    for place in range(start, min(len(view), start + _HEAD_LINES)):
        if (
            _LEADER.search(view.text(place))
            and len(view.text(place)) <= 80
            and not wording.ends_sentence(view.text(place))
        ):
            last = place + 1
    return last if entries else len(view)


def _imprint(view: _View, last: int) -> int:
    """The position where the imprint behind the last instrument begins; the number of lines when there is none."""
    tail = range(max(last, len(view) - 40), len(view))
    marks = [place for place in tail if len(view.text(place)) <= 60 and wording.IMPRINT.match(view.text(place))]
    for place in marks:
        behind = [view.text(other) for other in range(place, len(view))]
        if len([mark for mark in marks if mark >= place]) >= 3 and not any("。" in text for text in behind):
            return view.filled[place]
    return len(view.lines)
