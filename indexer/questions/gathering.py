"""The questions of an index: those of the bank, those that taught the model, and those that its users brought."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.caching import CachedEmbedder
from indexer.citation.names import simplify
from indexer.embedding import Embedder, StaticEmbedder
from indexer.questions.bank import ArticleKey, BankQuestion, answered, articles_of, rows_by_words
from indexer.storage import Index, KnownQuestions


@dataclass(frozen=True, slots=True)
class Gathered:
    """The questions of an index.

    Attributes:
        known: Those that its articles answer.
        unanswered: Ids of those that users brought, and nothing in the index answers.
    """

    known: KnownQuestions
    unanswered: tuple[str, ...]


def gather(
    bank: Sequence[BankQuestion],
    own: Sequence[BankQuestion],
    articles: Iterable[tuple[int, str, str]],
    embedder: Embedder,
    cached: CachedEmbedder,
    progress: Callable[[int, int], None] = lambda _, __: None,
) -> Gathered:
    """Finds out which questions the articles of an index answer; each article is looked at once.

    Args:
        bank: The bank that ships.
        own: The questions that users brought.
        articles: Row, title of the document and text of the index's units.
        embedder: The model, with the questions that taught it.
        cached: The same with what it has embedded before.
        progress: Told how many questions of the bank are embedded, and of how many.

    Returns:
        The questions, those of users behind the others.
    """
    taught = embedder.taught if isinstance(embedder, StaticEmbedder) else None
    wanted = articles_of(bank) | articles_of(own) | frozenset(taught.articles if taught else ())
    rows = rows_by_words(wanted, articles)
    known = placed(bank, rows, cached, progress)
    if taught is not None:
        found = [rows.get(taught.articles[at], ()) for at in taught.article.tolist()]
        known = _and_taught(known, taught.vectors, taught.question, found)
    return Gathered(known.and_own(placed(own, rows, cached)), unanswered(own, rows))


def rows_in(index: Index, questions: Iterable[BankQuestion]) -> dict[ArticleKey, list[int]]:
    """Where the articles of questions stand in an index, in whichever versions they stand word for word.

    Args:
        index: The index.
        questions: The questions.

    Returns:
        The rows of units by article; an article that is not indexed is left out.
    """
    wanted = articles_of(questions)
    laws = {law for law, _ in wanted}

    def articles() -> Iterator[tuple[int, str, str]]:
        for document in index.documents:
            if simplify(document.title) in laws:
                yield from ((row, document.title, index.unit(row).text) for row in document.units)

    return rows_by_words(wanted, articles())


def placed(
    questions: Sequence[BankQuestion],
    rows: Mapping[ArticleKey, Sequence[int]],
    cached: CachedEmbedder,
    progress: Callable[[int, int], None] = lambda _, __: None,
) -> KnownQuestions:
    """Questions as an index keeps them.

    Args:
        questions: The questions.
        rows: Where articles stand in the index.
        cached: Embeds them.
        progress: Told how many are embedded, and of how many.

    Returns:
        Those that the index answers, in order.
    """
    found = answered(questions, rows)
    total = len(found.texts)
    vectors = cached.embed(found.texts, is_query=True, progress=lambda done: progress(done, total))
    return KnownQuestions.of(vectors, np.array(found.question, np.int32), np.array(found.unit, np.int32))


def unanswered(questions: Iterable[BankQuestion], rows: Mapping[ArticleKey, Sequence[int]]) -> tuple[str, ...]:
    """Ids of the questions that nothing in the index answers.

    Args:
        questions: The questions.
        rows: Where articles stand in the index.

    Returns:
        The ids in order.
    """
    return tuple(question.id for question in questions if not answered([question], rows).texts)


def _and_taught(
    known: KnownQuestions, vectors: NDArray[np.float32], question: NDArray[np.int32], rows: Sequence[Sequence[int]]
) -> KnownQuestions:
    """Adds the questions that taught a model, of each pair the question and the rows of its article."""
    pairs = [(at, row) for at, found in zip(question.tolist(), rows, strict=True) for row in found]
    answered_by, units = np.array(pairs, np.int32).reshape(-1, 2).T
    # Questions that nothing here answers would only be compared in vain at every search.
    used, more = np.unique(answered_by, return_inverse=True)
    return KnownQuestions.of(
        np.concatenate([known.vectors, vectors[used]]),
        np.concatenate([known.question, known.store.size + more]).astype(np.int32),
        np.concatenate([known.unit, units]).astype(np.int32),
    )
