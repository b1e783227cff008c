"""One-dimensional arrays in NumPy's own ``.npy`` format, mapped into memory."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from indexer.errors import IndexFormatError
from indexer.storage.manifest import REBUILD

Scalar = TypeVar("Scalar", bound=np.generic)

_MAGIC = b"\x93NUMPY\x01\x00"


def open_array(path: Path, kind: type[Scalar], size: int | None = None) -> NDArray[Scalar]:
    """Maps an array that ``np.save`` wrote.

    ``np.load`` would do, but for reading the header it asks Python's own parser, which in Python 3.11 fails when
    several threads ask at once (``AST constructor recursion depth mismatch``); a server opens indexes in any thread.

    Args:
        path: The file.
        kind: The type of its numbers.
        size: How many there must be; None for any number.

    Returns:
        The array, (n,), read-only.

    Raises:
        IndexFormatError: It is missing, not such an array, or of another size.
    """
    dtype: np.dtype[Any] = np.dtype(kind)
    try:
        with path.open("rb") as file:
            start = file.read(len(_MAGIC) + 2)
            offset = len(start) + int.from_bytes(start[-2:], "little")
            header = file.read(offset - len(start)).decode("latin-1")
        count = (path.stat().st_size - offset) // dtype.itemsize
    except OSError as error:
        raise IndexFormatError(f"索引的 {path} 读不出来：{REBUILD}") from error
    if not start.startswith(_MAGIC) or f"'descr': '{dtype.str}'" not in header or f"({count},)" not in header:
        raise IndexFormatError(f"索引的 {path} 内容不对：{REBUILD}")
    if size is not None and count != size:
        raise IndexFormatError(f"索引的 {path} 应有 {size} 个数，实有 {count} 个：{REBUILD}")
    # Nothing cannot be mapped.
    return np.asarray(np.memmap(path, dtype, "r", offset, (count,)) if count else np.zeros(0, dtype))
