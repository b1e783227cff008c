"""From when an amended version applies: the decision that made it says so, where the decision is at hand.

立法法第六十四条 has an amended law published anew; its new text keeps the first version's day, and the amendment's own
stands in the decision alone (本决定自…起施行).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from indexer.citation.names import simplify
from indexer.types import Document

_AMENDMENT = re.compile(r"修正案(?:（.*）)?$")
Decisions = Mapping[tuple[str, date], Sequence[Document]]
"""By the title of what is amended and the day of the amendment."""


def is_amendment(title: str) -> bool:
    """Whether a title is that of an amendment which stands as a law of its own: 刑法修正案（十一）."""
    return _AMENDMENT.search(title) is not None


def with_effective_days(documents: Iterable[Document]) -> list[Document]:
    """The documents, each amended version with the day that its decision states.

    Args:
        documents: A collection.

    Returns:
        The same documents in the same order; a version whose own text states its day, or of which no decision of the
        same day on the same instrument is in the collection, is left as it is.
    """
    found = list(documents)
    decisions = _decisions(found)
    return [_settled(document, decisions) for document in found] if decisions else found


def _decisions(documents: Iterable[Document]) -> Decisions:
    found: defaultdict[tuple[str, date], list[Document]] = defaultdict(list)
    for document in documents:
        made = document.adopted or document.published
        if made is None or document.effective is None:
            continue
        if document.kind == "修改废止决定" or is_amendment(document.title):
            for title in document.amends:
                found[simplify(title), made].append(document)
    return found


def _settled(document: Document, decisions: Decisions) -> Document:
    amended = document.adopted or document.published
    if document.effective is not None or amended is None:
        return document
    if document.kind == "修改废止决定" or is_amendment(document.title):
        return document
    stated = [by for by in decisions.get((simplify(document.title), amended), ()) if by.region == document.region]
    days = {by.effective for by in stated}
    if len(days) != 1:
        # Two decisions of one day that state different days leave it open.
        return document
    return replace(document, effective=stated[0].effective, effective_by=stated[0].id)
