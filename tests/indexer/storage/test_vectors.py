"""Every vector store gives what brute force gives: the exact one the same rows, the approximate one nearly all."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from indexer.errors import IndexFormatError
from indexer.storage import VectorInfo, VectorStore
from indexer.storage.vectors import CLAUSE_FILES, build_vectors, open_vectors, widened

D = 16


def _vectors(count: int, seed: int = 0, dimension: int = D, groups: int = 0) -> NDArray[np.float16]:
    random = np.random.default_rng(seed)
    vectors = random.standard_normal((count, dimension))
    if groups:
        vectors = 0.6 * vectors + 2 * random.standard_normal((groups, dimension))[random.integers(0, groups, count)]
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-9), np.float16)


def _store(folder: Path, vectors: NDArray[np.float16], **settings_: int) -> VectorStore:
    info = build_vectors(folder, vectors, **settings_)  # type: ignore[arg-type]
    return open_vectors(folder, info, vectors.shape[1])


def _brute_force(
    vectors: NDArray[np.float16], query: NDArray[np.float32], k: int, allowed: NDArray[np.bool_] | None
) -> tuple[list[int], NDArray[np.float32]]:
    scores = vectors.astype(np.float32) @ query
    rows = [row for row in range(len(vectors)) if allowed is None or allowed[row]]
    rows.sort(key=lambda row: (-scores[row], row))
    return rows[:k], scores[rows[:k]]


@pytest.mark.parametrize("share", [None, 0.0, 0.001, 0.01, 0.1, 0.5, 1.0])
@pytest.mark.parametrize("k", [1, 10, 700, 5000])
def test_the_exact_store_equals_brute_force(tmp_path: Path, share: float | None, k: int) -> None:
    vectors = _vectors(3000)
    store = _store(tmp_path, vectors)
    random = np.random.default_rng(1)
    for query in _vectors(5, seed=2).astype(np.float32):
        allowed = None if share is None else random.random(3000) < share
        rows, scores = store.search(query, k, allowed)
        expected, expected_scores = _brute_force(vectors, query, k, allowed)
        assert rows.dtype == np.int64
        assert scores.dtype == np.float32
        assert rows.tolist() == expected
        np.testing.assert_allclose(scores, expected_scores, atol=1e-5)


@settings(max_examples=60, deadline=None)
@given(
    count=st.integers(0, 40),
    k=st.integers(0, 60),
    seed=st.integers(0, 1000),
    copies=st.integers(1, 4),
    share=st.sampled_from([None, 0.5]),
)
def test_the_exact_store_equals_brute_force_with_equal_vectors(
    tmp_path_factory: pytest.TempPathFactory, count: int, k: int, seed: int, copies: int, share: float | None
) -> None:
    vectors = np.repeat(_vectors(count, seed), copies, axis=0)
    store = _store(tmp_path_factory.mktemp("vectors"), vectors)
    query = _vectors(1, seed + 1).astype(np.float32)[0]
    allowed = np.random.default_rng(seed).random(len(vectors)) < share if share else None
    rows, scores = store.search(query, k, allowed)
    expected, expected_scores = _brute_force(vectors, query, k, allowed)
    # Different vectors may lie closer than single precision tells apart, equal ones must come in the order of rows.
    np.testing.assert_allclose(scores, expected_scores, atol=1e-5)
    assert sorted(rows.tolist()) == sorted(set(rows.tolist()))
    for (row, score), (after, next_score) in zip(
        zip(rows, scores, strict=True), list(zip(rows, scores, strict=True))[1:], strict=False
    ):
        assert score > next_score or row < after
    if len(expected) == len(vectors):
        assert sorted(rows.tolist()) == sorted(expected)


def test_equal_vectors_come_in_the_order_of_their_rows(tmp_path: Path) -> None:
    vectors = np.repeat(_vectors(1), 500, axis=0)
    store = _store(tmp_path, vectors)
    query = vectors[0].astype(np.float32)
    assert store.search(query, 20)[0].tolist() == list(range(20))
    assert store.search(query, 20, np.arange(500) % 2 == 1)[0].tolist() == list(range(1, 41, 2))
    assert store.search(query, 500)[0].tolist() == list(range(500))


@pytest.fixture(scope="module")
def grouped() -> NDArray[np.float16]:
    return _vectors(6000, dimension=32, groups=60)


@pytest.fixture(scope="module")
def approximate(
    tmp_path_factory: pytest.TempPathFactory, grouped: NDArray[np.float16]
) -> tuple[VectorStore, VectorInfo]:
    folder = tmp_path_factory.mktemp("scan")
    info = build_vectors(folder, grouped, exact_limit=100)
    return open_vectors(folder, info, 32), info


def test_the_approximate_store_states_a_recall_that_it_has(
    approximate: tuple[VectorStore, VectorInfo], grouped: NDArray[np.float16]
) -> None:
    store, info = approximate
    assert info.kind == "scan"
    assert info.recall >= 0.995
    hits = []
    for query in (grouped[:50] + _vectors(50, seed=9, dimension=32) / np.float16(2)).astype(np.float32):
        rows, scores = store.search(query, 100)
        expected, _ = _brute_force(grouped, query, 100, None)
        hits.append(len(set(rows.tolist()) & set(expected)) / 100)
        np.testing.assert_allclose(scores, grouped[rows].astype(np.float32) @ query, atol=1e-5)
        assert (np.diff(scores) <= 0).all()
    assert np.mean(hits) >= 0.98


@pytest.mark.parametrize("share", [0.0, 0.002, 0.05, 0.4, 0.9])
def test_the_approximate_store_with_a_mask_finds_only_and_nearly_all_that_is_allowed(
    approximate: tuple[VectorStore, VectorInfo], grouped: NDArray[np.float16], share: float
) -> None:
    store, _ = approximate
    random = np.random.default_rng(4)
    for query in grouped[::1500].astype(np.float32):
        allowed = random.random(len(grouped)) < share
        rows, _ = store.search(query, 50, allowed)
        expected, _ = _brute_force(grouped, query, 50, allowed)
        assert allowed[rows].all()
        assert len(rows) == len(expected)
        assert len(set(rows.tolist()) & set(expected)) >= 0.9 * len(expected)


def test_the_approximate_store_gives_everything_when_asked_for_more_than_there_is(
    approximate: tuple[VectorStore, VectorInfo], grouped: NDArray[np.float16]
) -> None:
    rows, _ = approximate[0].search(grouped[0].astype(np.float32), 10_000)
    assert sorted(rows.tolist()) == list(range(len(grouped)))


@pytest.mark.parametrize(("count", "target"), [(600, 0.9), (3000, 1.1)])
def test_codes_that_are_no_help_are_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int, target: float
) -> None:
    monkeypatch.setattr("indexer.storage.vectors.TARGET_RECALL", target)
    assert build_vectors(tmp_path, _vectors(count), exact_limit=100).kind == "exact"
    assert not (tmp_path / CLAUSE_FILES.codes).exists()


def test_an_odd_dimension_is_compared_one_by_one(tmp_path: Path) -> None:
    assert build_vectors(tmp_path, _vectors(500, dimension=7), exact_limit=100).kind == "exact"


def test_the_same_vectors_give_the_same_bytes(tmp_path: Path, grouped: NDArray[np.float16]) -> None:
    contents = []
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        build_vectors(tmp_path / name, grouped, exact_limit=100)
        contents.append([(tmp_path / name / file).read_bytes() for file in (CLAUSE_FILES.flat, CLAUSE_FILES.codes)])
    assert contents[0] == contents[1]


def test_reconstruct_gives_the_stored_vectors(tmp_path: Path) -> None:
    vectors = _vectors(50)
    store = _store(tmp_path, vectors)
    assert (store.size, store.dimension) == (50, D)
    np.testing.assert_array_equal(store.reconstruct(np.array([7, 3, 7])), vectors[[7, 3, 7]].astype(np.float32))


def test_every_finite_16_bit_number_is_widened_exactly() -> None:
    halves = np.arange(1 << 16, dtype=np.uint16).view(np.float16)
    halves = halves[np.isfinite(halves)]
    np.testing.assert_array_equal(widened(halves), halves.astype(np.float32))
    assert np.signbit(widened(np.array([[-0.0]], np.float16))).all()


def test_a_store_of_another_dimension_or_a_damaged_one_is_refused(tmp_path: Path) -> None:
    build_vectors(tmp_path, _vectors(5))
    with pytest.raises(IndexFormatError, match="16 维"):
        open_vectors(tmp_path, VectorInfo(), D + 1)
    (tmp_path / CLAUSE_FILES.flat).write_bytes(b"not an index")
    with pytest.raises(IndexFormatError, match="fatiao index build"):
        open_vectors(tmp_path, VectorInfo(), D)
