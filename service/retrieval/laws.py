"""From what people call an instrument to the version of it that is meant."""

from __future__ import annotations

from datetime import date
from functools import cached_property

from indexer.citation.names import LawNames, NameIndex, simplify
from indexer.citation.numbers import number_key, number_keys
from indexer.storage import DocumentRecord
from service.retrieval.collection import Collection
from service.retrieval.status import start_date

_RANK = {
    "宪法": 0, "法律": 1, "法律解释": 2, "行政法规": 3, "监察法规": 3, "司法解释": 4, "部门规章": 5, "自治条例": 6,
    "单行条例": 6, "地方性法规": 6, "地方政府规章": 7, "规范性文件": 8, "修改废止决定": 9, "公报": 10, "非法规": 11,
}  # fmt: skip


def rank_of(record: DocumentRecord) -> int:
    """The place of an instrument's kind in the order of rank (立法法第九十八条 and following), the highest 0."""
    return _RANK[record.kind]


class Laws:
    """Finds instruments by name, alias, id and document number.

    Args:
        collection: The indexed documents.
        names: The vocabulary of law names; the shipped one when None.
    """

    def __init__(self, collection: Collection, names: LawNames | None = None) -> None:
        self._collection = collection
        self._names = names

    @cached_property
    def names(self) -> NameIndex:
        """The titles of the collection, ready to be found by name."""
        return (self._names or LawNames.load()).index(self._collection.titles)

    def knows(self, name: str) -> bool:
        """Whether a name means an indexed instrument."""
        return bool(self.names.matches(name))

    def is_title(self, name: str) -> bool:
        """Whether a name is the title of an indexed instrument, but for 中华人民共和国 and the like."""
        return any(match.how == "title" for match in self.names.matches(name))

    def is_vocabulary(self, name: str) -> bool:
        """Whether the vocabulary of law names has a name, indexed or not."""
        return self.names.names.title(name) is not None

    def full_title(self, name: str) -> str:
        """The full title that an alias stands for, indexed or not; the name itself when it is none."""
        return self.names.names.title(name) or name

    def by_name(self, name: str, *, fuzzy: bool = False) -> tuple[DocumentRecord, ...]:
        """One version of every instrument that a name may mean.

        Args:
            name: A title, alias or short form.
            fuzzy: Also accept titles that are merely like it, when nothing else fits.

        Returns:
            The newest versions, the likeliest instrument first, equal ones by rank.
        """
        found: dict[str, DocumentRecord] = {}
        matches = self.names.matches(name, fuzzy=fuzzy)
        best = matches[0].score if matches else 0.0
        for match in matches:
            if match.score < best and match.how in {"short", "fuzzy"}:
                continue
            for record in self._collection.titles[match.title]:
                newest = self._collection.versions(record)[-1]
                found.setdefault(newest.id, newest)
        return tuple(found.values())

    def of(self, name: str, day: date) -> tuple[DocumentRecord, ...]:
        """The documents that a ``law`` filter means.

        Args:
            name: An id, a document number, a title, alias or short form.
            day: The day whose version is wanted.

        Returns:
            The document itself for an id; else of each instrument that may be meant the version of that day, or, when
            there was none yet, nothing of it.
        """
        exact = self._collection.by_id.get(name.strip())
        if exact is not None:
            return (exact,)
        found = self.by_number(name) or self.by_name(name)
        versions = (self._collection.version_on(record, day) for record in found)
        return tuple(version for version in versions if version is not None)

    def repealing(self, title: str, day: date) -> DocumentRecord | None:
        """The document that had declared an instrument repealed by a day; None when none is indexed."""
        for record in self._repealing.get(simplify(title), ()):
            begun = start_date(record)
            if begun is None or begun <= day:
                return record
        return None

    @cached_property
    def _repealing(self) -> dict[str, tuple[DocumentRecord, ...]]:
        found: dict[str, tuple[DocumentRecord, ...]] = {}
        for record in self._collection.documents:
            for title in record.repeals:
                found[simplify(title)] = (*found.get(simplify(title), ()), record)
        return found

    def by_number(self, number: str) -> tuple[DocumentRecord, ...]:
        """The documents that bear a 文号, however its brackets and spaces are typed."""
        return self._numbers.get(number_key(number), ())

    @cached_property
    def _numbers(self) -> dict[str, tuple[DocumentRecord, ...]]:
        found: dict[str, tuple[DocumentRecord, ...]] = {}
        for record in self._collection.documents:
            for key in number_keys(record.number) if record.number else ():
                found[key] = (*found.get(key, ()), record)
        return found
