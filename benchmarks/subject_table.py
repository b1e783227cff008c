"""The table of subjects: how much more often law and those who ask about it use a word than the language at large."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.storage import Index
from service.retrieval.subjects import NO_WORD, SCALE

Floats = NDArray[np.float64]

SMOOTHING = 0.2
"""Occurrences in a million words that every word is taken to have, here and at large: a rare word says little."""
RARE = 1e-7
"""Frequency at large of words that the tokenizer has but the general dictionary lacks: names of new things."""
FOREIGN = -2.0
"""Weight of Latin words, of which neither statutes nor the tokenizer's frequencies say much."""


class SubjectTable:
    """How much more often law and those who ask about it use a word than the language at large does.

    Args:
        index: Gives the words of law.
        model: The folder of the tokenizer, whose scores are the logarithms of frequencies at large.
        people: Questions of law that are not used for fitting.
        answers: Answers to such questions.
    """

    def __init__(self, index: Index, model: Path, people: Iterable[str], answers: Iterable[str]) -> None:
        vocabulary = json.loads((model / "tokenizer.json").read_text(encoding="utf-8"))["model"]["vocab"]
        self._words = [word for word, _ in vocabulary]
        at_large = np.exp(np.array([score for _, score in vocabulary], dtype=np.float64))
        self._at_large = np.maximum(at_large / at_large.sum(), RARE)
        cut = index.lexical.words
        statutes = np.zeros(len(self._words))
        found_in = np.diff(index.lexical.starts)
        statutes[: len(found_in)] = found_in
        self._fixed = _shares(statutes) + _shares(self._count(map(cut, answers)))
        self._people = self._count(map(cut, people))

    def _count(self, texts: Iterable[NDArray[np.int64]]) -> Floats:
        counts = np.zeros(len(self._words))
        for words in texts:
            np.add.at(counts, words, 1)
        return counts

    def weights(self, asked: Iterable[NDArray[np.int64]]) -> Floats:
        """The logarithm of the ratio for each word, float64 (words,); NaN for what is no word."""
        counts = self._fixed + _shares(self._people + self._count(asked))
        here = counts / counts.sum() * 1e6 + SMOOTHING
        weights: Floats = np.log(here / (self._at_large * 1e6 + SMOOTHING)).clip(-4, 4)
        for row, word in enumerate(self._words):
            if re.fullmatch(r"[0-9]+|<.+>", word):
                weights[row] = np.nan
            elif re.search(r"[a-z]", word):
                weights[row] = FOREIGN
        return weights

    def stored(self, asked: Iterable[NDArray[np.int64]]) -> NDArray[np.int8]:
        """The weights as they are shipped, int8 (words,)."""
        weights = self.weights(asked)
        return np.where(np.isnan(weights), NO_WORD, np.round(weights * SCALE)).astype(np.int8)


def _shares(counts: Floats) -> Floats:
    total = counts.sum()
    return counts / total if total else counts
