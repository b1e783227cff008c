"""Progress of long work: a bar with rate and time left on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import TimeRemainingColumn as TimeLeft

_LINE_EVERY_SECONDS = 5.0


class Bars:
    """A bar for each stage, on a terminal."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Move the stage's bar."""
        if stage not in self._tasks:
            self._tasks[stage] = self._progress.add_task(stage, total=total, rate="")
        task = self._tasks[stage]
        elapsed = self._progress.tasks[task].elapsed or 0.0
        rate = f"{done / elapsed:,.0f}/秒" if elapsed > 0 and done else ""
        self._progress.update(task, completed=done, total=total, rate=rate)


class Lines:
    """A line when a stage begins and ends, and one every few seconds between, where there is no terminal."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._begun: dict[str, float] = {}
        self._last = 0.0

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Print where the stage is, unless it was printed a moment ago."""
        now = time.monotonic()
        first = stage not in self._begun
        begun = self._begun.setdefault(stage, now)
        if not first and done < total and now - self._last < _LINE_EVERY_SECONDS:
            return
        self._last = now
        left = ""
        if 0 < done < total and now > begun:
            left = f"，约剩 {(now - begun) / done * (total - done):.0f} 秒"
        self._stream.write(f"{stage} {done}/{total}{left}\n")
        self._stream.flush()


@contextmanager
def progress_bars(stream: TextIO) -> Iterator[Bars | Lines]:
    """A progress display that fits the stream.

    Args:
        stream: Where to show it; a terminal gets bars.

    Yields:
        A callable ``(stage, done, total)``.
    """
    if not stream.isatty():
        yield Lines(stream)
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=None),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
        TimeLeft(compact=True),
    )
    with Progress(*columns, console=Console(file=stream)) as progress:
        yield Bars(progress)
