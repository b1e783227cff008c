"""Word vectors that learn from questions, each by itself.

From questions there is little to learn about each word, and what there is has to go where it is needed: the parts that
words share, the weights of common words and a step for the words of a batch alone, which help while a model reads law,
hold it back here. The whole table is stepped by Adam, whose moments go on moving the words of earlier batches
(docs/decisions/011-second-stage.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - the library's own convention
from numpy.typing import NDArray

from indexer.embedding.training.model import SPECIAL, TEMPERATURE, Batch, offsets, one_way


class Learning(Protocol):
    """Word vectors in training."""

    @property
    def scale(self) -> float:
        """One over the temperature of the loss."""

    def learn(self, batch: Batch, rates: Mapping[str, float]) -> float:
        """Takes one step; the loss before it."""

    def table(self) -> NDArray[np.float32]:
        """The vectors as a model uses them, shape (words, dimension), float32; special tokens are zeros."""


class Table:
    """A table of word vectors.

    Args:
        vectors: float32 (words, dimension), where they start; those of special tokens are zeros, and stay so.
    """

    scale = 1 / TEMPERATURE

    def __init__(self, vectors: NDArray[np.float32]) -> None:
        self._vectors = torch.nn.Parameter(torch.from_numpy(vectors.copy()))
        self._optimiser = torch.optim.Adam([self._vectors])

    def learn(self, batch: Batch, rates: Mapping[str, float]) -> float:
        """Takes one step.

        Args:
            batch: Questions and passages.
            rates: Step length of ``words``.

        Returns:
            The loss before the step.
        """
        texts = [*batch.questions, *batch.passages]
        words = torch.from_numpy(np.concatenate(texts))
        sums = F.embedding_bag(words, self._vectors, offsets(texts), mode="sum")
        loss = one_way(F.normalize(sums, dim=1), torch.tensor(self.scale), batch)
        self._vectors.grad = torch.autograd.grad(loss, self._vectors)[0]
        self._vectors.grad[:SPECIAL] = 0
        self._optimiser.param_groups[0]["lr"] = rates["words"]
        self._optimiser.step()
        return float(loss.detach())

    def table(self) -> NDArray[np.float32]:
        """The vectors, shape (words, dimension), float32."""
        vectors: NDArray[np.float32] = self._vectors.detach().numpy()
        return vectors
