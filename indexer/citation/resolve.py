"""Resolving citations to addresses: 本法, 前款, 前两款, 同法, names and document numbers.

Nothing is guessed: a target is given only for a provision that exists in the version that is meant, and a citation that
leads nowhere says why.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from indexer import numerals
from indexer.citation import versions
from indexer.citation.places import Cause, Context, Laws, UnresolvedError, address_of, existing_path, words
from indexer.citation.relative import is_relative, relative, scopes_of
from indexer.types import Citation, Ordinal

__all__ = ["Cause", "Context", "Laws", "Resolution", "existing_path", "expand", "resolution", "resolve"]

_NUMBER_BEHIND = re.compile(r"^(?P<title>.+)（(?P<number>[^（）]+号)）$")
_VERSION_BEHIND = re.compile(r"^(?P<title>.+)（(?:(?P<year>(?:19|20)\d\d)年[^（）]*|修改前)）$")
_MOST_IN_RANGE = 200
_MOST_SUFFIXES = 30


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
        one in force on the context's day counts; without a day, the first that has the provision.
    """
    try:
        return Resolution(replace(citation, target=_target(citation, context, laws)))
    except UnresolvedError as found:
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


def _target(citation: Citation, context: Context, laws: Laws) -> str:
    if citation.form == "relative" and is_relative(citation.path):
        return relative(citation.path, context, laws)
    if citation.law is None and citation.form != "relative" and context.document_id:
        return _within(context, citation.path, laws)
    law = citation.law or context.previous_law
    if law is None:
        raise UnresolvedError(
            "缺少上下文",
            "前文没有引用过法律，不知“同法”指哪一部" if citation.form == "relative" else "不知“本法”指哪一部法律",
        )
    for document in _documents(law, citation, context, laws):
        found = address_of(document, citation.path, laws)
        if found is not None:
            return found
    raise UnresolvedError("条款不存在", f"《{law}》没有{words(citation.path)}")


def _documents(law: str, citation: Citation, context: Context, laws: Laws) -> tuple[str, ...]:
    """The versions of the one instrument that a name or number may mean, the most likely first."""
    if citation.form == "number":
        found = laws.by_number(law)
        if not found:
            raise UnresolvedError("法名不明", f"索引中没有文号为{law}的文件")
        return found
    with_number = _NUMBER_BEHIND.match(law)
    if with_number and (found := laws.by_number(with_number["number"])):
        return found
    version = _VERSION_BEHIND.match(law)
    name = with_number["title"] if with_number else version["title"] if version else law
    ids = laws.by_name(name)
    if not ids:
        raise UnresolvedError("法名不明", f"索引中没有《{law}》")
    versions_of_one = tuple(each for each in ids if _title(each) == _title(ids[0]))
    if version is None or not citation.path:
        return versions.candidates(versions_of_one, citation.path, context, laws)
    stated = versions.version_of(versions_of_one, int(version["year"])) if version["year"] else None
    if stated is None:
        raise UnresolvedError("版本不明", f"索引中没有《{law}》这一版本")
    return (stated,)


def _title(document_id: str) -> str:
    return document_id.rpartition("@")[0]


def _within(context: Context, path: str, laws: Laws) -> str:
    """A provision of the citing instrument; inside an annex its own provisions come first."""
    prefixes = [*scopes_of(context.path), ""]
    if path.startswith(("章", "节")):
        # A chapter's number begins again in every 编, a section's in every chapter.
        above = [heading for heading in context.headings if not heading.rpartition("/")[2].startswith(path[0])]
        prefixes = [f"{heading}/" for heading in reversed(above)] + prefixes
    for prefix in prefixes:
        found = address_of(context.document_id, path, laws, prefix)
        if found is not None:
            return found
    raise UnresolvedError("条款不存在", f"本文件没有{words(path)}")
