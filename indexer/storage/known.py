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
from indexer.storage.records import VectorInfo
from indexer.storage.vectors import EXACT_LIMIT, VectorFiles, VectorStore, build_vectors, flat_vectors, open_vectors

KNOWN_PAIRS = "known_pairs.npy"
KNOWN_FILES = VectorFiles("known_flat.faiss", "known_codes.faiss")


@dataclass(frozen=True, slots=True)
class KnownQuestions:
    """Questions with the units that answer them; a question may have several, a unit too.

    Attributes:
        store: The questions' vectors, of length 1.
        question: int32 (pairs,), row of a question; not descending.
        unit: int32 (pairs,), row of the unit that answers it.
        own: How many of the questions users have brought themselves; these are the last ones.
    """

    store: VectorStore
    question: NDArray[np.int32]
    unit: NDArray[np.int32]
    own: int = 0

    @classmethod
    def of(
        cls, vectors: NDArray[np.floating], question: NDArray[np.int32], unit: NDArray[np.int32], own: int = 0
    ) -> Self:
        """Questions in memory.

        Args:
            vectors: Floats (questions, dimension), of length 1; kept in 16 bits.
            question: int32 (pairs,), rows of ``vectors`` in any order.
            unit: int32 (pairs,), rows of units.
            own: How many of the last questions users have brought themselves.

        Returns:
            The questions.
        """
        order = np.argsort(question, kind="stable")
        return cls(flat_vectors(vectors), question[order], unit[order], own)

    @classmethod
    def none(cls, dimension: int) -> Self:
        """No questions.

        Args:
            dimension: Of the vectors.

        Returns:
            Empty arrays.
        """
        nothing = np.zeros(0, np.int32)
        return cls.of(np.zeros((0, dimension), np.float16), nothing, nothing)

    @classmethod
    def open(cls, folder: Path, info: VectorInfo, dimension: int, units: int, own: int = 0) -> Self:
        """Reads the questions of a generation.

        Args:
            folder: The generation's folder.
            info: How the vectors are searched.
            dimension: Of the vectors.
            units: How many units the generation has.
            own: How many of the questions users have brought themselves.

        Returns:
            The questions, their vectors mapped into memory.

        Raises:
            IndexFormatError: The files are missing or do not fit together.
        """
        store = open_vectors(folder, info, dimension, KNOWN_FILES)
        pairs = open_array(folder / KNOWN_PAIRS, np.int32)
        question, unit = pairs[: len(pairs) // 2], pairs[len(pairs) // 2 :]
        fits = len(question) == len(unit) and own <= store.size and not (np.diff(question) < 0).any()
        if not fits or (len(unit) and not (question[0] >= 0 and question[-1] < store.size and unit.max() < units)):
            raise IndexFormatError(f"索引的 {folder / KNOWN_PAIRS} 与其他文件不一致：{REBUILD}")
        return cls(store, question, unit, own)

    @property
    def vectors(self) -> NDArray[np.float32]:
        """All vectors, float32 (questions, dimension); a copy."""
        return self.store.reconstruct(np.arange(self.store.size))

    def without_own(self) -> Self:
        """The questions that users have not brought themselves."""
        kept = self.store.size - self.own
        pairs = self.question < kept
        return type(self).of(self.vectors[:kept], self.question[pairs], self.unit[pairs])

    def and_own(self, own: Self) -> Self:
        """These questions, then those that users have brought themselves.

        Args:
            own: The latter.

        Returns:
            All of them.
        """
        return type(self).of(
            np.concatenate([self.vectors, own.vectors]),
            np.concatenate([self.question, own.question + np.int32(self.store.size)]),
            np.concatenate([self.unit, own.unit]),
            own.store.size,
        )

    def save(self, folder: Path, exact_limit: int = EXACT_LIMIT) -> VectorInfo:
        """Writes the questions into a generation's folder.

        Args:
            folder: The generation's folder.
            exact_limit: How many vectors are still compared one by one.

        Returns:
            How they are searched.
        """
        np.save(folder / KNOWN_PAIRS, np.concatenate([self.question, self.unit]).astype(np.int32))
        return build_vectors(folder, self.vectors.astype(np.float16), exact_limit=exact_limit, files=KNOWN_FILES)
