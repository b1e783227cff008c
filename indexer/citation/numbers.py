"""Document numbers (文号): 国办发〔2023〕29号, 宁夏回族自治区人民政府令第130号, 国家税务总局公告2019年第33号.

A number has the issuer's sign, the year in 〔〕 and the running number in Arabic digits without 第 and without leading
zeros (GB/T 9704-2012 7.2.5). Orders (令) and announcements (公告) are numbered by themselves.
"""

from __future__ import annotations

import re

from indexer import numerals

_YEAR = r"(?:19|20|１９|２０)[0-9０-９]{2}"
_COUNT = rf"{numerals.NUMERAL_CLASS}{{1,8}}"
_HAN = r"[\u4e00-\u9fff]"
_BRACKETED = re.compile(
    rf"\s*[〔\[【（(﹝［]\s*(?P<year>{_YEAR})\s*年?\s*[〕\]】）)﹞］]\s*(?:第\s*)?(?P<count>{_COUNT})\s*号"
)
_ORDER = re.compile(rf"(?:(?P<year>{_YEAR})\s*年\s*)?第\s*(?P<count>{_COUNT})\s*号")
_SIGN_BEFORE = re.compile(rf"{_HAN}{{2,24}}\s*$")
_ORDER_BEFORE = re.compile(
    rf"(?P<issuer>{_HAN}(?:{_HAN}|[、 ]){{1,38}}?)?(?P<sort>令|公告|通告)\s*(?:(?P<year>{_YEAR})\s*年\s*)?$"
)
# What stands before a number in a sentence and is no part of the issuer's name.
_LEAD = re.compile(
    r"^(?:.*(?:根据|按照|依据|依照|参照|执行|印发|转发|以及|废止|适用|违反|文件|通知|同时|[的与及]"
    r"|(?<!共)和(?!改革|社会|城乡|旅游|信息|自然|计划|农村|国土|药品|技术|移民))|[见即以由经按依据对在从]|日\s+)(?=.{2})"
)
_FULL = re.compile(
    rf"(?P<sign>{_HAN}{{2,24}})\s*[〔\[【（(﹝［]\s*(?P<year>{_YEAR})\s*年?\s*[〕\]】）)﹞］]\s*(?:第\s*)?(?P<count>{_COUNT})\s*号"
    rf"|(?P<issuer>{_HAN}(?:{_HAN}|[、 ])*)\s*(?P<sort>令|公告|通告)\s*"
    rf"(?:[〔\[【（(]?(?P<year2>{_YEAR})\s*年?[〕\]】）)]?\s*)?第?\s*(?P<count2>{_COUNT})\s*号"
)


def _digits(text: str) -> str:
    number = numerals.parse(text)
    return text if number is None else str(number)


def document_number(text: str) -> str | None:
    """Write a document number in the one form in which numbers are stored and compared.

    Args:
        text: A number as printed: ``宁政办发[2023] 53号``, ``国务院令第５８６号``, ``中华人民共和国主席令第七十三号``.

    Returns:
        ``宁政办发〔2023〕53号``, ``国务院令第586号``, ``中华人民共和国主席令第73号``; None when ``text`` is no number.
    """
    match = _FULL.fullmatch(text.strip()) if len(text) <= 80 else None
    if match is None:
        return None
    if match["sign"]:
        return f"{match['sign']}〔{_digits(match['year'])}〕{_digits(match['count'])}号"
    year = f"{_digits(match['year2'])}年" if match["year2"] else ""
    issuer = re.sub(r"\s+", "", match["issuer"])
    return f"{issuer}{match['sort']}{year}第{_digits(match['count2'])}号"


def number_key(text: str) -> str:
    """What two spellings of one number have in common: 中华人民共和国国务院令第586号 and 国务院令第586号 are the same.

    Args:
        text: A number in any spelling.

    Returns:
        A key for comparison; of a text that is no number, the text itself without spaces.
    """
    plain = document_number(text) or re.sub(r"\s+", "", text)
    return plain.replace("中华人民共和国", "")


def number_keys(text: str) -> tuple[str, ...]:
    """The keys under which a document is found: its number's, or those of several that joint issuers gave it."""
    return tuple(dict.fromkeys(number_key(part) for part in re.split("(?<=号)、", text)))


def number_at(text: str, at: int, floor: int = 0) -> tuple[int, int] | None:
    """Find the document number around its year bracket or around the 第 of its running number.

    Args:
        text: Running text.
        at: Offset of ``〔``, ``[``, ``（`` or ``第``.
        floor: The number may not begin before this offset.

    Returns:
        Where the number begins and ends; None when there is none.
    """
    is_order = text[at] == "第"
    tail = (_ORDER if is_order else _BRACKETED).match(text, at)
    if tail is None:
        return None
    low = max(floor, at - 48)
    window = text[low:at]
    before = (_ORDER_BEFORE if is_order else _SIGN_BEFORE).search(window)
    if before is None:
        return None
    start = low + before.start() + _lead(before[0])
    if text[start] == "日" and text[max(start - 1, 0)].isdigit():
        start += 1  # 2013年12月9日杭州市…公告第14号
    return (start, tail.end()) if len(text[start:at].strip()) >= 2 else None


def _lead(words: str) -> int:
    """How many characters of ``words`` belong to the sentence before the number."""
    lead = _LEAD.match(words)
    return lead.end() if lead else 0
