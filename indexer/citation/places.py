"""From a written path to a node that exists: what resolving knows of the place that cites and of what is indexed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol

from indexer import numerals

Cause = Literal["法名不明", "条款不存在", "缺少上下文", "版本不明"]
"""Why a citation is unresolved: the instrument is not indexed, has no such provision, the start is unknown, or the
version that was meant is not indexed and another one may number its provisions differently."""

_HEADING_STEP = re.compile(r"(?P<unit>分编|编|章|节)(?P<number>\d+(?:_\d+)?)")
_SUBPARTS = tuple(f"分编{j}/" for j in range(1, 7))
_PARTS_ABOVE = tuple(f"编{i}/{part}" for i in range(1, 13) for part in ("", *_SUBPARTS))
_PART_ABOVE = re.compile(r"(?P<part>编\d+)/(?P<rest>章.+)")
_PARAGRAPH = re.compile(r"(?P<annex>附件\d+/(?:题\d+/)?)?(?P<number>\d+)")
_MOST_PARAGRAPHS = 40


class Laws(Protocol):
    """The indexed instruments, as far as resolving asks for them."""

    def by_name(self, name: str) -> tuple[str, ...]:
        """Ids of the documents that a title or alias may mean, best first, newest version first; empty when none."""
        ...

    def by_number(self, number: str) -> tuple[str, ...]:
        """Ids of the documents with a document number, best first; empty when none."""
        ...

    def has(self, address: str) -> bool:
        """Whether a document or a node has this address."""
        ...

    def since(self, document_id: str) -> date | None:
        """The first day on which a version is in force; None where that is not stated."""
        ...

    def is_first(self, document_id: str) -> bool:
        """Whether a version is its instrument's first: none before it can have numbered the provisions differently."""
        ...

    def changed(self, title: str, article: str) -> date | None:
        """The last day on which an indexed amendment changed an article (path ``120_1``); None when none did."""
        ...


@dataclass(frozen=True, slots=True)
class Context:
    """The place that cites.

    Attributes:
        document_id: The document; empty when the text belongs to none.
        path: The path of the node that holds the words, as narrow as possible: ``8/2/1``.
        previous_law: The law cited last before the text, which 同法 means.
        headings: Paths of the enclosing 编, 章 and 节, outermost first.
        day: The day on which the cited law is in force; None for the newest version.
        written: The day on which the words were written, when that is another: nothing adopted later is cited.
        before: The words speak of the version before that day: 将第三条修改为.
    """

    document_id: str = ""
    path: str = ""
    previous_law: str | None = None
    headings: tuple[str, ...] = ()
    day: date | None = None
    written: date | None = None
    before: bool = False


class UnresolvedError(Exception):
    """Carries the reason why a citation leads nowhere out of nested steps; never leaves this package.

    Args:
        cause: The kind of reason.
        reason: A sentence for a person.
    """

    def __init__(self, cause: Cause, reason: str) -> None:
        super().__init__(reason)
        self.cause: Cause = cause
        self.reason = reason


def existing_path(path: str, has: Callable[[str], bool]) -> str | None:
    """The path of an existing node that a written path means.

    Args:
        path: In the notation of ``indexer.citation.provisions``, from the top of an instrument: ``8//2``, ``20-24``.
        has: Whether a path exists in the instrument.

    Returns:
        The one existing path; None when there is none, and when an unsaid 款 leaves several.
    """
    found = _written(path, has)
    if found is None and path.startswith("章"):
        # 民事诉讼法第十七章: chapters counted through all 编 are cited without their 编.
        found = _only(part + path for part in _PARTS_ABOVE if has(part + path))
    if found is None and (below := _PART_ABOVE.fullmatch(path)):
        # 民法典第二编第六章: the chapters of a 编 are counted through its 分编.
        inside = (f"{below['part']}/{each}{below['rest']}" for each in _SUBPARTS)
        found = _only(each for each in inside if has(each))
    if found is None and (paragraph := _PARAGRAPH.fullmatch(path)):
        # The paragraphs 一、二、 of an amendment or an annex are cited as its articles: 《刑法修正案（九）》第三十五条.
        marked = (paragraph["annex"] or "") + numerals.chinese(int(paragraph["number"]))
        found = marked if has(marked) else None
    return found


def _written(path: str, has: Callable[[str], bool]) -> str | None:
    """The path as it is written, an unsaid 款 put in where only one fits."""
    steps = [step.rpartition("-")[2] for step in path.split("/")]
    if "" not in steps[1:]:
        whole = "/".join(steps)
        return whole if has(whole) else None
    gap = steps.index("", 1)
    fitting: list[str] = []
    for number in range(1, _MOST_PARAGRAPHS):
        stem = "/".join([*steps[:gap], str(number)])
        if not has(stem):
            break
        found = _written("/".join([stem, *steps[gap + 1 :]]), has)
        if found is not None:
            fitting.append(found)
    return fitting[0] if len(fitting) == 1 else None


def address_of(document_id: str, path: str, laws: Laws, prefix: str = "") -> str | None:
    """The address of a written path in a document.

    Args:
        document_id: The document.
        path: In the notation of ``indexer.citation.provisions``; empty for the document itself.
        laws: What is indexed.
        prefix: The path is read below this part: ``附件1/``, ``编2/``.

    Returns:
        The address of a node that exists; None when there is none, or more than one that the words may mean.
    """
    stem = f"{document_id}/{prefix}"
    if not path:
        return document_id if laws.has(document_id) else None
    found = existing_path(path, lambda each: laws.has(stem + each))
    return None if found is None else stem + found


def _only(found: Iterable[str]) -> str | None:
    """The only one of several; None when there are none or more."""
    each = list(found)
    return each[0] if len(each) == 1 else None


def words(path: str, above: str = "") -> str:
    """A path in words, for a message: ``8//2`` is 第八条第二项; ``above`` is the unit that the path continues."""
    found: list[str] = []
    units = iter("条款项目".partition(above)[2] if above else "条款项目")
    for step in path.split("/"):
        number = numerals.ordinal(step.rpartition("-")[2])
        heading = _HEADING_STEP.fullmatch(step)
        if heading and (place := numerals.ordinal(heading["number"])):
            found.append(numerals.printed(place, heading["unit"]))
        elif number is None:
            if step:
                found.append(step)
            else:
                next(units, "")
        else:
            found.append(numerals.printed(number, next(units, "项")))
    return "".join(found) or "全文"
