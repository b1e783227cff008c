"""Finding citations in running text.

One ``Citation`` is found for each provision cited: 第三条、第五条和第八条第二款 gives three, each with the law that
governs the list. Spans never overlap, but for 前两款, whose two citations share one span. A range 第二十条至第二十四条
gives its two ends, the last with the path ``20-24``; what lies between is in the document, not in the words, and
``indexer.citation.resolve.expand`` finds it there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from heapq import merge

from indexer import numerals
from indexer.citation import mentions
from indexer.citation.mentions import Mention
from indexer.citation.provisions import ARTICLE, RANKS, Chain, Part, Provision, read, read_numbered
from indexer.types import Citation, CitationForm, Ordinal, Span

_CANDIDATE = re.compile(
    rf"[第笫](?=\s?[（(]?\s?{numerals.NUMERAL_CLASS})"
    rf"|(?<![目之以日提天从当先面])[前上](?P<count>{numerals.NUMERAL_CLASS}{{0,3}})(?P<unit>条(?![件例款约幅])|款(?![项式])|项(?!目)|章(?!程)|节(?![目点课能]))"
    r"|该(?P<that>条(?=\s?[第笫])|款(?=\s?[第笫])|项(?=\s?[第笫]))"
    r"|(?<![基资成日根样版副书文标原课剧股])本(?P<own>条(?![件例款约])|款(?![项式])|项(?!目)|章(?!程)|节(?![目点课])|编(?![辑制号]))"
)
# Between an instrument's name and the provision: the year of its version, a short name, 的, and the name of a part.
_GAP = re.compile(
    r"\s*(?:[（(](?:(?:以下|下文|下同|简称|统一简称)|(?P<year>(?:19|20)\d\d)年)[^（）()\n]{0,40}[）)])?\s*的?\s*"
    r"(?P<old>原的?(?=[第笫]))?(?:(?P<part>[总分]则)编?|附则|(?!第)[\u4e00-\u9fff]{2,4}编)?\s*"
)
_CONNECTOR = re.compile(
    r"\s*(?:所列|所规定的?|规定的|中的?)\s*"
    r"|\s*(?:的?(?:有关|相关)?规定)?\s*(?:、|，|,|；|以及|及其|及|和|与|或者?|并|至|到|[-－—–～~]{1,2})\s*(?:根据|依照|按照)?\s*"
)
_RANGE = re.compile(r"\s*(?:至|到|[-－—–～~]{1,2})\s*")
_MORE_SUFFIX = re.compile(rf"\s*(?:、|和|或者?|及|至|到)\s*之\s*(?P<suffix>{numerals.NUMERAL_CLASS}{{1,4}})")
# The mark at the head of an article or a chapter stands at a line's start, before white space.
_HEADING = re.compile(
    rf"[第笫]\s?{numerals.NUMERAL_CLASS}{{1,12}}\s?(?:分编|[编章节条])(?:\s?之\s?{numerals.NUMERAL_CLASS}{{1,3}})?\s"
)
_LONGEST_CONNECTOR = 12
_MOST_RELATIVE = 20
# 前两项 is followed by 规定, 所列, 情形 or a mark; 前三项污染物 counts pollutants.
_AFTER_ITEMS = re.compile(r"\s*(?:[规所情行以之罪中的，。、；：（）)第]|$)")
# The year of the version before a name, or that the version before an amendment is meant.
_VERSION_BEFORE = re.compile(
    r"(?:(?P<year>(?:19|20)\d\d)年(?:\s?\d{1,2}月(?:\s?\d{1,2}日)?)?(?:修[正订改]|[颁公]布|通过)的?|(?P<old>修[改正订]前的?))$"
)
_LONGEST_VERSION = 18
_ANNEX_BEFORE = re.compile(rf"附[录件表](?P<number>{numerals.NUMERAL_CLASS}{{0,3}})的?\s?$")
_LONGEST_ANNEX = 8
_AFTER_MARKS = re.compile(r"[\s，。；、：）)”]|$")


@dataclass(frozen=True, slots=True)
class _State:
    """The citation before: the law it named, the steps it took, where it ended."""

    end: int = -1
    form: CitationForm = "self"
    law: str | None = None
    parts: tuple[Part, ...] = ()
    base: str = ""
    named: str | None = None
    annex: str = ""


def find(text: str, defined: Mapping[str, str] | None = None) -> tuple[Citation, ...]:
    """Every citation of a text, in order.

    Args:
        text: Running legal text; any string.
        defined: Short names introduced elsewhere in the document (``definitions``), beside those of ``text`` itself.

    Returns:
        Citations with exact spans and no target. ``law`` is the name as written without 《》; a short name that the
        text introduces gives the name it stands for, a title with its document number gives ``title（number）``, a
        document number its normal form. 同法 gives the law named before it. ``path`` is in the notation of
        ``indexer.citation.provisions``.
    """
    names = {**(defined or {}), **mentions.definitions(text)}
    return tuple(_Assembly(text, names).citations())


class _Assembly:
    """Goes through a text once, from left to right, and puts mentions and provisions together."""

    def __init__(self, text: str, defined: Mapping[str, str]) -> None:
        self.text = text
        self.defined = defined
        self.state = _State()

    def citations(self) -> Iterator[Citation]:
        """The citations in order."""
        events: Iterator[Mention | re.Match[str]] = merge(
            self._mentions(),
            _CANDIDATE.finditer(self.text),
            key=lambda event: event.start if isinstance(event, Mention) else event.start(),
        )
        cursor = 0
        for event in events:
            start = event.start if isinstance(event, Mention) else event.start()
            if start < cursor:
                continue
            found = self._named(event) if isinstance(event, Mention) else self._unnamed(event, cursor)
            yield from found
            if found or isinstance(event, Mention):
                cursor = max(cursor, found[-1].span.end if found else event.end if isinstance(event, Mention) else 0)

    def _mentions(self) -> Iterator[Mention]:
        """Mentions in order; a name inside 《…》 is part of that title."""
        end = 0
        both = merge(
            mentions.titles(self.text, self.defined), mentions.names(self.text, self.defined), key=lambda m: m.start
        )
        for mention in both:
            if mention.start >= end:
                yield mention
                end = mention.end

    def _named(self, mention: Mention) -> list[Citation]:
        """An instrument's name with the provisions behind it."""
        law = self.state.named if mention.form == "relative" else mention.law
        gap = _GAP.match(self.text, mention.end)
        at = gap.end() if gap else mention.end
        # 总则 and 分则 are the first and second 编 of a law whose chapters begin anew in each.
        part = (Part(RANKS["编"], Ordinal(1 if gap["part"] == "总则" else 2)),) if gap and gap["part"] else ()
        chain = read(self.text, at, part)
        if chain is not None:
            law = self._version(mention, law, gap)
            provisions = [replace(provision, base="") for provision in chain.provisions]
            provisions[0] = replace(provisions[0], start=mention.start)
            return self._emit(provisions, mention.form, law, chain.end)
        numbered = read_numbered(self.text, mention.end) if mention.form in ("full", "number") else None
        if numbered is not None and ("/" in numbered[0] or _AFTER_MARKS.match(self.text, numbered[1])):
            self.state = _State(numbered[1], mention.form, law, named=law)
            return [Citation(Span(mention.start, numbered[1]), mention.form, law, numbered[0])]
        if not mention.certain:
            return []
        self.state = _State(mention.end, mention.form, law, named=law or self.state.named)
        return [Citation(Span(mention.start, mention.end), mention.form, law, "")]

    def _version(self, mention: Mention, law: str | None, gap: re.Match[str] | None) -> str | None:
        """A law's name with the year of the version that the words around it state, or with 修改前."""
        if law is None or law.endswith("）"):
            return law
        before = _VERSION_BEFORE.search(self.text, max(0, mention.start - _LONGEST_VERSION), mention.start)
        year = (gap["year"] if gap else None) or (before["year"] if before else None)
        if year:
            return f"{law}（{year}年）"
        return f"{law}（修改前）" if (gap and gap["old"]) or (before and before["old"]) else law

    def _unnamed(self, candidate: re.Match[str], cursor: int) -> list[Citation]:
        """A provision without a name before it: one more of a list, a relative one, or one of this very instrument."""
        start = candidate.start()
        if candidate["unit"] or candidate["own"] or candidate["that"]:
            return self._that(candidate) if candidate["that"] else self._relative(candidate)
        state = self.state
        joined = bool(state.parts or state.base) and self._joins(state.end, start)
        chain = read(self.text, start, state.parts if joined else (), state.base if joined else "")
        if chain is None or self._is_statute(chain) or (_HEADING.match(self.text, start) and self._begins_line(start)):
            return []
        provisions = list(chain.provisions)
        if joined and provisions[0].base == state.base:
            return self._emit(self._ranged(provisions), state.form, state.law, chain.end, state.annex)
        annex = _ANNEX_BEFORE.search(self.text, max(0, start - _LONGEST_ANNEX), start)
        if annex is not None and not provisions[0].base:
            number = numerals.parse(annex["number"]) if annex["number"] else 1
            return self._emit(provisions, "self", None, chain.end, f"附件{number}/")
        unknown = mentions.unknown_name(self.text, start, cursor) if not provisions[0].base else None
        if unknown is not None:
            provisions[0] = replace(provisions[0], start=unknown[0])
            return self._emit(provisions, "alias", unknown[1], chain.end)
        return self._emit(provisions, "relative" if provisions[0].base else "self", None, chain.end)

    def _begins_line(self, at: int) -> bool:
        """Whether nothing but white space, #, or the mark of a quotation stands before an offset in its line."""
        while at > 0 and self.text[at - 1] in " \t\u3000#“":
            at -= 1
        return at == 0 or self.text[at - 1] == "\n"

    def _is_statute(self, chain: Chain) -> bool:
        """第13章《…条例》 numbers the chapters of a statute book, not of a law."""
        return chain.provisions[0].parts[-1].rank == RANKS["章"] and self.text.startswith("《", chain.end)

    def _that(self, candidate: re.Match[str]) -> list[Citation]:
        """该款第一项, 该条第二款: of the provision cited before."""
        start, end = candidate.span()
        rank, state = RANKS[candidate["that"]], self.state
        parts = tuple(part for part in state.parts if part.rank <= rank)
        known = bool(parts) and (parts[-1].rank == rank or candidate["that"] == "款")
        chain = read(self.text, end, parts, state.base) if known else read(self.text, end, (), f"该{candidate['that']}")
        if chain is None:
            return []
        provisions = [replace(chain.provisions[0], start=start), *chain.provisions[1:]]
        if known:
            return self._emit(provisions, state.form, state.law, chain.end)
        return self._emit(provisions, "relative", None, chain.end)

    def _joins(self, end: int, start: int) -> bool:
        return 0 <= start - end <= _LONGEST_CONNECTOR and _CONNECTOR.fullmatch(self.text, end, start) is not None

    def _ranged(self, provisions: list[Provision]) -> list[Provision]:
        """Mark the first provision as the last end of a range, when 至 leads up to it from its like."""
        first, before = provisions[0], self.state.parts
        alike = before and first.parts[:-1] == before[:-1] and first.parts[-1].rank == before[-1].rank
        if alike and _RANGE.fullmatch(self.text, self.state.end, first.start):
            provisions[0] = replace(first, since=before[-1].ordinal)
        return provisions

    def _relative(self, candidate: re.Match[str]) -> list[Citation]:
        """前款, 前两款, 前条第二款, 本条第一款, 第八条前两款."""
        start, end = candidate.span()
        if candidate["own"]:
            return self._own(candidate)
        unit = candidate["unit"]
        count = numerals.parse(candidate["count"]) if candidate["count"] else 1
        if not count or count > _MOST_RELATIVE or (candidate["count"] and self.text[start] == "上"):
            return []
        if candidate["count"] and unit == "项" and not _AFTER_ITEMS.match(self.text, end):
            return []
        state = self.state
        if state.end == start and state.parts and state.parts[-1].rank < RANKS[unit] and candidate["count"]:
            parts = [(*state.parts, Part(RANKS[unit], Ordinal(i + 1))) for i in range(count)]
            return self._emit([Provision(start, end, part, state.base) for part in parts], state.form, state.law, end)
        if count == 1:
            chain = read(self.text, end, base=f"前{unit}")
            if chain is not None and chain.provisions[0].base == f"前{unit}":
                provisions = [replace(chain.provisions[0], start=start), *chain.provisions[1:]]
                return self._emit(provisions, "relative", None, chain.end)
        bases = [f"前{i if i > 1 else ''}{unit}" for i in range(count, 0, -1)]
        return self._emit([Provision(start, end, (), base) for base in bases], "relative", None, end)

    def _own(self, candidate: re.Match[str]) -> list[Citation]:
        """本条第一款, 本章; 本条 and narrower parts alone cite nothing but the place itself."""
        start, end = candidate.span()
        base = f"本{candidate['own']}"
        chain = read(self.text, end, base=base)
        if chain is not None and chain.provisions[0].base == base:
            provisions = [replace(chain.provisions[0], start=start), *chain.provisions[1:]]
            if provisions[0].parts[0].rank == ARTICLE:
                # 本节第八条: articles are numbered through the whole law, so the section adds nothing.
                return self._emit([replace(item, base="") for item in provisions], "self", None, chain.end)
            return self._emit(provisions, "relative", None, chain.end)
        if RANKS[candidate["own"]] >= ARTICLE:
            return []
        return self._emit([Provision(start, end, (), base)], "relative", None, end)

    def _emit(
        self, provisions: list[Provision], form: CitationForm, law: str | None, end: int, annex: str = ""
    ) -> list[Citation]:
        """Turn provisions into citations and remember the last one; 第一百二十条之一、之二 goes on here."""
        found = [Citation(Span(item.start, item.end), form, law, annex + item.path) for item in provisions]
        parts = provisions[-1].parts
        while parts and parts[-1].ordinal.suffix and (more := _MORE_SUFFIX.match(self.text, end)):
            suffix = numerals.parse(more["suffix"])
            if not suffix:
                break
            parts = (*parts[:-1], Part(parts[-1].rank, Ordinal(parts[-1].ordinal.number, suffix)))
            begin, end = more.start("suffix") - 1, more.end()
            found.append(Citation(Span(begin, end), form, law, Provision(begin, end, parts, provisions[-1].base).path))
        self.state = _State(end, form, law, parts, provisions[-1].base, law or self.state.named, annex)
        return found
