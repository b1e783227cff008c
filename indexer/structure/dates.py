"""Dates as legal texts print them: ``2023年11月8日``, ``二〇二三年十一月八日``, ``(2014-01-01)`` in a file's name."""

import re
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath

from indexer import numerals
from indexer.types import Span

_ZERO = "〇零○ＯOo◯0０"
_DIGIT = f"[一二三四五六七八九{_ZERO}]"
# GB/T 9704-2012 7.3.5.4 asks for Arabic digits; laws signed before 2012 have Chinese ones, the zero in many shapes.
_YEAR = rf"(?:[12１２][\d]{{3}}|[一二]{_DIGIT}{{3}})"
_MONTH = r"(?:\d{1,2}|十[一二]?|[一二三四五六七八九])"
_DAY = r"(?:\d{1,2}|[二三]?十[一二三四五六七八九]?|廿[一二三四五六七八九]?|[一二三四五六七八九])"
PATTERN = rf"{_YEAR}\s*年\s*{_MONTH}\s*月\s*{_DAY}\s*日"
"""A regular expression, without groups, for a date that names its day."""

_DATE = re.compile(rf"({_YEAR})\s*年\s*({_MONTH})\s*月\s*({_DAY})\s*日")
_ALONE = re.compile(rf"[（(]?\s*{PATTERN}\s*[）)]?")
_IN_NAME = re.compile(r"(?<!\d)([12]\d{3})([-_.]?)(\d{2})\2(\d{2})(?!\d)")
_ZEROES = str.maketrans(_ZERO, "〇" * len(_ZERO))


@dataclass(frozen=True, slots=True)
class Dated:
    """A date and where it stands in the text that was searched."""

    span: Span
    on: date


def parse(text: str) -> date | None:
    """Read one date.

    Args:
        text: ``2023年11月8日``, ``２０２３年１１月８日``, ``二○二三年十一月八日``; spaces do not count.

    Returns:
        The date; None when ``text`` is not one or the calendar has no such day.
    """
    match = _DATE.fullmatch(text.strip())
    return _read(match) if match else None


def find(text: str) -> tuple[Dated, ...]:
    """Find every date of a text that the calendar has, in order.

    Args:
        text: Any text.

    Returns:
        The dates with their places; impossible ones (2月30日) are left out.
    """
    if "年" not in text:
        return ()
    read = ((match, _read(match)) for match in _DATE.finditer(text))
    return tuple(Dated(Span(*match.span()), on) for match, on in read if on is not None)


def stands_alone(text: str) -> bool:
    """Whether a line holds a date and nothing else (GB/T 9704-2012 7.3.5.4)."""
    return len(text) < 24 and _ALONE.fullmatch(text.strip()) is not None


def in_name(source: str) -> date | None:
    """The date in a file's name.

    Args:
        source: A path; ``…(2014-01-01).md``, ``…_20121228.pdf`` and ``…2014年1月1日.txt`` have one.

    Returns:
        The last date of the name; None when it has none.
    """
    stem = PurePath(source).stem
    written = find(stem)
    if written:
        return written[-1].on
    days = [_day(int(year), int(month), int(day)) for year, _, month, day in _IN_NAME.findall(stem)]
    return next((on for on in reversed(days) if on is not None), None)


def later(on: date, number: int, unit: str) -> date | None:
    """The day that many days, months or years after another.

    Args:
        on: The first day, which does not count.
        number: How many.
        unit: ``日``, ``天``, ``月`` or ``年``; a month ends on its last day when it has no such day.

    Returns:
        The day; None beyond the calendar's end.
    """
    try:
        if unit in "日天":
            return date.fromordinal(on.toordinal() + number)
        months = on.month - 1 + number * (12 if unit == "年" else 1)
        year, month = on.year + months // 12, months % 12 + 1
    except (ValueError, OverflowError):
        return None
    return next(
        (found for day in range(on.day, 27, -1) if (found := _day(year, month, day))), _day(year, month, on.day)
    )


def _read(match: re.Match[str]) -> date | None:
    year, month, day = match.groups()
    numbers = (numerals.parse(year.translate(_ZEROES)), numerals.parse(month), numerals.parse(day))
    if None in numbers:
        return None
    return _day(*(number for number in numbers if number is not None))


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except (ValueError, OverflowError):
        return None
