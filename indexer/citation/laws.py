"""A collection of documents in the form in which citations are resolved against it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from indexer.citation.find import find
from indexer.citation.names import LawNames, NameIndex, NameMatch, simplify
from indexer.citation.numbers import number_key, number_keys
from indexer.types import Document

_TRIAL = ("试行", "暂行")
_LAWS = ("法律", "宪法")


class DocumentLaws:
    """The ``Laws`` of a collection that is at hand as documents, as it is while an index is built.

    Args:
        documents: The collection; only their facts and paths are kept.
        names: The vocabulary of law names; None for the shipped one.
    """

    def __init__(self, documents: Iterable[Document], names: LawNames | None = None) -> None:
        self._paths: dict[str, frozenset[str]] = {}
        self._ids: dict[str, list[str]] = {}
        self._numbers: dict[str, list[str]] = {}
        self._found: dict[str, tuple[str, ...]] = {}
        self._since: dict[str, date] = {}
        self._first: set[str] = set()
        self._changed: dict[tuple[str, str], date] = {}
        for document in documents:
            self._add_dates(document)
            # Before versions are settled, files of one law may still stand apart under one id.
            paths = frozenset(node.path for node, _ in document.nodes)
            self._paths[document.id] = self._paths.get(document.id, frozenset()) | paths
            if document.kind not in ("公报", "非法规"):
                _add(self._ids.setdefault(document.title, []), document.id)
            for key in number_keys(document.number) if document.number else ():
                _add(self._numbers.setdefault(key, []), document.id)
        for ids in (*self._ids.values(), *self._numbers.values()):
            # An id ends with its date: the newest version first, one without a date last.
            ids.sort(key=lambda each: each.rpartition("@")[2].replace("undated", ""), reverse=True)
        self._index: NameIndex = (names or LawNames.load()).index(self._ids)

    def _add_dates(self, document: Document) -> None:
        """Note since when a version is in force, whether it is the first, and which articles an amendment changes."""
        if document.effective is not None:
            self._since[document.id] = document.effective
        actions = {step.action for step in document.history}
        if "通过" in actions and "修改" not in actions:
            self._first.add(document.id)
        day = document.adopted or document.published
        if len(document.amends) == 1 and document.kind in _LAWS and day is not None:
            for article in _amended_articles(document):
                key = (simplify(document.amends[0]), article)
                self._changed[key] = max(day, self._changed.get(key, day))

    def by_name(self, name: str) -> tuple[str, ...]:
        """Ids of the documents that a title or alias means; a name that fits several titles means none of them."""
        if name not in self._found:
            matches = [match for match in self._index.matches(name) if not _is_successor(name, match)]
            best = [match for match in matches if match.score == matches[0].score]
            self._found[name] = tuple(self._ids[best[0].title]) if len(best) == 1 else ()
        return self._found[name]

    def by_number(self, number: str) -> tuple[str, ...]:
        """Ids of the documents with a document number in any spelling, newest first."""
        return tuple(self._numbers.get(number_key(number), ()))

    def since(self, document_id: str) -> date | None:
        """The first day on which a version is in force, where the document states it."""
        return self._since.get(document_id)

    def is_first(self, document_id: str) -> bool:
        """Whether a document's head states when it was adopted, and no amendment."""
        return document_id in self._first

    def changed(self, title: str, article: str) -> date | None:
        """The last day on which an amendment among the documents changed an article, wholly or in part."""
        return self._changed.get((simplify(title), article))

    def has(self, address: str) -> bool:
        """Whether a document or a node has this address."""
        document_id, slash, path = address, "", ""
        if address not in self._paths:
            document_id, slash, path = _split(address, self._paths)
        paths = self._paths.get(document_id)
        return paths is not None and (not slash or path in paths)


def _is_successor(name: str, match: NameMatch) -> bool:
    """企业破产法（试行） is another instrument than 企业破产法, though a search for the one may mean the other."""
    return match.how == "short" and any(mark in name and mark not in match.title for mark in _TRIAL)


def _amended_articles(document: Document) -> set[str]:
    """Paths of the articles that the paragraphs of an amendment name before they quote the new words."""
    found: set[str] = set()
    articles = [node for node, _ in document.nodes if node.kind == "条"]
    for node in articles or document.root.children:
        head = document.slice(node.span).partition("“")[0]
        found |= {citation.path.partition("/")[0] for citation in find(head) if citation.path[:1].isdecimal()}
    return found


def _add(ids: list[str], document_id: str) -> None:
    if document_id not in ids:
        ids.append(document_id)


def _split(address: str, known: dict[str, frozenset[str]]) -> tuple[str, str, str]:
    """Split an address behind the document's id; a title may contain a slash, so the split that is known counts."""
    at = address.find("/")
    while at >= 0:
        if address[:at] in known:
            return address[:at], "/", address[at + 1 :]
        at = address.find("/", at + 1)
    return address, "", ""
