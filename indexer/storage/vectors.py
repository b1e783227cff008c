"""Searching clause vectors: the ``VectorStore`` protocol, and FAISS behind it.

A flat index holds every vector in 16-bit floats and is compared as a whole while there are few. Above ``EXACT_LIMIT``
short codes (product quantisation, 2 bits a component, scanned in registers) narrow the choice, and the candidates
are scored again by the 16-bit vectors: a clause has the same score whichever way it is found. FAISS is imported when
the first store is opened. Why so: docs/decisions/005-vector-index.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from indexer.errors import IndexFormatError
from indexer.storage.manifest import REBUILD
from indexer.storage.records import VectorInfo

EXACT_LIMIT = 20_000
"""Up to here comparing with every vector takes under a millisecond."""
TARGET_RECALL = 0.995

_TIES = 32
"""Found beyond k, so that among equal scores at the edge the lowest rows win, as in a full sort."""
_FEW = 2000
"""Up to here gathering the allowed vectors is faster than having FAISS ask of every vector whether it is allowed."""
_ENOUGH_ALLOWED = 0.1
"""The share of allowed rows from which looking among all candidates for allowed ones is faster than comparing."""
_SHARE_SCORED = 4
"""When more than one in so many is a candidate, comparing with all is no slower."""
_FACTORS = (3, 4, 5, 6, 8, 10, 13, 16)
"""How many candidates to score for each one wanted: the first factor that gives the target recall is taken."""
_SIGN_AND_NUMBER = np.int32(-0x70000001)
"""Without the three bits between the sign and an exponent of five bits, into which the sign has been extended."""
_SEED = 20_230_630
_TRAINED_ON = 16_384
_ROUNDS = 10
_SAMPLE = 200


@dataclass(frozen=True, slots=True)
class VectorFiles:
    """The names of a store's files in a generation's folder.

    Attributes:
        flat: The vectors in 16 bits.
        codes: Their short codes; only where there are many.
    """

    flat: str
    codes: str


CLAUSE_FILES = VectorFiles("flat.faiss", "codes.faiss")


class VectorStore(Protocol):
    """Vectors of equal length that are searched by inner product. Every store gives what brute force would give."""

    @property
    def size(self) -> int:
        """How many vectors there are."""

    @property
    def dimension(self) -> int:
        """Their length."""

    def search(
        self, query: NDArray[np.float32], k: int, allowed: NDArray[np.bool_] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The vectors with the largest inner products.

        Args:
            query: float32 (dimension,).
            k: How many are wanted.
            allowed: bool (size,), which rows may be found; None for all.

        Returns:
            Rows int64 (m,) and their scores float32 (m,), best first, equal scores by row; m = k, or fewer when there
            are not that many allowed rows.
        """

    def reconstruct(self, rows: NDArray[np.integer]) -> NDArray[np.float32]:
        """The vectors of some rows.

        Args:
            rows: Integers (n,).

        Returns:
            float32 (n, dimension), as stored.
        """


class FlatVectors:
    """All vectors in 16-bit floats, compared one by one.

    Args:
        index: A FAISS scalar-quantised flat index of type fp16.
    """

    def __init__(self, index: Any) -> None:
        self._index = index
        self._codes = _codes(index)

    @property
    def size(self) -> int:
        """How many vectors there are."""
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        """Their length."""
        return int(self._index.d)

    def search(
        self, query: NDArray[np.float32], k: int, allowed: NDArray[np.bool_] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """See :class:`VectorStore`."""
        if allowed is not None and np.count_nonzero(allowed) <= _FEW:
            return self.best_of(np.flatnonzero(allowed), query, k)
        wanted = min(k + _TIES, self.size)
        if k <= 0 or not wanted:
            return _none()
        scores, rows = self._index.search(query[None, :], wanted, params=_selection(allowed))
        return _sorted(rows[0], scores[0], k)

    def best_of(
        self, rows: NDArray[np.int64], query: NDArray[np.float32], k: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The best k of some rows, each given once; for a few thousand of them at most."""
        if k <= 0 or not len(rows):
            return _none()
        return _sorted(rows, self.reconstruct(rows) @ query, k)

    def reconstruct(self, rows: NDArray[np.integer]) -> NDArray[np.float32]:
        """See :class:`VectorStore`."""
        return widened(self._codes[rows])


class ScannedVectors:
    """Short codes that choose candidates, and the 16-bit vectors that score them.

    Args:
        codes: A FAISS fast-scan index.
        flat: The same vectors, whole.
        factor: How many candidates are scored for each row wanted.
    """

    def __init__(self, codes: Any, flat: FlatVectors, factor: int) -> None:
        self._codes = codes
        self._flat = flat
        self._factor = factor

    @property
    def size(self) -> int:
        """How many vectors there are."""
        return self._flat.size

    @property
    def dimension(self) -> int:
        """Their length."""
        return self._flat.dimension

    def search(
        self, query: NDArray[np.float32], k: int, allowed: NDArray[np.bool_] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """See :class:`VectorStore`; here a few of the best may be missed, how few is in the manifest."""
        share = 1.0 if allowed is None else np.count_nonzero(allowed) / self.size
        candidates = self._factor * k + _TIES
        # Fewer rows are allowed than not: look at so many more.
        wanted = int(candidates / max(share, _ENOUGH_ALLOWED))
        if k <= 0 or share < _ENOUGH_ALLOWED or _SHARE_SCORED * wanted > self.size:
            return self._flat.search(query, k, allowed)
        _, found = self._codes.search(query[None, :], wanted)
        rows = found[0] if allowed is None else found[0][allowed[found[0]]]
        if 2 * len(rows) < candidates:
            # What is allowed lies far from the query: the candidates are not the best of it.
            return self._flat.search(query, k, allowed)
        return self._flat.best_of(np.sort(rows), query, k)

    def reconstruct(self, rows: NDArray[np.integer]) -> NDArray[np.float32]:
        """See :class:`VectorStore`."""
        return self._flat.reconstruct(rows)


def build_vectors(
    folder: Path,
    vectors: NDArray[np.float16],
    questions: NDArray[np.float32] | None = None,
    exact_limit: int = EXACT_LIMIT,
    files: VectorFiles = CLAUSE_FILES,
) -> VectorInfo:
    """Writes vectors into a generation's folder; the same vectors give the same bytes.

    Args:
        folder: The generation's folder.
        vectors: float16 (n, dimension), of length 1.
        questions: float32 (q, dimension), what recall is measured with; None for points between two vectors.
        exact_limit: Above this many, codes are added.
        files: What the files are called.

    Returns:
        How they are searched, with the recall measured.
    """
    faiss = _faiss()
    count, dimension = vectors.shape
    flat = _flat(vectors)
    faiss.write_index(flat, str(folder / files.flat))
    if count <= exact_limit or dimension % 2:
        return VectorInfo()
    codes = _encode(vectors)
    info = _choose_factor(codes, FlatVectors(flat), _between(vectors) if questions is None else questions)
    if info.kind == "scan":
        faiss.write_index(codes, str(folder / files.codes))
    return info


def flat_vectors(vectors: NDArray[np.floating]) -> FlatVectors:
    """Vectors in memory, compared one by one.

    Args:
        vectors: Floats (n, dimension); kept in 16 bits.

    Returns:
        The store.
    """
    return FlatVectors(_flat(vectors))


def open_vectors(folder: Path, info: VectorInfo, dimension: int, files: VectorFiles = CLAUSE_FILES) -> VectorStore:
    """Opens vectors of a generation, mapped into memory.

    Args:
        folder: The generation's folder.
        info: How they are searched.
        dimension: The length that they must have.
        files: What the files are called.

    Returns:
        The store.

    Raises:
        IndexFormatError: The files are not what the manifest says.
    """
    faiss = _faiss()

    # A query takes a millisecond: handing it to several threads costs more than it gains, and they would fight
    # with those of other queries.
    faiss.omp_set_num_threads(1)
    try:
        store: VectorStore
        store = flat = FlatVectors(faiss.read_index(str(folder / files.flat), faiss.IO_FLAG_MMAP_IFC))
        if info.kind == "scan":
            store = ScannedVectors(faiss.read_index(str(folder / files.codes)), flat, info.factor)
    except (RuntimeError, ValueError, AttributeError) as error:
        raise IndexFormatError(f"索引 {folder} 的向量文件读不出来：{REBUILD}") from error
    if store.dimension != dimension:
        raise IndexFormatError(f"索引 {folder} 的向量是 {store.dimension} 维，清单写的是 {dimension} 维：{REBUILD}")
    return store


def _faiss() -> Any:
    """The library: importing it takes a sixth of a second, which commands without vectors do not pay."""
    return import_module("faiss")


def _flat(vectors: NDArray[np.floating]) -> Any:
    faiss = _faiss()
    flat = faiss.IndexScalarQuantizer(vectors.shape[1], faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
    flat.is_trained = True
    _add(flat, vectors)
    return flat


def _add(index: Any, vectors: NDArray[np.floating]) -> None:
    for at in range(0, len(vectors), 1 << 16):
        index.add(vectors[at : at + (1 << 16)].astype(np.float32))


def _encode(vectors: NDArray[np.float16]) -> Any:
    """Learns codes of 4 bits for every two components, and gives each vector its code."""
    faiss = _faiss()
    count, dimension = vectors.shape
    index = faiss.IndexPQFastScan(dimension, dimension // 2, 4, faiss.METRIC_INNER_PRODUCT)
    index.pq.cp.seed = _SEED
    index.pq.cp.niter = _ROUNDS
    index.pq.cp.min_points_per_centroid = 1
    chosen = np.random.default_rng(_SEED).choice(count, min(count, _TRAINED_ON), replace=False)
    threads = faiss.omp_get_max_threads()
    # Sums in another order are other sums: one thread makes the same bytes everywhere.
    faiss.omp_set_num_threads(1)
    try:
        index.train(vectors[np.sort(chosen)].astype(np.float32))
        _add(index, vectors)
    finally:
        faiss.omp_set_num_threads(threads)
    return index


def _between(vectors: NDArray[np.float16]) -> NDArray[np.float32]:
    """Points between pairs of vectors, float32 (n, dimension), of length 1."""
    chosen = np.random.default_rng(_SEED).integers(0, len(vectors), (_SAMPLE, 2))
    pairs = vectors[chosen].astype(np.float32)
    points = pairs[:, 0] + 0.5 * pairs[:, 1]
    return np.asarray(points / np.maximum(np.linalg.norm(points, axis=1, keepdims=True), 1e-9))


def _choose_factor(codes: Any, flat: FlatVectors, queries: NDArray[np.float32]) -> VectorInfo:
    """The smallest factor that gives the target recall at 100; comparing one by one when none does."""
    truth = [flat.search(query, 100)[0] for query in queries]
    for factor in _FACTORS:
        if _SHARE_SCORED * (factor * 100 + _TIES) > flat.size:
            break
        store = ScannedVectors(codes, flat, factor)
        found = [store.search(query, 100)[0] for query in queries]
        recall = float(np.mean([np.isin(want, got).mean() for want, got in zip(truth, found, strict=True)]))
        if recall >= TARGET_RECALL:
            return VectorInfo("scan", factor, round(recall, 4))
    return VectorInfo()


def _selection(allowed: NDArray[np.bool_] | None) -> Any:
    if allowed is None:
        return None
    faiss = _faiss()
    return faiss.SearchParameters(sel=faiss.IDSelectorBitmap(np.packbits(allowed, bitorder="little")))


def _codes(index: Any) -> NDArray[np.float16]:
    """The stored vectors, float16 (n, dimension), without a copy."""
    faiss = _faiss()

    if not index.ntotal:
        return np.zeros((0, index.d), np.float16)
    if index.code_size != 2 * index.d:
        raise ValueError("not 16-bit vectors")
    codes = faiss.rev_swig_ptr(index.codes.data(), index.ntotal * index.code_size)
    return np.asarray(codes.view(np.float16).reshape(index.ntotal, index.d))


def widened(halves: NDArray[np.float16]) -> NDArray[np.float32]:
    """16-bit floats as 32-bit ones, exactly; in a fifth of the time of ``astype``, which converts one after another.

    Shifted to where binary32 has its fraction, a binary16 number (IEEE 754, 3.6) is too small by the difference of the
    biases, 127 - 15 powers of two; that is so for subnormal numbers as well, and a sum of squares near 1 has neither
    infinities nor what is no number.

    Args:
        halves: float16, finite, in any shape.

    Returns:
        float32, in the same shape.
    """
    bits = halves.view(np.int16).astype(np.int32)
    bits <<= 13
    bits &= _SIGN_AND_NUMBER
    numbers: NDArray[np.float32] = bits.view(np.float32)
    numbers *= np.float32(2.0**112)
    return numbers


def _sorted(
    rows: NDArray[np.int64], scores: NDArray[np.float32], k: int
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """The best k by score, then row; rows of -1, which FAISS gives when there are too few, are left out."""
    rows, scores = rows[rows >= 0], scores[rows >= 0]
    order = np.lexsort((rows, -scores))[:k]
    return rows[order].astype(np.int64), scores[order].astype(np.float32)


def _none() -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    return np.zeros(0, np.int64), np.zeros(0, np.float32)
