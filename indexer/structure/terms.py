"""How long an instrument applies, and which of its provisions apply from a day of their own.

立法法第六十一条 has a law state its day of commencement. Most provinces have a 规范性文件 state how long it is valid:
after that day it is no longer in force.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from indexer import numerals
from indexer.structure import dates, quoted
from indexer.types import Commencement

_NUMERAL = r"[\d一二三四五六七八九十两]+"
_MONTH = rf"(?P<year>[12]\d{{3}}|[二〇○零一三四五六七八九]{{4}})年(?:(?P<month>{_NUMERAL})月)?(?:底|末)?(?!度)"
_UNTIL = rf"(?:(?P<date>{dates.PATTERN})|{_MONTH})"
_IN_FORCE = re.compile("施行|实施|执行|生效|实行|试行|有效")
_VALID_UNTIL = re.compile(
    rf"有效(?:期|期限|时间|时限)?(?:截止|截至|暂?定)?(?:时间|日期)?(?:为|是)?(?:(?:自|从).{{1,40}}?)?(?:至|到|止于){_UNTIL}"
)
_FROM_TO = re.compile(
    rf"(?:自|从).{{2,24}}?起?[，,]?(?:正式)?(?:试行|施行|实施|执行|生效)?[，,]?(?:至|到){_UNTIL}止?"
    r"(?:[，,]?(?:期间)?(?:内)?(?:试行|施行|实施|执行|有效)|$|[。，,；])"
)
_VALID_FOR = re.compile(
    rf"(?:有效期限?|试行期限?|施行期限?|实施期限?|执行期限?|有效时间)(?:暂?定)?(?:为|是|共)?[，,]?(?P<count>{_NUMERAL})(?P<unit>个月|年)"
)
_MAY_EXPIRE = re.compile("有效|[行施]期|[自从].{2,60}?[至到]")
_OWN = (
    r"本[\u4e00-\u9fff（）]{0,12}?(?:法|条例|规定|办法|细则|规则|决定|通知|意见|方案|措施|公告|通告|标准|规范|政策|规划|计划"
    r"|文件|解释|制度)"
)
_SELF = re.compile(_OWN)
_OWN_SUBJECT = re.compile(rf"(?:{_OWN}|其)的?|.*(?:施行|实施|执行|生效|试行|印发|发布|公布)(?:之日)?起?")
_BEGINS = re.compile(r"(?:自|从|于).{2,24}(?:施行|实施|执行|生效|试行|实行)")
_NUMBER = r"第[〇零一二三四五六七八九十百千\d]+"
_INSERTED = r"条(?:之[一二三四五六七八九十]+)?"
_ARTICLE_MARK = re.compile(rf"^{_NUMBER}\s*{_INSERTED}\s*")
_PART = rf"{_NUMBER}(?:{_INSERTED}|款|项|章|节)|第（[一二三四五六七八九十]+）项"
_PARTS = rf"(?:{_PART})(?:(?:[、，,]|和|及|以及|与|至|的){{0,3}}(?:{_PART})){{0,30}}"
_PART_FROM = re.compile(
    rf"(?P<parts>{_PARTS})(?:的?规定|条款)?(?:[，,])?(?:自|从|于)(?P<date>{dates.PATTERN})(?:之?日?起)?(?:正式)?(?:施行|实施|执行|生效|试行)"
)
_QUOTED_WORDS = re.compile("“[^“”]*”")


def expiry(lines: Sequence[str], effective: date | None) -> date | None:
    """The last day of the validity that an instrument states of itself.

    Args:
        lines: Its own lines without quoted articles; the order or notice that issues it, too.
        effective: Its day of commencement, from which 有效期五年 counts.

    Returns:
        The day, 31 December or a month's last day where only the year or month is printed; None without a statement,
        and where its beginning is unknown.
    """
    for line in reversed(lines):
        if not ("年" in line or "个月" in line) or not _MAY_EXPIRE.search(line):
            continue
        own = _own_words(line)
        for sentence in reversed(re.split("[。；]", own)):
            if (found := _stated(sentence, effective)) is not None:
                return found
    return None


def _stated(sentence: str, effective: date | None) -> date | None:
    """The day that one sentence states of the instrument itself: 本办法…, or the words right behind 施行."""
    if until := _VALID_UNTIL.search(sentence):
        return _last_day(until) if _is_its_own(sentence, until.start()) else None
    if until := _FROM_TO.search(sentence):
        about = _SELF.search(sentence, 0, until.start())
        return _last_day(until) if about and "的" not in sentence[about.end() : until.start()] else None
    lasting = _VALID_FOR.search(sentence)
    if lasting is None or effective is None or not _is_its_own(sentence, lasting.start()):
        return None
    count = numerals.parse(lasting["count"])
    following = dates.later(effective, count, lasting["unit"][-1]) if count else None
    return following - timedelta(days=1) if following else None


def _is_its_own(sentence: str, place: int) -> bool:
    """Whether the validity stated at ``place`` is the instrument's, not that of a licence which it speaks of."""
    before, _, subject = sentence[:place].rpartition("，")
    if subject.strip():
        return _OWN_SUBJECT.fullmatch(subject.strip()) is not None
    return not before.strip() or _BEGINS.search(before) is not None


def _last_day(match: re.Match[str]) -> date | None:
    if match["date"]:
        return dates.parse(match["date"])
    year = numerals.parse(match["year"].replace("○", "〇"))
    month = numerals.parse(match["month"]) if match["month"] else 12
    if year is None or month is None or not 1 <= month <= 12:
        return None
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def commencements(lines: Iterable[str]) -> tuple[Commencement, ...]:
    """The days from which single provisions of an instrument apply, where they are not the whole's.

    Args:
        lines: Its own lines without quoted articles.

    Returns:
        The days in the order printed: ``第三条、第五条第二款`` of 本法自…起施行，第三条、第五条第二款自…起施行.
    """
    found: list[Commencement] = []
    for line in lines:
        if "年" not in line or "第" not in line or not _IN_FORCE.search(line):
            continue
        own = _own_words(line)
        for match in _PART_FROM.finditer(own):
            before = own[: match.start()]
            on = dates.parse(match["date"])
            # 依照《甲法》第三条自…起施行 names another instrument's article.
            if on is not None and not before.endswith(("》", "法", "条例", "规定", "办法")):
                found.append(Commencement(on, match["parts"].rstrip("的")))
    return tuple(dict.fromkeys(found))


def _own_words(line: str) -> str:
    """A line without quoted articles, quoted words and its own article's number."""
    return _ARTICLE_MARK.sub("", _QUOTED_WORDS.sub("", quoted.masked(line)))
