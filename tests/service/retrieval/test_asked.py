"""Likeness to known questions: the largest cosine of a unit's questions, of what may be found, and of the nearest."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.storage import KnownQuestions
from service.retrieval import asked
from service.retrieval.asked import KnownAnswers


def _known(random: np.random.Generator, count: int, pairs: int, units: int) -> KnownQuestions:
    vectors = random.normal(size=(count, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors = vectors.astype(np.float16).astype(np.float32)
    question = random.integers(0, count, pairs).astype(np.int32)
    unit = random.integers(0, units, pairs).astype(np.int32)
    # A question names an article once.
    _, once = np.unique(np.stack([question, unit]), axis=1, return_index=True)
    return KnownQuestions.of(vectors, question[once], unit[once])


def _plainly(known: KnownQuestions, vector: np.ndarray, unit: int) -> list[float]:
    """The two largest cosines of a unit's questions."""
    questions = {question for question, of in zip(known.question, known.unit, strict=True) if of == unit}
    return sorted([0.0, 0.0, *(float(known.vectors[question] @ vector) for question in questions)])[:-3:-1]


@given(st.integers(0, 10_000), st.integers(0, 40), st.integers(1, 60))
def test_it_equals_the_plain_definition(seed: int, pairs: int, count: int) -> None:
    random = np.random.default_rng(seed)
    known = _known(random, count, pairs, 25)
    vector = known.vectors[0]
    allowed = random.random(25) < 0.5
    expected = np.array([_plainly(known, vector, unit) for unit in range(25)])
    answers = KnownAnswers(known, 25)
    for given_, there in ((None, np.ones(25)), (allowed, allowed)):
        likeness = answers.likeness(vector, given_)
        assert likeness.best == pytest.approx(expected[:, 0] * there, abs=1e-5)
        assert likeness.second == pytest.approx(expected[:, 1] * there, abs=1e-5)


def test_only_the_nearest_questions_count_and_only_those_that_may_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asked, "_NEAREST", 2)
    vectors = np.array([[1, 0], [0.9, 0.436], [0.8, 0.6], [0.6, 0.8]], np.float32)
    known = KnownQuestions.of(vectors, np.arange(4, dtype=np.int32), np.arange(4, dtype=np.int32))
    answers, vector = KnownAnswers(known, 4), vectors[0]
    assert np.flatnonzero(answers.likeness(vector).best).tolist() == [0, 1]
    # What may not be found does not stand in the way of what may.
    assert np.flatnonzero(answers.likeness(vector, np.array([False, False, True, True])).best).tolist() == [2, 3]


def test_where_nearly_all_may_be_found_the_rest_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asked, "_NEAREST", 3)
    vectors = np.array([[1, 0], [0.9, 0.436], [0.8, 0.6], [0.6, 0.8]], np.float32)
    known = KnownQuestions.of(vectors, np.arange(4, dtype=np.int32), np.arange(4, dtype=np.int32))
    allowed = np.arange(40) != 1
    assert np.flatnonzero(KnownAnswers(known, 40).likeness(vectors[0], allowed).best).tolist() == [0, 2]


def test_where_nothing_is_known_nothing_is_alike() -> None:
    answers = KnownAnswers(KnownQuestions.none(8), 3)
    assert not answers.likeness(np.ones(8, np.float32)).best.any()
    assert not answers.likeness(np.ones(8, np.float32), np.ones(3, np.bool_)).second.any()
