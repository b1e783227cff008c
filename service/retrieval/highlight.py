"""Which ranges of an article answer the query: the answer's own words, else the words and clauses that match."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from indexer.numerals import NUMERAL_CLASS

Range = tuple[int, int]

_LONGEST_CLAUSE = 160
_SENTENCE = re.compile(r"[^。；！？\n]+[。；！？]?")
_WHO_ASKED = re.compile(
    r"谁(?:来)?(?:负责|牵头|主管|管|承担|组织|落实)|由谁|归谁|哪个(?:部门|单位|机关|机构)|哪些(?:部门|单位|机关|机构)"
    r"|什么(?:部门|单位|机关|机构)|(?:责任|牵头|主管)(?:部门|单位)"
)
_WHO_ANSWERED = re.compile(
    r"(?:责任|牵头|配合|主管|主办)(?:单位|部门)[：:][^〕）)】。；\n]+"
    r"|(?<![^。；：\n\s])[^。；：\n\s]{2,100}(?:牵头|主管(?=[^部机单])|负责(?!人))[^，。；：\n]{0,60}"
    r"|按(?:照)?(?:各自)?职责(?:分工)?负责"
)
_WHEN_ASKED = re.compile(
    r"什么时[候间]|何时|多久|几[天日年月]|多长时间|多少[天日年]|(?:完成)?(?:时限|期限)|哪[天年]|几个(?:月|工作日|小时)"
)
_WHEN_ANSWERED = re.compile(
    rf"\d{{4}}年(?:\d{{1,2}}月)?(?:\d{{1,2}}日|底|上半年|下半年|末)?(?:前|以前)?|长期坚持|持续推进"
    rf"|{NUMERAL_CLASS}+(?:个)?(?:工作日|小时|日|天|个月|周岁|年)(?:以内|以上|以下|内|前|后)?"
    rf"|{NUMERAL_CLASS}+个月(?:以内|以上|以下|内)?"
)
_MUCH_ASKED = re.compile(r"多少|几倍|几成|罚款|怎么(?:罚|判|处罚)|如何处罚|判几年|比例|数额|标准是|多大")
_MUCH_ANSWERED = re.compile(
    rf"百分之{NUMERAL_CLASS}+(?:点{NUMERAL_CLASS}+)?(?:以上|以下)?|\d+(?:\.\d+)?[%％]"
    rf"|{NUMERAL_CLASS}+(?:\.\d+)?(?:万|亿)?(?:元|人|个|倍|户|家|平方米)(?:以上|以下|以内)?"
    rf"(?:{NUMERAL_CLASS}+(?:万|亿)?(?:元|倍)以下)?(?:的?罚款)?"
    rf"|(?:处)?{NUMERAL_CLASS}+(?:年|个月|日)(?:以上|以下)(?:{NUMERAL_CLASS}+(?:年|个月|日)以下)?"
    r"(?:有期徒刑|拘役|拘留)?"
)
_LEAD = re.compile(r"[^；。]*?牵头")
_KINDS = (
    (_WHO_ASKED, _WHO_ANSWERED, re.compile("责任|牵头|单位|部门")),
    (_WHEN_ASKED, _WHEN_ANSWERED, re.compile("时限|时间|期限|日期|进度")),
    (_MUCH_ASKED, _MUCH_ANSWERED, re.compile("金额|数量|标准|比例|目标")),
)


def merge(ranges: Iterable[Range], gap: int = 0) -> tuple[Range, ...]:
    """Ranges in order, those that overlap or lie no further apart than ``gap`` made one, empty ones left out."""
    merged: list[Range] = []
    for start, end in sorted(r for r in ranges if r[0] < r[1]):
        if merged and start <= merged[-1][1] + gap:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return tuple(merged)


def word_ranges(text: str, words: Iterable[str], within: Range | None = None) -> tuple[Range, ...]:
    """Where words of the query stand in a text.

    Args:
        text: The text.
        words: The words; single characters are passed over, since they say too little.
        within: Only look in this range.

    Returns:
        The ranges in order, none overlapping.
    """
    start, end = within or (0, len(text))
    found: list[Range] = []
    for word in dict.fromkeys(words):
        at = text.find(word, start, end) if len(word) > 1 else -1
        while at >= 0:
            found.append((at, at + len(word)))
            at = text.find(word, at + len(word), end)
    return merge(found)


def sentences(text: str, within: Range | None = None) -> tuple[Range, ...]:
    """The sentences of a text, cut after 。；！？ and at line ends, without surrounding white space.

    Args:
        text: The text.
        within: Only cut this range.

    Returns:
        The ranges in order.
    """
    start, end = within or (0, len(text))
    found: list[Range] = []
    for match in _SENTENCE.finditer(text, start, end):
        piece = match.group()
        left = match.start() + len(piece) - len(piece.lstrip())
        right = match.end() - len(piece) + len(piece.rstrip())
        if left < right:
            found.append((left, right))
    return tuple(found)


def answer_ranges(question: str, text: str, within: Range | None = None) -> tuple[Range, ...]:
    """The words of a text that answer who, when or how much, where the question asks one of these.

    Args:
        question: The question.
        text: The text.
        within: Only look in this range.

    Returns:
        The ranges in order; empty when the question asks something else or the text does not say.
    """
    start, end = within or (0, len(text))
    found: list[Range] = []
    for asked, answered, _ in _KINDS:
        if asked.search(question):
            found.extend(match.span() for match in answered.finditer(text, start, end))
    return merge(found)


def cell_ranges(question: str, text: str, cells: Iterable[tuple[str, str | None]]) -> tuple[Range, ...]:
    """The cells of a row that answer the question, by the words of their headers.

    Args:
        question: The question.
        text: The row's text.
        cells: Header and value in column order.

    Returns:
        The ranges of their values in ``text``, in order.
    """
    wanted = [header for asked, _, header in _KINDS if asked.search(question)]
    found: list[Range] = []
    position = 0
    for header, value in cells:
        at = text.find(value, position) if value else -1
        if not value or at < 0:
            continue
        position = at + len(value)
        if any(pattern.search(header) for pattern in wanted):
            lead = _LEAD.match(value) if "牵头" in question else None
            found.append((at, at + lead.end() if lead else position))
    return merge(found)


def best_sentence(text: str, words: Sequence[str], within: Range | None = None) -> Range:
    """The sentence that holds most of the query's words, counted by their length; among equals, most of their parts.

    拖欠工资 is a word of the law, and 拖欠劳动者的工资 does not hold it: its two-character parts tell. Then the first.

    Args:
        text: The text.
        words: The words of the query.
        within: Only look in this range.

    Returns:
        Its range; the whole range when there is no sentence in it.
    """
    pieces = sentences(text, within)
    if not pieces:
        return within or (0, len(text))
    parts = {word[at : at + 2] for word in words for at in range(len(word) - 1)}

    def held(found: Iterable[str], piece: Range) -> int:
        return sum(len(word) for word in found if text.find(word, *piece) >= 0)

    whole = {word for word in words if len(word) > 1}
    return max(pieces, key=lambda piece: (held(whole, piece), held(parts, piece)))


def highlight(
    question: str,
    words: Sequence[str],
    text: str,
    clause: Range | None,
    cells: Sequence[tuple[str, str | None]] = (),
) -> tuple[Range, ...]:
    """The ranges of an article that answer a question.

    Args:
        question: The question.
        words: Its words.
        text: The article.
        clause: The range of the best clause, None when the article has only one.
        cells: Of a table row: header and value.

    Returns:
        Half-open ranges of ``text``, in order, none overlapping. For who, when and how much: the answer's words; else
        the best clause where the article has several, else the words of the question, else the best sentence.
    """
    if cells:
        answers = cell_ranges(question, text, cells)
    else:
        answers = answer_ranges(question, text, clause) or answer_ranges(question, text)
    if answers:
        return answers
    if clause is not None:
        within = clause if clause[1] - clause[0] <= _LONGEST_CLAUSE else best_sentence(text, words, clause)
        return merge([within, *word_ranges(text, words, clause)])
    return word_ranges(text, words) or (best_sentence(text, words),)
