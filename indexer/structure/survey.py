"""A first look over the paragraphs of a document, for what only the whole can tell.

Where the table of contents ends, which 附件 are merely listed, whether articles have headings of their own, which
mark comes next: the tree is then built in one pass.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from indexer.structure.enclosed import find_enclosed
from indexer.structure.joining import Paragraph
from indexer.structure.marks import Mark, is_closed, is_mention, read_mark
from indexer.types import Ordinal

DIVISIONS: Final = frozenset(("编", "分编", "章", "节"))

_LEADER: Final = re.compile(r"[\s.…·．—-]*[（(]?\d*[）)]?$")
_VERB: Final = re.compile(r"[，。；]|应当|可以|不得|必须|负责|按照|依照|予以|实行|适用|是指")
_COMMAND: Final = re.compile(r"[，。；：＝=\t]|应当|可以|不得|必须|施行|按照|依照|予以|^第")
_LONGEST_TITLE: Final = 30
_LEAST_ENTRIES: Final = 3
_LONGEST_CONTENTS: Final = 400
_LONGEST_ENTRY: Final = 60
_LONGEST_HEADING: Final = 25
_HEADED_SHARE: Final = 0.3
_LEAST_HEADED: Final = 3


@dataclass(frozen=True, slots=True)
class Survey:
    """What the whole of a document tells about its paragraphs.

    Attributes:
        marks: The mark of each paragraph; None for plain text, rows, and lines with a role.
        next_mark: For each paragraph the position of the next one with a mark, or of the next instrument inside an
            annex, or the number of paragraphs.
        contents: For the heading of a table of contents, the position after its last entry.
        annexes: Positions of the 附件 marks that open an annex.
        enclosed: For the first line of an instrument's title inside an annex, the position behind the title.
        has_articles: Articles are printed in the document.
        has_books: The document is divided into 编.
        has_headed_articles: Its articles have headings of their own (第四条 案件的管辖, the text in the next line).
        headings: Positions of chapter headings that lost their number: short lines between a sentence and an article.
    """

    marks: tuple[Mark | None, ...]
    next_mark: tuple[int, ...]
    contents: dict[int, int]
    annexes: frozenset[int]
    enclosed: dict[int, int]
    has_articles: bool
    has_books: bool
    has_headed_articles: bool
    headings: frozenset[int]


def survey(paragraphs: Sequence[Paragraph], head: int) -> Survey:
    """Look over the paragraphs of a document.

    Args:
        paragraphs: All of them, in order.
        head: Source line at which a law's head ends; no structure begins up to there.

    Returns:
        What the whole tells.
    """
    marks = _marks(paragraphs, head)
    annexes = _find_annexes(paragraphs, marks)
    enclosed = find_enclosed(paragraphs, marks, annexes)
    count = len(paragraphs)
    following = [count] * count
    nearest = count
    for position in range(count - 1, -1, -1):
        following[position] = nearest
        mark = marks[position]
        is_mark = mark is not None and not (mark.kind == "条" and is_mention(paragraphs[position].text, mark))
        if is_mark or position in enclosed:
            nearest = position
    articles = [
        position
        for position, mark in enumerate(marks)
        if mark is not None and mark.kind == "条" and mark.is_spaced and not is_mention(paragraphs[position].text, mark)
    ]
    return Survey(
        marks=marks,
        next_mark=tuple(following),
        contents=_find_contents(paragraphs, marks),
        annexes=annexes,
        enclosed=enclosed,
        has_articles=bool(articles),
        has_books=any(mark is not None and mark.kind == "编" for mark in marks),
        has_headed_articles=_has_headed_articles(paragraphs, marks, articles),
        headings=_find_headings(paragraphs, marks, frozenset(articles)),
    )


def _marks(paragraphs: Sequence[Paragraph], head: int) -> tuple[Mark | None, ...]:
    """The marks below a law's head; a heading that is only the numeral due is one without its comma: 三."""
    marks: list[Mark | None] = []
    last = 0
    for paragraph in paragraphs:
        mark = paragraph.mark if paragraph.number > head else None
        if mark is None and last and paragraph.level and len(paragraph.text) <= 3 and paragraph.role is None:
            bare = read_mark(f"{paragraph.text}、")
            if bare is not None and bare.ordinal == Ordinal(last + 1) and bare.kind == "一、":
                mark = replace(bare, length=len(paragraph.text))
        if mark is not None and mark.kind == "一、" and mark.ordinal is not None:
            last = mark.ordinal.number
        marks.append(mark)
    return tuple(marks)


def is_heading(text: str) -> bool:
    """Whether words can be a heading: short, without a verb of command, without a mark that ends a sentence."""
    return 0 < len(text) <= _LONGEST_HEADING and not is_closed(text) and not _VERB.search(text)


def _find_headings(
    paragraphs: Sequence[Paragraph], marks: Sequence[Mark | None], articles: frozenset[int]
) -> frozenset[int]:
    """Short lines without any mark, behind the end of a sentence and before an article or a numbered heading.

    A 款 ends with a full stop, so such a line is none: counted as one it would falsify every citation of the article.
    """
    found: set[int] = set()
    is_before = False
    for position in range(len(paragraphs) - 1, 0, -1):
        mark = marks[position]
        if position in articles or (mark is not None and mark.kind in DIVISIONS):
            is_before = True
            continue
        text = paragraphs[position].text
        is_before = (
            is_before
            and mark is None
            and _is_body(paragraphs[position])
            and 1 < len(text) <= _LONGEST_TITLE
            and not is_closed(text)
            and not _COMMAND.search(text)
        )
        if is_before and (is_closed(paragraphs[position - 1].text) or position + 1 in found):
            found.add(position)
    return frozenset(found)


def bare_entry(text: str) -> str:
    """A heading as a table of contents repeats it: without spaces, leaders and the page number."""
    return "".join(_LEADER.sub("", text).split())


def _is_body(paragraph: Paragraph) -> bool:
    return paragraph.role is None and not paragraph.is_row


def _find_contents(paragraphs: Sequence[Paragraph], marks: Sequence[Mark | None]) -> dict[int, int]:
    """Where each table of contents ends: where its first entry comes again, else at the first sentence."""
    contents: dict[int, int] = {}
    for position, mark in enumerate(marks):
        if mark is None or mark.kind != "目录":
            continue
        last = min(len(paragraphs), position + 1 + _LONGEST_CONTENTS)
        end = position + 1
        while end < last and _is_entry(paragraphs[end], marks[end]):
            end += 1
        first = bare_entry(paragraphs[position + 1].text) if position + 1 < end else ""
        for place in range(position + 2, end):
            if bare_entry(paragraphs[place].text) == first:
                end = place
                break
        contents[position] = end
    if not contents:
        contents.update(_find_bare_contents(paragraphs, marks))
    return contents


def _find_bare_contents(paragraphs: Sequence[Paragraph], marks: Sequence[Mark | None]) -> dict[int, int]:
    """A table of contents without its title: headings in a row, nearly all of which come again later."""
    first = 0
    count = len(paragraphs)
    while first < count and not _is_bare_heading(paragraphs[first], marks[first]):
        first += 1
    end = first
    while end < count and _is_bare_heading(paragraphs[end], marks[end]):
        end += 1
    if end - first < _LEAST_ENTRIES:
        return {}
    later = {bare_entry(paragraphs[place].text) for place in range(end, count) if marks[place] is not None}
    repeated = sum(1 for place in range(first, end) if bare_entry(paragraphs[place].text) in later)
    return {first: end} if repeated >= 0.8 * (end - first) else {}


def _is_bare_heading(paragraph: Paragraph, mark: Mark | None) -> bool:
    """Whether a line is a division's heading, or a numbered one that the source marks as a heading."""
    if mark is None or not _is_body(paragraph) or is_closed(paragraph.text):
        return False
    return mark.kind in DIVISIONS or (bool(paragraph.level) and mark.kind == "一、")


def _is_entry(paragraph: Paragraph, mark: Mark | None) -> bool:
    text = paragraph.text
    if not _is_body(paragraph) or len(text) > _LONGEST_ENTRY:
        return False
    return not (mark is not None and mark.kind == "条") and not (is_closed(text) and text[-1] not in "）…")


def _find_annexes(paragraphs: Sequence[Paragraph], marks: Sequence[Mark | None]) -> frozenset[int]:
    """The 附件 marks that open an annex: alone on their line, or with a title, and with something behind them.

    「附件：…清单」 at the end of a notice lists what comes later under 附件 alone on a line (GB/T 9704-2012, 7.3.4).
    """
    found = [position for position, mark in enumerate(marks) if mark is not None and mark.kind == "附件"]
    alone = {position for position in found if _annex_title(paragraphs, marks, position) == ""}
    last_alone = max(alone, default=-1)
    opening: set[int] = set()
    for position in found:
        text = paragraphs[position].text
        if last_alone > position and position not in alone:
            continue
        if position + 1 >= len(paragraphs) or text[-1:] in "。；":
            continue
        following = paragraphs[position + 1]
        mark = marks[position + 1]
        may_list = position not in alone or (position < last_alone and not _is_numbered(marks[position]))
        is_list = may_list and mark is not None and mark.kind == "1." and not is_closed(following.text)
        if following.role in (None, "题") and not is_list:
            opening.add(position)
    return frozenset(opening)


def _is_numbered(mark: Mark | None) -> bool:
    return mark is not None and mark.ordinal is not None


def _annex_title(paragraphs: Sequence[Paragraph], marks: Sequence[Mark | None], position: int) -> str:
    mark = marks[position]
    return paragraphs[position].text[mark.length if mark is not None else 0 :]


def _has_headed_articles(
    paragraphs: Sequence[Paragraph], marks: Sequence[Mark | None], articles: Sequence[int]
) -> bool:
    """Whether many articles are a heading with their text in the lines below."""
    headed = 0
    for position in articles:
        mark = marks[position]
        if mark is None or position + 1 >= len(paragraphs):
            continue
        below = marks[position + 1]
        if below is not None and below.kind in {"条", *DIVISIONS}:
            continue
        headed += is_heading(paragraphs[position].text[mark.length :])
    return headed >= _LEAST_HEADED and headed >= _HEADED_SHARE * len(articles)
