"""The grammar of 第…条第…款第（…）项第…目: from words to paths.

立法法第六十五条 orders the parts of a law: 编, 章, 节, 条, 款, 项, 目; 编, 章, 节 and 条 are numbered in order, a 款
has no number of its own, a 项 is （一）, a 目 is 1. A path leads to an article directly, whatever chapter it stands in:
``133_1/1/2``.

Three notations go beyond an address, and ``indexer.citation.resolve`` settles them:

- ``8//2`` is 第八条第（二）项: the 款 is not said, since an article of one 款 is cited without it.
- ``20-24`` is the last end of 第二十条至第二十四条: the citation is to 24, and covers what lies between.
- ``前款``, ``前2款``, ``本条/2``, ``本款/3``, ``前条/1`` begin at the place that cites: 前2款 is the second 款 before
  it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from indexer import numerals
from indexer.types import Ordinal

RANKS = {"编": 0, "分编": 1, "章": 2, "节": 3, "条": 4, "款": 5, "项": 6, "目": 7}
"""The parts of a law from the widest to the narrowest (立法法第六十五条)."""

_UNIT_OF = {rank: unit for unit, rank in RANKS.items()}

ARTICLE, PARAGRAPH, ITEM = RANKS["条"], RANKS["款"], RANKS["项"]

_NUM = rf"{numerals.NUMERAL_CLASS}(?:\s?{numerals.NUMERAL_CLASS}){{0,11}}"
_ELEMENT = rf"[（(]\s*{_NUM}\s*[）)]|{_NUM}(?:\s*之\s*{_NUM})?"
_JOIN = r"、|和|及|或者?|至|到|[-－—–～~]{1,2}"
# A unit is no unit inside a longer word: 条例, 条件, 项目, 节目, 目标, 款式.
_UNIT = r"(?:分编|编(?![辑号制码写])|章(?!程)|节(?![目点假])|条(?![例件约款纹])|款(?![式])|项(?!目)|目(?![标录的前]))"
_STEP = re.compile(
    rf"\s*[第笫]\s*(?P<elements>(?:{_ELEMENT})(?:\s*(?:{_JOIN})\s*[第笫]?\s*(?:{_ELEMENT})){{0,30}})\s*(?P<unit>{_UNIT})"
    rf"(?:\s*之\s*(?P<suffix>{_NUM}))?"
)
_BARE_ITEM = re.compile(rf"\s*(?P<elements>[（(]\s*{_NUM}\s*[）)])\s*(?P<unit>项(?!目))")
_SPLIT = re.compile(rf"({_JOIN})")
_RANGE = frozenset("至到-－—–～~")


@dataclass(frozen=True, slots=True)
class Part:
    """One step of a provision: 第八条 is ``Part(4, Ordinal(8))``."""

    rank: int
    ordinal: Ordinal


@dataclass(frozen=True, slots=True)
class Provision:
    """A provision as written.

    Attributes:
        start: Where its own words begin.
        end: Where they end.
        parts: Its steps, widest first, those inherited from the provision before it included.
        base: What a relative provision starts from: ``前款``, ``本条``; empty otherwise.
        since: Of the last end of a range, the first end's last step; None otherwise.
    """

    start: int
    end: int
    parts: tuple[Part, ...]
    base: str = ""
    since: Ordinal | None = None

    @property
    def path(self) -> str:
        """The path in the notation of this module."""
        steps = article_steps(self.parts, RANKS[self.base[-1]] if self.base else None)
        if self.since is not None and steps:
            steps[-1] = f"{numerals.path_step(self.since)}-{steps[-1]}"
        return "/".join([self.base, *steps] if self.base else steps)


def article_steps(parts: Sequence[Part], base: int | None = None) -> list[str]:
    """The path of a provision, step by step.

    Args:
        parts: Steps, widest first.
        base: Rank of the part that the steps continue (前条 is an article), None for a path from the top.

    Returns:
        ``["8", "", "2"]`` for 第八条第（二）项, ``["章2", "节1"]`` for 第二章第一节; chapters before an article
        are left out.
    """
    article = [part for part in parts if part.rank >= ARTICLE]
    if not article:
        return [f"{_UNIT_OF[part.rank]}{numerals.path_step(part.ordinal)}" for part in parts]
    steps: list[str] = []
    rank = ARTICLE if base is None else base + 1
    for part in article:
        steps += [""] * (part.rank - rank)
        steps.append(numerals.path_step(part.ordinal))
        rank = part.rank + 1
    return steps


@dataclass(frozen=True, slots=True)
class Chain:
    """第三条第一款第（一）、（二）项: several provisions that share their beginning, and where the words end."""

    provisions: tuple[Provision, ...]
    end: int


@dataclass(frozen=True, slots=True)
class _Element:
    """One number of a step: 第（一）、（二）项 has two. ``ranged`` says that 至 leads up to it."""

    ordinal: Ordinal
    start: int
    end: int
    ranged: bool


def read(text: str, at: int, parents: Sequence[Part] = (), base: str = "") -> Chain | None:
    """Read a provision, with the lists and ranges inside its last step, at an offset.

    Args:
        text: Running text.
        at: Where 第 stands.
        parents: Steps of the provision before, from which this one inherits what is wider than itself.
        base: A relative beginning that the provision continues, if it is narrower.

    Returns:
        The provisions; None when there is none at this place.
    """
    parts: tuple[Part, ...] = ()
    provisions: list[Provision] = []
    end, rank = at, -1
    while (step := _step(text, end, rank)) is not None:
        rank, elements, step_end = step
        if not provisions:
            parts = tuple(part for part in parents if part.rank < rank)
            base = _base(base, rank, parts)
        provisions = [
            Provision(
                at if i == 0 else element.start,
                element.end if i < len(elements) - 1 else step_end,
                (*parts, Part(rank, element.ordinal)),
                base,
                elements[i - 1].ordinal if element.ranged else None,
            )
            for i, element in enumerate(elements)
        ]
        parts, end = provisions[0].parts, step_end
        if len(elements) > 1:
            break
    return Chain(tuple(provisions), end) if provisions else None


def _base(base: str, rank: int, parts: Sequence[Part]) -> str:
    """What a provision starts from: a given beginning if that is wider; 本条 for a lone 款, 本款 for a lone 项."""
    if base and RANKS[base[-1]] < rank:
        return base
    if rank <= ARTICLE or any(part.rank == ARTICLE for part in parts):
        return ""
    return {PARAGRAPH: "本条", ITEM: "本款"}.get(rank, "本项")


def _step(text: str, at: int, after: int) -> tuple[int, list[_Element], int] | None:
    """Read 第…条 or another single step that is narrower than rank ``after``; its rank, its numbers and its end."""
    if after >= ARTICLE and text.startswith(("的第", "的笫"), at):
        at += 1  # 第三条的第二款
    match = _STEP.match(text, at)
    if match is None:
        # A bracketed number right behind an article or a 款 is a 项: 第八条（二）项.
        match = _BARE_ITEM.match(text, at) if after in (ARTICLE, PARAGRAPH) else None
    if match is None or RANKS[match["unit"]] <= after:
        return None
    elements = _elements(match)
    return (RANKS[match["unit"]], elements, match.end()) if elements else None


def _elements(match: re.Match[str]) -> list[_Element]:
    """The numbers of one step; none when one of them is no number."""
    found: list[_Element] = []
    at = match.start("elements")
    ranged = False
    for i, piece in enumerate(_SPLIT.split(match["elements"])):
        if i % 2:
            ranged = piece[0] in _RANGE
        else:
            number = numerals.ordinal(piece.strip("第笫（）() \u3000"))
            if number is None:
                return []
            found.append(_Element(number, at, at + len(piece), ranged))
        at += len(piece)
    suffix = match.groupdict().get("suffix")
    if suffix:
        inserted, last = numerals.parse(suffix), found[-1]
        if not inserted or last.ordinal.suffix:
            return []
        found[-1] = _Element(Ordinal(last.ordinal.number, inserted), last.start, last.end, last.ranged)
    return found


_NUMBERED = re.compile(
    r"\s*(?P<first>[一二三四五六七八九十百]{1,6})、(?:\s*(?P<second>[（(][一二三四五六七八九十]{1,5}[）)]))?"
    r"(?:\s*(?P<third>\d{1,3})[.．](?!\d))?(?:\s*(?P<fourth>[（(]\d{1,3}[）)]))?(?:\s*(?P<fifth>[①-⑳]))?"
)
_WIDE_BRACKETS = str.maketrans("()", "（）")


def read_numbered(text: str, at: int) -> tuple[str, int] | None:
    """Read the marks of an official document's paragraph: 一、（二）1.（1）① (GB/T 9704-2012 7.3.3).

    Levels may be skipped.

    Args:
        text: Running text.
        at: Where 一、 stands, or white space before it.

    Returns:
        The path, ``一/（二）/1``, and where the marks end; None when there is none.
    """
    match = _NUMBERED.match(text, at)
    if match is None:
        return None
    return "/".join(step.translate(_WIDE_BRACKETS) for step in match.groups() if step), match.end()
