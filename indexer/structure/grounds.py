"""What an instrument rests on and what it carries out: 根据《…》，制定本条例; 为实施《…》; 《…》实施细则.

立法技术规范（试行）（一）5.1: the first article states the purpose and the law that an instrument is made under. An
official document says both in the paragraph before its first number.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from indexer.structure import dates, provisions, quoted, regions, wording

_OPENING_LINES = 12
_LONGEST = 1200
_MADE = re.compile(
    r"[制拟][定订]|修订|解释|规定|决定|[提作]出|答复|批复|通知|公告|印发|公布|发布|批准|现[就将对]|如下|同意|安排|提请|修改"
)
_FIRST_ARTICLE = re.compile(r"[第笫]\s*[一1]\s*条")
_UNDER = re.compile(r"(?:根据|依据|依照|按照|遵照|参照)")
_CARRIES_OUT = re.compile(
    r"(?:为|为了|以)?(?:正确|全面|切实|认真|深入|依法|更好|进一步|有效|保障|保证)*地?"
    r"(?:贯彻|实施|执行|落实|施行|适用|贯彻实施|贯彻执行|贯彻落实)(?:好|国务院|全国人民代表大会(?:常务委员会)?|国家|上位法|和|与|、)*(?=《)"
)
_BRACKETED = re.compile(r"[（(](?:[^（）()]|（[^（）]*）)*[）)]")
_BETWEEN = re.compile(
    r"[\s、，,]|和|以及|及其?|与|及|并|或者|国务院|全国人民代表大会(?:常务委员会)?|最高人民法院|最高人民检察院"
)
_HISTORY = re.compile(
    rf"[（(]?\s*(?:根据|自|经)?\s*{dates.PATTERN}(?!.*(?:如下|制定|规定：|解释：))|.{{0,60}}(?:通过|修正|修订|批准|公布)[）)]?$"
)
_PLACE = re.compile(
    r"(?:的?第[〇零一二三四五六七八九十百千\d]+(?:条|款|项|章|编)(?:之[一二三四五六七八九十]+)?[、和至及]?)+"
)
_BARE = re.compile(
    r"(?:国务院|我国)?(宪法|[\u4e00-\u9fff]{1,24}?(?:法|法典|条例|基本法|组织法))"
    r"(?=$|(?:的?第|的?(?:有关|相关|基本|立法)?(?:的)?(?:规定|精神|原则|授权|要求)|等|[、和及与以并]))"
)
_NO_NAME = re.compile(
    r"^(?:有关|相关|其他|其它|上述|本|该|国家|现行|上位)?(?:的)?(?:法|条例|司法|立法|执法|方法|办法|依法|合法|守法)$"
    r"|有关|其他|相关|法律、|本条例|本法|实际|原则|情况|办法$|^(?:实施条例|组织法|基本法)$"
)
_ISSUER = re.compile(r"[\u4e00-\u9fff、\d]{2,60}?(?=《)")
_NEW_THOUGHT = re.compile("现[对就将]|^[，,]?对|结合|作|制定|根据|依据|依照|按照")
_RULES = re.compile(r"的?(?:有关|相关|基本|立法)*(?:规定|精神|原则|授权|要求)(?=[、，和及以与])")
_TITLE_CARRIES_OUT = re.compile(
    r"(?:实施|施行|贯彻执行|贯彻实施|贯彻落实|贯彻|执行|落实|适用)《(?P<marked>.+?)》(?=[^》]*$|.*(?:办法|规定|条例|细则|意见|解释|通知|决定))"
)
_SUFFIX = re.compile(
    r"(?P<law>.*?(?:法|法典|条例|规定|办法|决定|公约))》?的?(?:贯彻)?(?:实施|施行)(?:条例|细则|办法|规定|规则|意见|方案|若干规定)"
    r"(?:[（(][^）)]*[）)])*$"
)
_INTERPRETS = re.compile(
    r"关于(?:审理适用)?《(?P<law>[^》]+)》.*(?:的|若干问题的?)(?:解释|解答|规定|立法解释)(?:[（(][^）)]*[）)])*$"
)


def basis(lines: Sequence[str], title: str = "") -> tuple[str, ...]:
    """The instruments that a document says it is made under.

    Args:
        lines: Its own lines in order, quoted articles left out.
        title: Its own title, which is never its basis.

    Returns:
        Their titles as printed, without 《》; a name without marks (根据宪法、刑法) as it stands. Empty where only
        有关法律、法规 are named.
    """
    found: dict[str, None] = {}
    for sentence in _opening(lines):
        own = quoted.masked(sentence)
        for under in _UNDER.finditer(own):
            if not _MADE.search(own, under.end()):
                continue
            found.update(dict.fromkeys(_named(sentence, under.end())))
    return tuple(name for name in found if quoted.compact(name) != quoted.compact(title))


def implements(title: str, lines: Sequence[str], under: Iterable[str] = ()) -> tuple[str, ...]:
    """The instruments that a document carries out, by its title (…法实施条例) or its purpose (为实施《…》).

    Args:
        title: Its own title.
        lines: Its own lines in order.
        under: Its basis, which may name in full what the title shortens.

    Returns:
        Their titles, without 《》.
    """
    found: dict[str, None] = {}
    if named := _by_title(title):
        full = next((name for name in under if name.endswith(named) and not name.startswith("关于")), named)
        found[full] = None
    for sentence in _opening(lines):
        for match in _CARRIES_OUT.finditer(quoted.masked(sentence)):
            found.update(dict.fromkeys(_named(sentence, match.end(), bare=False)))
    return tuple(name for name in found if quoted.compact(name) != quoted.compact(title))


def _by_title(title: str) -> str | None:
    match = _TITLE_CARRIES_OUT.search(title) or _INTERPRETS.search(title)
    if match and not re.search(r"修[改正订]|废止", quoted.masked(title)):
        return quoted.own_form(match.groupdict().get("marked") or match.groupdict().get("law") or "")
    match = _SUFFIX.match(title)
    if match is None:
        return None
    law = match["law"].lstrip("《").removeprefix("关于")
    place = regions.at_start(law) or regions.in_title(law)
    # 立法法第十一条: a 法 is national, whatever place carries it out; a 条例 may be the place's own.
    return law[len(place) :] if place and law.endswith("法") else law


def _opening(lines: Sequence[str]) -> Iterator[str]:
    """The sentences that come before the second article, or before the first number of an official document."""
    articles = 0
    own_lines = (line for line in lines if not (_HISTORY.match(line) or wording.HEADING.match(line)))
    for place, line in enumerate(own_lines):
        article = wording.ARTICLE.match(line)
        articles += article is not None
        if article and not _FIRST_ARTICLE.match(line):
            return
        if articles > 1 or place >= _OPENING_LINES + articles or len(line) > _LONGEST * 4:
            return
        if not articles and re.match(r"[一二三四五六七八九十]+、", line) and not _UNDER.search(line):
            return
        own = quoted.masked(line)
        start = 0
        for end in (*(match.end() for match in re.finditer("[。；]", own)), len(line)):
            if end - start > 1 and end - start <= _LONGEST:
                yield line[start:end]
            start = end


def _named(sentence: str, start: int, *, bare: bool = True) -> Iterator[str]:
    """The titles that stand one behind the other from ``start`` on, with marks or, where ``bare``, without."""
    titles = {title.span.start: title for title in quoted.find(sentence)}
    at = start
    while at < len(sentence):
        if at in titles:
            yield provisions.with_issuer(sentence[start:], _moved(titles[at], -start))
            at = titles[at].span.end
        elif skipped := _BRACKETED.match(sentence, at) or _PLACE.match(sentence, at) or _BETWEEN.match(sentence, at):
            at = skipped.end()
        elif bare and (again := _UNDER.match(sentence, at)):
            at = again.end()
        elif bare and (name := _BARE.match(sentence, at)) and not _NO_NAME.search(name[1]):
            yield name[1]
            at = name.end()
        elif (issuer := _ISSUER.match(sentence, at)) and not _NEW_THOUGHT.search(issuer.group()):
            at = issuer.end()
        elif rest := _RULES.match(sentence, at):
            at = rest.end()
        else:
            return


def _moved(title: quoted.Quoted, offset: int) -> quoted.Quoted:
    """The title in a text that begins later."""
    return quoted.Quoted(title.span.shifted(offset), title.title)
