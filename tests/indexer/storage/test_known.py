"""Known questions: what is written is read, and likeness is the largest cosine of a unit's questions."""

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


def test_likeness_equals_the_plain_definition(tmp_path: Path) -> None:
    random = np.random.default_rng(5)
    questions = _questions(random, 40, 60, 25)
    questions.save(tmp_path)
    opened = KnownQuestions.open(tmp_path, 8, 25)
    asked = questions.vectors[3]
    likeness = opened.likeness(asked, 25)
    for unit in range(25):
        cosines = [
            float(opened.vectors[q] @ asked) for q, u in zip(opened.question, opened.unit, strict=True) if u == unit
        ]
        assert likeness[unit] == pytest.approx(max([0.0, *cosines]), abs=1e-6)


def test_none_is_written_and_read(tmp_path: Path) -> None:
    KnownQuestions.none(8).save(tmp_path)
    assert not KnownQuestions.open(tmp_path, 8, 3).likeness(np.ones(8, np.float32), 3).any()


def test_pairs_that_lead_nowhere_are_refused(tmp_path: Path) -> None:
    questions = _questions(np.random.default_rng(1), 4, 6, 9)
    questions.save(tmp_path)
    with pytest.raises(IndexFormatError, match=KNOWN_PAIRS):
        KnownQuestions.open(tmp_path, 8, int(questions.unit.max()))
    np.save(tmp_path / KNOWN_VECTORS, np.zeros(13, np.float16))
    with pytest.raises(IndexFormatError, match=KNOWN_VECTORS):
        KnownQuestions.open(tmp_path, 8, 9)
