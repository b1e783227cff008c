"""Long work in pieces of about a second, so that a bar moves and an interruption loses little.

A static model embeds a hundred thousand texts in the time in which a transformer on a CPU embeds ten: no fixed size of
piece suits both.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

_LEAST, _MOST = 64, 2048
_SECONDS = 1.0


def paced(total: int, clock: Callable[[], float] = time.perf_counter) -> Iterator[slice]:
    """Cuts work into pieces; what the caller does between two of them is measured, and sets the size of the next.

    Args:
        total: How much there is.
        clock: Tells the time in seconds.

    Yields:
        Slices that follow each other from 0 to ``total``.
    """
    at, size = 0, _LEAST
    while at < total:
        began = clock()
        yield slice(at, min(at + size, total))
        at += size
        # At most twice as long as the last: the first pieces are slow, because the model is only then made ready.
        fitting = size * _SECONDS / max(clock() - began, 1e-6)
        size = int(min(max(fitting, _LEAST), 2 * size, _MOST))
