"""The word vectors in training: each is its own vector plus those of the characters and short strings in it.

A word of law that was met twice has learned little of its own; its characters (拖, 欠, 欠薪's 欠 and 薪) have been met
often. Learning both and adding them up when the model is written costs nothing at run time (Bojanowski et al. 2017,
*Enriching Word Vectors with Subword Information*). Only the rows that a batch uses are computed and stepped, which
makes a step five times faster than a dense one.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence, Sized
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - the library's own convention
from numpy.typing import NDArray

Tokens = NDArray[np.int64]
"""The tokens of one text, shape (length,)."""

SPECIAL = 257
"""The unknown token and the bytes come first in the vocabulary; they carry no meaning and no weight."""
_BETAS = (0.9, 0.98)
_EPSILON = 1e-7
_COMMON = 1e-3
"""A word of this share of all words starts with half the weight of a rare one (Arora et al. 2017)."""
_GRAMS = (1, 2, 3)
TEMPERATURE = 0.05
_HIGHEST_SCALE = 100.0
_MASKED = -1e4


@dataclass(frozen=True, slots=True)
class Batch:
    """Questions and passages to tell apart.

    Attributes:
        questions: Tokens of each question, n of them.
        passages: Tokens of at least n passages; the i-th answers the i-th question, those after n answer none.
        groups: What each passage is: passages of one group are never taken for opposites.
        answers: For each question the groups that answer it besides its own passage's.
    """

    questions: Sequence[Tokens]
    passages: Sequence[Tokens]
    groups: Sequence[int]
    answers: Sequence[frozenset[int]]


class WordVectors:
    """Word vectors that learn.

    Args:
        vocabulary: The tokens, special ones first.
        counts: Shape (words,): how often each occurs in the material.
        dimension: Length of a vector.
        seed: Where the vectors start.
    """

    def __init__(self, vocabulary: Sequence[str], counts: NDArray[np.float64], dimension: int, seed: int) -> None:
        generator = torch.Generator().manual_seed(seed)
        self._parts, parts = _parts_of(vocabulary)
        self._mask = torch.from_numpy((np.arange(len(vocabulary)) >= SPECIAL).astype(np.float32))
        share = counts / max(counts.sum(), 1)
        size = dimension**-0.5
        self._values = {
            "words": torch.randn(len(vocabulary), dimension, generator=generator) * size,
            "parts": torch.randn(max(parts, 1), dimension, generator=generator) * size,
            "weights": torch.from_numpy(np.log(_COMMON / (_COMMON + share))).float()[:, None],
            "scale": torch.tensor([[math.log(1 / TEMPERATURE)]]),
        }
        self._first = {name: torch.zeros_like(value) for name, value in self._values.items()}
        self._second = {name: torch.zeros_like(value) for name, value in self._values.items()}
        self._steps = {name: torch.zeros(len(value), 1) for name, value in self._values.items()}

    @property
    def scale(self) -> float:
        """One over the temperature of the loss."""
        return float(self._values["scale"].exp())

    def table(self) -> NDArray[np.float32]:
        """The vectors as a model uses them, shape (words, dimension), float32; special tokens are zeros."""
        size = len(self._mask)
        with torch.no_grad():
            chunks = [self._compose(np.arange(at, min(at + 4096, size)))[0].numpy() for at in range(0, size, 4096)]
        return np.concatenate(chunks)

    def learn(self, batch: Batch, rates: Mapping[str, float]) -> float:
        """Takes one step.

        Args:
            batch: Questions and passages.
            rates: Step length of ``words``, ``parts``, ``weights`` and ``scale``.

        Returns:
            The loss before the step.
        """
        texts = [*batch.questions, *batch.passages]
        used, places = np.unique(np.concatenate(texts), return_inverse=True)
        rows, leaves, places_of = self._compose(used)
        sums = F.embedding_bag(torch.from_numpy(places), rows, offsets(texts), mode="sum")
        scale = self._values["scale"].clone().requires_grad_()
        loss = contrast(F.normalize(sums, dim=1), scale.exp().clamp(max=_HIGHEST_SCALE), batch)
        loss.backward()  # type: ignore[no-untyped-call]
        leaves["scale"], places_of["scale"] = scale, torch.tensor([0])
        for name, leaf in leaves.items():
            if leaf.grad is not None:
                self._step(name, places_of[name], leaf.grad, rates[name])
        return float(loss.detach())

    def _compose(self, used: Tokens) -> tuple[torch.Tensor, dict[str, torch.Tensor], dict[str, torch.Tensor]]:
        """The rows of some words, the tensors that they are made of, and where these lie."""
        places = torch.from_numpy(used)
        parts = [self._parts[word] for word in used]
        counts = np.array([max(len(ids), 1) for ids in parts], dtype=np.float32)
        used_parts, inverse = np.unique(np.concatenate(parts), return_inverse=True)
        leaves = {
            "words": self._values["words"][places].requires_grad_(),
            "parts": self._values["parts"][torch.from_numpy(used_parts)].requires_grad_(),
            "weights": self._values["weights"][places].requires_grad_(),
        }
        made = F.embedding_bag(torch.from_numpy(inverse), leaves["parts"], offsets(parts), mode="sum")
        whole = leaves["words"] + made / torch.from_numpy(counts**0.5)[:, None]
        rows = whole * (leaves["weights"].exp() * self._mask[places][:, None])
        return rows, leaves, {"words": places, "parts": torch.from_numpy(used_parts), "weights": places}

    def _step(self, name: str, rows: torch.Tensor, gradient: torch.Tensor, rate: float) -> None:
        """Adam on the rows that were used (Kingma and Ba 2015)."""
        slow, slower = _BETAS
        self._steps[name][rows] += 1
        steps = self._steps[name][rows]
        first = self._first[name][rows].mul_(slow).add_(gradient, alpha=1 - slow)
        second = self._second[name][rows].mul_(slower).addcmul_(gradient, gradient, value=1 - slower)
        self._first[name][rows], self._second[name][rows] = first, second
        length = (second / (1 - slower**steps)).sqrt() + _EPSILON
        self._values[name][rows] -= rate * (first / (1 - slow**steps)) / length


def contrast(vectors: torch.Tensor, scale: torch.Tensor, batch: Batch) -> torch.Tensor:
    """How badly questions find their passages among those of the batch, and passages their questions.

    Multiple negatives in both directions (Henderson et al. 2017, *Efficient Natural Language Response Suggestion*).

    Args:
        vectors: Shape (questions + passages, dimension), of length 1.
        scale: What inner products are multiplied with.
        batch: Which passages must not count as opposites.

    Returns:
        The mean cross-entropy, a scalar.
    """
    scores, places = _scores(vectors, scale, batch)
    size = len(places)
    return (F.cross_entropy(scores, places) + F.cross_entropy(scores[:, :size].T, places)) / 2


def one_way(vectors: torch.Tensor, scale: torch.Tensor, batch: Batch) -> torch.Tensor:
    """How badly questions find their passages among those of the batch; arguments as of :func:`contrast`."""
    return F.cross_entropy(*_scores(vectors, scale, batch))


def _scores(vectors: torch.Tensor, scale: torch.Tensor, batch: Batch) -> tuple[torch.Tensor, torch.Tensor]:
    """Scores of questions with passages, what must not count put out of reach; where each one's passage stands."""
    size = len(batch.questions)
    scores = vectors[:size] @ vectors[size:].T * scale.reshape(())
    groups = np.asarray(batch.groups)
    alike = groups[:size, None] == groups[None, :]
    for row, answers in enumerate(batch.answers):
        if answers:
            alike[row] |= np.isin(groups, list(answers))
    alike[np.arange(size), np.arange(size)] = False
    return scores.masked_fill(torch.from_numpy(alike), _MASKED), torch.arange(size)


def _parts_of(vocabulary: Sequence[str]) -> tuple[list[Tokens], int]:
    """For each word the numbers of its characters and short strings; how many of these there are.

    A string counts as a part when at least two words have it.
    """
    grams = [_grams(word) if at >= SPECIAL else [] for at, word in enumerate(vocabulary)]
    shared = Counter(gram for of_word in grams for gram in set(of_word))
    numbers: dict[str, int] = {}
    parts = [
        np.array([numbers.setdefault(gram, len(numbers)) for gram in of_word if shared[gram] > 1], dtype=np.int64)
        for of_word in grams
    ]
    return parts, len(numbers)


def _grams(word: str) -> list[str]:
    return [word[at : at + n] for n in _GRAMS if n < len(word) or n == 1 for at in range(len(word) - n + 1)]


def offsets(texts: Sequence[Sized]) -> torch.Tensor:
    """Where each text begins in all texts joined: shape (texts,), int64."""
    return torch.from_numpy(np.cumsum([0, *(len(text) for text in texts[:-1])]).astype(np.int64))
