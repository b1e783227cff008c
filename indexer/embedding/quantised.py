"""Vectors in 8 bits: a row of small integers and the step that they count."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Quantised:
    """Vectors in 8 bits: row ``i`` stands for ``embeddings[i] * weights[i]``.

    Attributes:
        embeddings: Shape (rows, dimension), int8.
        weights: Shape (rows,), float32.
    """

    embeddings: NDArray[np.int8]
    weights: NDArray[np.float32]

    @classmethod
    def of(cls, vectors: NDArray[np.float32]) -> Quantised:
        """Rounds each row to 255 steps of its largest component.

        Args:
            vectors: Shape (rows, dimension), float32.

        Returns:
            The rows in 8 bits; a row of zeros stays one.
        """
        weights = np.abs(vectors).max(axis=1) / 127
        steps = np.divide(vectors, weights[:, None], out=np.zeros_like(vectors), where=weights[:, None] > 0)
        return cls(np.rint(steps).astype(np.int8), weights.astype(np.float32))

    def vectors(self) -> NDArray[np.float32]:
        """The vectors, shape (rows, dimension), float32."""
        return np.multiply(self.embeddings, self.weights[:, None], dtype=np.float32)
