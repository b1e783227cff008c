"""Measures retrieval under the conditions of ``retrieval.yaml`` and compares with the figures that stand there.

    python -m benchmarks.retrieval [--corpus FOLDER] [--work build/evaluate] [--only NAME] [--accept]
    python -m benchmarks.retrieval --table

Prints a line a condition: OK, FAIL (another figure than expected, or none), NEW (nothing is expected yet) or SKIPPED
(it needs what is not here); exit status 1 on FAIL. Then writes the tables of both READMEs from the figures in the file.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml

from indexer.embedding import load_embedder
from indexer.resources import sample_folder

ROOT = Path(__file__).parent.parent
FILE = ROOT / "benchmarks" / "retrieval.yaml"
READMES = {"en": ROOT / "README.md", "zh": ROOT / "README.zh.md"}
MEASURES = ("R@10", "R@100", "MRR@10", "nDCG@10")
_MARKED = re.compile(r"(?<=<!-- retrieval -->\n).*?(?=<!-- /retrieval -->)", re.DOTALL)

Status = Literal["OK", "FAIL", "NEW", "SKIPPED"]
Figures = Mapping[str, Mapping[str, float]]
"""By measure: ``mean``, and ``low`` and ``high`` of its 95 % interval."""


@dataclass(frozen=True, slots=True)
class Preparation:
    """What conditions are measured on, and how it is made.

    Attributes:
        name: What conditions call it.
        makes: The file or folder that it leaves.
        needs: ``corpus``, or None.
        inputs: Shipped files and folders that it is made of, beside the model: when they change, it is made anew.
        command: How.
    """

    name: str
    makes: str
    needs: str | None
    inputs: Sequence[str]
    command: str


@dataclass(frozen=True, slots=True)
class Condition:
    """A line of the table.

    Attributes:
        name: What ``--only`` calls it.
        title: What the READMEs call it, by language.
        needs: ``corpus``, or None.
        prepare: Names of the preparations that go before.
        command: Prints the figures as JSON. Conditions with one command share its run.
        mode: Which of the run's modes.
        of: Which of the run's rows: ``全国性法律`` or ``含地方性法规``.
        tolerance: How far a figure may be from the expected one, either way.
        expected: By measure; None before the first ``--accept``.
        intervals: By measure, the 95 % interval that was measured with it.
    """

    name: str
    title: Mapping[str, str]
    needs: str | None
    prepare: Sequence[str]
    command: str
    mode: str
    of: str
    tolerance: float
    expected: Mapping[str, float] | None
    intervals: Mapping[str, Sequence[float]] | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a condition: its figures where it was measured, and a line's worth of words."""

    condition: Condition
    status: Status
    words: str
    figures: Figures | None = None

    def __str__(self) -> str:
        return f"{self.status:<8} {self.condition.name:<28} {self.words}"


class Sheet:
    """The conditions with their figures, as ``retrieval.yaml`` has them.

    Args:
        path: The file. Its first lines, comments, are kept when it is written; others would be lost.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        text = path.read_text(encoding="utf-8")
        self._raw: dict[str, list[dict[str, Any]]] = yaml.safe_load(text)
        self._head = re.match(r"(?:#.*\n|\n)*", text)
        self.preparations = {entry["name"]: Preparation(**entry) for entry in self._raw["preparations"]}

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """In the order of the table."""
        return tuple(Condition(**entry) for entry in self._raw["conditions"])

    def accept(self, condition: Condition, figures: Figures) -> None:
        """Expects what was measured from now on, and writes the file."""
        entry = next(entry for entry in self._raw["conditions"] if entry["name"] == condition.name)
        entry["expected"] = {name: round(figures[name]["mean"], 3) for name in MEASURES}
        entry["intervals"] = {name: [round(figures[name][end], 3) for end in ("low", "high")] for name in MEASURES}
        self.path.write_text(self.text(), encoding="utf-8")

    def text(self) -> str:
        """The file: what stands in it, in the form that ``accept`` writes."""
        body: str = yaml.safe_dump(
            self._raw, allow_unicode=True, sort_keys=False, default_flow_style=None, width=sys.maxsize
        )
        return (self._head.group() if self._head else "") + body


@dataclass(frozen=True, slots=True)
class Places:
    """Where things lie: the corpus if there is one, and the folder for what is made."""

    corpus: Path | None
    work: Path

    def fill(self, template: str) -> list[str]:
        """A command's words with the placeholders filled in; a path may have spaces."""
        names = {
            "python": sys.executable,
            "fatiao": str(Path(sys.executable).with_name("fatiao")),
            "sample": str(sample_folder()),
            "corpus": str(self.corpus),
            "work": str(self.work),
        }
        return [word.format(**names) for word in shlex.split(template)]

    def run(self, template: str, *, keep: bool = False) -> subprocess.CompletedProcess[str]:
        """Runs a command in the checkout, as if no setting were set; ``keep`` catches its standard output."""
        settings = {name: value for name, value in os.environ.items() if not name.startswith("FATIAO_")}
        where = subprocess.PIPE if keep else sys.stderr.fileno()
        return subprocess.run(  # noqa: S603 - the commands are the project's own file
            self.fill(template), cwd=ROOT, env=settings, stdout=where, encoding="utf-8", check=False
        )


class Bench:
    """Runs conditions, each preparation and each command once.

    Args:
        sheet: The conditions.
        places: Where things lie.
        reuse: Take what was prepared earlier as it is, whatever it was made of.
    """

    def __init__(self, sheet: Sheet, places: Places, *, reuse: bool = False) -> None:
        self._sheet = sheet
        self._places = places
        self._reuse = reuse
        self._revision = load_embedder().revision
        self._prepared: dict[str, str | None] = {}
        self._printed: dict[str, Any] = {}

    def measure(self, condition: Condition) -> Outcome:
        """Prepares, runs and judges a condition."""
        wanted = [self._sheet.preparations[name] for name in condition.prepare]
        if self._places.corpus is None and "corpus" in {condition.needs, *(each.needs for each in wanted)}:
            return Outcome(condition, "SKIPPED", "needs a corpus: --corpus FOLDER (make evaluate CORPUS=folder)")
        for preparation in wanted:
            failure = self._prepare(preparation)
            if failure is not None:
                return Outcome(condition, "FAIL", failure)
        if condition.command not in self._printed:
            self._printed[condition.command] = self._json(condition.command)
        printed = self._printed[condition.command]
        if isinstance(printed, str):
            return Outcome(condition, "FAIL", printed)
        figures = figures_of(printed, condition)
        if figures is None:
            return Outcome(condition, "FAIL", f"its command prints no figures for {condition.mode}, {condition.of}")
        return judged(condition, figures)

    def _prepare(self, preparation: Preparation) -> str | None:
        """Makes what is not there for the present model; a line when that fails."""
        if preparation.name not in self._prepared:
            self._prepared[preparation.name] = self._made(preparation)
        return self._prepared[preparation.name]

    def _made(self, preparation: Preparation) -> str | None:
        (target,) = self._places.fill(preparation.makes)
        stamp = self._places.work / f"{preparation.name}.stamp"
        made_of = json.dumps(
            {
                "model": self._revision,
                "command": self._places.fill(preparation.command)[1:],
                "inputs": _digest([ROOT / path for path in self._places.fill(shlex.join(preparation.inputs))]),
            }
        )
        known = stamp.read_text(encoding="utf-8") if stamp.is_file() else ""
        if Path(target).exists() and (self._reuse or known == made_of):
            return None
        # A stamp stands only beside what was made to the end.
        stamp.unlink(missing_ok=True)
        status = self._places.run(preparation.command).returncode
        if status:
            return f"the preparation {preparation.name} ended with status {status}: see above"
        stamp.write_text(made_of, encoding="utf-8")
        return None

    def _json(self, command: str) -> dict[str, Any] | str:
        """What a command prints; a line when it fails."""
        done = self._places.run(command, keep=True)
        if done.returncode:
            return f"its command ended with status {done.returncode}: see above"
        try:
            printed: dict[str, Any] = json.loads(done.stdout)
        except ValueError:
            return "its command prints no JSON"
        return printed


def figures_of(printed: Mapping[str, Any], condition: Condition) -> Figures | None:
    """The figures that a condition means among those that its command printed.

    Args:
        printed: By ``fatiao evaluate --format json`` or by ``benchmarks.crossvalidate``.
        condition: The condition.

    Returns:
        The figures of all ``MEASURES``; None when they are not there.
    """
    if "rows" in printed:
        rows = (
            {row["condition"]: row["figures"] for row in printed["rows"]} if printed["mode"] == condition.mode else {}
        )
    else:
        rows = printed.get(condition.mode, {})
    found = rows.get(condition.of, {})
    return {name: found[name] for name in MEASURES} if found.keys() >= set(MEASURES) else None


def judged(condition: Condition, figures: Figures) -> Outcome:
    """Compares measured figures with the expected ones; a higher one is not as expected either."""
    words = ", ".join(f"{name} {figures[name]['mean']:.3f}" for name in MEASURES)
    expected = condition.expected
    if expected is None:
        return Outcome(condition, "NEW", words, figures)
    off = [
        f"{name} {figures[name]['mean']:.3f} instead of {value:.3f} ± {condition.tolerance:g}"
        for name, value in expected.items()
        # The expected figures are rounded: a difference of just the tolerance is within it.
        if abs(figures[name]["mean"] - value) > condition.tolerance + 0.0005
    ]
    return Outcome(condition, "FAIL" if off else "OK", ", ".join(off) or words, figures)


def table(conditions: Sequence[Condition], language: str) -> str:
    """The READMEs' table: a figure with its 95 % interval in each cell; what was not measured yet is left out."""
    return "".join(f"{line}\n" for line in _lines(conditions, language))


def write_tables(conditions: Sequence[Condition], readmes: Mapping[str, Path]) -> None:
    """Writes the tables between the marks ``<!-- retrieval -->`` and ``<!-- /retrieval -->``.

    Args:
        conditions: With the figures to show.
        readmes: The files by language.

    Raises:
        SystemExit: A file has no such marks.
    """
    for language, path in readmes.items():
        text = path.read_text(encoding="utf-8")
        marked = _MARKED.search(text)
        if marked is None:
            raise SystemExit(f"{path} has no lines <!-- retrieval --> and <!-- /retrieval --> to put the table between")
        rows = table(conditions, language)
        path.write_text(text[: marked.start()] + rows + text[marked.end() :], encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line.

    Args:
        arguments: Those after the program's name; the process's own by default.

    Returns:
        1 when a condition failed, else 0.
    """
    given = _options().parse_args(arguments)
    sheet = Sheet(FILE)
    failed = False
    if not given.table:
        wanted = _wanted(sheet.conditions, given.only)
        places = Places(given.corpus.resolve() if given.corpus else None, given.work.resolve())
        places.work.mkdir(parents=True, exist_ok=True)
        bench = Bench(sheet, places, reuse=given.reuse)
        for outcome in map(bench.measure, wanted):
            accepted = outcome.figures if given.accept else None
            if accepted is not None:
                sheet.accept(outcome.condition, accepted)
            failed |= outcome.status == "FAIL" and accepted is None
            print(f"{outcome}{'' if accepted is None else ', accepted'}", flush=True)
    write_tables(sheet.conditions, READMES)
    return 1 if failed else 0


def _wanted(conditions: Sequence[Condition], only: Sequence[str]) -> list[Condition]:
    unknown = set(only) - {condition.name for condition in conditions}
    if unknown:
        raise SystemExit(f"{FILE.name} has no condition {', '.join(sorted(unknown))}")
    return [condition for condition in conditions if not only or condition.name in only]


def _lines(conditions: Sequence[Condition], language: str) -> Iterator[str]:
    yield "| | " + " | ".join(MEASURES) + " |"
    yield "|---|" + "---|" * len(MEASURES)
    for condition in (each for each in conditions if each.expected is not None):
        yield f"| {condition.title[language]} | " + " | ".join(_cell(condition, name) for name in MEASURES) + " |"


def _cell(condition: Condition, name: str) -> str:
    value = (condition.expected or {})[name]
    low, high = (condition.intervals or {}).get(name, (None, None))
    interval = "" if low is None or high is None else f" ({low:.3f}–{high:.3f})"
    return f"{value:.3f}{interval}"


def _digest(paths: Sequence[Path]) -> str:
    """Of the names and bytes of files, those in folders too."""
    digest = hashlib.sha256()
    for path in paths:
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file():
                digest.update(f"{file.name}\0".encode() + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, help="a folder with laws/, gazettes/ and queries/")
    parser.add_argument("--work", type=Path, default=Path("build/evaluate"), help="for indexes and folds; kept")
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="this condition; may be repeated")
    parser.add_argument("--accept", action="store_true", help="expect from now on what is measured now")
    parser.add_argument("--reuse", action="store_true", help="take prepared indexes and folds as they are")
    parser.add_argument("--table", action="store_true", help="write the READMEs' tables without measuring")
    return parser


if __name__ == "__main__":
    sys.exit(main())
