"""Where a text names an instrument: 《…》, a name in running text, 本法, 同法, a document number."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from indexer import numerals
from indexer.citation.names import LawNames
from indexer.citation.numbers import document_number, number_at
from indexer.types import CitationForm

_LONGEST_TITLE = 200
_DEEPEST_TITLE = 5
_LONGEST_NAME = 40
_UNMISTAKABLE = 4
_HAN = r"[\u4e00-\u9fff]"

# Kinds of instrument by the last word of their title.
_SORTS = (
    "法典|法|条例|规定|办法|细则|规则|解释|决定|章程|准则|规程|规范|公约|协定|议定书|协议|通知|意见|方案|措施|规划|纲要|公告|通告"
    "|批复|答复|复函|函|标准|目录|令|宣言|声明|修正案|备忘录|安排|制度|指南|指引|计划|政策|要点|清单|解答|纪要|命令|通报|报告|预案|说明|要求"
)
_INSTRUMENT = re.compile(rf"(?:{_SORTS})(?:[（(][^（）()]{{1,16}}[）)])?$")
_NUMBER_IN_BRACKETS = re.compile(r"\s*[（(]\s*([^（）()\n]{4,48}?号)\s*[）)]")
_DEFINITION = re.compile(
    rf"》\s*[（(]\s*(?:[^（）()\n]{{0,30}}，\s*)?(?:以下|下文)?(?:统一|均|统)?简称为?\s*[“\"《〈『「]?\s*({_HAN}{{2,30}})\s*[”\"》〉』」]?\s*[）)]"
)
_NAME_END = re.compile(
    r"(?:法典|法(?![律规院庭官人学治典定制令医警理案])|条例(?!草案)|规定(?!的|了)|办法|解释|细则|规则|标准|修正案)"
    r"(?:[（(][一二三四五六七八九十]{1,3}[）)]|[一二三四五六七八九十](?=第))?"
)
# What a name may not be followed by: it would be the beginning of another instrument's title.
_NO_NAME_BEFORE = re.compile(r"\s*(?:解释|司法解释|修正案|实施条例|实施细则|实施办法|草案|[》〉])")
# A name in running text begins at a mark or behind one of these words.
_WORDS_BEFORE_NAME = """
和 与 及 或 由 在 对 按 依 据 是 为 的 了 从 中 除 见 即 把 将 以 用 于 等 新 旧 原 因 被
称 该 并 且 如 若 跟 同 但 而 指 受 需 应 自 就 至 年
依照 按照 根据 依据 适用 违反 触犯 符合 参照 属于 执行 引用 援引 制定 修改 修订 实施 施行 贯彻
现行 我国 援用 对照 违背 履行 超过 具有 行使 维护 保证 保障 享有 遵循 遵照 具备 达到 宣传 拥护
涉嫌 出现 发现 规定 认定 正后 正前 改后 改前 订后 订前 遵守 学习 简称 参见 比照 触及 构成 超出 不符 规避
"""
_BEFORE_NAME = frozenset(_WORDS_BEFORE_NAME.split())
_SELF = re.compile(
    r"(?<![基资成日根样版副书文标原课剧股])本(?P<sort>法典|法(?![律院庭官人学警])|(?:暂行|实施|补充|特别|若干)?(?:条例|规定|办法|细则|规则)"
    r"|解释|决定(?!书)|规范|准则|章程|意见(?!书)|通知(?!书)|方案|措施|批复|纲要|公约|协定|议定书|安排|制度|标准|规程|公告|修正案|答复)"
)
_SAME = re.compile(r"(?:同|该)(?:法典|法|条例|规定|办法|细则|规则|解释|决定)(?=\s*[第笫])")
_ANCHOR = re.compile(r"[《本同该第〔\[【（(]")
_ARTICLE_BEHIND = re.compile(rf"\s*(?:[总分]则)?[第笫]\s?{numerals.NUMERAL_CLASS}")
_COUNTRY = "中华人民共和国"
_WIDE = str.maketrans("()", "（）")
_OPENING = frozenset("《〈")
_CLOSING = frozenset("》〉")


@dataclass(frozen=True, slots=True)
class Mention:
    """A place where an instrument is named.

    Attributes:
        start: Where the words begin.
        end: Where they end; provisions may follow.
        form: How it is named.
        law: The name; None for 本法 and 同法.
        certain: It is a citation even when no provision follows.
    """

    start: int
    end: int
    form: CitationForm
    law: str | None
    certain: bool = True


def title_end(text: str, at: int) -> int | None:
    """The offset behind the 》 that closes the 《 at ``at``, marks inside marks counted; None when it is not closed."""
    depth = 0
    for i in range(at, min(len(text), at + _LONGEST_TITLE)):
        if text[i] in _OPENING:
            depth += 1
            if depth > _DEEPEST_TITLE:
                return None
        elif text[i] in _CLOSING:
            depth -= 1
            # 《关于修改〈…》的决定》 and the like: the outer mark closes whatever is still open.
            if depth == 0 or (text[i] == "》" and "《" not in text[at + 1 : i]):
                return i + 1
        elif text[i] == "\n":
            return None
    return None


def definitions(text: str) -> dict[str, str]:
    """The short names that a text introduces, and what each stands for.

    Args:
        text: ``根据《…条例》（以下简称《条例》）…``.

    Returns:
        ``{"条例": "…条例"}``; a name defined twice keeps its first meaning.
    """
    found: dict[str, str] = {}
    for match in _DEFINITION.finditer(text):
        begin = _title_start(text, match.start() + 1)
        title = text[begin + 1 : match.start()] if begin is not None else ""
        if _INSTRUMENT.search(title):
            found.setdefault(match[1], title)
    return found


def _title_start(text: str, close: int) -> int | None:
    """The offset of the 《 that the 》 before ``close`` closes."""
    depth = 0
    for i in range(close - 1, max(-1, close - _LONGEST_TITLE), -1):
        if text[i] in _CLOSING:
            depth += 1
        elif text[i] in _OPENING:
            depth -= 1
            if depth == 0:
                return i
    return None


def titles(text: str, defined: Mapping[str, str]) -> Iterator[Mention]:
    """Every 《…》, 本法, 同法 and document number of a text, in order and apart from each other.

    Args:
        text: Running text.
        defined: Short names that the text introduces.

    Yields:
        Mentions; a 《…》 that is no instrument's title is marked as not certain.
    """
    at = floor = 0
    while (anchor := _ANCHOR.search(text, at)) is not None:
        start = anchor.start()
        mention = _mention_at(text, start, floor, defined)
        if mention is None:
            at = start + 1
        else:
            yield mention
            at = floor = mention.end


def _mention_at(text: str, start: int, floor: int, defined: Mapping[str, str]) -> Mention | None:
    sign = text[start]
    if sign == "《":
        return _title_at(text, start, defined)
    if sign in "本同该":
        match = (_SELF if sign == "本" else _SAME).match(text, start)
        form: CitationForm = "self" if sign == "本" else "relative"
        return Mention(start, match.end(), form, None) if match else None
    # A number's running 第 stands behind 令, 公告 or a year; a bracket behind the issuer's sign.
    if sign == "第" and text[max(0, start - 2) : start].rstrip()[-1:] not in {"令", "告", "年"}:
        return None
    found = number_at(text, start, floor)
    number = document_number(text[found[0] : found[1]]) if found else None
    return Mention(*found, "number", number) if found and number else None


def _title_at(text: str, start: int, defined: Mapping[str, str]) -> Mention | None:
    end = title_end(text, start)
    if end is None or end - start < 4:
        return None
    title = text[start + 1 : end - 1]
    certain = title in defined or _INSTRUMENT.search(title) is not None
    form: CitationForm = "alias" if title in defined else "full"
    law = defined.get(title, title)
    number = _NUMBER_IN_BRACKETS.match(text, end)
    if number is not None and (written := document_number(number[1])) is not None:
        return Mention(start, number.end(), form, f"{law}（{written}）")
    return Mention(start, end, form, law, certain)


def names(text: str, defined: Mapping[str, str], *, asked: bool = False) -> Iterator[Mention]:
    """Every law named in running text without 《》: 民法典, 劳动合同法, 民诉法解释.

    A name counts where it stands alone: at a boundary or behind a word such as 依照, and not before the rest of a
    longer name (刑法修正案, 民事诉讼法解释, 公司法人).

    Args:
        text: Running text; names inside 《…》 are found too, and to be left out by the caller.
        defined: Short names that the text introduces.
        asked: The text is a question: colloquial names count too, and 问劳动合同法 needs no mark before the name.

    Yields:
        Mentions in order; none overlaps the one before.
    """
    known = _known(colloquial=asked)
    lengths = _lengths(colloquial=asked)
    floor = 0
    for match in _NAME_END.finditer(text):
        for end in dict.fromkeys((match.end(), match.start() + len(match[0].rstrip("（()）一二三四五六七八九十")))):
            for length in (*lengths.get(text[end - 2 : end], ()), *(len(name) for name in defined)):
                start = end - length
                name = text[max(start, 0) : end].translate(_WIDE)
                if start >= floor and (name in known or name in defined) and _stands_alone(text, start, end, asked):
                    whole = start - len(_COUNTRY) if text.endswith(_COUNTRY, floor, start) else start
                    yield Mention(whole, end, "alias", defined.get(name, name))
                    floor = end
                    break
            if floor == end:
                break


def _stands_alone(text: str, start: int, end: int, asked: bool) -> bool:  # noqa: FBT001 - as ``names`` was called
    """Whether a name is a word by itself and no part of a longer one."""
    if _NO_NAME_BEFORE.match(text, end):
        return False
    if asked and end - start >= _UNMISTAKABLE and text[end - 1] in "法典":
        return True
    before = text[max(0, start - 1) : start]
    if not "\u4e00" <= before <= "\u9fff":
        return True
    if before in _BEFORE_NAME or text[max(0, start - 2) : start] in _BEFORE_NAME or text.endswith(_COUNTRY, 0, start):
        return True
    # 有刑法第…条: an article behind it is evidence enough, but for a foreign law (法国民法典第…条).
    unmistakable = text[end - 1] in "法典" or end - start > _UNMISTAKABLE
    return unmistakable and before != "国" and _ARTICLE_BEHIND.match(text, end) is not None


@lru_cache(maxsize=2)
def _known(*, colloquial: bool) -> frozenset[str]:
    vocabulary = LawNames.load()
    return vocabulary.spoken | set(vocabulary.aliases) if colloquial else vocabulary.spoken


@lru_cache(maxsize=2)
def _lengths(*, colloquial: bool) -> dict[str, tuple[int, ...]]:
    """For the last two characters of a name, the lengths of the names that end so, longest first."""
    found: dict[str, set[int]] = {}
    for name in _known(colloquial=colloquial):
        for ending in {name[-2:], name[-2:].translate(str.maketrans("（）", "()"))}:
            found.setdefault(ending, set()).add(len(name))
    return {ending: tuple(sorted(lengths, reverse=True)) for ending, lengths in found.items()}


# A name that no vocabulary knows, right before 第…条: it begins behind a mark or behind one of these words.
_UNKNOWN_NAME = re.compile(
    rf"(?:.*(?:依照|按照|根据|依据|适用|违反|触犯|符合|参照|执行|援引|以及|或者|[由按])|.*[^\u4e00-\u9fff]|)"
    rf"(?P<name>{_HAN}{{2,36}}(?:法|条例|办法|细则|规则|解释|章程|准则|规程|规定|决定|宪章|公约|条约|协定|议定书|法例))\s*",
    re.DOTALL,
)
_NO_NAME = re.compile(
    r"本|前款|前条|上述|有关|相关|下列|其他|该|同|此|以上|以下|符合|所列|按|应当|不得|可以|^国家规定|^法律|^行政法规"
)


def unknown_name(text: str, at: int, floor: int) -> tuple[int, str] | None:
    """A law's name that ends right before ``at`` though no vocabulary has it.

    Args:
        text: Running text.
        at: Where 第…条 begins.
        floor: The name may not begin before this offset.

    Returns:
        Where it begins and the name; None when what stands there is no name.
    """
    if at < 3 or text[at - 1] not in "法例办细则释程准定章约书 ":
        return None
    low = max(floor, at - _LONGEST_NAME)
    match = _UNKNOWN_NAME.fullmatch(text, low, at)
    if match is None or _NO_NAME.search(match["name"]) or match.start("name") == low > floor:
        return None
    return match.start("name"), match["name"]
