"""From a law's name and an article's number, as people note them down, to the one article in force that is meant."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import date
from functools import partial

from indexer import numerals
from indexer.citation import parse_query
from indexer.citation.resolve import existing_path
from indexer.errors import NotFoundError
from indexer.storage import DocumentRecord, Index, UnitRecord
from service.retrieval.collection import Collection
from service.retrieval.laws import Laws

_IN_FORCE = frozenset({"现行有效", "未核验"})
_ANY_LAW = "本法"


class Marked:
    """Finds units of a document by their numbers and marks as people write them down.

    Args:
        index: The index.
    """

    def __init__(self, index: Index) -> None:
        self._index = index
        self._rows: dict[int, dict[str, int]] = {}

    def find(self, record: DocumentRecord, article: str) -> int | None:
        """The row of a unit.

        Args:
            record: The document.
            article: ``第八条``, ``8``, ``133之1``; or the mark of a unit, spaces and width ignored.

        Returns:
            The article of this number, else the first unit of this mark; None where there is neither.
        """
        row = self._numbered(record, article)
        return self._by_mark(record).get(_folded(article)) if row is None else row

    def _numbered(self, record: DocumentRecord, article: str) -> int | None:
        """The article of this ordinal; None for a mark of another kind."""
        ordinal = None if article.endswith("项") else numerals.ordinal(article)
        return None if ordinal is None else self._index.unit_row(f"{record.id}/{numerals.path_step(ordinal)}")

    def _by_mark(self, record: DocumentRecord) -> dict[str, int]:
        """A document's units by their marks; of several with one mark the first."""
        if record.row not in self._rows:
            units = reversed(self._index.units(record.units))
            self._rows[record.row] = {_folded(unit.mark): unit.row for unit in units}
        return self._rows[record.row]


class Provisions:
    """Finds articles in one generation of an index, and refuses to guess.

    Args:
        index: The index.
        day: The versions in force on this day are meant.
    """

    def __init__(self, index: Index, day: date) -> None:
        self._index = index
        self._day = day
        self._collection = Collection(index.documents)
        self._laws = Laws(self._collection)
        self._marked = Marked(index)

    def find(self, law: str, article: str) -> UnitRecord:
        """The unit that a note means.

        Args:
            law: A title, alias, short form, document number or id.
            article: ``第八条``, ``8``, ``133之1``, ``第八条第二款``; in an instrument without 条 the mark of a unit.

        Returns:
            The article, or the measure or row.

        Raises:
            NotFoundError: There is none in force, or several instruments may be meant; the message says which.
        """
        records = self._records(law.strip())
        units = [unit for unit in (self._unit(record, article.strip()) for record in records) if unit is not None]
        if not units:
            raise NotFoundError(f"《{records[0].title}》里没有“{article}”：请核对条号")
        if len(units) > 1:
            names = "、".join(unit.document_id for unit in units[:3])
            raise NotFoundError(f"“{law}”可能是 {names}：请写全称或编号")
        return units[0]

    def _records(self, law: str) -> Sequence[DocumentRecord]:
        """The instruments in force that a name may mean, all equally likely."""
        named = self._named(law)
        if not named:
            raise NotFoundError(f"没有收录“{law}”：可用 fatiao index list 查看已收录的文件")
        versions = {
            version.id: version
            for record in named
            for version in [self._collection.version_on(record, self._day) or record]
        }
        standing = self._collection.standing(self._day).statuses
        found = [version for version in versions.values() if standing[version.row][0] in _IN_FORCE]
        if not found:
            status, basis = standing[next(iter(versions.values())).row]
            raise NotFoundError(f"《{named[0].title}》{status}（{basis}）：请改用现行的法律")
        return found

    def _named(self, law: str) -> Sequence[DocumentRecord]:
        exact = self._collection.by_id.get(law)
        if exact is not None:
            return (exact,)
        matches = self._laws.names.matches(law)
        return self._laws.by_number(law) or [
            record
            for match in matches
            if match.score == matches[0].score
            for record in self._collection.titles[match.title]
        ]

    def _unit(self, record: DocumentRecord, article: str) -> UnitRecord | None:
        row = self._marked.find(record, article)
        if row is None:
            row = self._cited(record, article)
        return None if row is None else self._index.unit(row)

    def _cited(self, record: DocumentRecord, article: str) -> int | None:
        """The unit that holds a part of an article: 第八条第二款."""
        citation = parse_query(f"《{_ANY_LAW}》{article}", lambda _: True)
        if citation is None or not citation.path or not citation.only:
            return None
        has = partial(self._has, record.id)
        path = existing_path(citation.written, has) or citation.path
        return self._index.unit_of(f"{record.id}/{path}")

    def _has(self, document: str, path: str) -> bool:
        return self._index.node(f"{document}/{path}") is not None


def _folded(mark: str) -> str:
    """A mark without spaces and differences of width."""
    return "".join(unicodedata.normalize("NFKC", mark).split())
