"""Law names: full titles, the short forms that follow from them by rule, aliases in use, and, last, likeness."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Literal

from indexer import numerals
from indexer.resources import vocabulary_folder

ALIASES_FILE = "law_aliases.tsv"

How = Literal["title", "alias", "short", "fuzzy"]
"""How a name led to a title: it is the title, an alias of it, a short form by rule, or merely like it."""

_PLAIN = re.compile(r"[\u4e00-\u9fff]+")
_MARKS = re.compile(r"[\s《》〈〉<>“”\"「」『』]+")
_REVISION = re.compile(r"（(?:19|20)\d\d年?[^（）]{0,12}）$")
_HALF_WIDTH = str.maketrans("()〔〕[]", "（）（）（）")
_TRIAL = re.compile(r"（(?:试行|暂行|草案)）|暂行|试行")
_ISSUER = re.compile(
    r"^(?:(?:最高人民法院|最高人民检察院|全国人民代表大会常务委员会|全国人民代表大会|全国人大常委会|国务院办公厅|国务院"
    r"|中共中央办公厅|中共中央|最高法|最高检|两高)[、和]?)+"
)
_REGION = re.compile(
    r"^(?:北京市?|天津市?|上海市?|重庆市?|河北省?|山西省?|辽宁省?|吉林省?|黑龙江省?|江苏省?|浙江省?|安徽省?|福建省?|江西省?"
    r"|山东省?|河南省?|湖北省?|湖南省?|广东省?|海南省?|四川省?|贵州省?|云南省?|陕西省?|甘肃省?|青海省?|台湾省?"
    r"|内蒙古(?:自治区)?|广西(?:壮族自治区)?|西藏(?:自治区)?|宁夏(?:回族自治区)?|新疆(?:维吾尔自治区)?)"
)
# What the titles of judicial interpretations add to their subject: 关于审理民间借贷案件适用法律若干问题的规定.
_FILLER = re.compile(
    r"关于|审理|办理|具体应用法律|具体适用法律|适用法律|应用法律|法律适用|适用|若干问题|有关问题|若干|问题|案件|纠纷|刑事|的"
)
_NUMBERED = re.compile(rf"（?((?:第)?{numerals.NUMERAL_CLASS}+)）?(?:号)?$")
_MODERN = re.compile(r"^(?:新修订的?|新修正的?|新版|现行|最新|新)(?=.{2})")
_JUDICIAL = re.compile(r"^(.*?)(?:司法解释|解释|规定)([一二三四五六七八九十]*)$")
_FUZZY_LEAST = 4
_FUZZY_CUTOFF = 78.0
_INCIDENTAL = frozenset({"俗称", "英文简称"})


def simplify(title: str) -> str:
    """A title in the form in which titles are compared.

    Args:
        title: As printed: ``《中华人民共和国公司法》(2018年修正)``.

    Returns:
        The title without quotation marks, spaces, 中华人民共和国 and the year of its version; brackets in full width.
    """
    if _PLAIN.fullmatch(title) and "中华人民共和国" not in title:
        return title
    plain = _MARKS.sub("", title).translate(_HALF_WIDTH)
    return _REVISION.sub("", plain).replace("中华人民共和国", "") or plain


@lru_cache(maxsize=16384)
def short_form(title: str) -> str:
    """The core of a title: without issuer, trial mark and the fixed words of judicial interpretations.

    Args:
        title: ``最高人民法院关于审理民间借贷案件适用法律若干问题的规定``.

    Returns:
        ``民间借贷规定``; a number at the end is written without brackets, in Chinese digits.
    """
    plain = _ISSUER.sub("", simplify(title))
    numbered = _NUMBERED.search(plain)
    number = numerals.parse(numbered[1].removeprefix("第")) if numbered else None
    if numbered and number is not None and numbered.start() > 0:
        plain = plain[: numbered.start()] + numerals.chinese(number)
    core = _FILLER.sub("", _TRIAL.sub("", plain))
    return core if len(core) > 2 else plain


def _keys(title: str) -> tuple[str, ...]:
    """The short forms under which a title is found, the most exact first."""
    core = short_form(title)
    keys = [core, _REGION.sub("", core)]
    judicial = _JUDICIAL.match(core) if "最高人民" in title else None
    if judicial and judicial[1]:
        keys.append(f"{judicial[1]}司法解释{judicial[2]}")
        if judicial[1].startswith("民法典") and len(judicial[1]) > 3:
            subject = judicial[1].removeprefix("民法典")
            keys += [core.removeprefix("民法典"), f"{subject}司法解释{judicial[2]}"]
    return tuple(dict.fromkeys(keys))


@dataclass(frozen=True, slots=True)
class NameMatch:
    """A title that a name may mean, how it was reached, and how sure that is (0 to 1; 1 is the title itself)."""

    title: str
    how: How
    score: float


@dataclass(frozen=True)
class NameIndex:
    """The titles of a collection, ready to be found by name. Build it with ``LawNames.index``."""

    names: LawNames
    titles: tuple[str, ...]
    _by_title: dict[str, list[str]] = field(default_factory=dict, repr=False)
    _by_short: dict[str, list[str]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        for title in dict.fromkeys(self.titles):
            self._by_title.setdefault(simplify(title), []).append(title)
            for key in _keys(title):
                self._by_short.setdefault(key, []).append(title)

    def matches(self, name: str, *, fuzzy: bool = False) -> tuple[NameMatch, ...]:
        """The titles that ``name`` may mean, best first.

        Args:
            name: A title, an alias or a short form, with or without 《》.
            fuzzy: Also look for titles that are merely like it, when nothing else is found.

        Returns:
            Matches without repetition; those by likeness are marked ``fuzzy``.
        """
        plain = simplify(name)
        found = [NameMatch(title, "title", 1.0) for title in self._by_title.get(plain, ())]
        for alias, score in ((plain, 0.98), (_MODERN.sub("", plain), 0.95)):
            meant = self.names.aliases.get(alias)
            if meant is not None:
                found += [NameMatch(title, "alias", score) for title in self._by_title.get(simplify(meant), ())]
            found += [NameMatch(title, "title", score) for title in self._by_title.get(alias, ())]
        if not found:
            found = [NameMatch(title, "short", 0.9) for title in self._by_short.get(short_form(plain), ())]
        if not found and fuzzy:
            found = self._alike(plain)
        return tuple({match.title: match for match in reversed(found)}.values())[::-1]

    def resolve(self, name: str, *, fuzzy: bool = False) -> tuple[str, ...]:
        """The titles of ``matches``."""
        return tuple(match.title for match in self.matches(name, fuzzy=fuzzy))

    @cached_property
    def _choices(self) -> dict[str, str]:
        """Everything a misspelt name may have been meant for, and the title that it leads to."""
        choices = {alias: title for alias, title in self.names.aliases.items() if simplify(title) in self._by_title}
        return choices | {plain: titles[0] for plain, titles in self._by_title.items()}

    def _alike(self, plain: str) -> list[NameMatch]:
        """Titles by likeness of spelling, when the name is long enough for a typing error to leave it recognisable."""
        if len(plain) < _FUZZY_LEAST:
            return []
        from rapidfuzz import fuzz, process  # only a misspelt name pays for it

        found = process.extract(plain, list(self._choices), scorer=fuzz.ratio, score_cutoff=_FUZZY_CUTOFF, limit=3)
        return [
            NameMatch(title, "fuzzy", round(score / 200, 3))
            for choice, score, _ in found
            for title in self._by_title[simplify(self._choices[choice])]
        ]


@dataclass(frozen=True)
class LawNames:
    """The vocabulary of law names.

    Attributes:
        aliases: Alias, simplified, and the full title it stands for.
        spoken: Those of the aliases that count in running text: no colloquial ones.
    """

    aliases: dict[str, str]
    spoken: frozenset[str]

    @classmethod
    def from_rows(cls, rows: Iterable[tuple[str, str, str]]) -> LawNames:
        """Build the vocabulary from rows of alias, title and note."""
        aliases: dict[str, str] = {}
        spoken: set[str] = set()
        titles: set[str] = set()
        for alias, title, note in rows:
            aliases[simplify(alias)] = title
            titles.add(title)
            if note not in _INCIDENTAL:
                spoken.add(alias)
        return cls(aliases, frozenset(spoken | {simplify(title) for title in titles}))

    @classmethod
    def load(cls, path: Path | None = None) -> LawNames:
        """Read the vocabulary.

        Args:
            path: A file of ``alias``, ``title`` and ``note`` separated by tabs, with a header; None for the one
                that ships.

        Returns:
            The vocabulary; the shipped one is read once.
        """
        return _shipped() if path is None else cls.from_rows(_rows(path))

    def title(self, name: str) -> str | None:
        """The full title that an alias stands for; None when it is no alias."""
        plain = simplify(name)
        return self.aliases.get(plain) or self.aliases.get(_MODERN.sub("", plain))

    def index(self, titles: Iterable[str]) -> NameIndex:
        """Prepare a collection's titles for look-ups; worth keeping, since it looks at every title."""
        return NameIndex(self, tuple(titles))

    def resolve(self, name: str, titles: Iterable[str], *, fuzzy: bool = False) -> tuple[str, ...]:
        """The titles that a name may mean, best first.

        Args:
            name: A title, an alias or a short form, with or without 《》.
            titles: Titles to choose from; the last few collections that were asked of are remembered.
            fuzzy: Also offer titles that are merely like the name, when nothing else is found.

        Returns:
            Titles of ``titles``; empty when none fits.
        """
        return _index_of(self, tuple(titles)).resolve(name, fuzzy=fuzzy)

    def __hash__(self) -> int:
        return id(self)


def _rows(path: Path) -> list[tuple[str, str, str]]:
    lines = path.read_text(encoding="utf-8").splitlines()[1:]
    cells = (line.split("\t") for line in lines if line.strip())
    return [(row[0], row[1], row[2] if len(row) > 2 else "") for row in cells if len(row) > 1]


@lru_cache(maxsize=1)
def _shipped() -> LawNames:
    return LawNames.from_rows(_rows(vocabulary_folder() / ALIASES_FILE))


@lru_cache(maxsize=4)
def _index_of(names: LawNames, titles: tuple[str, ...]) -> NameIndex:
    return names.index(titles)
