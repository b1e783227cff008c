"""Measures the whole system on questions that nothing of it has seen, by cross-validation.

    python -m benchmarks.crossvalidate --folds build/folds --kind plain [--questions public.jsonl]

Of every fold neither the model, nor its known questions, nor the figures of ranking have seen the questions: the
figures are fitted to the other folds. Prints JSON: for each mode the measures with their intervals.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import get_args

from benchmarks.asking import Asked, Bench, rows
from benchmarks.held_out import QUESTIONS
from benchmarks.ranking import fit_ranking, parameters_of
from indexer.embedding import load_embedder
from indexer.storage import Index
from service.evaluation import MEASURES, Judged, evaluate, figure
from service.retrieval import Parameters, Searcher
from service.retrieval.presentation import plain
from service.retrieval.results import Mode

_GATE = ("tokenizer", "gate", "gate_without_words", "answerable")
"""The figures that tell whether law can answer a question at all."""


def folds(folder: Path, kind: str) -> list[Path]:
    """The folders of a kind's folds, by number."""
    found = [path for path in folder.iterdir() if re.fullmatch(rf"{kind}-\d+", path.name)]
    if len(found) < 2:
        raise SystemExit(f"{folder} has no folds of the kind {kind}: make them with python -m benchmarks.held_out")
    return sorted(found, key=lambda path: int(path.name.rpartition("-")[2]))


def ask(folder: Path, day: date) -> list[Asked]:
    """The candidates of a fold's questions in its index, with the answers."""
    bench = Bench(Index.open(folder / "index"), load_embedder(folder / "model"), day)
    questions = rows(folder / QUESTIONS)
    gold, _ = bench.gold(questions)
    return [bench.ask(row["query"], answers) for row, answers in zip(questions, gold, strict=True)]


def searchers(parts: Sequence[Path], day: date, gate: Parameters | None = None) -> Iterator[tuple[Path, Searcher]]:
    """Searches every fold's index with figures of ranking that are fitted to the other folds.

    Args:
        parts: The folders of the folds.
        day: The day whose law is asked.
        gate: Where the gate is taken from; None where only rankings are wanted, which need none.

    Yields:
        The folder of each fold with its searcher.
    """
    asked = [ask(part, day) for part in parts]
    for at, part in enumerate(parts):
        others = [question for other, group in enumerate(asked) if other != at for question in group]
        index, embedder = Index.open(part / "index"), load_embedder(part / "model")
        fitted = replace(parameters_of(fit_ranking(others)), revision=embedder.revision)
        if gate is not None:
            fitted = replace(fitted, **{name: getattr(gate, name) for name in _GATE})
        yield part, Searcher(index, embedder, parameters=fitted)


def main() -> None:
    """The command line."""
    given = _options()
    day = date.fromisoformat(given.as_of)
    modes: tuple[Mode, ...] = get_args(Mode) if given.modes else ("hybrid",)
    judged: dict[Mode, list[Judged]] = {mode: [] for mode in modes}
    for part, searcher in searchers(folds(given.folds, given.kind), day):
        for mode in modes:
            judged[mode] += evaluate(searcher, [part / given.questions], as_of=day, mode=mode).queries
    conditions = dict.fromkeys(query.condition for query in judged["hybrid"])
    summary = {
        mode: {
            condition: {
                name: plain(figure([query.measures[name] for query in queries if query.condition == condition]))
                for name in MEASURES
            }
            for condition in conditions
        }
        for mode, queries in judged.items()
    }
    print(json.dumps({"kind": given.kind, "questions": len(judged["hybrid"]) // len(conditions), **summary}, indent=1))
    if given.details:
        lines = (json.dumps(plain(query), ensure_ascii=False) + "\n" for query in judged["hybrid"])
        given.details.write_text("".join(lines), encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folds", type=Path, default=Path("build/folds"))
    parser.add_argument("--kind", choices=("plain", "disjoint"), default="plain")
    parser.add_argument("--questions", default=QUESTIONS, help="which file of a fold is asked")
    parser.add_argument("--modes", action="store_true", help="measure meaning alone and words alone too")
    parser.add_argument("--as-of", default="2023-06-30")
    parser.add_argument("--details", type=Path, default=None)
    return parser.parse_args()


if __name__ == "__main__":
    main()
