"""Vectors kept from one build to the next, by model and text: ``cache/<model>.vectors`` in the index folder.

A file of fixed-size records that only grows: key, then vector in 16-bit floats. A record that an interruption cut
short is overwritten by the next one. The file may be deleted at any time; it costs the next build its time.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.storage.records import EmbedderInfo

CACHE = "cache"

_WASTE = 3
"""A file that holds this many times what the last build used is written anew."""


class VectorCache:
    """The cache of one model; the index folder's writer lock is held while it is used.

    Args:
        folder: The index folder.
        embedder: The model.
    """

    def __init__(self, folder: Path, embedder: EmbedderInfo) -> None:
        name = hashlib.sha256(f"{embedder.name}\0{embedder.revision}\0{embedder.dimension}".encode()).hexdigest()[:16]
        self._path = folder / CACHE / f"{name}.vectors"
        self._type = np.dtype([("key", "<u8", (2,)), ("vector", "<f2", (embedder.dimension,))])
        self._records: NDArray[np.void] = np.zeros(0, self._type)
        self._order: NDArray[np.int64] = np.zeros(0, np.int64)
        self._read()

    @staticmethod
    def keys(texts: Sequence[str]) -> NDArray[np.uint64]:
        """The keys of texts.

        Args:
            texts: What is embedded.

        Returns:
            uint64 (n, 2), the first half of each text's SHA-256.
        """
        digests = b"".join(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:16] for text in texts)
        return np.frombuffer(digests, "<u8").reshape(-1, 2)

    def find(self, keys: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Looks texts up.

        Args:
            keys: uint64 (n, 2).

        Returns:
            int64 (n,), the record of each text; -1 where there is none.
        """
        if not len(self._records):
            return np.full(len(keys), -1, np.int64)
        known = self._records["key"]
        place = np.searchsorted(known[:, 0], keys[:, 0], sorter=self._order)
        records = self._order[np.minimum(place, len(self._order) - 1)]
        return np.where((known[records] == keys).all(axis=1), records, -1)

    def vectors(self, records: NDArray[np.int64]) -> NDArray[np.float16]:
        """The vectors of records, float16 (n, dimension)."""
        return np.asarray(self._records["vector"][records])

    def add(self, keys: NDArray[np.uint64], vectors: NDArray[np.float16]) -> None:
        """Appends records.

        Args:
            keys: uint64 (n, 2).
            vectors: float16 (n, dimension).
        """
        records = np.zeros(len(keys), self._type)
        records["key"], records["vector"] = keys, vectors
        self._path.parent.mkdir(exist_ok=True)
        with self._path.open("ab") as file:
            file.truncate(file.tell() // self._type.itemsize * self._type.itemsize)
            file.seek(0, os.SEEK_END)
            file.write(records.tobytes())
        self._read()

    def tidy(self, keys: NDArray[np.uint64]) -> None:
        """Writes the file anew with what a build used, when it holds much more, and removes those of other models.

        Args:
            keys: uint64 (n, 2), what the build used.
        """
        if not self._path.exists():
            return
        for path in self._path.parent.iterdir():
            if path != self._path:
                path.unlink()
        if len(self._records) > _WASTE * max(len(keys), 1):
            used = np.unique(self.find(keys))
            new = self._path.with_name(f"{self._path.name}.new")
            new.write_bytes(self._records[used[used >= 0]].tobytes())
            new.replace(self._path)

    def _read(self) -> None:
        if not self._path.exists() or self._path.stat().st_size < self._type.itemsize:
            return
        count = self._path.stat().st_size // self._type.itemsize
        self._records = np.memmap(self._path, self._type, "r", shape=(count,))
        self._order = np.argsort(self._records["key"][:, 0], kind="stable")
