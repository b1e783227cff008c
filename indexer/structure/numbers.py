"""Document numbers (文号): 宁政办发〔2023〕53号, 宁夏回族自治区人民政府令第130号, 法释〔2020〕25号.

GB/T 9704-2012 7.2.5: 发文机关代字, the year in 〔〕, and the number, which is neither filled up with zeros nor preceded
by 第. Orders have 令 and a running number of their own.
"""

import re

from indexer import numerals
from indexer.citation.numbers import document_number

_NUMERAL = r"[\d〇零○一二三四五六七八九十百千]+"
_OPEN, _CLOSE = r"[〔\[［【（(﹝]", r"[〕\]］】）)﹞]"
_SIGN = r"[\u4e00-\u9fff]{1,14}(?:[（(][\u4e00-\u9fff]{1,6}[）)])?"
_CODE = rf"{_SIGN}\s*{_OPEN}\s*[12]\d{{3}}\s*年?\s*{_CLOSE}\s*第?\s*\d+\s*号"
_WITH_YEAR = re.compile(_CODE)
_ORDER = re.compile(
    rf"([\u4e00-\u9fff、　 ]{{2,60}}?)(命?令|公告)\s*[（(]?\s*([12]\d{{3}}\s*年)?\s*第?\s*({_NUMERAL})\s*号[）)]?"
)
_CONGRESS = re.compile(
    rf"([\u4e00-\u9fff]{{2,40}}(?:人民代表大会|常务委员会|人大常委会))()\s*第({_NUMERAL})号(?=公布|公告|发布)"
)
_ORDER_OF_YEAR = re.compile(rf"([\u4e00-\u9fff、]{{2,60}}?(?:令|公告)){_OPEN}([12]\d{{3}})年?{_CLOSE}第?({_NUMERAL})号")
_IN_BRACKETS = re.compile(rf"(?<=[令告])[（(](?=(?:[12]\d{{3}}年)?第{_NUMERAL}号[）)]$)")
_ORDER_BEHIND = re.compile(rf"([\u4e00-\u9fff、　 ]{{2,60}}?)第\s*({_NUMERAL})\s*号(命?令|公告)")
_YEARLY = rf"[（(]?\s*[12]\d{{3}}\s*年?\s*第\s*{_NUMERAL}\s*号\s*[）)]?"
_BARE = re.compile(rf"[（(]?\s*第\s*({_NUMERAL})\s*号\s*[）)]?|{_YEARLY}")
_LINE = re.compile(rf"[（(]?\s*{_CODE}(?:\s*[、，,；;]?\s*{_CODE}){{0,4}}\s*[）)]?")
_JOINT = re.compile(rf"{_CODE}(?:[、，,；;]?{_CODE})+")
_NOT_CODE = re.compile(r"^(?:.*[以的和及与]|根据|按照|依据|见)(?=\S)")


def normalise(text: str) -> str:
    """A document number in the one form in which numbers are stored.

    Args:
        text: ``宁政办发[2023] 53号``, ``(法释【2020】第25号)``, ``中华人民共和国主席令第七十三号``.

    Returns:
        ``宁政办发〔2023〕53号``, ``法释〔2020〕25号``, ``中华人民共和国主席令第73号``; numbers of joint issuers with
        、 between them; those of orders by year as printed, 某某令〔2020〕第5号; others lose their spaces.
    """
    text = "".join(text.split())
    if _IN_BRACKETS.search(text):
        text = _IN_BRACKETS.sub("", text)[:-1]
    if joint := _JOINT.search(text):
        return "、".join(normalise(code.group()) for code in _WITH_YEAR.finditer(joint.group()))
    if of_year := _ORDER_OF_YEAR.fullmatch(text):
        count = numerals.parse(of_year[3])
        return f"{of_year[1]}〔{of_year[2]}〕第{of_year[3] if count is None else count}号"
    match = _WITH_YEAR.search(text)
    if match is None:
        return document_number(text) or text
    # The year's own brackets are the last pair; earlier ones may hold a department: 建标（质）〔2020〕1号.
    return document_number(match.group()) or re.sub(
        rf"{_OPEN}([12]\d{{3}})年?{_CLOSE}第?(\d+)号$", r"〔\1〕\2号", match.group()
    )


def is_line(text: str) -> bool:
    """Whether a line holds a document number with its year, or those of joint issuers, and nothing else."""
    return len(text) < 90 and "号" in text and _LINE.fullmatch(text.strip()) is not None


def is_bare(text: str) -> bool:
    """Whether a line holds only the running number of an order: ``第130号``, ``2023年第5号``."""
    return len(text) < 20 and "号" in text and _BARE.fullmatch(text.strip()) is not None


def of_order(name: str, number: str) -> str:
    """An order's number from its two lines: 宁夏回族自治区人民政府令 and 第 130 号."""
    return normalise(f"{name}{number.strip().strip('（）()')}")


def find_order(text: str) -> str | None:
    """The number of the order or announcement that a history line names.

    Args:
        text: ``中华人民共和国国务院令第550号公布``, ``食品药品监管局、海关总署第4号令公布``; book marks masked.

    Returns:
        ``中华人民共和国国务院令第550号``; a number with a year, ``法发〔1993〕15号``; None where there is none.
    """
    if "号" not in text:
        return None
    if match := _ORDER_OF_YEAR.search(text):
        return normalise(_NOT_CODE.sub("", match.group()))
    if match := _WITH_YEAR.search(text):
        return normalise(_NOT_CODE.sub("", match.group()))
    if match := _ORDER.search(text):
        body, word, year, number = match.groups()
        return normalise(f"{body}{word}{year or ''}第{number}号")
    if match := _ORDER_BEHIND.search(text):
        body, number, word = match.groups()
    elif match := _CONGRESS.search(text):
        body, word, number = match.groups()
    else:
        return None
    return normalise(f"{body}{word}第{number}号")
