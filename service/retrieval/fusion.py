"""Learned fusion: a small network that weighs the evidence for candidates against each other.

Worth as a sum of weighted evidence cannot say that a likeness to a known question tells something only when it is high,
or that an article counts for more where its neighbours and the rest of its law fit the question too. One hidden layer
can. It is trained on candidates of questions that the embedding model has not seen (``benchmarks/learning.py``) to put
the answers first (Cao et al. 2007, *Learning to Rank: From Pairwise Approach to Listwise Approach*).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from service.retrieval.candidates import Candidates

Floats = NDArray[np.float32]

FEATURES = (
    "semantic", "mean", "lexical", "asked", "law", "neighbour", "semantic_behind", "lexical_share", "asked_behind",
    "asked_again", "length",
)  # fmt: skip
_VOTERS = 30
_SHARPNESS = 8.0
"""How much more a better candidate counts in what its law gathers."""


@dataclass(frozen=True, slots=True)
class Fusion:
    """A network with one hidden layer of hyperbolic tangents.

    Attributes:
        centre: float32 (features,), taken off each feature first.
        scale: float32 (features,), what it is then multiplied with.
        hidden: float32 (features, units).
        bias: float32 (units,).
        output: float32 (units,).
        level: Added to the output, so that worth lies where the plain sum of evidence lies.
    """

    centre: Floats
    scale: Floats
    hidden: Floats
    bias: Floats
    output: Floats
    level: float

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Self:
        """A network from its JSON.

        Args:
            stored: The attributes by name, and ``features``, the names of the features in their order.

        Returns:
            The network.

        Raises:
            ValueError: It was trained on other features, or its parts do not fit together.
        """
        if tuple(stored["features"]) != FEATURES:
            raise ValueError(f"fusion of other features: {stored['features']}")
        arrays = {
            name: np.asarray(stored[name], np.float32) for name in ("centre", "scale", "hidden", "bias", "output")
        }
        units = len(arrays["bias"])
        shapes = {"centre": (len(FEATURES),), "scale": (len(FEATURES),), "hidden": (len(FEATURES), units)}
        if any(arrays[name].shape != shape for name, shape in (shapes | {"output": (units,)}).items()):
            raise ValueError("fusion of parts that do not fit together")
        return cls(**arrays, level=float(stored["level"]))

    def worth(self, features: Floats) -> Floats:
        """What candidates are worth.

        Args:
            features: float32 (n, features), from ``features``.

        Returns:
            float32 (n,).
        """
        hidden = np.tanh((features - self.centre) * self.scale @ self.hidden + self.bias)
        worth: Floats = (hidden @ self.output + np.float32(self.level)).astype(np.float32)
        return worth


def features(candidates: Candidates, semantic: Floats, likeness: Floats, plain: Floats) -> Floats:
    """The evidence for each candidate, by itself and beside that for the others.

    Args:
        candidates: The candidates, by ascending row.
        semantic: float32 (n,), their cosines mapped to 0–1.
        likeness: float32 (n,), their likeness to known questions, 0 where there are none.
        plain: float32 (n,), the weighted sum of meaning, words and likeness.

    Returns:
        float32 (n, features), in the order of ``FEATURES``.
    """
    if not len(plain):
        return np.zeros((0, len(FEATURES)), np.float32)
    found = {
        "semantic": semantic,
        "mean": candidates.mean,
        "lexical": candidates.lexical,
        "asked": likeness,
        "law": _of_law(candidates.documents, plain),
        "neighbour": _of_neighbours(candidates.units, candidates.documents, plain),
        "semantic_behind": semantic - semantic.max(),
        "lexical_share": candidates.lexical / max(float(candidates.lexical.max()), 1e-3),
        "asked_behind": likeness - likeness.max(),
        "asked_again": np.where(likeness > 0, candidates.asked_again, 0),
        "length": np.log(np.maximum(candidates.length, 1)),
    }
    return np.stack([found[name] for name in FEATURES], axis=1).astype(np.float32)


def _of_law(documents: NDArray[np.int32], plain: Floats) -> Floats:
    """The share of the best candidates that each candidate's instrument has, the better ones counting for more."""
    best = np.argsort(-plain, kind="stable")[:_VOTERS]
    votes = np.exp(_SHARPNESS * (plain[best] - plain[best[0]]))
    _, instrument = np.unique(documents, return_inverse=True)
    gathered = np.bincount(instrument[best], votes / votes.sum(), minlength=int(instrument.max()) + 1)
    return np.asarray(gathered[instrument], np.float32)


def _of_neighbours(units: NDArray[np.int64], documents: NDArray[np.int32], plain: Floats) -> Floats:
    """The better one of the articles before and after, where these are candidates of the same instrument; else 0."""
    beside = np.zeros(len(units), np.float32)
    follows = (np.diff(units) == 1) & (np.diff(documents) == 0)
    later, earlier = np.flatnonzero(follows) + 1, np.flatnonzero(follows)
    beside[later] = plain[earlier]
    beside[earlier] = np.maximum(beside[earlier], plain[later])
    return beside
