"""From a source's lines to normalised lines: width, brackets, glyphs, stray spaces; page furniture goes out.

Reads a `RawDocument`, writes `Line`s that know their source columns, the lines dropped, and a repair for every
change of text. Most lines of most sources need nothing, so two compiled expressions look first.

Every rule either keeps the length of a text (`_recast`) or only deletes (`_superfluous`): that is what keeps the way
back to the source short. Both are written so that a second run changes nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import Final

from indexer.structure.furniture import drop_furniture
from indexer.structure.lines import Line, Runs
from indexer.types import Dropped, RawDocument, Repair, SourceLine

CHINESE: Final = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff、。《》〈〉〔〕【】％"
"""Characters beside which a comma or a bracket is a Chinese one, as the inside of a regular expression's class."""

NUMERAL: Final = "〇零一二两三四五六七八九十百千"
"""Chinese numerals as printed in article numbers, as the inside of a regular expression's class."""

# Forms that no simplified text uses: reviewed by hand, since a general conversion damages names and species.
_TRADITIONAL: Final = dict(
    zip(
        "門國會機構學業員單長縣區廳務辦實產權責應當開關對條規則處罰進農經營專項資財貿際車運輸環護險醫療錄"
        "記證書據認試驗監測檢報審議設備費標準勞動職員傷殘疾預復總爲與後從這個時間樣電網絡統計劃調協調問題銀"
        "將聯華衛護養節約選舉團體義務導練習術無線點訊場圍範類別號級結構綜視聽訴訟執銷價買賣鄉鎮黨",
        "门国会机构学业员单长县区厅务办实产权责应当开关对条规则处罚进农经营专项资财贸际车运输环护险医疗录"
        "记证书据认试验监测检报审议设备费标准劳动职员伤残疾预复总为与后从这个时间样电网络统计划调协调问题银"
        "将联华卫护养节约选举团体义务导练习术无线点讯场围范类别号级结构综视听诉讼执销价买卖乡镇党",
        strict=True,
    )
)
# 後 is a surname and 復 has several simplified forms: both stay as printed.
_KEPT: Final = frozenset("後復")
TRADITIONAL: Final = {old: new for old, new in _TRADITIONAL.items() if old != new and old not in _KEPT}
"""Traditional characters that are replaced wherever they stand."""

_WIDE: Final = {chr(0xFF01 + i): chr(0x21 + i) for i in range(94) if chr(0x21 + i).isalnum()}
_SPACES: Final = "\u3000\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f"
_INVISIBLE: Final = "\u200b\u200c\u200d\u2060\ufeff\xad\x00"
_GLYPHS: Final = {"笫": "第", "﹕": ":", "％": "%", "\u2044": "/"}
_WIDTH_TABLE: Final = str.maketrans({**_WIDE, **dict.fromkeys(_SPACES, " "), **dict.fromkeys(_INVISIBLE, "\u200b")})
_GLYPH_TABLE: Final = str.maketrans({**TRADITIONAL, **_GLYPHS})

_SUSPECT: Final = re.compile(
    r"[,:;?!()<>\[\]［］＜＞【】．／\t\v\f\r\x1c-\x1f\x85\u2028\u2029○\ue000-\uf8ff０-９Ａ-Ｚａ-ｚOolId"
    + _SPACES
    + _INVISIBLE
    + "".join(TRADITIONAL)
    + "".join(_GLYPHS)
    + "]"
)
"""A character that some rule looks at. O, o, l, I and the end of *and* are wrong only in company, but rare."""

_SUSPECT_SPACE: Final = re.compile(" (?:(?<![条章节编] )|$)")
"""A space other than one behind an article's or a division's mark. The space comes first: it is searched for fast."""

# Translating a text costs far more than finding out that there is nothing to translate.
_WIDTHS: Final = re.compile(f"[{''.join(map(chr, _WIDTH_TABLE))}]")
_GLYPHED: Final = re.compile(f"[{''.join(map(chr, _GLYPH_TABLE))}]")

_PUNCTUATION: Final = str.maketrans(",:;?!()", "，：；？！（）")
_HALF: Final = re.compile(r"[,:;?!()]")
_RUN: Final = re.compile(r"[,:;?!()，：；？！（）“”‘’\s]+")
_BRACKETS: Final = re.compile(r"[()（）]")
_IS_CHINESE: Final = re.compile(f"[{CHINESE}]")

_YEAR: Final = re.compile(r"[\[［【﹝](?=\s?[12]\d{3}\s?[\]］】﹞]\s?第?\s?\d{1,6}\s?号)")
_YEAR_END: Final = re.compile(r"(?<=\d)(\s?)[\]］】﹞](?=\s?第?\s?\d{1,6}\s?号)")
_NOTE: Final = re.compile(r"(〔[^〔〕\[\]］】\n]{1,400})[\]］】]")
_NOTE_BEGINS: Final = re.compile(r"[\[［](?=[\u4e00-\u9fff]{2,8}[：:])")
_ANGLES: Final = re.compile(r"[<＜](?=[\u3400-\u9fff])([^<>＜＞]*)[>＞]")
_POINT: Final = re.compile(r"(?<=\d)．|(?<=\d)\ue010(?=\d)")
_SLASH: Final = re.compile(r"(?<=[\dlI])／(?=\d)")
_MISREAD: Final = re.compile(
    r"(?<![A-Za-z0-9])[\dOolI]{0,12}\d[\dOolI]{0,12}(?=[年月日号条元%])|(?<![A-Za-z0-9])[lI](?=[/:]\d)"
)
_POINTED: Final = re.compile("[．\ue010]")
_MISREADABLE: Final = re.compile("[OolI○Ｏ]")
_DIGITS: Final = str.maketrans("OolI", "0011")
_CIRCLE: Final = re.compile(f"(?<=[{NUMERAL}○])[○OoＯ](?=[{NUMERAL}○年])")

_AND: Final = re.compile(r"(?<=[\u3400-\u9fff”》）]) ?and ?(?=[\u3400-\u9fff“《（])")
_ENUMERATED: Final = re.compile(
    rf"第 ?(?:[{NUMERAL}] ?|\d ?){{1,12}}(?=[编章节条款项号次届期批卷])|(?<=〕) ?第? ?\d{{1,6}} (?=号)"
)
_UNIT: Final = "年月日号次条款项届期天元万亿人个名家户岁周岁倍份吨米%"
_SPACED: Final = re.compile(
    rf"(?<=[\u3400-\u9fff（，。；、：“《》])( ?)\d[\d.]{{0,16}}( )(?=[{_UNIT}])|(?<=\d) (?=[{_UNIT}])"
)
_MARK: Final = re.compile(rf"第[{NUMERAL}\d]+[编章节条款](?:之[{NUMERAL}]+)?$")
_BESIDE: Final = re.compile(r" (?=[，。；：、？！）”》〕])|(?<=[，、；：（“《〔]) ")
_LETTERED: Final = re.compile(rf"(?:第[{NUMERAL}\d]+分?[编章节] ?)?[\u3400-\u9fff](?: [\u3400-\u9fff])+$")
_LONE_WORDS: Final = frozenset(
    ("目录", "总则", "分则", "附则", "序言", "前言", "引言", "附件", "附录", "附表", "附图", "决定", "通知", "命令")
)
_DOUBLE: Final = re.compile(r"(?<=\s)\s+|\u200b+|[\ue000-\uf8ff]+")


@dataclass(frozen=True, slots=True)
class Normalised:
    """A source after normalising.

    Attributes:
        lines: Every line kept, blank ones included, in source order.
        dropped: Page numbers, running heads and comments, each with its reason.
        repairs: What was changed, a repair a line and kind.
    """

    lines: tuple[Line, ...]
    dropped: tuple[Dropped, ...]
    repairs: tuple[Repair, ...]


def normalise(raw: RawDocument) -> Normalised:
    """Normalise every line of a source and take the page furniture out.

    Args:
        raw: A file as a reader found it.

    Returns:
        Its lines, what was dropped, and what was repaired.
    """
    repairs: list[Repair] = []
    lines: list[Line] = []
    plain = raw.media_type == "text/plain"
    for source in raw.lines:
        text = source.text
        if not _SUSPECT.search(text) and not _SUSPECT_SPACE.search(text):
            lines.append(Line(text, source))
            continue
        line, kinds = normalise_line(source, is_row=source.is_row or (plain and _is_tabular(text)))
        lines.append(line)
        at = (source.number, source.number)
        repairs.extend(Repair(kind, at) for kind in kinds)
    kept, dropped = drop_furniture(lines)
    return Normalised(kept, dropped, tuple(repairs))


def normalise_text(text: str) -> str:
    """The normalised form of a text that stands alone: a title, a query, a cell.

    Args:
        text: Any text.

    Returns:
        The text as it would stand in a document.
    """
    return normalise_line(SourceLine(1, text), is_row=False)[0].text


def normalise_line(source: SourceLine, *, is_row: bool) -> tuple[Line, tuple[str, ...]]:
    """Normalise one line.

    Args:
        source: The line as read.
        is_row: Tabs separate cells and stay.

    Returns:
        The line, and the kinds of repair made on it, each once.
    """
    kinds: list[str] = []
    text = _recast(source.text, kinds, is_row=is_row)
    runs: Runs = ((0, 0),)
    while True:
        ranges = _superfluous(text, kinds, is_row=is_row)
        if not ranges:
            break
        text, runs = _delete(text, runs, ranges)
        # A word that loses its spaces may be a number, a year or a heading only now.
        text = _recast(text, kinds, is_row=is_row)
    return Line(text, source, runs), tuple(dict.fromkeys(kinds))


def _is_tabular(text: str) -> bool:
    """Whether a line of plain text is cells separated by tabs, and not a heading with a tab behind its number."""
    head, tab, rest = text.strip(" ").partition("\t")
    return bool(tab) and bool(rest.strip()) and not (_MARK.search(head) and "\t" not in rest)


def _recast(text: str, kinds: list[str], *, is_row: bool) -> str:
    """Replace characters one for one: width, brackets, glyphs, digits."""
    before = text
    if _WIDTHS.search(text):
        text = text.translate(_WIDTH_TABLE)
    if not is_row:
        text = text.replace("\t", " ")
    if "／" in text:
        text = _SLASH.sub("/", text)
    fixed = text.translate(_GLYPH_TABLE) if _GLYPHED.search(text) else text
    if _POINTED.search(fixed):
        fixed = _POINT.sub(".", fixed)
    if fixed != text:
        kinds.append("glyph")
        text = fixed
    if _MISREADABLE.search(text):
        fixed = _CIRCLE.sub("〇", _MISREAD.sub(lambda match: match.group().translate(_DIGITS), text))
        if fixed != text:
            kinds.append("misread digit")
            text = fixed
    if "号" in text and _YEAR.search(text):
        text = _YEAR_END.sub(r"\1〕", _YEAR.sub("〔", text))
        kinds.append("brackets of a document number")
    if "[" in text or "［" in text or "〔" in text:
        text = _NOTE.sub(r"\1〕", _NOTE_BEGINS.sub("〔", text))
    if "<" in text or "＜" in text:
        text = _ANGLES.sub(r"〈\1〉", text)
    text = _full_width(text)
    if text.replace(" ", "") != before.replace(" ", "") and not kinds:
        kinds.append("width")
    return text


def _full_width(text: str) -> str:
    """Make half-width punctuation full-width where it stands beside Chinese.

    The deciding neighbours are the characters outside a whole run of punctuation and spaces, which the change does
    not touch: so a second run decides alike. A pair of brackets is decided together.
    """
    if not _HALF.search(text):
        return text
    runs = [
        (match.start(), match.end())
        for match in _RUN.finditer(text)
        if _HALF.search(match.group()) and _is_beside_chinese(text, match.start(), match.end())
    ]
    if not runs and not ("(" in text or ")" in text):
        return text
    starts = [start for start, _ in runs]

    def beside_chinese(place: int) -> bool:
        position = bisect_right(starts, place) - 1
        return position >= 0 and place < runs[position][1]

    stack: list[int] = []
    partner: dict[int, int] = {}
    for match in _BRACKETS.finditer(text):
        if match.group() in "(（":
            stack.append(match.start())
        elif stack:
            partner[stack.pop()] = match.start()
    places = {
        place
        for pair in partner.items()
        if any(map(beside_chinese, pair)) and not _is_latin_call(text, *pair)
        for place in pair
    }
    places.update(place for pair in partner.items() if any(text[p] in "（）" for p in pair) for place in pair)
    kept = {place for pair in partner.items() for place in pair} - places
    pieces = []
    end = 0
    for start, stop in runs:
        pieces.append(text[end:start])
        pieces.append(text[start:stop].translate(_PUNCTUATION))
        end = stop
    pieces.append(text[end:])
    wide = "".join(pieces)
    if not places and not kept:
        return wide
    characters = list(wide)
    for place in places:
        characters[place] = text[place].translate(_PUNCTUATION)
    for place in kept:
        characters[place] = text[place]
    return "".join(characters)


def _is_latin_call(text: str, opening: int, closing: int) -> bool:
    """Whether a pair of brackets stands inside Latin text: f(x), Na2(SO4)3."""
    around = (text[max(opening - 1, 0)], text[opening + 1], text[closing - 1])
    return all(character.isascii() and character.isalnum() for character in around)


def _is_beside_chinese(text: str, start: int, end: int) -> bool:
    """Whether a Chinese character stands right before or behind a part of a text."""
    return bool((start and _IS_CHINESE.match(text, start - 1)) or _IS_CHINESE.match(text, end))


def _superfluous(text: str, kinds: list[str], *, is_row: bool) -> list[tuple[int, int]]:
    """The ranges of a text to delete, ascending and disjoint: surrounding and doubled spaces, spaces inside numbers."""
    ranges = [match.span() for match in _DOUBLE.finditer(text) if not (is_row and "\t" in match.group())]
    blanks = " " if is_row else None
    lead = len(text) - len(text.lstrip(blanks))
    trail = len(text.rstrip(blanks))
    if lead:
        ranges.append((0, lead))
    if trail < len(text):
        ranges.append((trail, len(text)))
    if " " in text and not ranges:
        ranges.extend(_inner_spaces(text, kinds))
    if "and" in text:
        for match in _AND.finditer(text):
            kinds.append("and")
            ranges.append(match.span())
    return _disjoint(ranges)


def _inner_spaces(text: str, kinds: list[str]) -> list[tuple[int, int]]:
    """The spaces inside numbers, dates, headings printed wide, and beside full-width punctuation."""
    ranges = [match.span() for match in _BESIDE.finditer(text)]
    numbers = [match.span() for match in _ENUMERATED.finditer(text) if " " in match.group()]
    for match in _SPACED.finditer(text):
        start, end = match.span()
        if match.group(1) and _MARK.search(text, max(start - 12, 0), start):
            start += 1
        numbers.append((start, end))
    found = [(place, place + 1) for start, end in numbers for place in range(start, end) if text[place] == " "]
    if found:
        kinds.append("spaces inside a number")
    if len(text) <= 40 and _LETTERED.match(text):
        lone = not text.startswith("第")
        if not lone or text.replace(" ", "") in _LONE_WORDS:
            first = 0 if lone else text.find(" ") + 1
            inner = [(place, place + 1) for place in range(first, len(text)) if text[place] == " "]
            if inner and (lone or len(text) - first == 2 * len(inner) + 1):
                kinds.append("spaces inside a heading")
                found.extend(inner)
    return ranges + found


def _disjoint(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Sort ranges and merge those that touch."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _delete(text: str, runs: Runs, ranges: list[tuple[int, int]]) -> tuple[str, Runs]:
    """Delete ranges from a text, and lead its runs on; an English *and* leaves 和 in its place."""
    offsets = [offset for offset, _ in runs]

    def column(place: int) -> int:
        run = runs[bisect_right(offsets, place) - 1]
        return run[1] + place - run[0]

    pieces: list[str] = []
    found: list[tuple[int, int]] = []
    length = 0
    place = 0
    for start, end in [*ranges, (len(text), len(text))]:
        if start > place:
            inner = runs[bisect_right(offsets, place) : bisect_left(offsets, start)]
            found.append((length, column(place)))
            found.extend((length + offset - place, source) for offset, source in inner)
            pieces.append(text[place:start])
            length += start - place
        if "and" in text[start:end]:
            found.append((length, column(start)))
            pieces.append("和")
            length += 1
        place = end
    return "".join(pieces), tuple(found) or ((0, 0),)
