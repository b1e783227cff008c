"""What an instrument's own words say of force: from when it applies, what it repeals, what it amends."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from indexer import numerals
from indexer.structure import bodies, dates, quoted, wording

# 立法法第六十一条: 法律应当明确规定施行日期.
_WHEN = (
    rf"(?:(?P<date>{dates.PATTERN})|(?P<event>公布|发布|颁布|印发|下发|通过|批准)之?日?(?P<span>起?[，,]?满?\s*"
    r"(?P<count>[\d一二三四五六七八九十百两]+)\s*(?P<unit>个工作日|日|天|个?月|年))?)"
)
_STATEMENT = re.compile(
    rf"(?P<self>本[\u4e00-\u9fff（）]{{1,12}}?|[，,；;、 ])?\s*(?:自|从|于)\s*{_WHEN}(?:之?日?)"
    r"(?:起|后|开始|之后|以后)*\s*(?:正式|试)?(?:施行|实施|执行|生效|实行|起效|试行)"
)
_QUOTED_WORDS = re.compile("“[^“”]*”")
_SELF = re.compile(r"本(?:条例.{0,10}|[^条款项章节编]{1,12})")
_IN_FORCE = re.compile("施行|实施|执行|生效|实行|起效|试行")
_SENTENCE = re.compile(r"[^。；;\n]+[。；;]?")
_REPEALED = re.compile(
    r"(?:同时|即行|同日起?|随即|相应|一并|随之|予以|均|即|也)\s*(?:予以)?\s*废止|停止执行|自行失效|(?:起|日)[，,]?\s*废止"
)
_REPEALS_LIST = re.compile(r"(?:下列|以下)[^。；]{0,40}?(?:废止|失效|停止执行)|废止(?:下列|以下)[^。；]{0,40}?[：:]")
_GAP = re.compile(
    r"[（(][^）)]{0,80}[）)]|[\s、，,和及以等共均也都\d件部条例规章法规性文件自本施行之日起公布]|同时|另行|相应"
)
_REPEALS_NEXT = re.compile(r"(?:^|[、，：）\s]|决定|同时|予以)废止\s*(?=《)")
# 附件：国务院决定废止的行政法规目录; the titles stand below it, in lines or in the rows of a table.
_REPEALS_HEADING = re.compile(
    r"(?:附件\s*[\d一二三四五六七八九十]*\s*[：:.、]?)?\s*[^。；，《》]{0,40}?(?:废止|失效|停止执行|停止施行)的?[^。；，《》]{0,24}"
    r"(?:目录|清单|名单|一览表|文件|法规|规章|规定|条例|解释)(?:[（(][^（）()]{0,20}[）)])?[：:]?"
)
_ROW = re.compile(r"\s*\d*\s*\t")
_PROVISION = re.compile(
    r"\s*(?:[（(][^）)]*[）)])?\s*(?:中的?|的)?第[〇零一二三四五六七八九十百千\d（）]+(?:条|款|项|章|节)"
)
_JOINS = re.compile(r"[（(][^）)]*[）)]|[、，,和及与\s]|以及")
_ALIAS = re.compile(r"(?:解释|规定|办法|条例|安排|决定|通知|意见|细则|规则|修正案)(?:（[一二三四五六七八九十]+）)?")
_ITEM = re.compile(r"[（(]?[一二三四五六七八九十\d]+[）)、.．]")
_ABOUT = re.compile(r"^(?:关于|对)")


@dataclass(frozen=True, slots=True)
class InForce:
    """A statement of entry into force.

    Attributes:
        on: The day, where a day is stated.
        after: Number and unit (``日``, ``月``, ``年``) counted from the instrument's publication: ``(0, "日")`` for
            自公布之日起; None where a day is stated.
        adoption: ``after`` counts from the adoption (自通过之日起), not from the publication.
    """

    on: date | None = None
    after: tuple[int, str] | None = None
    adoption: bool = False

    def day(self, published: date | None) -> date | None:
        """The day it takes effect, given the day of publication; None where that is needed and unknown."""
        if self.after is None or published is None:
            return self.on
        return dates.later(published, *self.after)


def in_force(lines: Sequence[str]) -> InForce | None:
    """Find from when an instrument says that it applies.

    Args:
        lines: Its lines without quoted articles; the order that issues it, too.

    Returns:
        The last statement about itself (本法自…起施行); else the last one that closes a sentence; None without one.
    """
    fallback: InForce | None = None
    for line in reversed(lines):
        if not _IN_FORCE.search(line):
            continue
        own = _QUOTED_WORDS.sub("", quoted.masked(line))
        for match in reversed(list(_STATEMENT.finditer(own))):
            statement = _statement(match)
            if statement is None:
                continue
            name = match["self"]
            if name and _SELF.fullmatch(name):
                return statement
            if fallback is None and _closes(own, match):
                fallback = statement
    return fallback


def _closes(line: str, match: re.Match[str]) -> bool:
    """Whether a statement without 本法 before it is about the instrument: nothing but an end or a repeal follows."""
    after = line[match.end() : match.end() + 1]
    before = line[max(match.start() - 60, 0) : match.start()]
    return after in {"", "。", "，", "；", ",", ";", "）", "("} and (
        "本" in before or "现予" in before or match.start() < 30
    )


def _statement(match: re.Match[str]) -> InForce | None:
    if match["date"]:
        on = dates.parse(match["date"])
        return InForce(on) if on else None
    adoption = match["event"] == "通过"
    if not match["count"]:
        return InForce(after=(0, "日"), adoption=adoption)
    count = numerals.parse(match["count"])
    return InForce(after=(count, match["unit"][-1]), adoption=adoption) if count is not None else None


def repeals(lines: Iterable[str]) -> tuple[str, ...]:
    """The titles that an instrument declares repealed.

    Args:
        lines: Its lines without quoted articles and without the history in its head.

    Returns:
        The titles as printed, without their marks; the issuer that stands before 《关于…》 is put back in front.
    """
    found: dict[str, None] = {}
    in_list = False
    for line in lines:
        is_said = "废止" in line or "失效" in line or "停止" in line
        if is_said and _REPEALS_HEADING.fullmatch(line):
            in_list = True
            continue
        listed = in_list and (_ITEM.match(line) or line.startswith("《") or _ROW.match(line))
        if not (is_said or listed):
            in_list = False
            continue
        words = _QUOTED_WORDS.sub("", line)
        if listed:
            found.update(dict.fromkeys(_titles(words)))
            continue
        own = quoted.masked(words)
        for sentence in _SENTENCE.finditer(own):
            found.update(dict.fromkeys(_repealed_in(words[sentence.start() : sentence.end()], sentence.group())))
        opening = _REPEALS_LIST.search(own)
        in_list = opening is not None and own.rstrip().endswith(("：", ":"))
    return tuple(name for name in found if not _ALIAS.fullmatch(name))


def _repealed_in(sentence: str, own: str) -> tuple[str, ...]:
    """The titles that one sentence repeals: those before 同时废止, or those right behind 废止."""
    titles = quoted.find(sentence)
    if following := _REPEALS_NEXT.search(own):
        behind: list[str] = []
        end = following.end()
        for title in titles:
            if title.span.start < end:
                continue
            if _JOINS.sub("", own[end : title.span.start]):
                break
            if _PROVISION.match(own, title.span.end):
                # 废止《甲条例》第三条 leaves the rest of it in force.
                break
            behind.append(with_issuer(sentence, title))
            end = title.span.end
        return tuple(behind)
    verb = _REPEALED.search(own)
    before = [title for title in titles if verb and title.span.end <= verb.start()]
    if verb is None or not before or _GAP.sub("", own[before[-1].span.end : verb.start()]):
        return ()
    return tuple(with_issuer(sentence, title) for title in before if not _only_cited(own, title))


def _only_cited(own: str, title: quoted.Quoted) -> bool:
    """Whether a title stands there as a source (根据《…》) and not as what is repealed."""
    return (
        re.search(r"(?:根据|依据|依照|按照|关于修改|纳入)$", own[max(title.span.start - 12, 0) : title.span.start])
        is not None
    )


def _titles(line: str) -> tuple[str, ...]:
    """The titles of one item of a list, or of one row of a table, which may stand there without marks."""
    if "\t" in line:
        cells = [cell.strip() for cell in line.split("\t")]
        line = next((cell for cell in cells if "《" in cell or wording.is_title(cell)), "")
    titles = tuple(with_issuer(line, title) for title in quoted.find(line))
    bare = _ITEM.sub("", line, count=1).rstrip("；。;").strip()
    return titles or ((bare,) if wording.is_title(bare) and len(bare) <= 60 else ())


def with_issuer(text: str, title: quoted.Quoted) -> str:
    """The title with the body that is named before its marks, when it begins with 关于: 最高人民法院《关于…》."""
    if not _ABOUT.match(title.title):
        return title.title
    before = re.split(r"[。；，,\n]|[^、]和(?=最高)|以及", text[max(title.span.start - 200, 0) : title.span.start])[-1]
    before = re.split(rf"于?\s*{dates.PATTERN}", before)[0]
    before = _ITEM.sub("", before, count=1)
    return "、".join(bodies.names(before)) + title.title


def amends(title: str, lines: Sequence[str]) -> tuple[str, ...]:
    """The titles that a decision amends.

    Args:
        title: The decision's own title.
        lines: Its body.

    Returns:
        The titles that its own title names, and those that its paragraphs open with (一、对《…》作出修改).
    """
    found = dict.fromkeys(quote.title for quote in quoted.find(title))
    opening = re.compile(r"(?:[（(]?[一二三四五六七八九十百\d]+[）)]?[、.．\s]*)(?:对|将|修改)?\s*《")
    plain = re.compile(
        r"[一二三四五六七八九十百]+、\s*(?:对|将)?([\u4e00-\u9fff（）]{3,40}(?:法|条例|规定|办法|规则|细则|解释))$"
    )
    for line in lines:
        if match := opening.match(line):
            # Only the title that the paragraph is about: 一、对《甲条例》作出修改, not one that its text mentions.
            first = next(iter(quoted.find(line)), None)
            if first and first.span.start == match.end() - 1 and not re.search("废止", line[first.span.end :][:12]):
                found.setdefault(first.title)
        elif match := plain.match(line):
            found.setdefault(match.group(1))
    return tuple(name for name in found if not _ALIAS.fullmatch(name))
