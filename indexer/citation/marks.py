"""Reading the marks behind a title, as ``indexer.citation.format`` writes them and as people type them.

Typed forms: ``第1079条``, ``1079``, ``38 条 第一款 （二）``, ``133之1``, ``120之1-1``, ``38-1-2``, ``21条2款``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from indexer import numerals
from indexer.types import Ordinal

_NUM = rf"{numerals.NUMERAL_CLASS}(?:[ \u3000]?{numerals.NUMERAL_CLASS}){{0,11}}"
_HAN_NUM = "[一二三四五六七八九十百]"
_ARTICLE = re.compile(
    rf"\s*[第笫]?\s*(?P<number>{_NUM}(?:\s*之\s*{_NUM})?)\s*条(?![例件约款])(?:\s*之\s*(?P<suffix>{_NUM}))?"
)
_DASHED_ARTICLE = re.compile(rf"\s*[第笫]\s*(?P<number>{_NUM})\s*-\s*(?P<suffix>{_NUM})\s*条(?![例件约款])")
_BARE = re.compile(
    rf"\s*(?P<ordinal>[第笫]\s*)?(?P<number>{_NUM})(?:\s*之\s*(?P<suffix>{_NUM}))?(?P<rest>(?:\s*[-./]\s*{_NUM}){{0,3}})"
)
# A number before one of these counts something else: 三倍, 2019年, 10元.
_COUNTED = re.compile(
    r"\s*[年月日号个元人种倍次天岁万亿%％版修多余周小届期批名家位分只章节编款项目角块千克吨公米级等审类段]"
)
_YEAR = re.compile(r"(?:19|20)\d\d$")
_HEADING = re.compile(rf"\s*[第笫]\s*(?P<number>{_NUM})\s*(?P<unit>分编|编|章(?!程)|节)(?:\s*之\s*(?P<suffix>{_NUM}))?")
# 总则 and 分则 are the first and second 编 of a code.
_HALF = re.compile(r"\s*(?P<half>[总分]则)(?:编|(?=\s*[第笫]))")
_PARAGRAPH = re.compile(rf"\s*[第笫]?\s*(?P<number>{_NUM})\s*款")
_ITEM = re.compile(
    rf"\s*(?:[第笫]\s*)?(?:[（(]\s*(?P<bracketed>{_NUM})\s*[）)]\s*(?:项(?!目))?|(?P<number>{_NUM})\s*项(?!目))(?:\s*之\s*(?P<suffix>{_NUM}))?"
)
_SUBITEM = re.compile(rf"\s*[第笫]?\s*(?P<number>{_NUM})\s*目(?![录标的])")
_ANNEX = re.compile(rf"\s*附件\s*(?:(?P<path>\d+(?:_\d+)?)|(?P<number>{_NUM}))?")
_TABLE = re.compile(r"\s*(?:表(?P<number>\d+)\s*(?:《[^《》]*》)?|《[^《》]*》(?=\s*第[^第项]{1,12}项|（重号|$))")
_ROW = re.compile(r"\s*第(?P<number>[^第项]{1,12})项")
_NUMBERED = re.compile(
    rf"\s*(?:(?P<first>{_HAN_NUM}{{1,6}})、|(?P<second>[（(](?:{_HAN_NUM}{{1,6}}|\d{{1,3}})[）)])|(?P<third>\d{{1,3}})[.．](?!\d)|(?P<circled>[①-⑳]))"
)
_SEGMENT = re.compile(r"\s*第(?P<number>\d+)段")
_NAMED = re.compile(
    r"\s*(?P<step>(?:文号|主送|署名|日期|目录|引文|序言)\d+|题\d+(?=(?P<name>《[^《》]*》)?)|序言|目录)(?(name)(?P=name))"
)
_UNNUMBERED = re.compile(r"\s*“(?P<heading>[^“”]{1,40})”(?P<unit>分编|编|章|节)")
_REPEATED = re.compile(r"（重号(?P<number>\d+)）")
_WIDE_BRACKETS = str.maketrans("()", "（）")


@dataclass(frozen=True, slots=True)
class Marks:
    """Marks as read.

    Attributes:
        written: The path with an unsaid 款 left empty: ``38//2``.
        end: Where the marks end.
    """

    written: str
    end: int

    @property
    def path(self) -> str:
        """The path with 款 1 for one that is not said, as an article of a single 款 is cited."""
        return "/".join(step or "1" for step in self.written.split("/"))


def read_marks(text: str, at: int, *, loose: bool = False) -> Marks | None:
    """Read the marks that stand at an offset.

    Args:
        text: Text with half-width digits, hyphens and letters.
        at: Where the marks begin, or white space before them.
        loose: A number may stand for an article without 第 and 条, as it does behind a law's name.

    Returns:
        The marks, as many as fit together; None when there are none.
    """
    reader = _Reader(text, at, loose=loose)
    while reader.advance():
        pass
    return Marks("/".join(reader.steps), reader.at) if reader.steps else None


class _Reader:
    """Reads step after step; ``depth`` counts from the article: 0 behind 条, 1 behind 款, 2 behind 项, None outside."""

    def __init__(self, text: str, at: int, *, loose: bool) -> None:
        self.text = text
        self.at = at
        self.loose = loose
        self.steps: list[str] = []
        self.depth: int | None = None

    def advance(self) -> bool:
        """Read one more step; False when there is none."""
        if self.steps and self.steps[-1].startswith("表") and self._row():
            return True
        if self.depth is None:
            return self._repeated() or self._heading() or self._article() or self._numbered() or self._other()
        return self._repeated() or self._inside() or self._other()

    def _take(self, match: re.Match[str], *steps: str) -> bool:
        self.steps += steps
        self.at = match.end()
        return True

    def _repeated(self) -> bool:
        match = _REPEATED.match(self.text, self.at)
        if match is None or not self.steps:
            return False
        self.steps[-1] += f"~{match['number']}"
        return self._take(match)

    def _row(self) -> bool:
        match = _ROW.match(self.text, self.at)
        return match is not None and self._take(match, match["number"].strip())

    def _heading(self) -> bool:
        if match := _UNNUMBERED.match(self.text, self.at):
            return self._take(match, f"{match['unit']}{match['heading']}")
        if not self.steps and (match := _HALF.match(self.text, self.at)):
            return self._take(match, "编1" if match["half"] == "总则" else "编2")
        match = _HEADING.match(self.text, self.at)
        number = _ordinal(match["number"], match["suffix"]) if match else None
        if match is None or number is None:
            return False
        return self._take(match, f"{match['unit']}{numerals.path_step(number)}")

    def _article(self) -> bool:
        match = _DASHED_ARTICLE.match(self.text, self.at) or _ARTICLE.match(self.text, self.at)
        number = _ordinal(match["number"], match["suffix"]) if match else None
        if match and number:
            # Articles are addressed flat: 第一章第三条 is article 3.
            self.steps = [step for step in self.steps if not step.startswith(("编", "分编", "章", "节"))]
            self.depth = 0
            return self._take(match, numerals.path_step(number))
        return self.loose and not self.steps and self._bare_article()

    def _bare_article(self) -> bool:
        match = _BARE.match(self.text, self.at)
        number = _ordinal(match["number"], match["suffix"]) if match else None
        if match is None or number is None:
            return False
        printed, behind = match["number"].strip(), self.text[match.end() :]
        sure = match["suffix"] is not None or bool(match["rest"]) or not behind.strip()
        counted = _COUNTED.match(behind) or behind.startswith(("、", ".", "．"))
        year = _YEAR.match(printed) and match["suffix"] is None
        if counted or year or (not sure and not match["ordinal"] and not printed.isdecimal()):
            return False
        deeper = [_ordinal(step, None) for step in re.split(r"\s*[-./]\s*", match["rest"].strip())[1:]]
        if any(step is None for step in deeper):
            return False
        self.depth = len(deeper)
        return self._take(match, numerals.path_step(number), *(numerals.path_step(step) for step in deeper if step))

    def _inside(self) -> bool:
        """款, 项 and 目, each below what was read before it."""
        if (
            self.depth == 0
            and (match := _PARAGRAPH.match(self.text, self.at))
            and (number := _ordinal(match["number"], None))
        ):
            self.depth = 1
            return self._take(match, numerals.path_step(number))
        if self.depth in (0, 1) and (match := _ITEM.match(self.text, self.at)):
            number = _ordinal(match["bracketed"] or match["number"], match["suffix"])
            if number:
                gap = ("",) if self.depth == 0 else ()
                self.depth = 2
                return self._take(match, *gap, numerals.path_step(number))
        if (
            self.depth == 2
            and (match := _SUBITEM.match(self.text, self.at))
            and (number := _ordinal(match["number"], None))
        ):
            self.depth = 3
            return self._take(match, numerals.path_step(number))
        return False

    def _numbered(self) -> bool:
        match = _NUMBERED.match(self.text, self.at)
        if match is None:
            return False
        step = match["first"] or match["second"] or match["third"] or match["circled"]
        return self._take(match, step.translate(_WIDE_BRACKETS))

    def _other(self) -> bool:
        if not self.steps and (match := _ANNEX.match(self.text, self.at)):
            number = match["path"] or (numerals.parse(match["number"]) if match["number"] else 1)
            return self._take(match, f"附件{number}")
        if match := _TABLE.match(self.text, self.at):
            return self._take(match, f"表{match['number'] or 1}")
        if match := _SEGMENT.match(self.text, self.at):
            return self._take(match, f"段{match['number']}")
        if match := _NAMED.match(self.text, self.at):
            return self._take(match, match["step"])
        return False


def _ordinal(number: str, suffix: str | None) -> Ordinal | None:
    return numerals.ordinal(f"{number}之{suffix}" if suffix else number)
