"""Candidates for a question, from vectors and from words, with the evidence for each as arrays."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.storage import Index
from service.retrieval.asked import KnownAnswers, Likeness
from service.retrieval.filters import Scope
from service.retrieval.subjects import Subjects

_BACKGROUND = 1024
_SEED = 20_230_630
_LEAST_SPREAD = 1e-3
_LEAST_LENGTH = 1e-6
_KEYWORDS, _MOST_KEYWORDS = 6, 0.5
"""More telling words than this are no list of keywords; this share of their weight has to be in one unit."""
_DEFINITION = re.compile(
    r"(?:请问)?(?:(?:什么是|什么叫|何为|何谓).{2,16}|.{2,16}(?:是什么(?:意思)?|是指什么|指什么|的(?:定义|概念|含义)(?:是什么)?))[？?]?"
)
_IDEOGRAPH = re.compile("[㐀-鿿]")
_TELLING = 0.4
"""A word is worth marking when its inverse document frequency is this share of the question's rarest word's."""

_ASKING_WORDS = """
    怎么 怎样 怎么办 如何 什么 为什么 为何 哪些 哪个 哪 哪里 谁 多少 多久 几 怎 咋 咋办 咋样 吗 呢 吧 啊 呀 嘛 么
    的 了 是 我 你 他 她 它 我们 你们 他们 您 咱 这 那 这个 那个 这种 那种 这样 那样 一个 一下
    能 能否 能不能 可以 可不可以 可否 是否 是不是 会 会不会 要 要不要 应该 应当 该 想 请问 请 问 请教 咨询 求助
    有 没有 没 不 就 都 也 还 又 再 才 把 被 给 让 和 与 及 或 或者 在 对 对于 关于
    因为 所以 但是 但 如果 的话 并 且 而 其
    一般 具体 到底 究竟 现在 已经 时候 情况 问题 办 做 说 去 来 到 从 向 由 为 以 上 下 中 里 后 前 时 等 今天 明天 昨天
    怎么样 怎么回事 怎么着 多长时间 多大 几天 几点 几个 几分钟 合适 好 最好 很 太 真 比较 最近 喜欢 觉得 知道
    你好 您好 大家好 谢谢 多谢 谢谢你 早上好 晚上好 晚安 再见 在吗
"""
QUESTION_WORDS = frozenset(_ASKING_WORDS.split())
"""Words that ask rather than name a subject. They are rare in statutes, where BM25 would take them for telling."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A question as it is looked for.

    Attributes:
        text: Its words.
        vector: float32 (dimension,), its embedding; all zeros when no word of it is known.
        words: int64 (n,), numbers of its telling words, each once.
        weights: float32 (n,), how much each tells: its inverse document frequency.
        shares: float32 (units,), the share of the highest BM25 score that these words could give, for every unit.
        likeness: To the questions that each unit is known to answer; 0 outside the scope.
        covered: It is nothing but telling words (keywords), and some unit has most of them; or it asks what something
            means, and some unit has all of its words.
        compounds: Runs of characters that the tokenizer has no word for, two or more of them: 瞪羚. Names of new
            things.
        subject: What its words say about its subject, see :meth:`Subjects.features`; None where that is not known.
    """

    text: str
    vector: NDArray[np.float32]
    words: NDArray[np.int64]
    weights: NDArray[np.float32]
    shares: NDArray[np.float32]
    likeness: Likeness
    covered: bool
    compounds: tuple[str, ...]
    subject: tuple[float, float, float] | None


@dataclass(frozen=True, slots=True)
class Candidates:
    """Units that may answer, each once, by ascending row.

    Attributes:
        units: int64 (n,), their rows.
        documents: int32 (n,), the rows of their documents.
        cosine: float32 (n,), the best of their clauses' cosines with the question.
        mean: float32 (n,), the cosine of the question with their clauses taken together.
        standard: float32 (n,), the same as standard scores against the index's clauses at large.
        lexical: float32 (n,), their share of the highest BM25 score that the question's words could give, in 0–1.
        asked: float32 (n,), the best cosine with the questions that they are known to answer, 0 where there are none.
        asked_again: float32 (n,), the second best.
        length: int32 (n,), the code points of their texts.
        spread: Standard deviation of the question's cosines with the index's clauses at large.
        size: How many clauses the index has.
    """

    units: NDArray[np.int64]
    documents: NDArray[np.int32]
    cosine: NDArray[np.float32]
    mean: NDArray[np.float32]
    standard: NDArray[np.float32]
    lexical: NDArray[np.float32]
    asked: NDArray[np.float32]
    asked_again: NDArray[np.float32]
    length: NDArray[np.int32]
    spread: float
    size: int


class CandidateFinder:
    """Looks for candidates in one generation of an index.

    Args:
        index: The index.
        subjects: What words say about a question's subject; None where that is not known.
    """

    def __init__(self, index: Index, subjects: Subjects | None = None) -> None:
        self._index = index
        self._subjects = subjects
        lexical = index.lexical
        found_in = np.diff(lexical.starts).astype(np.float32)
        self._idf = np.log1p((lexical.size - found_in + 0.5) / (found_in + 0.5)).astype(np.float32)
        self._found_in = found_in
        self._asking = {
            int(word) for text in QUESTION_WORDS if len(word_ids := lexical.words(text)) == 1 for word in word_ids
        }
        self._clause_start = np.searchsorted(index.clause_unit, np.arange(lexical.size + 1, dtype=np.int32))
        self._background = self._sample()
        # How long the sum of a unit's clauses is does not depend on the question; filled in as units are met.
        self._lengths = np.full(lexical.size, np.nan, np.float32)
        self._answers = KnownAnswers(index.known, lexical.size)

    def _sample(self) -> NDArray[np.float32]:
        """Clauses against which a cosine is judged, float32 (n, dimension)."""
        size = self._index.vectors.size
        rows = np.random.default_rng(_SEED).permutation(size)[:_BACKGROUND]
        return self._index.vectors.reconstruct(np.sort(rows))

    def prepare(self, text: str, vector: NDArray[np.float32], scope: Scope) -> Wanted:
        """Cuts a question into words and weighs them.

        Args:
            text: The question.
            vector: float32 (dimension,), its embedding.
            scope: Where to look.

        Returns:
            The question as it is looked for.
        """
        ids = self._index.lexical.words(text)
        telling = np.array([int(word) not in self._asking for word in ids], dtype=np.bool_)
        words = np.unique(ids[telling])
        weights = self._idf[words]
        shares = self._shares(words, float(weights.sum()))
        least = _MOST_KEYWORDS if telling.all() else 1.0 if _DEFINITION.fullmatch(text) else None
        # Sums of 32-bit numbers: a whole is a whole to six digits.
        covered = least is not None and bool(len(words)) and self._together(words) >= least - 1e-5
        subject = self._subjects.features(words) if self._subjects else None
        likeness = self._answers.likeness(vector, scope.units)
        return Wanted(text, vector, words, weights, shares, likeness, covered, self._compounds(text), subject)

    def _compounds(self, text: str) -> tuple[str, ...]:
        """Runs of two or more ideographs that are words only one by one, asking words left out."""
        encoding = self._index.lexical.tokenizer.encode(text, add_special_tokens=False)
        single = {
            start
            for number, (start, end) in zip(encoding.ids, encoding.offsets, strict=True)
            if end - start == 1 and number not in self._asking and _IDEOGRAPH.match(text, start)
        }
        marked = "".join(character if at in single else " " for at, character in enumerate(text))
        return tuple(dict.fromkeys(run for run in marked.split() if len(run) > 1))

    def _together(self, words: NDArray[np.int64]) -> float:
        """The largest share of the words' weight that one unit has; 0 when none is a Chinese word of two characters."""
        lexical = self._index.lexical
        spelt = [lexical.tokenizer.id_to_token(int(word)) or "" for word in words]
        if len(words) > _KEYWORDS or not any(len(word) > 1 and not word.isascii() for word in spelt):
            return 0.0
        sums = np.zeros(lexical.size, np.float32)
        for word in words.tolist():
            sums[lexical.units[lexical.starts[word] : lexical.starts[word + 1]]] += self._idf[word]
        return float(sums.max(initial=0.0)) / max(float(self._idf[words].sum()), 1e-6)

    def _shares(self, words: NDArray[np.int64], total: float) -> NDArray[np.float32]:
        lexical = self._index.lexical
        sums = np.zeros(lexical.size, np.float32)
        for word in words.tolist():
            first, end = lexical.starts[word], lexical.starts[word + 1]
            sums[lexical.units[first:end]] += lexical.scores[first:end]
        return sums / np.float32(total) if total else sums

    def find(self, wanted: Wanted, scope: Scope, clauses: int, units: int) -> Candidates:
        """The units that may answer.

        Args:
            wanted: The question.
            scope: Where to look.
            clauses: How many clauses to take from the vectors.
            units: How many units to take from the lexical index, and from the known questions.

        Returns:
            The candidates with all kinds of evidence, whichever of them found them.
        """
        shares = wanted.shares if scope.units is None else wanted.shares * scope.units
        others = np.union1d(_largest(shares, units), _largest(wanted.likeness.best, units))
        found = np.union1d(self._nearest(wanted.vector, scope, clauses), others)
        return self._candidates(wanted, found, *self._cosines(wanted.vector, found))

    def _nearest(self, vector: NDArray[np.float32], scope: Scope, clauses: int) -> NDArray[np.int64]:
        """The units of the nearest clauses, each once."""
        if not vector.any():
            return np.zeros(0, np.int64)
        rows, _ = self._index.vectors.search(vector, clauses, scope.clauses)
        return np.unique(self._index.clause_unit[rows]).astype(np.int64)

    def _candidates(
        self, wanted: Wanted, units: NDArray[np.int64], cosine: NDArray[np.float32], mean: NDArray[np.float32]
    ) -> Candidates:
        """Candidates with their cosines judged against those of the index's clauses at large."""
        at_large = self._background @ wanted.vector
        middle, spread = (float(at_large.mean()), float(at_large.std())) if len(at_large) else (0.0, 0.0)
        return Candidates(
            units=units,
            documents=self._index.unit_document[units],
            cosine=cosine,
            mean=mean,
            standard=np.asarray((cosine - middle) / max(spread, _LEAST_SPREAD), np.float32),
            lexical=wanted.shares[units],
            asked=wanted.likeness.best[units],
            asked_again=wanted.likeness.second[units],
            length=self._index.unit_length[units],
            spread=spread,
            size=self._index.vectors.size,
        )

    def extend(self, wanted: Wanted, found: Candidates, units: NDArray[np.int64], most: int) -> Candidates:
        """Adds the best of some units to candidates.

        Args:
            wanted: The question.
            found: The candidates so far.
            units: int64 (n,), rows of units that are not among them.
            most: How many to add at most.

        Returns:
            All candidates, by ascending row.
        """
        if not len(units):
            return found
        cosine, mean = self._cosines(wanted.vector, units)
        best = np.argsort(-(cosine + wanted.shares[units]), kind="stable")[:most]
        rows = np.concatenate([found.units, units[best]])
        order = np.argsort(rows)
        cosines = np.concatenate([found.cosine, cosine[best]])[order]
        means = np.concatenate([found.mean, mean[best]])[order]
        return self._candidates(wanted, rows[order], cosines, means)

    def telling_words(self, text: str, least: float = _TELLING) -> tuple[str, ...]:
        """The words of a text that name its subject, as they stand in it, each once.

        Args:
            text: A question.
            least: How rare a word has to be, as a share of the rarity of the rarest one.

        Returns:
            The words in order.
        """
        encoding = self._index.lexical.tokenizer.encode(text, add_special_tokens=False)
        words = {
            text[start:end]: float(self._idf[number]) if number < len(self._idf) else 0.0
            for number, (start, end) in zip(encoding.ids, encoding.offsets, strict=True)
            if number not in self._asking and end > start
        }
        rarest = max(words.values(), default=0.0)
        return tuple(word for word, weight in words.items() if weight >= least * rarest)

    def _cosines(
        self, vector: NDArray[np.float32], units: NDArray[np.int64]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The best cosine among each unit's clauses, and the cosine of their mean.

        Args:
            vector: float32 (dimension,).
            units: int64 (n,), rows of units.

        Returns:
            Two float32 (n,); 0 for a unit without clauses.
        """
        best, mean = np.zeros(len(units), np.float32), np.zeros(len(units), np.float32)
        first, end = self._clause_start[units], self._clause_start[units + 1]
        counts = end - first
        filled = counts > 0
        if not filled.any():
            return best, mean
        counts, first = counts[filled], first[filled]
        starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
        rows = np.arange(int(counts.sum())) - np.repeat(starts - first, counts)
        clauses = self._index.vectors.reconstruct(rows)
        cosines = clauses @ vector
        best[filled] = np.maximum.reduceat(cosines, starts)
        lengths = self._lengths[units[filled]]
        unmet = np.flatnonzero(np.isnan(lengths))
        lengths[unmet] = _sum_lengths(clauses, starts[unmet], counts[unmet])
        self._lengths[units[filled]] = lengths
        mean[filled] = np.add.reduceat(cosines, starts) / np.maximum(lengths, _LEAST_LENGTH)
        return best, mean

    def clause_cosines(self, vector: NDArray[np.float32], unit: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """A unit's clauses and their cosines.

        Args:
            vector: float32 (dimension,).
            unit: The unit's row.

        Returns:
            Clause rows int64 (n,) in document order, and float32 (n,).
        """
        rows = np.arange(self._clause_start[unit], self._clause_start[unit + 1], dtype=np.int64)
        return rows, self._index.vectors.reconstruct(rows) @ vector


def _sum_lengths(
    vectors: NDArray[np.float32], starts: NDArray[np.int64], counts: NDArray[np.int64]
) -> NDArray[np.float32]:
    """The length of the sum of each group of neighbouring rows, float32 (groups,).

    Groups of one size are summed together, which takes a third of the time of ``np.add.reduceat`` over rows.
    """
    lengths = np.ones(len(starts), np.float32)
    for size in np.unique(counts).tolist():
        groups = np.flatnonzero(counts == size)
        rows = starts[groups][:, None] + np.arange(size)
        lengths[groups] = np.linalg.norm(vectors[rows].sum(axis=1), axis=1)
    return lengths


def _largest(scores: NDArray[np.float32], k: int) -> NDArray[np.int64]:
    """The rows of the k largest scores above zero, in no order; ties at the edge go to the lowest rows."""
    # Most scores are 0: a partition of so many equal values takes ten times as long as one of the rest.
    rows = np.flatnonzero(scores > 0)
    if len(rows) <= k:
        return rows
    values = scores[rows]
    edge = np.partition(values, len(values) - k)[len(values) - k]
    above = rows[values > edge]
    return np.concatenate([above, rows[values == edge][: k - len(above)]])
