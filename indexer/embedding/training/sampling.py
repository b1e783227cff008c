"""Batches to learn from: what a question and the passage that answers it are, in each kind of lesson."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from indexer.embedding.training.material import Material, Question
from indexer.embedding.training.model import Batch, Tokens
from indexer.embedding.training.options import Stage

_SHORTEST = 12
"""Words that a passage must have for a piece to be taken out of it."""
_PIECE = (4, 30)
_LONGEST = 200
_SHORT_ANSWER = 60
_MISTAKEN = 2
_KEPT_WHOLE = 0.1
"""How often the piece is left in its passage too, so that shared words count."""
_BARE = 0.2
"""How often the rest of a passage stands without its title and headings."""


@dataclass(frozen=True, slots=True)
class Cut:
    """The material in tokens.

    Attributes:
        headings: Of each passage.
        texts: Of each passage.
        groups: int64 (passages,): the same number for versions of one article.
        questions: Of each labelled question.
        weak: Of each weakly labelled question.
        bank: Of each question of the bank.
        asked: The question of each pair.
        answers: The answer of each pair.
        counts: float64 (words,): occurrences in all of these.
    """

    headings: list[Tokens]
    texts: list[Tokens]
    groups: NDArray[np.int64]
    questions: list[Tokens]
    weak: list[Tokens]
    bank: list[Tokens]
    asked: list[Tokens]
    answers: list[Tokens]
    counts: NDArray[np.float64]

    def labelled(self, key: int) -> Tokens:
        """A question by the key that :meth:`Material.labelled` knows it by."""
        return self.questions[key] if key < len(self.questions) else self.bank[key - len(self.questions)]

    def passage(self, row: int) -> Tokens:
        """A passage with its title and headings."""
        return np.concatenate([self.headings[row], self.texts[row]])


@dataclass(frozen=True, slots=True)
class Example:
    """A question, the passage that answers it, the passage's group, and every group that answers the question."""

    question: Tokens
    passage: Tokens
    group: int
    answers: frozenset[int] = frozenset()
    key: int | None = None


def cut(material: Material, tokenizer: Tokenizer) -> Cut:
    """Cuts all texts into tokens.

    Args:
        material: Texts.
        tokenizer: The one that ships with the model.

    Returns:
        Tokens and their counts.
    """

    def tokens(texts: Sequence[str]) -> list[Tokens]:
        encodings = tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [np.array(encoding.ids, dtype=np.int64) for encoding in encodings]

    passages = material.passages
    numbers: dict[str, int] = {}
    groups = [numbers.setdefault(passage.article, len(numbers)) for passage in passages]
    parts = (
        tokens([passage.heading for passage in passages]),
        tokens([passage.text for passage in passages]),
        tokens([question.text for question in material.questions]),
        tokens([question.text for question in material.weak]),
        tokens([question.text for question in material.bank]),
        tokens([pair.question for pair in material.pairs]),
        tokens([pair.answer for pair in material.pairs]),
    )
    counts = np.bincount(np.concatenate(list(chain(*parts))), minlength=tokenizer.get_vocab_size())
    headings, texts, questions, weak, bank, asked, answers = parts
    return Cut(headings, texts, np.array(groups), questions, weak, bank, asked, answers, counts.astype(np.float64))


class Sampler:
    """Draws batches.

    Args:
        material: What there is to learn from.
        tokens: The same in tokens.
        learnable: Keys of the questions that may be learned from, see :meth:`Material.labelled`; the others are held
            out.
        stage: What batches are made of, and how much of a text is left out, anew each time.
        seed: Of all that is drawn.
    """

    def __init__(self, material: Material, tokens: Cut, learnable: NDArray[np.int64], stage: Stage, seed: int) -> None:
        self._material = material
        self._tokens = tokens
        self._asked = learnable[learnable < len(material.questions)]
        self._banked = learnable[learnable >= len(material.questions)]
        self._stage = stage
        self._random = np.random.default_rng(seed)
        lengths = np.array([len(text) for text in tokens.texts])
        self._long = np.flatnonzero(lengths >= _SHORTEST)
        national = np.array([passage.is_candidate for passage in material.passages])
        self._long_national = np.flatnonzero((lengths >= _SHORTEST) & national)
        self._candidates = np.flatnonzero(national) if national.any() else np.arange(len(national))
        self._lessons: dict[str, Callable[[], Example]] = {}
        if len(self._long):
            self._lessons |= {"pieces": self._piece, "headings": self._heading}
        if len(self._asked):
            self._lessons["questions"] = lambda: self._question(self._asked)
        if material.weak:
            self._lessons["weak"] = self._weak
        if len(self._banked):
            self._lessons["bank"] = lambda: self._question(self._banked)
        if material.pairs:
            self._lessons["pairs"] = self._pair
        self.hard: Mapping[int, NDArray[np.int64]] = {}

    def batch(self) -> Batch:
        """Draws a batch; kinds of lesson for which there is no material are passed over.

        Returns:
            The batch, words dropped already.
        """
        stage = self._stage
        kinds = [kind for kind in stage.shares if kind in self._lessons]
        odds = np.array([stage.shares[kind] for kind in kinds])
        drawn = self._random.choice(len(kinds), stage.batch, p=odds / odds.sum())
        examples = [self._lessons[kinds[kind]]() for kind in drawn]
        others = [row for example in examples for row in self._mistaken(example)][: stage.opposites]
        others += self._random.choice(self._candidates, stage.strangers).tolist()
        passages = [example.passage for example in examples]
        passages += [self._shortened(self._tokens.passage(row), _LONGEST) for row in others]
        groups = [example.group for example in examples] + [int(self._tokens.groups[row]) for row in others]
        return Batch(
            [self._thinned(example.question) for example in examples],
            passages if stage.whole else [self._thinned(passage) for passage in passages],
            groups,
            [example.answers for example in examples],
        )

    def _piece(self) -> Example:
        """A piece of an article, and the rest of it (Lee et al. 2019, *Latent Retrieval*: the inverse cloze task)."""
        national = len(self._long_national) > 0 and self._random.random() < 0.5
        row = int(self._random.choice(self._long_national if national else self._long))
        text = self._tokens.texts[row]
        size = int(self._random.integers(_PIECE[0], min(_PIECE[1], len(text) // 2) + 1))
        at = int(self._random.integers(0, len(text) - size + 1))
        is_whole = self._random.random() < _KEPT_WHOLE
        rest = self._shortened(text if is_whole else np.concatenate([text[:at], text[at + size :]]), _LONGEST)
        if self._random.random() >= _BARE:
            rest = np.concatenate([self._tokens.headings[row], rest])
        return Example(text[at : at + size], rest, int(self._tokens.groups[row]))

    def _heading(self) -> Example:
        """Title and headings, and a text below them."""
        row = int(self._random.choice(self._long))
        text = self._shortened(self._tokens.texts[row], _LONGEST)
        return Example(self._tokens.headings[row], text, int(self._tokens.groups[row]))

    def _question(self, keys: NDArray[np.int64]) -> Example:
        key = int(self._random.choice(keys))
        return self._labelled(self._material.labelled(key), self._tokens.labelled(key), key)

    def _weak(self) -> Example:
        at = int(self._random.integers(len(self._material.weak)))
        return self._labelled(self._material.weak[at], self._tokens.weak[at], None)

    def _labelled(self, question: Question, words: Tokens, key: int | None) -> Example:
        """A question with one of the passages that answer it."""
        row = int(self._random.choice(question.gold))
        answers = frozenset(int(self._tokens.groups[gold]) for gold in question.gold)
        passage = self._shortened(self._tokens.passage(row), _LONGEST)
        return Example(words, passage, int(self._tokens.groups[row]), answers, key)

    def _pair(self) -> Example:
        at = int(self._random.integers(len(self._material.pairs)))
        longest = _LONGEST if self._random.random() < 0.5 else _SHORT_ANSWER
        answer = self._shortened(self._tokens.answers[at], longest)
        # Answers have groups of their own, below those of the articles.
        return Example(self._tokens.asked[at], answer, -1 - at)

    def _mistaken(self, example: Example) -> list[int]:
        """Passages that the model lately took for an answer to a labelled question."""
        rows = None if example.key is None else self.hard.get(example.key)
        return [] if rows is None or not len(rows) else self._random.choice(rows, _MISTAKEN).tolist()

    def _shortened(self, text: Tokens, longest: int) -> Tokens:
        """A stretch of at most ``longest`` words, from anywhere in a text."""
        if len(text) <= longest:
            return text
        at = int(self._random.integers(0, len(text) - longest + 1))
        return text[at : at + longest]

    def _thinned(self, text: Tokens) -> Tokens:
        """A text with some words left out, never all of them."""
        if len(text) < 3:
            return text
        kept = self._random.random(len(text)) >= self._stage.dropout
        return text[kept] if kept.any() else text
