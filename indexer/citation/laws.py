"""A collection of documents in the form in which citations are resolved against it."""

from __future__ import annotations

from collections.abc import Iterable

from indexer.citation.names import LawNames, NameIndex
from indexer.citation.numbers import number_key
from indexer.types import Document


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
        for document in documents:
            # Before versions are settled, files of one law may still stand apart under one id.
            paths = frozenset(node.path for node, _ in document.nodes)
            self._paths[document.id] = self._paths.get(document.id, frozenset()) | paths
            if document.kind not in ("公报", "非法规"):
                _add(self._ids.setdefault(document.title, []), document.id)
            if document.number:
                _add(self._numbers.setdefault(number_key(document.number), []), document.id)
        for ids in (*self._ids.values(), *self._numbers.values()):
            # An id ends with its date: the newest version first, one without a date last.
            ids.sort(key=lambda each: each.rpartition("@")[2].replace("undated", ""), reverse=True)
        self._index: NameIndex = (names or LawNames.load()).index(self._ids)

    def by_name(self, name: str) -> tuple[str, ...]:
        """Ids of the documents that a title or alias means; a name that fits several titles means none of them."""
        if name not in self._found:
            matches = self._index.matches(name)
            best = [match for match in matches if match.score == matches[0].score]
            self._found[name] = tuple(self._ids[best[0].title]) if len(best) == 1 else ()
        return self._found[name]

    def by_number(self, number: str) -> tuple[str, ...]:
        """Ids of the documents with a document number in any spelling, newest first."""
        return tuple(self._numbers.get(number_key(number), ()))

    def has(self, address: str) -> bool:
        """Whether a document or a node has this address."""
        document_id, slash, path = address, "", ""
        if address not in self._paths:
            document_id, slash, path = _split(address, self._paths)
        paths = self._paths.get(document_id)
        return paths is not None and (not slash or path in paths)


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
