"""Chinese and Arabic numerals of legal text, read and written: 一百三十三条之一 is ``Ordinal(133, 1)``.

Conventions, where usage leaves a choice:

- ``十`` alone is 10 and ``十五`` is 15; ``零`` and ``〇`` are 0; ``两`` stands for 2 before 百, 千, 万 and alone.
- A last digit without its unit is read as it is spoken, one unit below: ``一百一`` is 110, ``二百五`` 250,
  ``一万五`` 15000. One hundred and one is ``一百零一``; ``一百〇一`` is accepted for it.
- Digits in a row are read by position: ``一〇七九``, ``1079``, ``１０７９`` and ``一0七9`` are 1079.
- Spaces are ignored wherever they stand: recognised text has them inside numbers (``一百二十八 条``).
"""

import re
from functools import lru_cache

from indexer.types import Ordinal

DIGITS = "0-9０-９〇零○一二三四五六七八九两兩壹贰貳叁參肆伍陆陸柒捌玖"
"""Every character that stands for one digit, as the inside of a regular expression's character class."""

UNITS = "十百千万萬亿億廿卅卌拾佰仟"
"""Every character that stands for a power of ten or, as 廿 does, for a number of tens; inside of a class as well."""

NUMERAL_CLASS = f"[{DIGITS}{UNITS}]"
"""A regular expression for one character of a numeral."""

LIMIT = 10**12
"""Numbers are read and written below this."""

_LONGEST = 32
_PLAIN = str.maketrans(
    "０１２３４５６７８９〇零○一二三四五六七八九壹贰貳叁參肆伍陆陸柒捌玖两兩拾佰仟萬億",
    "01234567890001234567891223345667892" + "2十百千万亿",
)
_TENS = {"廿": "2十", "卅": "3十", "卌": "4十"}
_CIRCLED = {chr(0x2460 + i): i + 1 for i in range(20)}
_POSITIONAL_TWO = re.compile("[两兩]")
# A number below ten thousand: a unit may be left out, and a zero may mark the place where one was.
_SECTION = re.compile(r"(?:0?([1-9])千)?(?:0?([1-9])百)?(?:(0?)([1-9]?)十)?(?:(0?)([1-9]))?")
_ORDINAL = re.compile(rf"[第笫]?(?P<number>{NUMERAL_CLASS}+)[编章节条款项目]?(?:[之\-_](?P<suffix>{NUMERAL_CLASS}+))?")
_WRITTEN = "零一二三四五六七八九"
_POWERS = ((1000, "千"), (100, "百"), (10, "十"), (1, ""))


@lru_cache(maxsize=8192)
def parse(text: str) -> int | None:
    """Read a whole number in Chinese or Arabic digits.

    Args:
        text: ``一千零七十九``, ``一〇七九``, ``1079``, ``１０７９``, ``廿五``, ``3百``, ``①``; spaces do not count.

    Returns:
        The number, from 0 up to ``LIMIT``; None when ``text`` is not a number.
    """
    text = "".join(text.split())
    if not text or len(text) > _LONGEST:
        return None
    if text in _CIRCLED:
        return _CIRCLED[text]
    plain = text.translate(_PLAIN)
    if plain.isascii():
        by_position = plain.isdecimal() and (len(text) == 1 or not _POSITIONAL_TWO.search(text))
        return _below_limit(int(plain)) if by_position else None
    for sign, tens in _TENS.items():
        plain = plain.replace(sign, tens)
    return _below_limit(_with_units(plain))


def _below_limit(number: int | None) -> int | None:
    return number if number is not None and number < LIMIT else None


def _with_units(plain: str) -> int | None:
    """Read digits ``0``-``9`` with 十 百 千 万 亿 among them, splitting at the largest unit first."""
    for unit, value in (("亿", 10**8), ("万", 10**4)):
        before, sign, after = plain.rpartition(unit)
        if sign:
            high = _with_units(before)
            low = _after(after, value // 10)
            return None if not high or low is None else high * value + low
    return int(plain) if plain.isascii() and plain.isdecimal() else _section(plain)


def _after(plain: str, spoken_unit: int) -> int | None:
    """Read what follows 万 or 亿: a lone digit counts the next unit down (一万五), one behind a zero counts ones."""
    if not plain:
        return 0
    if len(plain) == 1:
        return int(plain) * spoken_unit if plain in "123456789" else None
    return _with_units(plain)


def _section(plain: str) -> int | None:
    """Read a number below ten thousand that has a unit in it."""
    match = _SECTION.fullmatch(plain)
    if match is None:
        return None
    thousands, hundreds, gap, tens, zero, ones = match.groups()
    has_tens = gap is not None
    if has_tens and not tens:
        tens = "1"
    number = int(thousands or 0) * 1000 + int(hundreds or 0) * 100 + int(tens or 0) * 10
    if not ones:
        return number
    spoken = not zero and not has_tens
    if spoken and hundreds:
        return number + int(ones) * 10
    if spoken and thousands:
        return number + int(ones) * 100
    return number + int(ones)


def ordinal(text: str) -> Ordinal | None:
    """Read a printed number with its suffix.

    Args:
        text: ``一百三十三条之一``, ``第一百三十三条之一``, ``133之1``, ``120_1``, ``第十二章``, ``八``.

    Returns:
        The ordinal; None when ``text`` is none, and for number zero, which no provision bears.
    """
    match = _ORDINAL.fullmatch("".join(text.split())) if len(text) <= 2 * _LONGEST else None
    if match is None:
        return None
    number = parse(match["number"])
    suffix = 0 if match["suffix"] is None else parse(match["suffix"])
    if not number or suffix is None or (match["suffix"] is not None and not suffix):
        return None
    return Ordinal(number, suffix)


def chinese(number: int) -> str:
    """Write a number as laws do: ``一千零七十九``, ``十五`` but ``一百一十五``, ``二`` and never ``两``.

    Args:
        number: From 0 up to ``LIMIT``.

    Returns:
        The numeral; ``parse`` reads it back.

    Raises:
        ValueError: The number is negative or too large.
    """
    if not 0 <= number < LIMIT:
        raise ValueError(f"number out of range: {number}")
    if number == 0:
        return _WRITTEN[0]
    words, started = "", False
    for value, unit in ((10**8, "亿"), (10**4, "万"), (1, "")):
        section = number // value % 10**4
        if section:
            gap = _WRITTEN[0] if started and section < 1000 else ""
            words += gap + _write_section(section) + unit
            started = True
    return words.removeprefix("一") if words.startswith("一十") else words


def _write_section(number: int) -> str:
    """Write a number from 1 to 9999, a zero for each gap inside it."""
    words, gap = "", False
    for value, unit in _POWERS:
        digit = number // value % 10
        if digit:
            words += (_WRITTEN[0] if gap and words else "") + _WRITTEN[digit] + unit
        gap = not digit
    return words


def path_step(number: Ordinal) -> str:
    """An ordinal as a step of an address: ``133_1`` for 第一百三十三条之一, ``8`` for 第八条."""
    return f"{number.number}_{number.suffix}" if number.suffix else str(number.number)


def printed(number: Ordinal, unit: str = "条") -> str:
    """An ordinal as laws print it: ``第一百三十三条之一``; ``unit`` is 编, 章, 节, 条, 款 or 项."""
    suffix = f"之{chinese(number.suffix)}" if number.suffix else ""
    return f"第{chinese(number.number)}{unit}{suffix}"
