"""Resolving citations to addresses: 本法, 前款, 前两款, 同法, names and document numbers.

Nothing is guessed: a target is given only for a provision that exists, and a citation that leads nowhere says why.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from indexer import numerals
from indexer.types import Citation, Ordinal

Cause = Literal["法名不明", "条款不存在", "缺少上下文"]
"""Why a citation is unresolved: the instrument is not indexed, has no such provision, or its start is unknown."""

_RELATIVE = re.compile(r"(?P<which>[前本])(?P<count>\d{0,2})(?P<unit>编|章|节|条|款|项|目)$")
_NUMBER_BEHIND = re.compile(r"^(?P<title>.+)（(?P<number>[^（）]+号)）$")
_ANNEX = re.compile(r"附件\d+(?:_\d+)?(?:~\d+)?$")
_ARTICLE_STEP = re.compile(r"\d+(?:_\d+)?(?:~\d+)?$")
_HEADING_STEP = re.compile(r"(?P<unit>分编|编|章|节)(?P<number>\d+(?:_\d+)?)")
_PARTS_ABOVE = tuple(f"编{i}/{part}" for i in range(1, 13) for part in ("", *(f"分编{j}/" for j in range(1, 7))))
_SUBPARTS = tuple(f"分编{j}" for j in range(1, 7))
_MOST_PARAGRAPHS = 40
_MOST_IN_RANGE = 200
_MOST_SUFFIXES = 30


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


@dataclass(frozen=True, slots=True)
class Context:
    """The place that cites.

    Attributes:
        document_id: The document; empty when the text belongs to none.
        path: The path of the node that holds the words, as narrow as possible: ``8/2/1``.
        previous_law: The law cited last before the text, which 同法 means.
        headings: Paths of the enclosing 编, 章 and 节, outermost first.
    """

    document_id: str = ""
    path: str = ""
    previous_law: str | None = None
    headings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Resolution:
    """A citation with its target, or without one and with the reason.

    Attributes:
        citation: The citation; its target is None when unresolved.
        cause: Why it is unresolved; None when it is resolved.
        reason: The same in a sentence, Chinese, for a person; empty when it is resolved.
    """

    citation: Citation
    cause: Cause | None = None
    reason: str = ""


class _Unresolved(Exception):  # noqa: N818 - not an error: it carries the reason out of nested steps
    def __init__(self, cause: Cause, reason: str) -> None:
        super().__init__(reason)
        self.cause: Cause = cause
        self.reason = reason


def resolve(citation: Citation, context: Context, laws: Laws) -> Citation:
    """The citation with the address it leads to, or with ``target=None``; ``resolution`` says why, too."""
    return resolution(citation, context, laws).citation


def resolution(citation: Citation, context: Context, laws: Laws) -> Resolution:
    """Resolve a citation.

    Args:
        citation: As ``find`` gives it.
        context: Where it stands.
        laws: What is indexed.

    Returns:
        The citation with an address that exists, or without one and with the reason. Of several versions of a law the
        first that has the provision counts.
    """
    try:
        return Resolution(replace(citation, target=_target(citation, context, laws)))
    except _Unresolved as found:
        return Resolution(replace(citation, target=None), found.cause, found.reason)


def expand(citation: Citation, context: Context, laws: Laws) -> tuple[Citation, ...]:
    """Everything that the last end of a range covers behind its first end, inserted articles (之一) included.

    Args:
        citation: As ``find`` gives it.
        context: Where it stands.
        laws: What is indexed.

    Returns:
        For ``20-24`` the resolved citations of the existing 21, 22, 22_1, 23 and 24, all with the span of the last end;
        for any other citation itself, resolved.
    """
    resolved = resolve(citation, context, laws)
    first, dash, last = citation.path.rpartition("/")[2].partition("-")
    since, until = numerals.ordinal(first), numerals.ordinal(last)
    if (
        not dash
        or resolved.target is None
        or since is None
        or until is None
        or until.number - since.number > _MOST_IN_RANGE
    ):
        return (resolved,)
    stem = resolved.target.rpartition("/")[0]
    head = citation.path.rpartition("/")[0]
    found: list[Citation] = []
    for number in range(since.number, until.number + 1):
        for suffix in range(_MOST_SUFFIXES):
            place = Ordinal(number, suffix)
            step = numerals.path_step(place)
            if since < place < until and laws.has(f"{stem}/{step}"):
                path = f"{head}/{step}" if head else step
                found.append(replace(citation, path=path, target=f"{stem}/{step}"))
    return (*found, resolved)


def existing_path(path: str, has: Callable[[str], bool]) -> str | None:
    """The path of an existing node that a written path means.

    Args:
        path: In the notation of ``indexer.citation.provisions``, from the top of an instrument: ``8//2``, ``20-24``.
        has: Whether a path exists in the instrument.

    Returns:
        The one existing path; None when there is none, and when an unsaid 款 leaves several.
    """
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
        found = existing_path("/".join([stem, *steps[gap + 1 :]]), has)
        if found is not None:
            fitting.append(found)
    return fitting[0] if len(fitting) == 1 else None


def _target(citation: Citation, context: Context, laws: Laws) -> str:
    first = citation.path.partition("/")[0]
    if citation.form == "relative" and _RELATIVE.match(first):
        return _relative(citation.path, context, laws)
    if citation.law is None and citation.form != "relative" and context.document_id:
        return _within(context, citation.path, laws)
    law = citation.law or context.previous_law
    if law is None:
        raise _Unresolved(
            "缺少上下文",
            "前文没有引用过法律，不知“同法”指哪一部" if citation.form == "relative" else "不知“本法”指哪一部法律",
        )
    documents = _documents(law, citation.form == "number", laws)
    if not documents:
        raise _Unresolved(
            "法名不明", f"索引中没有《{law}》" if citation.form != "number" else f"索引中没有文号为{law}的文件"
        )
    for document in documents:
        found = _at(document, citation.path, laws)
        if found is not None:
            return found
    raise _Unresolved("条款不存在", f"《{law}》没有{_words(citation.path)}")


def _documents(law: str, is_number: bool, laws: Laws) -> tuple[str, ...]:  # noqa: FBT001 - a flag between two functions
    """The versions of the one instrument that a name or number means, best first."""
    if is_number:
        return laws.by_number(law)
    with_number = _NUMBER_BEHIND.match(law)
    if with_number:
        found = laws.by_number(with_number["number"])
        if found:
            return found
        law = with_number["title"]
    ids = laws.by_name(law)
    return tuple(each for each in ids if _title(each) == _title(ids[0]))


def _title(document_id: str) -> str:
    return document_id.rpartition("@")[0]


def _at(document_id: str, path: str, laws: Laws, prefix: str = "") -> str | None:
    """The address of a path in a document, if it exists."""
    stem = f"{document_id}/{prefix}" if prefix else f"{document_id}/"
    if not path:
        return document_id if laws.has(document_id) else None
    found = existing_path(path, lambda each: laws.has(stem + each))
    if found is None and path.startswith("章"):
        # 民事诉讼法第十七章: chapters counted through all 编 are cited without their 编.
        inside = [part + path for part in _PARTS_ABOVE if laws.has(stem + part + path)]
        found = inside[0] if len(inside) == 1 else None
    if found is None and path.isdecimal():
        # The paragraphs 一、二、 of an amendment are cited as its articles: 《刑法修正案（九）》第三十五条.
        paragraph = numerals.chinese(int(path))
        found = paragraph if laws.has(stem + paragraph) else None
    return None if found is None else stem + found


def _within(context: Context, path: str, laws: Laws) -> str:
    """A provision of the citing instrument; inside an annex the annex's own provisions come first."""
    annex = context.path.split("/")[0]
    prefixes = [f"{annex}/", ""] if _ANNEX.match(annex) else [""]
    if path.startswith(("章", "节")):
        # A chapter's number begins again in every 编, a section's in every chapter.
        above = [heading for heading in context.headings if not heading.rpartition("/")[2].startswith(path[0])]
        prefixes = [f"{heading}/" for heading in reversed(above)] + prefixes
    for prefix in prefixes:
        found = _at(context.document_id, path, laws, prefix)
        if found is not None:
            return found
    raise _Unresolved("条款不存在", f"本文件没有{_words(path)}")


def _relative(path: str, context: Context, laws: Laws) -> str:
    """前款, 前两款, 前条, 本条第二款, 本章: from the citing place."""
    if not context.document_id:
        raise _Unresolved("缺少上下文", f"不知“{path.partition('/')[0]}”从哪里算起")
    first, _, rest = path.partition("/")
    match = _RELATIVE.match(first)
    if match is None:
        raise _Unresolved("缺少上下文", f"不认识“{first}”")
    back = 0 if match["which"] == "本" else int(match["count"] or 1)
    if match["unit"] in "编章节":
        start = _heading(match["unit"], back, context)
    else:
        start = _numbered(match["unit"], back, context, laws)
    whole = f"{start}/{rest}" if rest else start
    found = _at(context.document_id, whole, laws)
    if found is None and first == "本编":
        inside = [
            f"{start}/{part}/{rest}" for part in _SUBPARTS if laws.has(f"{context.document_id}/{start}/{part}/{rest}")
        ]
        found = f"{context.document_id}/{inside[0]}" if len(inside) == 1 else None
    if found is None and first == "本款" and "/" in start:
        # A lone 第二项 in a 款 without 项 is that of the one 款 of the article that has them.
        found = _at(context.document_id, f"{start.rpartition('/')[0]}//{rest}", laws)
    if found is None:
        raise _Unresolved("条款不存在", f"没有“{first}”" if not rest else f"“{first}”没有{_words(rest, match['unit'])}")
    return found


def _heading(unit: str, back: int, context: Context) -> str:
    for heading in reversed(context.headings):
        stem, _, step = heading.rpartition("/")
        number = numerals.ordinal(step.removeprefix(unit)) if step.startswith(unit) else None
        if number is not None and number.number - back > 0:
            moved = Ordinal(number.number - back) if back else number
            return (f"{stem}/" if stem else "") + unit + numerals.path_step(moved)
    raise _Unresolved("缺少上下文", f"引用处不在任何一{unit}之中" if not back else f"引用处之前没有{unit}")


def _numbered(unit: str, back: int, context: Context, laws: Laws) -> str:
    """The 条, 款, 项 or 目 of the citing place, or the one ``back`` before it among its siblings."""
    prefix, steps = _article_steps(context.path)
    depth = "条款项目".index(unit) + 1
    if len(steps) < depth:
        raise _Unresolved("缺少上下文", f"引用处不在任何一{unit}之中")
    steps = steps[:depth]
    for _ in range(back):
        before = _before(steps[-1]) if depth > 1 else _article_before(steps[0], prefix, context, laws)
        if before is None:
            raise _Unresolved("条款不存在", f"引用处之前没有这么多{unit}" if back > 1 else f"引用处之前没有{unit}")
        steps[-1] = before
    return prefix + "/".join(steps)


def _article_steps(path: str) -> tuple[str, list[str]]:
    """Split a path into the annex before the article and the steps from the article down."""
    steps = path.split("/")
    prefix = ""
    if _ANNEX.match(steps[0]):
        prefix, steps = f"{steps[0]}/", steps[1:]
    numbered: list[str] = []
    for step in steps:
        if not _ARTICLE_STEP.match(step):
            break
        numbered.append(step)
    return prefix, numbered


def _before(step: str) -> str | None:
    number = numerals.ordinal(step.partition("~")[0])
    return str(number.number - 1) if number is not None and number.number > 1 else None


def _article_before(step: str, prefix: str, context: Context, laws: Laws) -> str | None:
    """The article before: 第一百三十三条之一 stands between 第一百三十三条 and 第一百三十四条."""
    number = numerals.ordinal(step.partition("~")[0])
    if number is None:
        return None
    candidates: Iterator[Ordinal] = (
        (Ordinal(number.number, suffix) for suffix in range(number.suffix - 1, -1, -1))
        if number.suffix
        else (Ordinal(number.number - 1, suffix) for suffix in range(_MOST_SUFFIXES, -1, -1))
    )
    for candidate in candidates:
        path = prefix + numerals.path_step(candidate)
        if candidate.number > 0 and laws.has(f"{context.document_id}/{path}"):
            return numerals.path_step(candidate)
    return None


def _words(path: str, above: str = "") -> str:
    """A path in words, for a message: ``8//2`` is 第八条第二项; ``above`` is the unit that the path continues."""
    words: list[str] = []
    units = iter("条款项目".partition(above)[2] if above else "条款项目")
    for step in path.split("/"):
        number = numerals.ordinal(step.rpartition("-")[2])
        heading = _HEADING_STEP.fullmatch(step)
        if heading and (place := numerals.ordinal(heading["number"])):
            words.append(numerals.printed(place, heading["unit"]))
        elif number is None:
            if step:
                words.append(step)
            else:
                next(units, "")
        else:
            words.append(numerals.printed(number, next(units, "项")))
    return "".join(words) or "全文"
