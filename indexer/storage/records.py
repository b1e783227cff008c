"""What an index answers with: one frozen record for each kind of row.

Rows are positions counted from 0 in the generation at hand; addresses are permanent. A record never holds more than one
document's text, and its ``text`` is always the slice of that text that its ``span`` says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal, Self

from indexer.types import Commencement, DocumentKind, NodeKind, Ordinal, Revision, Span

if TYPE_CHECKING:
    from indexer.embedding import Embedder

FORMAT_VERSION = 3
"""The version of the on-disk format that this program reads and writes; any other is refused."""

LinkReason = Literal["法名不明", "条款不存在", "缺少上下文", "版本不明"]
"""Why a citation leads nowhere: the instrument is not indexed, has no such article, nothing tells which is meant, or
the version that was meant is not indexed."""

Cells = tuple[tuple[str, str | None], ...]
"""Header and value of a table row in column order; the value is None where the source has none."""


@dataclass(frozen=True, slots=True)
class EmbedderInfo:
    """Which embedding model an index was built with."""

    name: str
    revision: str
    dimension: int

    @classmethod
    def of(cls, embedder: Embedder) -> Self:
        """The model that an embedder runs."""
        return cls(embedder.name, embedder.revision, embedder.dimension)


@dataclass(frozen=True, slots=True)
class Counts:
    """How much an index holds.

    ``articles`` are units of kind 条; ``resolved`` counts links that lead somewhere; ``questions`` are those whose
    answers are known, ``own`` those of them that users have brought themselves.
    """

    documents: int = 0
    articles: int = 0
    units: int = 0
    clauses: int = 0
    nodes: int = 0
    links: int = 0
    resolved: int = 0
    characters: int = 0
    questions: int = 0
    own: int = 0


@dataclass(frozen=True, slots=True)
class VectorInfo:
    """How vectors are searched.

    Attributes:
        kind: ``exact`` compares with every vector; ``scan`` chooses candidates by short codes and compares with those.
        factor: How many candidates are compared for each one wanted; 0 when exact.
        recall: Share of the exact best 100 that is found, measured when the index was built.
    """

    kind: Literal["exact", "scan"] = "exact"
    factor: int = 0
    recall: float = 1.0


@dataclass(frozen=True, slots=True)
class FileInfo:
    """Size in bytes and hexadecimal SHA-256 of a file of a generation."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation says about itself.

    Attributes:
        format_version: Version of the on-disk format.
        generation: Its id, made from its content: the same content has the same id.
        embedder: The model that the clauses were embedded with.
        tokenizer: SHA-256 of the ``tokenizer.json`` that cuts texts and queries into words.
        counts: How much it holds.
        vectors: How vectors are searched.
        known: How those of known questions are searched.
        files: Every other file of the generation, by its name inside it.
        created: When it was written (the manifest file's time: times are not part of the content).
    """

    format_version: int
    generation: str
    embedder: EmbedderInfo
    tokenizer: str
    counts: Counts
    vectors: VectorInfo
    known: VectorInfo
    files: Mapping[str, FileInfo]
    created: datetime | None = None


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """The facts of one version of one instrument.

    Attributes:
        row: Its row; documents are in the order in which they were indexed.
        id: ``title@date``.
        title: Full title, without 《》.
        number: Document number (文号).
        issuers: Issuing bodies.
        kind: 效力级别.
        region: Province, or None for national instruments.
        adopted: 通过 date of this version.
        published: Signing (成文) date.
        effective: 施行 date of this version; None where unknown.
        repeals: Titles that it declares repealed.
        amends: Titles that it amends.
        history: Dated steps stated in its head.
        sources: Paths that it was read from.
        articles: Number of its 条.
        characters: Length of its text in code points.
        units: Rows of its units.
        predecessor: Id of the version before this one, if indexed.
        successor: Id of the version after this one, if indexed.
        repealed_by: Ids of indexed documents that declare it repealed, each with the day from which, if stated.
        basis: Titles of what it says it is made under.
        implements: Titles of what it carries out.
        expires: The last day of its stated validity.
        commencements: Days from which only some of its provisions apply.
        effective_by: Id of the decision that ``effective`` was taken from; None when the document itself states it.
    """

    row: int
    id: str
    title: str
    number: str | None
    issuers: tuple[str, ...]
    kind: DocumentKind
    region: str | None
    adopted: date | None
    published: date | None
    effective: date | None
    repeals: tuple[str, ...]
    amends: tuple[str, ...]
    history: tuple[Revision, ...]
    sources: tuple[str, ...]
    articles: int
    characters: int
    units: range
    predecessor: str | None = None
    successor: str | None = None
    repealed_by: tuple[tuple[str, date | None], ...] = ()
    basis: tuple[str, ...] = ()
    implements: tuple[str, ...] = ()
    expires: date | None = None
    commencements: tuple[Commencement, ...] = ()
    effective_by: str | None = None


@dataclass(frozen=True, slots=True)
class UnitRecord:
    """An article, a measure or a table row: what is ranked and shown.

    Attributes:
        row: Its row.
        document_row: Row of its document.
        address: Permanent address.
        document_id: Id of its document.
        kind: Kind of its node.
        mark: As cited: ``第八条``, ``一、（二）``.
        ordinal: Its printed number, read, when it is a 条; else None.
        headings: Headings above it, outermost first.
        text: Its whole text as the document has it; the cells of a row are separated by tabs.
        span: In the document's text.
        citation: Its exact citation.
        cells: Of a row, header and value; else None.
    """

    row: int
    document_row: int
    address: str
    document_id: str
    kind: NodeKind
    mark: str
    ordinal: Ordinal | None
    headings: tuple[str, ...]
    text: str
    span: Span
    citation: str
    cells: Cells | None = None


@dataclass(frozen=True, slots=True)
class ClauseRecord:
    """An embedded part of a unit.

    Attributes:
        row: Its row, the same as its vector's.
        unit_row: Row of the unit that it belongs to.
        address: Address of its node; the pieces of one long paragraph share it.
        citation: Exact citation of its node.
        text: Its own words as the document has them.
        span: In the document's text.
    """

    row: int
    unit_row: int
    address: str
    citation: str
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class NodeRecord:
    """Any addressed part of a document; the attributes are those of :class:`indexer.types.Node`.

    ``parent`` is the address of the enclosing node, None at the top.
    """

    address: str
    document_id: str
    kind: NodeKind
    number: str | None
    ordinal: Ordinal | None
    heading: str | None
    citation: str
    text: str
    span: Span
    parent: str | None
    cells: Cells | None = None


@dataclass(frozen=True, slots=True)
class LinkRecord:
    """A citation that stands in a document.

    Attributes:
        source: Address of the narrowest node that holds the words.
        source_citation: Exact citation of that node.
        target: Address of the node cited, or the id of the document when it is cited as a whole; None when unresolved.
        target_citation: Exact citation of the target; None when unresolved.
        text: The words that cite.
        span: Where they stand in the document's text.
        reason: Why the citation is unresolved; None when it is resolved.
    """

    source: str
    source_citation: str
    target: str | None
    target_citation: str | None
    text: str
    span: Span
    reason: LinkReason | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """A citation to be stored; the attributes are those of a record, the citations of its ends left out."""

    source: str
    target: str | None
    text: str
    span: Span
    reason: LinkReason | None = None


Rows = Sequence[int]
"""Row numbers, in the order in which records are wanted."""
