"""Files to documents, in several processes: a file that cannot be read, or kills its process, costs only itself."""

from __future__ import annotations

import multiprocessing
import signal
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Protocol

from indexer.errors import FatiaoError
from indexer.sources.reading import DEFAULT_LIMITS, Limits
from indexer.transfer import pack, unpack
from indexer.types import Document

_CHUNK = 8
"""Files handed to a process at a time: enough to keep it busy while its results are taken."""
_READY = "ready"


@dataclass(frozen=True, slots=True)
class FileError:
    """Why a file gave no documents: a stable code and a Chinese sentence."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """A file with its documents, or with the error that it gave; never both."""

    source: str
    documents: tuple[Document, ...] = ()
    error: FileError | None = None


def parse_file(path: Path, limits: Limits = DEFAULT_LIMITS) -> ParsedFile:
    """Reads and parses one file.

    Args:
        path: A file of a known format.
        limits: What it may be at most.

    Returns:
        Its documents, or why there are none; nothing is raised.
    """
    from indexer import sources, structure  # each worker pays for the readers, the parent of the workers does not

    try:
        return ParsedFile(str(path), structure.parse(sources.read(path, limits)))
    except FatiaoError as error:
        return ParsedFile(str(path), error=FileError(error.code, str(error)))
    except Exception as error:  # noqa: BLE001 - one file must not stop the others, whatever is wrong with it
        message = f"解析 {path} 时出错（{type(error).__name__}：{error}）：请报告这个问题并附上该文件"
        return ParsedFile(str(path), error=FileError("parse_failed", " ".join(message.split())))


def parse_files(
    files: Sequence[Path], workers: int, limits: Limits = DEFAULT_LIMITS
) -> Iterator[tuple[int, ParsedFile]]:
    """Parses files, in worker processes where that pays.

    Args:
        files: What to parse.
        workers: How many processes; below 2 the files are parsed in this one.
        limits: What a file may be at most.

    Yields:
        The position in ``files`` and the result, as they come; every position once.
    """
    if workers < 2 or len(files) <= _CHUNK:
        yield from ((at, parse_file(path, limits)) for at, path in enumerate(files))
        return
    pool = _Pool(files, workers, limits)
    try:
        yield from pool.results()
    finally:
        pool.close()


class _Process(Protocol):
    """What the pool needs of a process of any start method."""

    def join(self, timeout: float | None = None) -> None: ...
    def kill(self) -> None: ...


@dataclass(slots=True)
class _Worker:
    process: _Process
    connection: Connection
    pending: deque[int] = field(default_factory=deque)
    ready: bool = False


class _Pool:
    """Workers and the files that wait for them.

    The standard pools are not used because they hang or fail as a whole when a process is killed for its memory, and
    leave their processes behind when the parent is killed. Here each worker has a pipe of its own: its end tells the
    parent that the worker died, and the worker that the parent did.
    """

    def __init__(self, files: Sequence[Path], workers: int, limits: Limits) -> None:
        self._files = files
        self._limits = limits
        self._waiting = deque(range(len(files)))
        self._workers: list[_Worker] = []
        for _ in range(min(workers, -(-len(files) // _CHUNK))):
            self._start()

    def results(self) -> Iterator[tuple[int, ParsedFile]]:
        """Every file's position and result, as they come."""
        while self._waiting or any(worker.pending for worker in self._workers):
            if not self._workers:
                # No worker can start (the main program is not importable, say): do the rest here.
                at = self._waiting.popleft()
                yield at, parse_file(self._files[at], self._limits)
                continue
            ready = wait([worker.connection for worker in self._workers])
            for worker in [worker for worker in self._workers if worker.connection in ready]:
                yield from self._take(worker)

    def close(self) -> None:
        """Ends the workers, at work or not."""
        for worker in self._workers:
            self._end(worker)
        self._workers.clear()

    def _take(self, worker: _Worker) -> Iterator[tuple[int, ParsedFile]]:
        try:
            message = worker.connection.recv()
        except (EOFError, OSError):
            yield from self._bury(worker)
            return
        if message == _READY:
            worker.ready = True
        else:
            source, documents, error = message
            yield worker.pending.popleft(), ParsedFile(source, tuple(map(unpack, documents)), error)
        if len(worker.pending) < _CHUNK // 2:
            self._feed(worker)

    def _feed(self, worker: _Worker) -> None:
        chunk = [self._waiting.popleft() for _ in range(min(_CHUNK, len(self._waiting)))]
        worker.pending.extend(chunk)
        # A dead worker is noticed at the next receive, with what was sent to it still pending.
        with suppress(OSError):
            worker.connection.send([self._files[at] for at in chunk])

    def _bury(self, worker: _Worker) -> Iterator[tuple[int, ParsedFile]]:
        """A worker has died: the file it was at is at fault, the others go to a new one."""
        self._workers.remove(worker)
        self._end(worker)
        if not worker.ready:
            return
        if worker.pending:
            at = worker.pending.popleft()
            path = self._files[at]
            message = f"解析 {path} 的进程意外终止：文件可能过大或已损坏，请检查后单独处理"
            yield at, ParsedFile(str(path), error=FileError("parse_failed", message))
        self._waiting.extendleft(reversed(worker.pending))
        if self._waiting:
            self._start()

    def _start(self) -> None:
        # Not forked: the parent may have threads (tokenizers, FAISS) whose locks a fork would copy in any state.
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_work, args=(theirs, self._limits), daemon=True)
        process.start()
        theirs.close()
        self._workers.append(_Worker(process, ours))

    @staticmethod
    def _end(worker: _Worker) -> None:
        worker.connection.close()
        worker.process.kill()
        worker.process.join()


def _work(connection: Connection, limits: Limits) -> None:
    """The life of a worker: parses what comes through the pipe until the other end is closed."""
    # Ctrl-C reaches the whole group of processes; the parent decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(EOFError, OSError, KeyboardInterrupt):
        connection.send(_READY)
        while True:
            for path in connection.recv():
                parsed = parse_file(path, limits)
                connection.send((parsed.source, [pack(document) for document in parsed.documents], parsed.error))
