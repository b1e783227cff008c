"""Automatic numbering of WordprocessingML (ECMA-376 part 1, 17.9): the marks that Word shows but does not store."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from indexer import numerals

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
"""The namespace of WordprocessingML, as lxml writes it before a name."""

_PLACEHOLDER = re.compile(r"%([1-9])")
_LEVELS = 9
_DEEPEST_STYLE = 32
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
    (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
_FORMAL = str.maketrans("零一二三四五六七八九十百千", "零壹贰叁肆伍陆柒捌玖拾佰仟")
_DIGITS = str.maketrans("0123456789", "〇一二三四五六七八九")


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list.

    Attributes:
        template: The mark with places for the numbers: ``第%1条``, ``%1.%2``.
        style: How the number is written, a value of ST_NumberFormat.
        start: First number.
        restart: The level, counted from 0, whose next number makes this one begin again; -1 for never.
        is_decimal: All numbers of the mark are Arabic (``isLgl``).
        gap: What follows the mark: a space for a tab or a space, else nothing.
    """

    template: str = ""
    style: str = "decimal"
    start: int = 1
    restart: int = 0
    is_decimal: bool = False
    gap: str = " "


@dataclass(slots=True)
class Numbering:
    """Counts the numbered paragraphs of one document, in document order.

    Attributes:
        lists: Levels of each abstract list.
        instances: For each list instance, its abstract list and the levels that it overrides.
        styles: For each paragraph style, its (list instance, level), inherited ones included.
    """

    lists: dict[str, dict[int, Level]] = field(default_factory=dict)
    instances: dict[str, tuple[str, dict[int, Level], dict[int, int]]] = field(default_factory=dict)
    styles: dict[str, tuple[str, int]] = field(default_factory=dict)
    counts: dict[str, list[int | None]] = field(default_factory=dict)
    begun: set[str] = field(default_factory=set)

    def mark(self, properties: Any, style: str | None) -> str | None:
        """The mark that Word shows before a paragraph, and what separates it from the text.

        Args:
            properties: The paragraph's ``w:pPr`` element, or None.
            style: Identifier of its style.

        Returns:
            ``第三条 ``, ``（二）``, ...; empty for a bullet or a hidden mark; None for a paragraph without number.
        """
        place = _place(properties, self.styles.get(style or ""))
        if place is None or place[0] not in self.instances:
            return None
        instance, depth = place
        abstract, overrides, starts = self.instances[instance]
        levels = {**self.lists.get(abstract, {}), **overrides}
        if depth not in levels:
            return None
        counts = self.counts.setdefault(abstract, [None] * _LEVELS)
        if instance not in self.begun:
            # An instance that states its own start begins its list again the first time that it is used.
            self.begun.add(instance)
            for level, start in starts.items():
                levels[level] = replace(levels.get(level, Level()), start=start)
                counts[level] = None
        return _advance(counts, levels, depth)


def _advance(counts: list[int | None], levels: dict[int, Level], depth: int) -> str:
    level = levels[depth]
    for above in range(depth):
        if counts[above] is None:
            counts[above] = levels.get(above, Level()).start
    now = counts[depth]
    counts[depth] = level.start if now is None else now + 1
    for below in range(depth + 1, _LEVELS):
        restart = levels.get(below, Level()).restart
        if restart != -1 and (restart == 0 or depth < restart):
            counts[below] = None
    if level.style in {"bullet", "none"} and not _PLACEHOLDER.search(level.template):
        return "" if level.style == "bullet" or not level.template else level.template + level.gap

    def written(match: re.Match[str]) -> str:
        index = int(match[1]) - 1
        style = "decimal" if level.is_decimal and index != depth else levels.get(index, Level()).style
        return write_number(counts[index] or 0, style)

    mark = _PLACEHOLDER.sub(written, level.template)
    return mark + level.gap if mark else ""


def write_number(number: int, style: str) -> str:
    """Write a number in one of Word's formats.

    Args:
        number: From 0 up.
        style: A value of ST_NumberFormat (ECMA-376 part 1, 17.18.59).

    Returns:
        The number as Word shows it; in Arabic digits for a format that Chinese documents do not use.
    """
    return _WRITERS.get(style, str)(number)


def load_numbering(package: Any) -> Numbering:
    """Read the lists and styles of a document.

    Args:
        package: A ``docx`` document object.

    Returns:
        Its numbering, with every count at the beginning.
    """
    numbering = Numbering()
    part = next((rel.target_part for rel in package.part.rels.values() if rel.reltype.endswith("/numbering")), None)
    if part is not None:
        _load_lists(numbering, part.element)
    _load_styles(numbering, package.styles.element)
    return numbering


def _load_lists(numbering: Numbering, root: Any) -> None:
    by_style: dict[str, str] = {}
    linked: dict[str, str] = {}
    for abstract in root.iterchildren(f"{W}abstractNum"):
        key = abstract.get(f"{W}abstractNumId") or ""
        numbering.lists[key] = {
            depth: _level(element)
            for element in abstract.iterchildren(f"{W}lvl")
            if (depth := _number(element.get(f"{W}ilvl"))) is not None and depth < _LEVELS
        }
        if name := _value(abstract, "styleLink"):
            by_style[name] = key
        if name := _value(abstract, "numStyleLink"):
            linked[key] = name
    for key, name in linked.items():
        numbering.lists[key] = numbering.lists.get(by_style.get(name, ""), {})
    for instance in root.iterchildren(f"{W}num"):
        levels: dict[int, Level] = {}
        starts: dict[int, int] = {}
        for override in instance.iterchildren(f"{W}lvlOverride"):
            depth = _number(override.get(f"{W}ilvl"))
            if depth is None or depth >= _LEVELS:
                continue
            if (element := override.find(f"{W}lvl")) is not None:
                levels[depth] = _level(element)
            if (start := _number(_value(override, "startOverride"))) is not None:
                starts[depth] = start
        identifier = instance.get(f"{W}numId") or ""
        numbering.instances[identifier] = (_value(instance, "abstractNumId") or "", levels, starts)


def _level(element: Any) -> Level:
    start = _number(_value(element, "start"))
    restart = _number(_value(element, "lvlRestart"))
    legal = element.find(f"{W}isLgl")
    return Level(
        template=_value(element, "lvlText") or "",
        style=_value(element, "numFmt") or "decimal",
        start=1 if start is None else start,
        # Restart 0 means never in the file; left out, any higher level restarts the count.
        restart={None: 0, 0: -1}.get(restart, restart or 0),
        is_decimal=legal is not None and legal.get(f"{W}val") not in {"0", "false"},
        gap="" if _value(element, "suff") == "nothing" else " ",
    )


def _load_styles(numbering: Numbering, root: Any) -> None:
    own: dict[str, tuple[str | None, Any]] = {}
    for style in root.iterchildren(f"{W}style"):
        own[style.get(f"{W}styleId") or ""] = (_value(style, "basedOn"), style.find(f"{W}pPr"))
    for name in own:
        chain = [name]
        while (base := own.get(chain[-1], (None, None))[0]) and base not in chain and len(chain) < _DEEPEST_STYLE:
            chain.append(base)
        place: tuple[str, int] | None = None
        for ancestor in reversed(chain):
            place = _place(own.get(ancestor, (None, None))[1], place)
        if place is not None:
            numbering.styles[name] = place


def _place(properties: Any, inherited: tuple[str, int] | None) -> tuple[str, int] | None:
    """The (list instance, level) that properties give; ``numId`` 0 takes an inherited number away."""
    element = properties.find(f"{W}numPr") if properties is not None else None
    if element is None:
        return inherited
    instance = _value(element, "numId") or (inherited[0] if inherited else None)
    depth = _number(_value(element, "ilvl"))
    if instance is None or instance == "0":
        return None
    if depth is None:
        depth = inherited[1] if inherited else 0
    return instance, min(depth, _LEVELS - 1)


def _value(element: Any, name: str) -> str | None:
    child = element.find(f"{W}{name}")
    value = child.get(f"{W}val") if child is not None else None
    return value if isinstance(value, str) else None


def _number(value: str | None) -> int | None:
    return int(value) if value is not None and value.isascii() and value.isdigit() and len(value) < 9 else None


def _roman(number: int) -> str:
    written = ""
    for value, letters in _ROMAN:
        count, number = divmod(number, value)
        written += letters * min(count, 100)
    return written


def _letters(number: int) -> str:
    # After z comes aa, then bb: the letter is repeated (17.18.59).
    return chr(ord("a") + (number - 1) % 26) * min((number - 1) // 26 + 1, 100) if number > 0 else ""


def _circled(number: int) -> str:
    return chr(0x2460 + number - 1) if 1 <= number <= 20 else str(number)


_WRITERS: dict[str, Callable[[int], str]] = {
    "none": lambda number: "",  # noqa: ARG005
    "decimalZero": lambda number: f"{number:02d}",
    "decimalFullWidth": lambda number: str(number).translate(_FULL_WIDTH),
    "decimalFullWidth2": lambda number: str(number).translate(_FULL_WIDTH),
    "chineseCounting": numerals.chinese,
    "chineseCountingThousand": numerals.chinese,
    "taiwaneseCounting": numerals.chinese,
    "taiwaneseCountingThousand": numerals.chinese,
    "japaneseCounting": numerals.chinese,
    "chineseLegalSimplified": lambda number: numerals.chinese(number).translate(_FORMAL),
    "ideographLegalTraditional": lambda number: numerals.chinese(number).translate(_FORMAL),
    "ideographDigital": lambda number: str(number).translate(_DIGITS),
    "japaneseDigitalTenThousand": lambda number: str(number).translate(_DIGITS),
    "taiwaneseDigital": lambda number: str(number).translate(_DIGITS),
    "ideographTraditional": lambda number: _STEMS[(number - 1) % 10],
    "ideographZodiac": lambda number: _BRANCHES[(number - 1) % 12],
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "decimalEnclosedParen": lambda number: f"({number})",
    "decimalEnclosedFullstop": lambda number: f"{number}.",
    "ideographEnclosedCircle": lambda number: chr(0x3280 + number - 1) if 1 <= number <= 10 else str(number),
    "upperRoman": lambda number: _roman(number).upper(),
    "lowerRoman": _roman,
    "upperLetter": lambda number: _letters(number).upper(),
    "lowerLetter": _letters,
}
