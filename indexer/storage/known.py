"""Questions whose answers are known, stored beside the articles that answer them: vectors and pairs, without texts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from indexer.errors import IndexFormatError
from indexer.storage.arrays import open_array
from indexer.storage.manifest import REBUILD
from indexer.storage.vectors import widened

KNOWN_VECTORS = "known_vectors.npy"
KNOWN_PAIRS = "known_pairs.npy"


@dataclass(frozen=True, slots=True)
class KnownQuestions:
    """Questions with the units that answer them; a question may have several, a unit too.

    Attributes:
        vectors: float32 (questions, dimension), of length 1.
        question: int32 (pairs,), row of ``vectors``.
        unit: int32 (pairs,), row of the unit that answers it.
        own: How many of them users have brought themselves; these are the last ones.
    """

    vectors: NDArray[np.float32]
    question: NDArray[np.int32]
    unit: NDArray[np.int32]
    own: int = 0

    @classmethod
    def none(cls, dimension: int) -> Self:
        """No questions.

        Args:
            dimension: Of the vectors.

        Returns:
            Empty arrays.
        """
        nothing = np.zeros(0, np.int32)
        return cls(np.zeros((0, dimension), np.float32), nothing, nothing)

    @classmethod
    def open(cls, folder: Path, dimension: int, units: int, own: int = 0) -> Self:
        """Reads the questions of a generation.

        Args:
            folder: The generation's folder.
            dimension: Of the vectors.
            units: How many units the generation has.
            own: How many of the questions users have brought themselves.

        Returns:
            The questions; they are few enough to be held in memory.

        Raises:
            IndexFormatError: The files are missing or do not fit together.
        """
        flat = open_array(folder / KNOWN_VECTORS, np.float16)
        pairs = open_array(folder / KNOWN_PAIRS, np.int32)
        if len(flat) % dimension or len(pairs) % 2:
            raise IndexFormatError(f"索引的 {folder / KNOWN_VECTORS} 内容不对：{REBUILD}")
        vectors = widened(np.asarray(flat)).reshape(-1, dimension)
        question, unit = pairs.reshape(2, -1)
        fits = not len(unit) or (question.min() >= 0 and question.max() < len(vectors) and unit.max() < units)
        if not fits or own > len(vectors):
            raise IndexFormatError(f"索引的 {folder / KNOWN_PAIRS} 与其他文件不一致：{REBUILD}")
        return cls(vectors, question, unit, own)

    def without_own(self) -> Self:
        """The questions that users have not brought themselves."""
        kept = len(self.vectors) - self.own
        pairs = self.question < kept
        return type(self)(self.vectors[:kept], self.question[pairs], self.unit[pairs])

    def and_own(self, own: Self) -> Self:
        """These questions, then those that users have brought themselves.

        Args:
            own: The latter.

        Returns:
            All of them.
        """
        return type(self)(
            np.concatenate([self.vectors, own.vectors]),
            np.concatenate([self.question, own.question + np.int32(len(self.vectors))]),
            np.concatenate([self.unit, own.unit]),
            len(own.vectors),
        )

    def save(self, folder: Path) -> None:
        """Writes the questions into a generation's folder.

        Args:
            folder: The generation's folder.
        """
        np.save(folder / KNOWN_VECTORS, self.vectors.astype(np.float16).ravel())
        np.save(folder / KNOWN_PAIRS, np.concatenate([self.question, self.unit]).astype(np.int32))
