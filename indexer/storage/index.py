"""Reading an index: records by row or address, vectors and the lexical index, all from one generation."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.errors import IndexFormatError
from indexer.storage.arrays import open_array
from indexer.storage.catalog import Catalog
from indexer.storage.generations import current_generation, generation_folder
from indexer.storage.known import KnownQuestions
from indexer.storage.lexical import LexicalIndex
from indexer.storage.manifest import REBUILD, checksum_problems, read_manifest, size_problems
from indexer.storage.records import ClauseRecord, DocumentRecord, LinkRecord, Manifest, NodeRecord, UnitRecord
from indexer.storage.schema import CATALOG
from indexer.storage.vectors import VectorStore, open_vectors

UNIT_DOCUMENT = "unit_document.npy"
CLAUSE_UNIT = "clause_unit.npy"
UNIT_LENGTH = "unit_length.npy"

_TRIES = 5


class Index:
    """One generation of an index, open for reading from any number of threads.

    Nothing in it ever changes; ``refresh`` gives the generation that is live now.

    Attributes:
        documents: The facts of every document, by row.
        unit_document: int32 (units,), the document's row of each unit; not descending.
        clause_unit: int32 (clauses,), the unit's row of each clause; not descending.
        unit_length: int32 (units,), the code points of each unit's text.

    Args:
        folder: The index folder.
        place: The generation's folder inside it.
        manifest: What the generation says about itself.
    """

    def __init__(self, folder: Path, place: Path, manifest: Manifest) -> None:
        self.folder = folder
        self.manifest = manifest
        self._place = place
        self._catalog = Catalog(place / CATALOG)
        self.documents: tuple[DocumentRecord, ...] = self._catalog.documents
        self.unit_document = open_array(place / UNIT_DOCUMENT, np.int32, manifest.counts.units)
        self.clause_unit = open_array(place / CLAUSE_UNIT, np.int32, manifest.counts.clauses)
        self.unit_length = open_array(place / UNIT_LENGTH, np.int32, manifest.counts.units)
        if len(self.documents) != manifest.counts.documents:
            raise IndexFormatError(f"索引已损坏：{CATALOG} 中的文件数与清单不符；{REBUILD}")

    @classmethod
    def open(cls, folder: str | Path) -> Index:
        """Opens the live generation of an index; takes milliseconds, files are mapped into memory when first used.

        Args:
            folder: The index folder.

        Returns:
            The index.

        Raises:
            IndexMissingError: There is no index here.
            IndexFormatError: It is damaged, incomplete or of another format version.
        """
        folder = Path(folder)
        generation = current_generation(folder)
        for _ in range(_TRIES):
            place = generation_folder(folder, generation)
            try:
                return cls(folder, place, read_manifest(place))
            except (FileNotFoundError, IndexFormatError):
                # A writer may have published twice in between, and removed what was live a moment ago.
                live = current_generation(folder)
                if live == generation and place.is_dir():
                    raise
                if live == generation:
                    break
                generation = live
        raise IndexFormatError(f"索引 {folder} 缺少 CURRENT 所指的 {generation}：{REBUILD}")

    def refresh(self) -> Index:
        """The index as it is now: this one if it is still live, else the new generation, opened."""
        if current_generation(self.folder) == self.manifest.generation:
            return self
        return Index.open(self.folder)

    @cached_property
    def vectors(self) -> VectorStore:
        """The clauses' vectors, opened when first asked for; row i belongs to clause i."""
        return open_vectors(self._place, self.manifest.vectors, self.manifest.embedder.dimension)

    @cached_property
    def known(self) -> KnownQuestions:
        """Questions whose answers are known, opened when first asked for."""
        counts = self.manifest.counts
        return KnownQuestions.open(
            self._place, self.manifest.known, self.manifest.embedder.dimension, counts.units, counts.own
        )

    @cached_property
    def lexical(self) -> LexicalIndex:
        """The units' words, opened when first asked for; row i belongs to unit i."""
        return LexicalIndex.open(self._place)

    def document_row(self, document_id: str) -> int | None:
        """The row of a document; None when it is not indexed."""
        return self._catalog.document_rows.get(document_id)

    def document_text(self, row: int) -> str:
        """The whole normalised text of a document; IndexError when there is no such row."""
        return self._catalog.text(int(row))

    def unit(self, row: int) -> UnitRecord:
        """The unit of a row; IndexError when there is no such row."""
        return self._catalog.unit(int(row))

    def units(self, rows: Sequence[int] | NDArray[np.integer]) -> list[UnitRecord]:
        """The units of several rows, in the order of the rows."""
        return [self._catalog.unit(int(row)) for row in rows]

    def unit_row(self, address: str) -> int | None:
        """The row of the unit that has exactly this address; None when there is none."""
        place = self._catalog.locate(address)
        return None if place is None else self._catalog.unit_row(*place)

    def unit_of(self, address: str) -> int | None:
        """The row of the unit that a node lies in, or is; None for chapters, documents and unknown addresses."""
        place = self._catalog.locate(address)
        return None if place is None else self._catalog.unit_of(*place)

    def clause(self, row: int) -> ClauseRecord:
        """The clause of a row; IndexError when there is no such row."""
        return self._catalog.clause(int(row))

    def clauses_of(self, unit_row: int) -> range:
        """The rows of a unit's clauses, in document order."""
        first, end = np.searchsorted(self.clause_unit, [unit_row, unit_row + 1])
        return range(int(first), int(end))

    def node(self, address: str) -> NodeRecord | None:
        """The node at an address; None when there is none, and for a document's id alone."""
        place = self._catalog.locate(address)
        return None if place is None else self._catalog.node(*place)

    def children(self, address: str) -> list[NodeRecord]:
        """The nodes directly below a node, in document order; of a document's id, its top-level nodes."""
        place = self._catalog.locate(address)
        return [] if place is None else self._catalog.children(*place)

    def outline(self, document_id: str) -> list[NodeRecord]:
        """编 分编 章 节 条 序言 附件 表, and numbered paragraphs outside articles, of a document in order.

        Args:
            document_id: The document's id.

        Returns:
            The nodes; nothing inside an article or a table; empty when the document is not indexed.
        """
        row = self.document_row(document_id)
        return [] if row is None else self._catalog.outline(row)

    def cites(self, address: str) -> list[LinkRecord]:
        """The citations that stand in a node or in its parts, in order; unresolved ones included."""
        place = self._catalog.locate(address)
        return [] if place is None else self._catalog.cites(*place)

    def cited_by(self, address: str) -> list[LinkRecord]:
        """The citations of a node or of its parts, in document order; of a document's id, those of it as a whole."""
        place = self._catalog.locate(address)
        return [] if place is None else self._catalog.cited_by(*place)

    def check(self) -> Iterator[str]:
        """Reads everything and yields what is wrong: sizes, checksums, counts, references; one Chinese line each."""
        yield from size_problems(self._place, self.manifest)
        yield from checksum_problems(self._place, self.manifest)
        try:
            yield from self._catalog.problems()
            yield from self._disagreements()
        except (IndexFormatError, sqlite3.Error) as error:
            yield f"读不下去：{error}"

    def _disagreements(self) -> Iterator[str]:
        """Where the parts of the index do not fit together."""
        counts = self.manifest.counts
        for table in ("documents", "units", "clauses", "nodes", "links"):
            size = self._catalog.table_size(table)
            if size != getattr(counts, table):
                yield f"{CATALOG} 的 {table} 表有 {size} 行，清单写的是 {getattr(counts, table)} 行"
        if self._catalog.column("SELECT document FROM units ORDER BY row") != self.unit_document.tolist():
            yield f"{UNIT_DOCUMENT} 与 {CATALOG} 不一致"
        if self._catalog.column("SELECT unit FROM clauses ORDER BY row") != self.clause_unit.tolist():
            yield f"{CLAUSE_UNIT} 与 {CATALOG} 不一致"
        if self._catalog.column('SELECT "end" - start FROM units ORDER BY row') != self.unit_length.tolist():
            yield f"{UNIT_LENGTH} 与 {CATALOG} 不一致"
        if self.vectors.size != counts.clauses:
            yield f"向量有 {self.vectors.size} 个，条文片段有 {counts.clauses} 个"
        if self.known.store.size != counts.questions:
            yield f"已知问题有 {self.known.store.size} 个，清单写的是 {counts.questions} 个"
        if self.lexical.size != counts.units:
            yield f"词法索引有 {self.lexical.size} 个检索单元，清单写的是 {counts.units} 个"

    def close(self) -> None:
        """Closes this thread's connection to the catalog; mapped files are released with the object."""
        self._catalog.close()
