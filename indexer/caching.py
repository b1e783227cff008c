"""Embedding what a build needs, each text once: vectors are kept in the index folder from one build to the next."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.embedding import Embedder
from indexer.embedding.pacing import paced
from indexer.storage import EmbedderInfo
from indexer.storage.cache import VectorCache

_AS_QUESTION = "\0"
"""Before a question in the cache: a model may embed the same words as a question and as a clause differently."""
_SAVE_EVERY = 30.0
"""Seconds of embedding that an interruption loses at most."""


class CachedEmbedder:
    """Embeds texts that it has not embedded before; a slow model that is interrupted goes on from there.

    Args:
        embedder: The model.
        folder: The index folder, whose writer lock is held.
    """

    def __init__(self, embedder: Embedder, folder: Path) -> None:
        self._embedder = embedder
        self._cache = VectorCache(folder, EmbedderInfo.of(embedder))
        self._used: list[NDArray[np.uint64]] = []
        self.reused = 0

    def embed(
        self, texts: Sequence[str], *, is_query: bool, progress: Callable[[int], None] = lambda _: None
    ) -> NDArray[np.float16]:
        """The vectors of texts.

        Args:
            texts: Clauses or questions.
            is_query: Whether they are questions.
            progress: Told how many are done.

        Returns:
            float16 (n, dimension): rounded here, so that a kept vector equals a new one.
        """
        keys = self._cache.keys([_AS_QUESTION + text for text in texts] if is_query else texts)
        self._used.append(keys)
        records = self._cache.find(keys)
        vectors = np.zeros((len(texts), self._embedder.dimension), np.float16)
        known = np.flatnonzero(records >= 0)
        vectors[known] = self._cache.vectors(records[known])
        missing = np.flatnonzero(records < 0)
        _, first, which = np.unique(keys[missing], axis=0, return_index=True, return_inverse=True)
        self.reused += len(known)
        wanted = missing[np.sort(first)]
        saved, since = 0, time.monotonic()
        for part in paced(len(wanted)):
            rows = wanted[part]
            vectors[rows] = self._embedder.embed([texts[row] for row in rows], is_query=is_query)
            done = part.start + len(rows)
            if time.monotonic() - since >= _SAVE_EVERY or done == len(wanted):
                self._cache.add(keys[wanted[saved:done]], vectors[wanted[saved:done]])
                saved, since = done, time.monotonic()
            progress(len(known) + done)
        vectors[missing] = vectors[missing[first[which.ravel()]]]
        return vectors

    def tidy(self) -> None:
        """Lets go of what this build has not used, when that is much, and of other models' vectors."""
        self._cache.tidy(np.concatenate(self._used) if self._used else self._cache.keys([]))
