"""From documents to a collection: copies folded, files of one law joined, versions ordered, repeals matched."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from indexer.citation.names import simplify
from indexer.structure import provisions, quoted
from indexer.structure.amendments import is_amendment, with_effective_days
from indexer.structure.merging import merge
from indexer.types import Document, DocumentKind

_WORDS = re.compile(r"[^\w]+")
_UNDATED = "undated"
# These carry one title again and again without being versions of one another.
_NEVER_VERSIONS: frozenset[DocumentKind] = frozenset(("修改废止决定", "公报", "非法规"))
_NEVER_REPEALED: frozenset[DocumentKind] = frozenset(("公报", "非法规"))
_LAST_WORDS = 4000


@dataclass(frozen=True, slots=True)
class Collection:
    """Documents that may be indexed together.

    Attributes:
        documents: Each id once, in the order in which the ids first came.
        duplicates: Id kept, and the path of a further file with the same text.
        renamed: Id given (``…~2``), and the path of the file that has it because its id was taken by another text.
        successors: From the id of a version to that of the next version of the same instrument.
        repealed_by: From the id of a document to the documents that declare it repealed, each with the day of the
            repeal, None where that is not stated.
    """

    documents: tuple[Document, ...]
    duplicates: tuple[tuple[str, str], ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()
    successors: Mapping[str, str] = field(default_factory=dict)
    repealed_by: Mapping[str, tuple[tuple[str, date | None], ...]] = field(default_factory=dict)


def settle(documents: Iterable[Document]) -> Collection:
    """Settle a collection.

    Args:
        documents: The documents of all files, in a fixed order.

    Returns:
        The collection; every source of every document is in it, as a source of the document kept or of its own.
    """
    settled: list[Document] = []
    duplicates: list[tuple[str, str]] = []
    renamed: list[tuple[str, str]] = []
    groups: defaultdict[str, list[Document]] = defaultdict(list)
    for document in _without_poorer_copies(tuple(documents), duplicates):
        groups[document.id].append(document)
    for identifier, group in groups.items():
        distinct = group if len(group) == 1 else _distinct(_joined(_distinct(group, duplicates)), duplicates)
        settled.append(distinct[0])
        for number, document in enumerate(distinct[1:], 2):
            settled.append(replace(document, id=f"{identifier}~{number}"))
            renamed.extend((f"{identifier}~{number}", source) for source in document.sources)
    settled = with_effective_days(settled)
    return Collection(tuple(settled), tuple(duplicates), tuple(renamed), _successors(settled), _repealed_by(settled))


def _without_poorer_copies(documents: Sequence[Document], duplicates: list[tuple[str, str]]) -> Sequence[Document]:
    """The documents without copies of one text that state less of themselves: no date, or a title without its issuer.

    Such a copy has an id of its own, so that nothing else would show that it is one.
    """
    alike: defaultdict[str, list[Document]] = defaultdict(list)
    for document in documents:
        alike[_subject(document)].append(document)
    better: dict[int, int] = {}
    by_place = {id(document): place for place, document in enumerate(documents)}
    for group in alike.values():
        if len({document.id for document in group}) < 2:
            continue
        for document in group:
            for other in group:
                if _is_poorer(document, other) and _content(document) == _content(other):
                    better[by_place[id(document)]] = by_place[id(other)]
                    break
    settled = list(documents)
    for place, kept in better.items():
        copy, document = documents[place], settled[kept]
        settled[kept] = replace(document, sources=tuple(dict.fromkeys((*document.sources, *copy.sources))))
        duplicates.extend((document.id, source) for source in copy.sources)
    return [document for place, document in enumerate(settled) if place not in better]


def _subject(document: Document) -> str:
    return simplify(document.title).rpartition("关于")[2]


def _is_poorer(document: Document, other: Document) -> bool:
    """Whether a document states less than another: no date of its own, or the same date and a shorter title."""
    if document.id == other.id or not other.title.endswith(document.title):
        return False
    dated = document.adopted or document.published
    if not dated:
        return bool(other.adopted or other.published)
    return _version_of(document) == _version_of(other)


def _distinct(documents: Sequence[Document], duplicates: list[tuple[str, str]]) -> list[Document]:
    """The documents with copies folded into the first, or into the longest where one has more than the articles."""
    kept: dict[object, Document] = {}
    for document in documents:
        key = _content(document)
        if key not in kept:
            kept[key] = document
            continue
        first = kept[key]
        sources = tuple(dict.fromkeys((*first.sources, *document.sources)))
        duplicates.extend((document.id, source) for source in document.sources if source not in first.sources)
        longest = document if len(document.text) > len(first.text) else first
        kept[key] = replace(longest, sources=sources)
    return list(kept.values())


def _content(document: Document) -> object:
    """What makes two files the same text: the words of all their articles, else all their words."""
    articles = tuple(
        (node.path, _WORDS.sub("", document.slice(node.span))) for node, _ in document.nodes if node.kind == "条"
    )
    return articles or _WORDS.sub("", document.text)


def _joined(documents: Sequence[Document]) -> list[Document]:
    """Files of one id whose articles do not overlap are one law; the others stay by themselves."""
    clusters: list[tuple[set[str], list[Document]]] = []
    for document in documents:
        articles = {node.path for node, _ in document.nodes if node.kind == "条"}
        home = next((cluster for cluster in clusters if articles and cluster[0] and not cluster[0] & articles), None)
        if home is None:
            clusters.append((articles, [document]))
        else:
            home[0].update(articles)
            home[1].append(document)
    return [parts[0] if len(parts) == 1 else merge(parts) for _, parts in clusters]


def _version_of(document: Document) -> str:
    """The date in a document's id, which orders versions; dates in this form compare as text."""
    return document.id.rsplit("@", 1)[1].split("~")[0]


def _successors(documents: Iterable[Document]) -> dict[str, str]:
    """The next version of each document that has one: same title, later date."""
    groups: defaultdict[tuple[str, str | None], dict[str, str]] = defaultdict(dict)
    for document in documents:
        version = _version_of(document)
        if document.kind in _NEVER_VERSIONS or version == _UNDATED or is_amendment(document.title):
            continue
        if "~" not in document.id.rsplit("@", 1)[1]:
            groups[simplify(document.title), document.region][version] = document.id
    return {
        versions[earlier]: versions[later]
        for versions in groups.values()
        for earlier, later in zip(sorted(versions), sorted(versions)[1:], strict=False)
    }


def _repealed_by(documents: Sequence[Document]) -> dict[str, tuple[tuple[str, date | None], ...]]:
    """The repeals of documents by others of the collection."""
    by_title: defaultdict[str, list[Document]] = defaultdict(list)
    for document in documents:
        if document.kind not in _NEVER_REPEALED:
            by_title[_key(document.title)].append(document)
    found: defaultdict[str, dict[str, tuple[str, date | None]]] = defaultdict(dict)
    for document in sorted(documents, key=_version_of):
        if not document.repeals:
            continue
        name = simplify(document.title)
        on = _day_of_repeal(document)
        for title in document.repeals:
            for repealed in _named(title, by_title):
                if repealed is not document and _precedes(repealed, document):
                    # Later versions repeat the declaration of the first that made it.
                    found[repealed.id].setdefault(name, (document.id, on))
    return {identifier: tuple(repeals.values()) for identifier, repeals in found.items()}


def _key(title: str) -> str:
    """A title for matching: declarations of repeal print 偷税、抗税 for 偷税抗税, and one kind of marks for another."""
    return quoted.compact(simplify(title))


def _named(title: str, by_title: Mapping[str, list[Document]]) -> Sequence[Document]:
    """The documents with a title, or with the only title that is it behind an issuer (《关于…》 of a court)."""
    name = _key(title)
    if name in by_title:
        return by_title[name]
    if not name.startswith("关于"):
        return ()
    longer = [full for full in by_title if full.endswith(name)]
    return by_title[longer[0]] if len(longer) == 1 else ()


def _precedes(repealed: Document, document: Document) -> bool:
    """Whether a version is older than the act that repeals its title.

    An amended law goes on repealing what its first version repealed; where that bears its own title, only versions
    from before that first one are meant.
    """
    version = _version_of(repealed)
    if version == _UNDATED:
        return simplify(repealed.title) != simplify(document.title)
    if simplify(repealed.title) == simplify(document.title):
        first = min((step.on for step in document.history), default=None)
        return version < (first.isoformat() if first else _version_of(document))
    return version < _version_of(document)


def _day_of_repeal(document: Document) -> date | None:
    """The day a repeal takes effect: that of the act, of its first version where the text states only that."""
    if document.effective is not None:
        return document.effective
    statement = provisions.in_force(document.text[-_LAST_WORDS:].splitlines())
    return statement.on if statement is not None else None
