"""What has a level of its own inside an annex: a whole instrument that is printed there, and a group of a list.

An annex may hold decisions and laws one behind the other, each with its title and the day on which it was passed, and
each counting 一、二、 or its articles anew; a list may be divided into 第一类, 第二类, each counting from 1.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from indexer.structure import bodies, wording
from indexer.structure.joining import Paragraph
from indexer.structure.marks import Mark

_PASSED: Final = re.compile(
    r"（(?:\d{4}|[一二〇○零]\S{3})年\d{1,2}月\d{1,2}日[^（）]{0,80}(?:通过|批准|备案|公布|发布|颁布|修[订正])[^（）]{0,40}）"
)
_GROUP: Final = re.compile(r"第[一二三四五六七八九十]{1,3}[类组批](?:(?: |：|—).{1,30}|（[^（）]{1,30}）)?")
_ENDED: Final = "。；：，、！？"
_MOST_LINES: Final = 6
_LONGEST_LINE: Final = 60


def is_group(text: str) -> bool:
    """Whether a line in an annex names a group of what is listed there: 第一类, 第二组（进口）."""
    return text[-1:] not in _ENDED and _GROUP.fullmatch(text) is not None


def find_enclosed(
    paragraphs: Sequence[Paragraph], marks: Sequence[Mark | None], annexes: frozenset[int]
) -> dict[int, int]:
    """The instruments that are printed inside annexes.

    Args:
        paragraphs: All paragraphs of a document.
        marks: Their marks.
        annexes: Positions of the marks that open an annex.

    Returns:
        For the first line of each one's title, the position behind its last: there （…年…月…日…通过） stands.
    """
    found: dict[int, int] = {}
    if not annexes:
        return found
    for end in range(min(annexes) + 2, len(paragraphs)):
        text = paragraphs[end].text
        if text[0] != "（" or not _is_plain(paragraphs, marks, end) or not _PASSED.fullmatch(text):
            continue
        start = _title(paragraphs, marks, end)
        if start < end and not _is_of_annex(paragraphs, marks, annexes, start):
            found[start] = end
    return found


def _title(paragraphs: Sequence[Paragraph], marks: Sequence[Mark | None], end: int) -> int:
    """The first line of the title that ends before ``end``; ``end`` where there is none.

    The nearest line from which on the words begin with the body that took a decision; else all lines that may be parts
    of a title.
    """
    start = best = end
    while start and end - start < _MOST_LINES and _is_plain(paragraphs, marks, start - 1):
        above = paragraphs[start - 1].text
        if above[-1] in _ENDED or len(above) > _LONGEST_LINE or above[0] in "（“":
            break
        start -= 1
        title = "".join(paragraph.text for paragraph in paragraphs[start:end])
        if not wording.is_title(title):
            continue
        best = start
        if bodies.in_title(title) or title.startswith("中华人民共和国"):
            break
    return best


def _is_plain(paragraphs: Sequence[Paragraph], marks: Sequence[Mark | None], position: int) -> bool:
    paragraph = paragraphs[position]
    return marks[position] is None and paragraph.role is None and not paragraph.is_row


def _is_of_annex(
    paragraphs: Sequence[Paragraph], marks: Sequence[Mark | None], annexes: frozenset[int], start: int
) -> bool:
    """Whether a title stands right below 附件 alone on its line, and so is the annex's own."""
    mark = marks[start - 1]
    return start - 1 in annexes and mark is not None and mark.length >= len(paragraphs[start - 1].text)
