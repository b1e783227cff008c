"""Known questions: what is written is read, and what does not fit together is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from indexer.errors import IndexFormatError
from indexer.storage.known import KNOWN_PAIRS, KNOWN_VECTORS, KnownQuestions


def _questions(random: np.random.Generator, count: int, pairs: int, units: int) -> KnownQuestions:
    vectors = random.normal(size=(count, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    question = random.integers(0, count, pairs).astype(np.int32)
    return KnownQuestions(vectors, question, random.integers(0, units, pairs).astype(np.int32))


def test_what_is_written_is_read_in_16_bits(tmp_path: Path) -> None:
    questions = _questions(np.random.default_rng(5), 40, 60, 25)
    questions.save(tmp_path)
    opened = KnownQuestions.open(tmp_path, 8, 25)
    assert np.array_equal(opened.vectors, questions.vectors.astype(np.float16).astype(np.float32))
    assert np.array_equal(opened.question, questions.question)
    assert np.array_equal(opened.unit, questions.unit)


def test_none_is_written_and_read(tmp_path: Path) -> None:
    KnownQuestions.none(8).save(tmp_path)
    opened = KnownQuestions.open(tmp_path, 8, 3)
    assert opened.vectors.shape == (0, 8)
    assert not len(opened.question)


def test_pairs_that_lead_nowhere_are_refused(tmp_path: Path) -> None:
    questions = _questions(np.random.default_rng(1), 4, 6, 9)
    questions.save(tmp_path)
    with pytest.raises(IndexFormatError, match=KNOWN_PAIRS):
        KnownQuestions.open(tmp_path, 8, int(questions.unit.max()))
    np.save(tmp_path / KNOWN_VECTORS, np.zeros(13, np.float16))
    with pytest.raises(IndexFormatError, match=KNOWN_VECTORS):
        KnownQuestions.open(tmp_path, 8, 9)
