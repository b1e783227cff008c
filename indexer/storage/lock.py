"""One writer at a time: a lock on the file ``LOCK`` of an index folder, which says who holds it."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from indexer.errors import IndexLockedError

LOCK = "LOCK"


@contextmanager
def writer_lock(folder: Path) -> Iterator[None]:
    """Holds the writer's lock of an index folder; the system releases it when the process ends, however it ends.

    Args:
        folder: The index folder, which exists.

    Yields:
        Nothing; the lock is held inside.

    Raises:
        IndexLockedError: Another process, or another thread of this one, holds it.
    """
    import fcntl  # POSIX only, and readers need no lock

    with (folder / LOCK).open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.seek(0)
            message = f"索引 {folder} 正在被写入（{_holder(file.read())}）：请等它结束后再试"
            raise IndexLockedError(message) from error
        _sign(file.fileno())
        try:
            yield
        finally:
            # The file stays: removing it would let two writers hold locks on two files of one name.
            os.ftruncate(file.fileno(), 0)


def _sign(descriptor: int) -> None:
    started = datetime.now(UTC).astimezone().isoformat(timespec="seconds")
    holder = {"pid": os.getpid(), "host": socket.gethostname(), "started": started}
    os.ftruncate(descriptor, 0)
    os.write(descriptor, json.dumps(holder).encode())


def _holder(text: str) -> str:
    try:
        holder = json.loads(text)
        return f"进程 {holder['pid']}，主机 {holder['host']}，始于 {holder['started']}"
    except (ValueError, KeyError, TypeError):
        return "持有者不明"
