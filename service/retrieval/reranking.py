"""The last look: a model that reads question and article together puts the best articles in order.

The scores stay what they were fitted to be. The reranker says only which article comes before which: the best score
goes to the article that it puts first, the next one to the second (docs/decisions/008-reranker.md).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from indexer.embedding import Reranker
from indexer.storage import UnitRecord
from service.retrieval.scoring import Scored, logistic

LONGEST = 1200
"""Characters of an article that a reranker is given; the model cuts by its own tokens what is still too long."""


@dataclass(frozen=True, slots=True)
class Reranking:
    """A reranker and how deep it reads.

    Attributes:
        model: The reranker.
        depth: How many of the best articles it reads.
    """

    model: Reranker
    depth: int


@dataclass(frozen=True, slots=True)
class Reranked:
    """What a reranker made of a ranking.

    Attributes:
        name: The reranker.
        scored: The candidates in their new order; ``score`` descends as before.
        likely: float32 (depth,), how likely the first articles answer the question, as the reranker sees it.
        took_ms: How long it read, in milliseconds.
    """

    name: str
    scored: Scored
    likely: NDArray[np.float32]
    took_ms: float


def rerank(
    reranking: Reranking, question: str, scored: Scored, passages: Sequence[str], first: NDArray[np.bool_] | None = None
) -> Reranked:
    """Puts the best candidates in a reranker's order.

    Args:
        reranking: The reranker.
        question: The question as a person put it.
        scored: The candidates, best first.
        passages: The text of the best ones, in their order, at most as many as there are candidates.
        first: bool, as long as ``passages``: articles of a law that the question names, which stay before the others;
            None when it names none.

    Returns:
        All candidates: the ones that were read in the reranker's order, equal ones as they stood, then the rest.
    """
    began = time.perf_counter()
    odds = reranking.model.odds(question, passages)
    depth = len(odds)
    others = np.zeros(depth, np.bool_) if first is None else ~first
    order = np.lexsort((np.arange(depth), -odds, others))
    places = np.concatenate([order, np.arange(depth, len(scored.units))])
    columns = {field.name: getattr(scored, field.name) for field in fields(scored)}
    moved = {
        name: value[places] for name, value in columns.items() if isinstance(value, np.ndarray) and name != "score"
    }
    likely = np.asarray(logistic(odds[order].astype(np.float64)), np.float32)
    took = round((time.perf_counter() - began) * 1000, 3)
    return Reranked(reranking.model.name, replace(scored, **moved), likely, took)


def passage(unit: UnitRecord, title: str) -> str:
    """What a reranker is given of an article.

    Args:
        unit: The article, measure or row.
        title: The title of its instrument.

    Returns:
        Title and mark, headings, and the beginning of its words; of a row the cells with their headers.
    """
    body = unit.text.removeprefix(unit.mark).strip()
    if unit.cells:
        body = "；".join(f"{header}：{value}" if header else value for header, value in unit.cells if value)
    headings = " ".join(unit.headings)
    return "\n".join(part for part in (f"《{title}》{unit.mark}", headings, body[:LONGEST]) if part)
