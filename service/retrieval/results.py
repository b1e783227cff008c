"""What a search or a look-up returns. These shapes mirror the JSON of the HTTP API, field for field."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from indexer.types import Commencement, DocumentKind, NodeKind

Mode = Literal["hybrid", "semantic", "lexical"]
Intent = Literal["article_lookup", "document_lookup", "question"]
Status = Literal["尚未生效", "现行有效", "已修改", "已废止", "未核验"]
NoticeCode = Literal[
    "no_relevant_article", "law_not_indexed", "article_not_found", "only_repealed", "renumbered", "document_not_found"
]


@dataclass(frozen=True, slots=True)
class Filters:
    """What a search is limited to; an empty tuple or None limits nothing.

    Attributes:
        kind: 效力级别.
        issuer: Issuing bodies.
        region: Provinces.
        status: Status on the day of ``as_of``, or today.
        law: Names, aliases or document ids.
        as_of: Search the law as it stood on this day (行为时法).
    """

    kind: tuple[str, ...] = ()
    issuer: tuple[str, ...] = ()
    region: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    law: tuple[str, ...] = ()
    as_of: date | None = None


NO_FILTERS = Filters()
"""Everything that is in force."""


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A search as asked.

    Attributes:
        text: The question, citation or document number.
        limit: How many hits, 1 to 100.
        offset: How many hits to pass over.
        mode: Which rankings count.
        filters: What to limit the search to.
    """

    text: str
    limit: int = 10
    offset: int = 0
    mode: Mode = "hybrid"
    filters: Filters = NO_FILTERS


@dataclass(frozen=True, slots=True)
class Notice:
    """Why there is nothing, or what to know about what there is; the message is Chinese, for a person."""

    code: NoticeCode
    message: str


@dataclass(frozen=True, slots=True)
class Query:
    """A query as understood.

    Attributes:
        text: As asked.
        rewritten: As searched: simplified characters, aliases resolved, a follow-up made complete.
        intent: A citation, a document number, or a question.
        citation: The full citation that was understood, else None.
        filters: The filters in force, as given and as found in the text, without empty ones.
    """

    text: str
    rewritten: str
    intent: Intent
    citation: str | None
    filters: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HitCitation:
    """How to cite a hit; ``article`` is the mark of a measure or row too, ``article_number`` only of a 条."""

    text: str
    law: str
    number: str | None
    article: str
    article_number: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class LawSummary:
    """The facts of an instrument that every hit carries."""

    id: str
    title: str
    number: str | None
    kind: DocumentKind
    issuers: tuple[str, ...]
    region: str | None
    adopted: date | None
    published: date | None
    effective: date | None
    status: Status
    status_basis: str


@dataclass(frozen=True, slots=True)
class ClauseHit:
    """A clause of a hit that answers the query: its address, its exact citation, its text and score in 0–1."""

    id: str
    citation: str
    text: str
    score: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A ranked article.

    Attributes:
        rank: From 1, over all pages.
        score: In 0–1, the same meaning from query to query.
        id: The article's address.
        citation: How to cite it.
        law: The instrument it belongs to.
        headings: Headings above it, outermost first.
        text: The whole article.
        highlights: Half-open ranges of ``text`` that answer the query.
        clauses: Its best clauses.
        scores: The parts of the score by name, ``semantic`` and ``lexical``, each in 0–1; ``reranker`` too, what the
            reranker thinks of it, when one has read it.
        cells: Of a table row: header and value; None otherwise.
    """

    rank: int
    score: float
    id: str
    citation: HitCitation
    law: LawSummary
    headings: tuple[str, ...]
    text: str
    highlights: tuple[tuple[int, int], ...]
    clauses: tuple[ClauseHit, ...]
    scores: dict[str, float]
    cells: dict[str, str | None] | None = None


@dataclass(frozen=True, slots=True)
class SearchResult:
    """A ranked answer.

    Attributes:
        query: How the query was understood.
        hits: A page of ranked articles.
        total: How many articles are above the threshold of relevance.
        took_ms: How long the search took, in milliseconds.
        notice: What to know about it; None when there is nothing.
        generation: The index's generation.
        model: The embedding model.
        reranker: The reranker that put the hits in order; None when none did.
        rerank_ms: How long it took of ``took_ms``; None likewise.
    """

    query: Query
    hits: tuple[Hit, ...]
    total: int
    took_ms: float
    notice: Notice | None
    generation: str
    model: str
    reranker: str | None = None
    rerank_ms: float | None = None


@dataclass(frozen=True, slots=True)
class NodeView:
    """A node of a document as shown: the JSON of ``fatiao parse`` without the parse's own account."""

    address: str
    kind: NodeKind
    number: str | None
    ordinal: tuple[int, int] | None
    heading: str | None
    citation: str
    text: str
    cells: dict[str, str | None] | None
    parent: str | None


@dataclass(frozen=True, slots=True)
class LinkView:
    """One end of a citation between articles: the other end's address and citation, and the words that cite."""

    address: str | None
    citation: str
    text: str


@dataclass(frozen=True, slots=True)
class ArticleView:
    """A node in its context.

    Attributes:
        node: The node asked for.
        law: Its instrument.
        headings: Headings above it, outermost first.
        article: The whole article that it belongs to; itself when it is one.
        children: Its parts, in order.
        previous: The article before, None at the beginning.
        next: The article after, None at the end.
        cites: What it cites, in order; the address is None where it is not indexed.
        cited_by: What cites it.
    """

    node: NodeView
    law: LawSummary
    headings: tuple[str, ...]
    article: NodeView
    children: tuple[NodeView, ...]
    previous: NodeView | None
    next: NodeView | None
    cites: tuple[LinkView, ...]
    cited_by: tuple[LinkView, ...]


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    """A line of a law's outline: a chapter or an article, its depth from 0, and its first words."""

    address: str
    kind: NodeKind
    mark: str
    heading: str | None
    depth: int
    text: str


@dataclass(frozen=True, slots=True)
class LawView:
    """An instrument with what is known of it.

    Attributes:
        law: Its facts.
        articles: Number of its 条.
        repeals: Titles that it declares repealed.
        history: The steps of its history, in words.
        sources: Where it was read from.
        versions: Its versions, newest first.
        amends: Titles that it amends.
        basis: Titles of what it is made under.
        implements: Titles of what it carries out.
        expires: The last day of its stated validity.
        commencements: Day and provisions, where some apply from a day of their own.
        effective_by: Id of the decision that its effective day was taken from.
    """

    law: LawSummary
    articles: int
    repeals: tuple[str, ...]
    history: tuple[str, ...]
    sources: tuple[str, ...]
    versions: tuple[LawSummary, ...]
    amends: tuple[str, ...] = ()
    basis: tuple[str, ...] = ()
    implements: tuple[str, ...] = ()
    expires: date | None = None
    commencements: tuple[Commencement, ...] = ()
    effective_by: str | None = None


@dataclass(frozen=True, slots=True)
class LawPage:
    """A page of the list of laws."""

    laws: tuple[LawSummary, ...]
    total: int
