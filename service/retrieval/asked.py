"""How alike a question is to those whose answers are known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.storage import KnownQuestions

_NEAREST = 512
"""The known questions that are looked at: what is further away (a cosine under 0.2 or so) speaks of something else."""
_NEARLY_ALL = 0.9
"""From this share of allowed units on, those that are not allowed take few places among the nearest."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike a question is to those that units are known to answer.

    Attributes:
        best: float32 (units,), the cosine with the nearest question of each unit; 0 where none is near.
        second: float32 (units,), that with the next nearest.
    """

    best: NDArray[np.float32]
    second: NDArray[np.float32]


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

    def likeness(self, vector: NDArray[np.float32], allowed: NDArray[np.bool_] | None = None) -> Likeness:
        """How alike a question is to those that each unit is known to answer.

        Args:
            vector: float32 (dimension,), the question.
            allowed: bool (units,), the units that may be found; None for all.

        Returns:
            The two largest cosines over each unit's questions.
        """
        known = self._known
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
        # Best first: of each unit the first pair is that of the nearest question, the second that of the next.
        units, near = known.unit[pairs], np.maximum(np.repeat(cosines, counts), np.float32(0))
        order = np.argsort(units, kind="stable")
        units, near = units[order], near[order]
        is_first = np.diff(units, prepend=-1) != 0
        is_second = ~is_first & np.concatenate([[False], is_first[:-1]])
        best, second = np.zeros(self._units, np.float32), np.zeros(self._units, np.float32)
        best[units[is_first]] = near[is_first]
        second[units[is_second]] = near[is_second]
        return Likeness(best, second) if allowed is None else Likeness(best * allowed, second * allowed)
