"""Reading the citation that a person types into a search box, and what they ask beside it."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from indexer import numerals
from indexer.citation import mentions
from indexer.citation.marks import Marks, read_marks
from indexer.citation.mentions import Mention
from indexer.citation.names import LawNames, simplify
from indexer.types import CitationForm

_NUMBER_BEHIND = re.compile(r"^(?P<title>.+)（(?P<number>[^（）]+号)）$")
_NARROW = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
_NARROW |= {ord(sign): "-" for sign in "－—–―‐‑−"} | {0x3000: " ", 0xA0: " ", ord("．"): ".", ord("／"): "/"}
_GAP = re.compile(r"\s*(?:中的|里的|之中|的|中|里|[,，:：、·])?\s*")
_BETWEEN = re.compile(r"[\s的，,、·:：]*")
_DIGITS = "[0-9〇零○一二三四五六七八九]"
_DAY_BEFORE = re.compile(
    rf"(?P<year>{_DIGITS}{{4}})\s*年(?:\s*(?P<month>[0-9一二三四五六七八九十]{{1,2}})\s*月"
    r"(?:\s*(?P<day>[0-9一二三四五六七八九十]{1,3})\s*[日号])?)?\s*"
    r"(?:(?P<version>版本?|修正|修订|修改)|[时底末]|当时|那时候?|期间)?\s*(?:施行|实施|有效|适用|生效)?\s*的?\s*$"
)
_VERSION_BEHIND = re.compile(
    rf"\s*(?:[（(]\s*(?P<bracketed>{_DIGITS}{{4}})\s*年?[^（）()]{{0,8}}[）)]|(?P<bare>(?:19|20)\d\d)\s*(?:年?\s*(?:版本?|修正|修订|修改)|$))"
)
_VERSION_AT_END = re.compile(r"[（(]\s*(?:19|20)\d\d[^（）()]*[）)]$")
_FILLER = re.compile(
    r"请问|请|帮我|帮忙|麻烦|我想|想要|查询|查一下|查找|查|搜索|看一下|看看|看|了解|一下|具体|详细|规定了?|怎么|如何|怎样|说了?|讲了?|写了?|内容|全文"
    r"|原文|条文|法条|根据|按照|依照|依据|关于|有关|是|什么|哪些|的|了|吗|呢|里面?|中|有|[\s，。？！?!,.、:：；;“”\"'《》]"
)
_EDGE = " \t\n，。？！?!,.、:：；;·的"
_LEADING = re.compile(r"^(?:[\s，,、:：]*(?:关于|有关|中的|里的|对于|中|里|的))+")
_TRAILING = re.compile(r"(?:请问|我想问|问|根据|按照|依照|依据|按|依)+\s*$")
_LONGEST_PREFIX = 60
_CUT = re.compile(r"\s|第|[（(]|$")
_SURE_ENDINGS = ("法", "法典")


@dataclass(frozen=True, slots=True)
class QueryCitation:
    """The citation in a query, and the rest of it.

    Attributes:
        law: The law's name as typed, in simplified characters and without 《》; None when only an article is named.
        number: The document number in its normal form; None when there is none.
        path: Path of the provision, 款 1 for one that is not said; empty when none is named.
        written: The path as written, an unsaid 款 left empty (``38//2``), for ``existing_path``.
        remaining: What is asked beside the citation.
        only: The query is nothing but a citation, but for words such as 规定了什么.
        as_of: The day of the law asked for: 2019年的公司法 is that of the last day of 2019.
        version: The year of the version asked for: 公司法（2018年修正）.
        form: How the instrument is named.
    """

    law: str | None
    number: str | None
    path: str
    written: str
    remaining: str
    only: bool
    as_of: date | None = None
    version: int | None = None
    form: CitationForm = "alias"


def parse_query(text: str, known: Callable[[str], bool] | None = None) -> QueryCitation | None:
    """Read the citation in a query.

    Args:
        text: As typed: any width of characters, traditional or simplified.
        known: Whether a name is a law's; for titles that stand without 《》 and that the vocabulary has not. None for
            the vocabulary alone.

    Returns:
        The citation; None when the query names neither a law nor a document number, and is not an article's number.
    """
    plain = clean(text)
    head = _head(plain, known or (lambda _: False))
    if head is None:
        return _article_alone(plain)
    law, number = _law_and_number(head)
    before, behind = plain[: head.start], head.end
    version = _VERSION_BEHIND.match(plain, behind)
    if version:
        behind = version.end()
    marks = _marks_behind(plain, behind)
    if marks is not None:
        behind = marks.end
    elif (ahead := read_marks(before, 0)) is not None and _BETWEEN.fullmatch(before, ahead.end):
        # 第1079条 民法典: the article comes first.
        marks, before = ahead, ""
    day = _DAY_BEFORE.search(before)
    as_of, year = _time(day, version)
    if day is not None and (as_of or year):
        before = before[: day.start()]
    remaining = _join(before, plain[behind:])
    return QueryCitation(
        law=law,
        number=number,
        path=marks.path if marks else "",
        written=marks.written if marks else "",
        remaining=remaining,
        only=not _FILLER.sub("", remaining),
        as_of=as_of,
        version=year,
        form=head.form,
    )


def clean(text: str) -> str:
    """A query in the form in which it is read: half-width digits and letters, single spaces, simplified characters."""
    plain = " ".join(text.translate(_NARROW).split())
    try:
        plain.encode("gb2312")
    except UnicodeEncodeError:
        # Only a text with characters beyond the simplified standard set can hold traditional ones.
        import opencc  # few queries need it

        converted: str = opencc.OpenCC("t2s").convert(plain)
        return converted
    return plain


def _article_alone(plain: str) -> QueryCitation | None:
    marks = read_marks(plain, 0)
    if marks is None or not marks.written[0].isascii() or not re.search("[第条]", plain[: marks.end]):
        return None
    remaining = _join("", plain[marks.end :])
    if _FILLER.sub("", remaining):
        return None
    return QueryCitation(None, None, marks.path, marks.written, remaining, only=True, form="self")


def _head(plain: str, known: Callable[[str], bool]) -> Mention | None:
    """Where the query names an instrument: a title or number first, else the longest known prefix, else a name."""
    for mention in mentions.titles(plain, {}):
        if mention.form in ("full", "number"):
            return mention
    prefix = _known_prefix(plain, known)
    if prefix is not None:
        return prefix
    for mention in mentions.names(plain, {}, asked=True):
        if _is_meant(plain, mention):
            return mention
    article = re.search(rf"第\s?{numerals.NUMERAL_CLASS}", plain)
    unknown = mentions.unknown_name(plain, article.start(), 0) if article else None
    return Mention(unknown[0], unknown[0] + len(unknown[1]), "alias", unknown[1]) if unknown else None


def _known_prefix(plain: str, known: Callable[[str], bool]) -> Mention | None:
    vocabulary = LawNames.load()
    cuts = [cut.start() for cut in _CUT.finditer(plain[:_LONGEST_PREFIX])]
    numbered = re.search(r"[一二三四五六七八九十]+、", plain)
    if numbered:
        cuts.append(numbered.start())
    for cut in sorted(set(cuts), reverse=True):
        name = plain[:cut].strip()
        if len(name) > 1 and not _VERSION_AT_END.search(name) and (known(name) or vocabulary.title(name) is not None):
            return Mention(0, cut, "alias", name)
    return None


def _is_meant(plain: str, mention: Mention) -> bool:
    """Whether a short name in a question means the law: 工资规定有哪些 asks of rules, and of no instrument."""
    name = mention.law or ""
    title = LawNames.load().title(name)
    if name.endswith(_SURE_ENDINGS) or (title is not None and simplify(title) == name):
        return True
    behind = plain[mention.end : mention.end + 1]
    return not "\u4e00" <= behind <= "\u9fff" or behind in "第的"


def _law_and_number(head: Mention) -> tuple[str | None, str | None]:
    if head.form == "number":
        return None, head.law
    law = head.law or ""
    both = _NUMBER_BEHIND.match(law)
    title, number = (both["title"], both["number"]) if both else (law, None)
    return title.replace("〈", "《").replace("〉", "》"), number


def _marks_behind(plain: str, at: int) -> Marks | None:
    gap = _GAP.match(plain, at)
    return read_marks(plain, gap.end() if gap else at, loose=True)


def _time(before: re.Match[str] | None, behind: re.Match[str] | None) -> tuple[date | None, int | None]:
    """The day and the version's year that the words around a law's name state."""
    if behind is not None:
        year = numerals.parse(behind["bracketed"] or behind["bare"])
        return None, year
    year = numerals.parse(before["year"]) if before else None
    if before is None or year is None or not 1900 <= year <= 2100:
        return None, None
    if before["version"]:
        return None, year
    month = numerals.parse(before["month"]) if before["month"] else 12
    if not month or month > 12:
        return None, None
    last = monthrange(year, month)[1]
    day = numerals.parse(before["day"]) if before["day"] else last
    return (date(year, month, day) if day and day <= last else None), None


def _join(before: str, behind: str) -> str:
    behind = _LEADING.sub("", behind)
    before = _TRAILING.sub("", before)
    parts = [part.strip(_EDGE) for part in (before, behind)]
    return " ".join(part for part in parts if part)
