"""Holding questions out: which are measured when, and how well a model finds their passages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from indexer.embedding.training.material import Question

FoldKind = Literal["plain", "disjoint"]
"""How questions are parted: at random, or so that no two folds share a gold passage."""

DEPTHS = (5, 10, 20, 50, 100)
_MRR_DEPTH = 10


@dataclass(frozen=True, slots=True)
class Held:
    """How well held-out questions find their passages; means over questions, an unanswered one counts as 0.

    Attributes:
        questions: How many.
        recall: Depth → share of the gold passages among the first so many.
        mrr: Reciprocal rank of the first gold passage among the first ten.
    """

    questions: int
    recall: dict[int, float]
    mrr: float

    @property
    def mark(self) -> float:
        """One number to choose by: as much weight on the first ten as on the first hundred."""
        return self.recall.get(10, 0.0) + self.recall.get(100, 0.0)


def folds(questions: Sequence[Question], kind: FoldKind, count: int, seed: int) -> tuple[NDArray[np.int64], ...]:
    """Parts questions into folds of like size.

    Args:
        questions: Labelled questions.
        kind: ``plain`` parts them at random; ``disjoint`` keeps questions that share a gold passage, directly or
            through others, in one fold.
        count: How many folds.
        seed: Of the random order.

    Returns:
        For each fold the rows of its questions, ascending.
    """
    order = np.random.default_rng(seed).permutation(len(questions))
    if kind == "plain":
        return tuple(np.sort(order[at::count]) for at in range(count))
    parts: list[list[int]] = [[] for _ in range(count)]
    for component in sorted(_components(questions, order), key=len, reverse=True):
        min(parts, key=len).extend(component)
    return tuple(np.sort(np.array(part, dtype=np.int64)) for part in parts)


def _components(questions: Sequence[Question], order: NDArray[np.int64]) -> list[list[int]]:
    """Questions linked by gold passages."""
    leader = list(range(len(questions)))

    def find(row: int) -> int:
        while leader[row] != row:
            leader[row] = leader[leader[row]]
            row = leader[row]
        return row

    first: dict[int, int] = {}
    for row, question in enumerate(questions):
        for gold in question.gold:
            leader[find(row)] = find(first.setdefault(gold, row))
    components: dict[int, list[int]] = {}
    for row in order.tolist():
        components.setdefault(find(row), []).append(row)
    return list(components.values())


def measure(questions: NDArray[np.float32], passages: NDArray[np.float32], gold: Sequence[frozenset[int]]) -> Held:
    """Measures a model.

    Args:
        questions: Shape (n, dimension), of length 1.
        passages: Shape (candidates, dimension), of length 1.
        gold: For each question the rows of ``passages`` that answer it, at least one.

    Returns:
        Recall and reciprocal rank.
    """
    depth = min(max(DEPTHS), len(passages))
    found = np.zeros((len(gold), depth), dtype=bool)
    for row, answers in enumerate(gold):
        scores = passages @ questions[row]
        best = np.argpartition(-scores, depth - 1)[:depth]
        best = best[np.argsort(-scores[best], kind="stable")]
        found[row] = np.isin(best, list(answers))
    sizes = np.array([len(answers) for answers in gold])
    recall = {at: float((found[:, :at].sum(axis=1) / sizes).mean()) for at in DEPTHS}
    first = np.where(found[:, :_MRR_DEPTH].any(axis=1), found[:, :_MRR_DEPTH].argmax(axis=1) + 1.0, np.inf)
    return Held(len(gold), recall, float((1 / first).mean()))


def pooled(parts: Sequence[Held]) -> Held:
    """The figures of several folds as one, each question counting the same.

    Args:
        parts: Figures of folds, at least one.

    Returns:
        Means weighted by the number of questions.
    """
    weights = np.array([part.questions for part in parts]) / sum(part.questions for part in parts)
    recall = {at: float(sum(w * part.recall[at] for w, part in zip(weights, parts, strict=True))) for at in DEPTHS}
    return Held(
        sum(part.questions for part in parts),
        recall,
        float(sum(w * part.mrr for w, part in zip(weights, parts, strict=True))),
    )
