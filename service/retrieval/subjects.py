"""How far a question's words are those of law: the part of abstention that needs no candidate.

A word's weight is the logarithm of how much more often the law, and people who ask about it, use it than the language
at large does (whose frequencies the tokenizer's own scores are). 红烧 and 递归 weigh little, 抚养 and 押金 much. The
table is made by ``benchmarks/calibrate.py`` and ships beside the model whose tokenizer it belongs to.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.resources import default_model_folder

FILE_NAME = "subjects.npy"
SCALE = 16.0
"""Weights are stored in int8 as sixteenths."""
NO_WORD = -128
"""Stored for what is no word: digits and the like, which say nothing."""
NOTHING = (-4.0, -4.0, -4.0)
"""The features of a question without a single telling word."""
_STRONGEST = 3


@dataclass(frozen=True, slots=True)
class Subjects:
    """The weights of a tokenizer's words.

    Attributes:
        weights: float32 (words,), NaN for what is no word.
    """

    weights: NDArray[np.float32]

    @classmethod
    def load(cls, folder: Path | None = None) -> Subjects | None:
        """Reads the table.

        Args:
            folder: The model's folder; the default model's when None.

        Returns:
            The table; None when there is none.
        """
        table = (folder or default_model_folder()) / FILE_NAME
        if not table.is_file():
            return None
        stored = np.load(table, allow_pickle=False)
        return cls(np.where(stored == NO_WORD, np.nan, stored / SCALE).astype(np.float32))

    def features(self, words: NDArray[np.int64]) -> tuple[float, float, float]:
        """What the telling words of a question say about its subject.

        Args:
            words: int64 (n,), their numbers, in any order.

        Returns:
            The mean of their weights, their sum over the root of their number, and the mean of the three largest.
        """
        weights = self.weights[words[words < len(self.weights)]]
        weights = weights[~np.isnan(weights)]
        if not len(weights):
            return NOTHING
        strongest = np.sort(weights)[-_STRONGEST:]
        return float(weights.mean()), float(weights.sum() / np.sqrt(len(weights))), float(strongest.mean())
