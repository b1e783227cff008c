"""How alike a question is to those whose answers are known."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from indexer.storage import KnownQuestions

_NEAREST = 512
"""The known questions that are looked at: what is further away (a cosine under 0.2 or so) speaks of something else."""
_NEARLY_ALL = 0.9
"""From this share of allowed units on, those that are not allowed take few places among the nearest."""


class KnownAnswers:
    """The questions that an index knows the answers to.

    Args:
        known: The questions with the units that answer them.
        units: How many units the index has.
    """

    def __init__(self, known: KnownQuestions, units: int) -> None:
        self._known = known
        self._units = units
        # The pairs of question q are those from starts[q] to starts[q + 1].
        self._starts = np.searchsorted(known.question, np.arange(known.store.size + 1))

    def likeness(self, vector: NDArray[np.float32], allowed: NDArray[np.bool_] | None = None) -> NDArray[np.float32]:
        """How alike a question is to the nearest of those that each unit is known to answer.

        Args:
            vector: float32 (dimension,), the question.
            allowed: bool (units,), the units that may be found; None for all.

        Returns:
            float32 (units,), the largest cosine over a unit's questions; 0 where there are none, or none near.
        """
        best, known = np.zeros(self._units, np.float32), self._known
        kept = None
        if allowed is not None and np.count_nonzero(allowed) < _NEARLY_ALL * self._units:
            # Where nearly all is allowed, the nearest of all do: having FAISS ask of each takes half as long again.
            kept = np.zeros(known.store.size, np.bool_)
            kept[known.question[allowed[known.unit]]] = True
        questions, cosines = known.store.search(vector, _NEAREST, kept)
        first = self._starts[questions]
        counts = self._starts[questions + 1] - first
        ends = np.cumsum(counts)
        pairs = np.arange(int(counts.sum())) + np.repeat(first - ends + counts, counts)
        np.maximum.at(best, known.unit[pairs], np.repeat(cosines, counts))
        return best if allowed is None else best * allowed
