"""前款, 前两款, 前条, 本条第二款, 本章, and a lone 第二项: what is meant is counted from the citing place."""

from __future__ import annotations

import re
from collections.abc import Iterator

from indexer import numerals
from indexer.citation.places import Context, Laws, UnresolvedError, address_of, words
from indexer.types import Ordinal

_RELATIVE = re.compile(r"(?P<which>[前本该])(?P<count>\d{0,2})(?P<unit>编|章|节|条|款|项|目)$")
_ANNEX = re.compile(r"附件\d+(?:_\d+)?(?:~\d+)?$")
_ENCLOSED = re.compile(r"题\d+$")
_ARTICLE_STEP = re.compile(r"\d+(?:_\d+)?(?:~\d+)?$")
_SUBPARTS = tuple(f"分编{j}" for j in range(1, 7))
_MOST_SUFFIXES = 30


def is_relative(path: str) -> bool:
    """Whether a path begins at the citing place: ``前款``, ``前2款/1``, ``本条/2``."""
    return _RELATIVE.match(path.partition("/")[0]) is not None


def scopes_of(path: str) -> tuple[str, ...]:
    """The parts that count for themselves in which a path lies, innermost first, each with ``/`` behind it.

    Args:
        path: The path of the citing place.

    Returns:
        ``("附件3/题2/", "附件3/")`` for an instrument or a group inside an annex; empty outside annexes.
    """
    first, *steps = path.split("/")
    if not _ANNEX.match(first):
        return ()
    inner = (f"{first}/{steps[0]}/",) if len(steps) > 1 and _ENCLOSED.match(steps[0]) else ()
    return (*inner, f"{first}/")


def relative(path: str, context: Context, laws: Laws) -> str:
    """The address that a relative path means.

    Args:
        path: ``前款``, ``前2款/1``, ``本条/2``, ``本款/3``, ``本章``.
        context: The place that cites.
        laws: What is indexed.

    Returns:
        An address that exists.

    Raises:
        UnresolvedError: The place is unknown or has no such neighbour.
    """
    first, _, rest = path.partition("/")
    match = _RELATIVE.match(first)
    if match is None or not context.document_id or match["which"] == "该":
        raise UnresolvedError("缺少上下文", f"不知“{first}”从哪里算起")
    back = 0 if match["which"] == "本" else int(match["count"] or 1)
    numbered = _paragraph_number(context, rest, laws) if first == "本款" else None
    if numbered is not None:
        return numbered
    if match["unit"] in "编章节":
        start = _heading(match["unit"], back, context)
    else:
        start = _numbered(match["unit"], back, context, laws)
    found = address_of(context.document_id, f"{start}/{rest}" if rest else start, laws)
    if found is None and first == "本编":
        inside = [f"{context.document_id}/{start}/{part}/{rest}" for part in _SUBPARTS]
        existing = [address for address in inside if laws.has(address)]
        found = existing[0] if len(existing) == 1 else None
    if found is None and first == "本款" and "/" in start:
        # A lone 第二项 in a 款 without 项 is that of the one 款 of the article that has them.
        found = address_of(context.document_id, f"{start.rpartition('/')[0]}//{rest}", laws)
    if found is None:
        raise UnresolvedError(
            "条款不存在", f"没有“{first}”" if not rest else f"“{first}”没有{words(rest, match['unit'])}"
        )
    return found


def _paragraph_number(context: Context, rest: str, laws: Laws) -> str | None:
    """第（三）项 in a document of numbered paragraphs: the （三） beside the citing place or what encloses it."""
    number = numerals.ordinal(rest.rpartition("-")[2])
    if number is None or number.suffix or not context.path or _article_steps(context.path)[1]:
        return None
    chinese = numerals.chinese(number.number)
    above = context.path.split("/")[:-1]
    while True:
        stem = f"{context.document_id}/{'/'.join([*above, ''])}"
        existing = [stem + mark for mark in (f"（{chinese}）", str(number.number), chinese) if laws.has(stem + mark)]
        if existing:
            return existing[0] if len(existing) == 1 else None
        if not above or _ANNEX.match(above[-1]) or _ENCLOSED.match(above[-1]):
            return None
        above = above[:-1]


def _heading(unit: str, back: int, context: Context) -> str:
    for heading in reversed(context.headings):
        stem, _, step = heading.rpartition("/")
        number = numerals.ordinal(step.removeprefix(unit)) if step.startswith(unit) else None
        if number is not None and number.number - back > 0:
            moved = Ordinal(number.number - back) if back else number
            return (f"{stem}/" if stem else "") + unit + numerals.path_step(moved)
    raise UnresolvedError("缺少上下文", f"引用处不在任何一{unit}之中" if not back else f"引用处之前没有{unit}")


def _numbered(unit: str, back: int, context: Context, laws: Laws) -> str:
    """The 条, 款, 项 or 目 of the citing place, or the one ``back`` before it among its siblings."""
    prefix, steps = _article_steps(context.path)
    depth = "条款项目".index(unit) + 1
    if len(steps) < depth:
        raise UnresolvedError("缺少上下文", f"引用处不在任何一{unit}之中")
    steps = steps[:depth]
    for _ in range(back):
        before = _before(steps[-1]) if depth > 1 else _article_before(steps[0], prefix, context, laws)
        if before is None:
            raise UnresolvedError("条款不存在", f"引用处之前没有这么多{unit}" if back > 1 else f"引用处之前没有{unit}")
        steps[-1] = before
    return prefix + "/".join(steps)


def _article_steps(path: str) -> tuple[str, list[str]]:
    """Split a path into what counts for itself before the article and the steps from the article down."""
    prefix = next(iter(scopes_of(path)), "")
    steps = path[len(prefix) :].split("/")
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
