"""Measures what a score says: of the results of each height, how many answer the question.

Results are drawn from held-out questions, as many of each height, and judged twice by a language model, since the
labels of the questions name few of the articles that answer them. What was judged is kept without the questions' words;
it holds for any model that finds the same articles.

    python -m benchmarks.reliability --folds build/folds --draw build/to_judge.jsonl --of 60
    python -m benchmarks.reliability --folds build/folds --judged benchmarks/judged.jsonl
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np

from benchmarks.asking import Floats, rows
from benchmarks.crossvalidate import folds, searchers
from benchmarks.held_out import QUESTIONS
from indexer.questions import fingerprint
from service.retrieval import Filters, Parameters, SearchRequest
from service.retrieval.filters import NATIONAL

EDGES = (0.05, 0.2, 0.4, 0.6, 0.8, 1.01)
"""Heights that are drawn from and counted by."""
_SEED = 20_230_630


@dataclass(frozen=True, slots=True)
class Result:
    """An article that a held-out question found.

    Attributes:
        question: The question's words.
        article: Law and number.
        text: The article's.
        score: What the search gave it.
    """

    question: str
    article: str
    text: str
    score: float

    @property
    def key(self) -> tuple[str, str]:
        """What a judgement knows it by."""
        return fingerprint(self.question), self.article


def results(folder: Path, day: date) -> Iterator[Result]:
    """The first page of every question of plain folds, each fold with figures that are fitted to the others.

    Args:
        folder: The folds, from ``benchmarks.held_out``.
        day: The day whose national law is asked.

    Yields:
        The results by fold, question and rank.
    """
    national = Filters(as_of=day, region=(NATIONAL,))
    for part, searcher in searchers(folds(folder, "plain"), day, Parameters.load()):
        for row in rows(part / QUESTIONS):
            for hit in searcher.search(SearchRequest(row["query"], filters=national)).hits:
                yield Result(row["query"], f"{hit.citation.law} {hit.citation.article}", hit.text, hit.score)


def draw(found: Sequence[Result], of: int) -> list[Result]:
    """As many results of each height, at random."""
    random = np.random.default_rng(_SEED)
    drawn: list[Result] = []
    for low, high in pairwise(EDGES):
        there = [result for result in found if low <= result.score < high]
        drawn += [there[at] for at in sorted(random.permutation(len(there))[:of].tolist())]
    return drawn


def table(found: Sequence[Result], judged: Mapping[tuple[str, str], float]) -> Iterator[str]:
    """Lines of the table, and the height at which half of the results answer.

    Args:
        found: Results.
        judged: The share of readings by which an article answers a question, by ``Result.key``.

    Yields:
        One line a height: how many were judged, their mean score, the share that answers.
    """
    known = [(result.score, judged[result.key]) for result in found if result.key in judged]
    scores, answers = np.array([score for score, _ in known]), np.array([answer for _, answer in known], np.float64)
    for low, high in pairwise(EDGES):
        there = (scores >= low) & (scores < high)
        if there.any():
            mean, share = scores[there].mean(), answers[there].mean()
            yield f"{low:.2f}–{min(high, 1):.2f}  {there.sum():4}  mean {mean:.2f}  answer {share:.2f}"
    shift = offset(scores, answers)
    yield f"at 0.5 the share is {1 / (1 + np.exp(-shift)):.2f}; odds times {np.exp(shift):.2f} would make it one half"


def offset(scores: Floats, answers: Floats) -> float:
    """What is missing in the scores' log-odds for them to add up to the answers.

    Args:
        scores: Floats (n,) in 0–1, each drawn for its height alone.
        answers: Floats (n,) in 0–1.

    Returns:
        Log-odds.
    """
    odds = np.log(np.clip(scores, 1e-4, 1 - 1e-4) / (1 - np.clip(scores, 1e-4, 1 - 1e-4)))
    shift = 0.0
    for _ in range(50):
        chance = 1 / (1 + np.exp(-odds - shift))
        shift += float((answers - chance).sum() / (chance * (1 - chance)).sum())
    return shift


def main() -> None:
    """The command line."""
    given = _options()
    found = list(results(given.folds, date.fromisoformat(given.as_of)))
    if given.draw:
        lines = (json.dumps(asdict(result), ensure_ascii=False) for result in draw(found, given.of))
        given.draw.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        return
    judged = {(row["question"], row["article"]): float(row["answers"]) for row in rows(given.judged)}
    for line in table(found, judged):
        print(line)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folds", type=Path, default=Path("build/folds"))
    parser.add_argument("--draw", type=Path, default=None, help="where to write results that are to be read")
    parser.add_argument("--of", type=int, default=60, help="how many results of each height are drawn")
    parser.add_argument("--judged", type=Path, default=Path(__file__).parent / "judged.jsonl")
    parser.add_argument("--as-of", default="2023-06-30")
    return parser.parse_args()


if __name__ == "__main__":
    main()
