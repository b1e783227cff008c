"""The marks that open a part of a document: 第一章, 第八条, （一）, 1., 附件2, 目录.

Reads the text of a paragraph, writes a `Mark` or None. Recognising a mark is not yet believing it: a sentence may
begin with 第五条和第六条规定的…; whether an article is opened is for `sequence` to say.

The forms follow 立法法第六十五条 (编 章 节 条 款 项 目, 项 as （一）, 目 as 1.), 行政法规制定程序条例第六条, and
GB/T 9704-2012 7.3.3 (一、 （一） 1. （1）).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from indexer.numerals import ordinal as read_ordinal
from indexer.types import NodeKind, Ordinal

_N: Final = "〇零○一二两三四五六七八九十百千廿卅"
_NUMBER: Final = rf"(?:[{_N}]{{1,12}}|\d{{1,4}})"

_DIVISION: Final = re.compile(
    rf"第({_NUMBER})(分编|编|章|节)(之[{_N}]{{1,3}})?(?:[ 　:：、]+|$|(?=[\u3400-\u9fff《“]))"
)
_ARTICLE: Final = re.compile(rf"第({_NUMBER})条(之[{_N}\d]{{1,3}})?( |$)?")
_BRACKETED: Final = re.compile(
    r"[（(]([〇零一二三四五六七八九十百]{1,5})[)）](?!(?:[至到、和与及或]|以及|或者)[（(]|[至到和与及]第|[款项]|、?[（(][一二三四五六七八九十]+[)）]项)"
    r"[、 ]?"
)
_BRACKETED_DIGITS: Final = re.compile(r"[（(](\d{1,3})[)）][、 ]?")
_COMMA: Final = re.compile(rf"([{_N}]{{1,5}})[、．.] ?")
# 2.3,4-二羟基…: the name of a substance begins with the places of its parts, comma between them and a dash behind.
_LOCANTS: Final = r"\d{1,2}(?:[，,]\d{1,2}){0,5}[—－–-]+[\u4e00-\u9fffA-Za-z（(]"
_POINT: Final = re.compile(rf"(\d{{1,3}})(?:[.．](?!\d)|[.．](?={_LOCANTS})|、) ?")
_LEGAL_POINT: Final = re.compile(r"([⒈-⒛]) ?")
_CIRCLED: Final = re.compile(r"([①-⑳]) ?")
_LETTER: Final = re.compile(r"([a-zA-Z])[)）.．、] ?")
_ANNEX: Final = re.compile(rf"(附件|附表|附录|附图|附)([{_N}]{{1,3}}|\d{{1,3}})?(?:[：:、. ]|$)")
_CONTENTS: Final = frozenset(("目录", "目次"))
_PREAMBLE: Final = frozenset(("序言", "前言", "引言", "序"))
_TAIL: Final = frozenset(("附则", "总则", "分则", "罚则"))

_MENTION: Final = re.compile(
    rf"[、和与及至到或同（(，。；;,”）》]|以及|或者|之一?[前后间外]|第[{_N}\d]|[一二三四五六七八九十两]?款|[（(]?[{_N}]+[）)]?项"
    r"|规定|所[称列指述规]|的|中[，“的]|以[上下外内]|项|里|内容|修改|改为|删"
)
_SPACED_MENTION: Final = re.compile(rf"[、，。；）》”]|[和与及至到或]第[{_N}\d]|第[{_N}\d]+[款项]|款|规定的")

CLOSED: Final = frozenset("。！？…；：”’）》〕")
"""Marks at which a line may end a paragraph."""

ENDED: Final = frozenset("。！？…")
"""Marks that end a sentence, behind closing quotes and brackets."""


@dataclass(frozen=True, slots=True)
class Mark:
    """The mark at the beginning of a paragraph.

    Attributes:
        kind: The part it opens, by its form.
        number: The number as printed, without its frame.
        ordinal: The number read; None where there is none.
        length: Characters of the mark and the space behind it.
        is_spaced: A space or the end of the text follows, as a printed mark has it.
    """

    kind: NodeKind
    number: str | None
    ordinal: Ordinal | None
    length: int
    is_spaced: bool = True


@lru_cache(maxsize=4096)
def _ordinal(text: str) -> Ordinal | None:
    return read_ordinal(text)


def read_mark(text: str) -> Mark | None:
    """The mark that a paragraph begins with.

    Args:
        text: Normalised text.

    Returns:
        The mark, or None for plain text.
    """
    reader = _READERS.get(text[:1])
    return reader(text) if reader else None


def read_article(text: str, start: int = 0) -> Mark | None:
    """The 条 mark at ``start``: 第八条, 第一百三十三条之一, 第8条.

    Args:
        text: Normalised text.
        start: Where to look.

    Returns:
        The mark, or None.
    """
    match = _ARTICLE.match(text, start)
    if match is None:
        return None
    number = match[1] + (match[2] or "")
    ordinal = _ordinal(number)
    if ordinal is None:
        return None
    return Mark("条", number, ordinal, match.end() - start, is_spaced=match[3] is not None)


def is_mention(text: str, mark: Mark) -> bool:
    """Whether an article's mark is a mention in a sentence: 第五条和第六条规定的…, 第三十九条第二款所称….

    Args:
        text: Normalised text that begins with ``mark``.
        mark: A 条 mark.

    Returns:
        True when what follows can only go on a sentence.
    """
    pattern = _SPACED_MENTION if mark.is_spaced else _MENTION
    return pattern.match(text, mark.length) is not None


def ends_sentence(text: str) -> bool:
    """Whether a text ends where a sentence ends: 。, 。”, 。）, and not in the middle of a clause."""
    return text.rstrip("”’）》〕」』")[-1:] in ENDED


def is_closed(text: str) -> bool:
    """Whether a text ends with a mark that may end a paragraph: 。；： and closing quotes and brackets."""
    return text[-1:] in CLOSED


def _read_numbered(text: str) -> Mark | None:
    # Articles come first: there are many more of them.
    return read_article(text) or _read_division(text)


def _read_division(text: str) -> Mark | None:
    match = _DIVISION.match(text)
    if match is None:
        return None
    number = match[1] + (match[3] or "")
    kind: NodeKind = match[2]  # type: ignore[assignment]
    rest = text[match.end() :]
    is_spaced = text[match.end() - 1] in " :：、" or not rest
    if not is_spaced and (len(rest) > 40 or is_closed(rest) or rest[0] in "的规所中和与第"):
        return None
    return Mark(kind, number, _ordinal(number), match.end(), is_spaced=is_spaced)


def _framed(*forms: tuple[re.Pattern[str], NodeKind]) -> Callable[[str], Mark | None]:
    """A reader of marks whose number stands in a frame."""

    def reader(text: str) -> Mark | None:
        for pattern, kind in forms:
            match = pattern.match(text)
            if match is not None:
                ordinal = _ordinal(match[1])
                return None if ordinal is None else Mark(kind, match[1], ordinal, match.end())
        return None

    return reader


def _read_legal_point(text: str) -> Mark | None:
    match = _LEGAL_POINT.match(text)
    if match is None:
        return None
    number = ord(match[1]) - ord("⒈") + 1
    return Mark("1.", str(number), Ordinal(number), match.end())


def _read_circled(text: str) -> Mark | None:
    match = _CIRCLED.match(text)
    if match is None:
        return None
    return Mark("①", match[1], Ordinal(ord(match[1]) - ord("①") + 1), match.end())


def _read_letter(text: str) -> Mark | None:
    match = _LETTER.match(text)
    if match is None:
        return None
    return Mark("①", match[1], Ordinal(ord(match[1].lower()) - ord("a") + 1), match.end())


def _read_annex(text: str) -> Mark | None:
    if text in _TAIL:
        return Mark("章", None, None, 0)
    match = _ANNEX.match(text)
    if match is None or len(text) > 200:
        return None
    number = match[2]
    return Mark("附件", number, _ordinal(number) if number else None, match.end())


def _word(words: frozenset[str], kind: NodeKind) -> Callable[[str], Mark | None]:
    """A reader of headings that are one word."""

    def reader(text: str) -> Mark | None:
        return Mark(kind, None, None, 0) if text in words else None

    return reader


_bracketed = _framed((_BRACKETED, "（一）"), (_BRACKETED_DIGITS, "（1）"))
_READERS: Final[dict[str, Callable[[str], Mark | None]]] = {
    "第": _read_numbered,
    "（": _bracketed,
    "(": _bracketed,
    "附": _read_annex,
    **dict.fromkeys(_N, _framed((_COMMA, "一、"))),
    **dict.fromkeys("0123456789", _framed((_POINT, "1."))),
    **dict.fromkeys("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳", _read_circled),
    **dict.fromkeys("⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛", _read_legal_point),
    **dict.fromkeys("abcdefghijklmnopqrstuvwxyz", _read_letter),
    "目": _word(_CONTENTS, "目录"),
    **dict.fromkeys("序前引", _word(_PREAMBLE, "序言")),
    **dict.fromkeys("总分罚", _word(_TAIL, "章")),
}
