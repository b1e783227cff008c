"""The lexical index: BM25 over units, as arrays that are mapped into memory.

A word's postings lie together: units in ascending order, and with each the word's whole contribution to that unit's
score, worked out when the index is built (as bm25s does). A search adds up the postings of the query's words. Both
sides are cut by the ``tokenizer.json`` that lies in the generation.

Scores are those of Lucene's BM25: sum over the query's words of idf * tf / (tf + k1 * (1 - b + b * length / average)),
idf = ln(1 + (N - n + 0.5) / (n + 0.5)). See Robertson and Zaragoza, The Probabilistic Relevance Framework (2009).
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from indexer.embedding.words import load_tokenizer
from indexer.errors import EmbedderError, IndexFormatError
from indexer.storage.arrays import open_array
from indexer.storage.manifest import REBUILD

if TYPE_CHECKING:
    from tokenizers import Tokenizer

TOKENIZER = "tokenizer.json"
PARAMETERS = "lexical.json"
STARTS = "lexical_starts.npy"
UNITS = "lexical_units.npy"
SCORES = "lexical_scores.npy"

K1 = 1.2
B = 0.75

_BATCH = 4096
_STRIDE = 16
_UNKNOWN = 0
"""The tokenizer's token for what it cannot cut: it is no word, so it is not counted."""


@dataclass(frozen=True, slots=True)
class LexicalIndex:
    """The words of every unit.

    Attributes:
        size: How many units there are.
        starts: int64 (words + 1,), where each word's postings begin.
        units: int32 (postings,), unit rows, ascending inside a word.
        scores: float32 (postings,), what the word adds to the unit's score.
        tokenizer: Cuts texts into words.
    """

    size: int
    starts: NDArray[np.int64]
    units: NDArray[np.int32]
    scores: NDArray[np.float32]
    tokenizer: Tokenizer

    @classmethod
    def open(cls, folder: Path) -> LexicalIndex:
        """Opens the lexical index of a generation.

        Args:
            folder: The generation's folder.

        Returns:
            The index, its arrays mapped into memory.

        Raises:
            IndexFormatError: A file is missing or damaged.
        """
        try:
            size = int(json.loads((folder / PARAMETERS).read_text(encoding="utf-8"))["units"])
            tokenizer = load_tokenizer(folder / TOKENIZER)
        except (OSError, ValueError, KeyError, EmbedderError) as error:
            raise IndexFormatError(f"索引 {folder} 的词法索引读不出来：{REBUILD}") from error
        starts = open_array(folder / STARTS, np.int64)
        units = open_array(folder / UNITS, np.int32)
        scores = open_array(folder / SCORES, np.float32)
        if not len(starts) or not len(units) == len(scores) == starts[-1]:
            raise IndexFormatError(f"索引 {folder} 的词法索引不完整：{REBUILD}")
        return cls(size, starts, units, scores, tokenizer)

    def words(self, text: str) -> NDArray[np.int64]:
        """Cuts a text.

        Args:
            text: A query, or any text.

        Returns:
            int64 (n,), its words' numbers in order; what the tokenizer does not know is left out.
        """
        ids = np.asarray(self.tokenizer.encode(text, add_special_tokens=False).ids, np.int64)
        return np.asarray(ids[(ids != _UNKNOWN) & (ids < len(self.starts) - 1)])

    def score(self, text: str) -> NDArray[np.float32]:
        """The BM25 score of every unit.

        Args:
            text: A query.

        Returns:
            float32 (units,); 0 where no word is shared.
        """
        totals = np.zeros(self.size, np.float32)
        words, times = np.unique(self.words(text), return_counts=True)
        for word, count in zip(words.tolist(), times.tolist(), strict=True):
            first, end = self.starts[word], self.starts[word + 1]
            # A unit occurs once in a word's postings, so that adding by index loses nothing.
            totals[self.units[first:end]] += self.scores[first:end] if count == 1 else self.scores[first:end] * count
        return totals

    def search(
        self, text: str, k: int, allowed: NDArray[np.bool_] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The units with the highest scores.

        Args:
            text: A query.
            k: How many are wanted.
            allowed: bool (units,), which units may be found; None for all.

        Returns:
            Rows int64 (m,) and scores float32 (m,), best first, equal scores by row; m <= k, only units that share a
            word with the query.
        """
        totals = self.score(text)
        if allowed is not None:
            totals *= allowed
        if k <= 0:
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        rows = _candidates(totals, k)
        # Stable: rows come in ascending order, and equal scores stay so.
        best = rows[np.argsort(-totals[rows], kind="stable")[:k]]
        return best.astype(np.int64), totals[best]


def _candidates(totals: NDArray[np.float32], k: int) -> NDArray[np.int64]:
    """Rows with a positive total, ascending, among them the best k with all that tie with the last of them.

    Selecting from all totals costs several times what adding them up does, so a sample says where to cut first.
    """
    sample = totals[::_STRIDE]
    beyond = 2 * k // _STRIDE + 8
    if beyond < len(sample):
        edge = np.partition(sample, len(sample) - beyond)[len(sample) - beyond]
        rows = np.flatnonzero(totals >= edge) if edge > 0 else np.zeros(0, np.int64)
        if len(rows) >= k:
            return rows
    rows = np.flatnonzero(totals > 0)
    if len(rows) > 2 * k:
        found = totals[rows]
        rows = rows[found >= np.partition(found, len(found) - k)[len(found) - k]]
    return rows


def build_lexical(
    folder: Path, texts: Sequence[str], tokenizer: Path, progress: Callable[[int], None] = lambda _: None
) -> None:
    """Writes the lexical index of a generation; the same texts give the same bytes.

    Args:
        folder: The generation's folder.
        texts: What each unit is found by, in the order of the units' rows.
        tokenizer: The ``tokenizer.json`` that cuts texts and queries; it is copied into the generation.
        progress: Told after each batch how many texts are done.
    """
    cutter = load_tokenizer(tokenizer)
    size = cutter.get_vocab_size()
    parts: list[NDArray[np.int32]] = []
    lengths = np.zeros(len(texts), np.int32)
    for at in range(0, len(texts), _BATCH):
        batch = cutter.encode_batch_fast(list(texts[at : at + _BATCH]), add_special_tokens=False)
        for row, encoding in enumerate(batch, at):
            words = np.asarray(encoding.ids, np.int32)
            words = words[words != _UNKNOWN]
            lengths[row] = len(words)
            parts.append(words)
        progress(min(at + _BATCH, len(texts)))
    words, units, counts = _postings(parts, lengths)
    starts = np.zeros(size + 1, np.int64)
    np.cumsum(np.bincount(words, minlength=size), out=starts[1:])
    np.save(folder / STARTS, starts)
    np.save(folder / UNITS, units)
    np.save(folder / SCORES, _contributions(words, units, counts, lengths, starts))
    shutil.copyfile(tokenizer / TOKENIZER if tokenizer.is_dir() else tokenizer, folder / TOKENIZER)
    average = float(lengths.mean()) if len(lengths) else 0.0
    parameters = {"k1": K1, "b": B, "units": len(texts), "words": size, "average_length": average}
    (folder / PARAMETERS).write_text(json.dumps(parameters, indent=1) + "\n", encoding="utf-8")


def _postings(
    parts: list[NDArray[np.int32]], lengths: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float32]]:
    """Word, unit and number of occurrences of every pair that occurs, by word, then unit."""
    words = np.concatenate(parts) if parts else np.zeros(0, np.int32)
    units = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)
    # One key a pair sorts several times faster than two columns.
    keys = (words.astype(np.int64) << 32) | units
    keys.sort()
    first = np.flatnonzero(np.diff(keys, prepend=-1))
    counts = np.diff(first, append=len(keys)).astype(np.float32)
    pairs = keys[first]
    return (pairs >> 32).astype(np.int32), (pairs & 0xFFFFFFFF).astype(np.int32), counts


def _contributions(
    words: NDArray[np.int32],
    units: NDArray[np.int32],
    counts: NDArray[np.float32],
    lengths: NDArray[np.int32],
    starts: NDArray[np.int64],
) -> NDArray[np.float32]:
    """What each posting adds to its unit's score, float32 (postings,)."""
    found_in = np.diff(starts).astype(np.float64)
    idf = np.log1p((len(lengths) - found_in + 0.5) / (found_in + 0.5)).astype(np.float32)
    average = (float(lengths.mean()) if len(lengths) else 0.0) or 1.0
    norms = (K1 * (1 - B + B * lengths / average)).astype(np.float32)
    return (idf[words] * counts / (counts + norms[units])).astype(np.float32)
