"""Measures how fast documents are read and parsed on one core, and that the cost grows with the size and no faster.

python benchmarks/parsing_speed.py [CORPUS] --output benchmarks/parsing_speed.md

Time is processor time; speed is normalised text in UTF-8 by a second of it. The first run warms up and does not count.
The collector of cycles is off, as in a build.
"""

from __future__ import annotations

import argparse
import gc
import platform
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from indexer.numerals import chinese
from indexer.sources import discover, read
from indexer.structure import parse

SAMPLE = 300
RUNS = 7
GOAL = 3.0
"""Megabytes a second on one core that parsing must reach."""
ARTICLES = 2_000
FACTORS = (1, 2, 4, 8)
MEGABYTE = 1_000_000
TEXT = frozenset((".md", ".txt"))
"""Formats whose text takes no program of others to get at: the time for a PDF is nearly all its renderer's."""


@dataclass(frozen=True, slots=True)
class Speed:
    """What a measurement gave.

    Attributes:
        size: Normalised text in UTF-8, bytes.
        seconds: Processor time of each run.
    """

    size: int
    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        """Processor seconds of the run in the middle."""
        return statistics.median(self.seconds)

    @property
    def rate(self) -> float:
        """Megabytes by a second, in the median run."""
        return self.size / MEGABYTE / self.median


def measure(paths: Sequence[Path], runs: int = RUNS) -> Speed:
    """Read and parse some files again and again.

    Args:
        paths: The files.
        runs: How often, the one that warms up not counted.

    Returns:
        Their size and the time of each run.
    """
    seconds: list[float] = []
    size = 0
    for _ in range(runs + 1):
        gc.collect()
        size = 0
        started = time.process_time()
        for path in paths:
            size += sum(len(document.text.encode()) for document in parse(read(path)))
        seconds.append(time.process_time() - started)
    return Speed(size, tuple(seconds[1:]))


def sample(corpus: Path, count: int = SAMPLE) -> list[Path]:
    """The same files of a corpus every time: evenly spread over its text files in the order of their paths.

    Args:
        corpus: Its folder.
        count: How many files at most.

    Returns:
        Their paths.

    Raises:
        SourceError: There is no such folder, or nothing in it to read.
    """
    files = [Path(file) for file in discover([corpus]).files]
    texts = [file for file in files if file.suffix.lower() in TEXT]
    return [texts[place * len(texts) // count] for place in range(count)] if len(texts) > count else texts


def regulation(articles: int) -> str:
    """A fictional regulation as a Markdown source prints one: chapters, articles of one to three 款, 项 and 目.

    Args:
        articles: How many.

    Returns:
        Its text; the cost of parsing it should be in proportion to ``articles``.
    """
    lines = ["# 临海省港口岸线条例", "", "2031年5月1日 临海省人民代表大会常务委员会通过", "", "<!-- INFO END -->", ""]
    for number in range(1, articles + 1):
        if number % 20 == 1:
            lines += [f"## 第{chinese(number // 20 + 1)}章　港口岸线的第{number}项管理", ""]
        mark = f"第{chinese(number)}条　"
        lines += [f"{mark}港口岸线的使用人应当依法登记，向社会公示岸线的位置、长度和用途，并接受监督。", ""]
        if number % 2:
            lines += [
                f"违反本条例第{chinese(number)}条第一款规定的，由海事机构责令改正，处二千元以上一万元以下的罚款。",
                "",
            ]
        if number % 3 == 0:
            lines += ["有下列情形之一的，海事机构应当注销登记：", ""]
            lines += [f"（{chinese(item)}）岸线连续{item}年没有使用，或者改作其他用途的；\n" for item in range(1, 6)]
            lines += ["（六）法律、法规规定的其他情形：", "", "1.岸线灭失；", "", "2.使用期限届满（未续期）。", ""]
    return "\n".join(lines)


def proportion(folder: Path, articles: int = ARTICLES, runs: int = RUNS) -> list[Speed]:
    """Parse generated documents of growing size.

    Args:
        folder: Where they may be written.
        articles: Of the smallest.
        runs: How often each is parsed.

    Returns:
        One measurement for each of ``FACTORS``.
    """
    found = []
    for factor in FACTORS:
        path = folder / f"{factor}.md"
        path.write_text(regulation(factor * articles), encoding="utf-8")
        found.append(measure([path], runs))
    return found


def report(speed: Speed, what: str, growth: Sequence[Speed], day: str) -> str:
    """The figures as Markdown.

    Args:
        speed: Of the sample.
        what: The sample in words.
        growth: One measurement for each of ``FACTORS``.
        day: When.

    Returns:
        The page.
    """
    rates = [speed.size / MEGABYTE / seconds for seconds in speed.seconds]
    slowest, fastest = f"{min(rates):.1f}", f"{max(rates):.1f}"
    figures = (what, _megabytes(speed), len(rates), f"**{speed.rate:.1f}**", slowest, fastest, GOAL)
    first = growth[0]
    steps = [
        (f"{step.size / first.size:.1f} ×", _megabytes(step), f"{step.median:.2f}", f"{step.rate:.1f}",
         f"{step.median / first.median:.1f} ×")
        for step in growth
    ]  # fmt: skip
    lines = [
        "# The speed of parsing",
        "",
        f"Measured on {day} with `make parsing CORPUS=folder`, Python {platform.python_version()}, one process on one",
        "core; megabytes of normalised text in UTF-8 by a second of processor time for reading and parsing.",
        "",
        "| Sample | MB | Runs | Median MB/s | Slowest | Fastest | Goal |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
        _row(figures),
        "",
        "The cost of one generated document as it grows; in proportion, the cost would be what the size is:",
        "",
        "| Size | MB | Median seconds | MB/s | Cost |",
        "| ---: | ---: | ---: | ---: | ---: |",
        *map(_row, steps),
    ]
    return "\n".join([*lines, ""])


def _row(cells: Sequence[object]) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def _megabytes(speed: Speed) -> str:
    return f"{speed.size / MEGABYTE:.1f}"


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path, nargs="?", help="without it, a generated document is the sample")
    parser.add_argument("--output", type=Path, default=Path(__file__).with_suffix(".md"))
    given = parser.parse_args()
    gc.disable()
    with tempfile.TemporaryDirectory() as name:
        growth = proportion(Path(name))
    speed, what = growth[-1], "a generated document"
    if given.corpus is not None:
        paths = sample(given.corpus)
        speed, what = measure(paths), f"{len(paths):,} text files of a corpus, evenly spread"
    given.output.parent.mkdir(parents=True, exist_ok=True)
    given.output.write_text(report(speed, what, growth, datetime.now(UTC).date().isoformat()), encoding="utf-8")
    print(f"{given.output}: {speed.rate:.1f} MB/s")


if __name__ == "__main__":
    main()
