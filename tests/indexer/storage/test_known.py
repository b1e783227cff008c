"""Known questions: what is written is read, however many there are, and what does not fit together is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from indexer.errors import IndexFormatError
from indexer.storage import VectorInfo
from indexer.storage.known import KNOWN_FILES, KNOWN_PAIRS, KnownQuestions

EXACT = VectorInfo()


def _questions(random: np.random.Generator, count: int, pairs: int, units: int) -> KnownQuestions:
    vectors = random.normal(size=(count, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    question = random.integers(0, count, pairs).astype(np.int32)
    return KnownQuestions.of(vectors, question, random.integers(0, units, pairs).astype(np.int32))


def test_pairs_are_kept_in_the_order_of_their_questions() -> None:
    questions = KnownQuestions.of(
        np.eye(3, dtype=np.float32), np.array([2, 0, 2], np.int32), np.array([7, 8, 9], np.int32)
    )
    assert questions.question.tolist() == [0, 2, 2]
    assert questions.unit.tolist() == [8, 7, 9]


def test_what_is_written_is_read_in_16_bits(tmp_path: Path) -> None:
    questions = _questions(np.random.default_rng(5), 40, 60, 25)
    assert questions.save(tmp_path) == EXACT
    opened = KnownQuestions.open(tmp_path, EXACT, 8, 25)
    assert np.array_equal(opened.vectors, questions.vectors)
    assert np.array_equal(opened.vectors, questions.vectors.astype(np.float16).astype(np.float32))
    assert np.array_equal(opened.question, questions.question)
    assert np.array_equal(opened.unit, questions.unit)


def test_many_questions_are_found_by_their_codes(tmp_path: Path) -> None:
    questions = _questions(np.random.default_rng(8), 4000, 5000, 25)
    info = questions.save(tmp_path, exact_limit=100)
    assert info.kind == "scan"
    assert (tmp_path / KNOWN_FILES.codes).is_file()
    opened = KnownQuestions.open(tmp_path, info, 8, 25)
    for vector in questions.vectors[:20]:
        rows, cosines = opened.store.search(vector, 100)
        expected, _ = questions.store.search(vector, 100)
        assert rows[0] == expected[0]
        assert np.isin(rows, expected).mean() >= 0.95
        assert cosines == pytest.approx(opened.store.reconstruct(rows) @ vector, abs=1e-6)


def test_none_is_written_and_read(tmp_path: Path) -> None:
    KnownQuestions.none(8).save(tmp_path)
    opened = KnownQuestions.open(tmp_path, EXACT, 8, 3)
    assert opened.vectors.shape == (0, 8)
    assert not len(opened.question)


def test_pairs_that_lead_nowhere_are_refused(tmp_path: Path) -> None:
    questions = _questions(np.random.default_rng(1), 4, 6, 9)
    questions.save(tmp_path)
    with pytest.raises(IndexFormatError, match=KNOWN_PAIRS):
        KnownQuestions.open(tmp_path, EXACT, 8, int(questions.unit.max()))
    for wrong in ([0, 4, 1, 1], [1, 0, 1, 1], [0, 1, 2], [-1, 1, 1, 1]):
        np.save(tmp_path / KNOWN_PAIRS, np.array(wrong, np.int32))
        with pytest.raises(IndexFormatError, match=KNOWN_PAIRS):
            KnownQuestions.open(tmp_path, EXACT, 8, 9)
    (tmp_path / KNOWN_FILES.flat).write_bytes(b"not vectors")
    with pytest.raises(IndexFormatError, match="向量文件"):
        KnownQuestions.open(tmp_path, EXACT, 8, 9)
