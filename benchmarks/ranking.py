"""Fits how evidence becomes an order and a score: the weights, the fusion, the odds, the threshold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.asking import CLAUSES, KINDS, UNITS, Asked, Floats, logistic_regression
from benchmarks.learning import Example, learn
from service.retrieval.candidates import Candidates
from service.retrieval.fusion import features
from service.retrieval.parameters import SUM, Parameters
from service.retrieval.results import Mode
from service.retrieval.scoring import plain_worth, worths

NAMED_LAW, NAMED_PLACE, VERBATIM = 1.0, 0.4, 0.5
LOCAL = 0.12
UNLABELLED = 1.5
"""The labels name few of the articles that answer: odds are multiplied by this. See docs/decisions/006-scores.md and
``benchmarks.reliability``, which says what it should be."""
ANSWERS_LOST = 0.005
"""The threshold of an article's score lets all but this share of the answers among the best hundred through."""
WORDS_ELSEWHERE = 3.0
"""What words count beside meaning in an index of texts that no known question is about: chosen by hand on such texts,
for the labelled questions are about law that the model has been taught with (docs/decisions/010-learned-fusion.md)."""
SIZE_ELSEWHERE = 1.6
"""What meaning and words are worth there at most, together: what rank and place add or take off is of this size."""
WORDS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
LIKENESS = (0.0, 0.4, 0.6, 0.8, 1.0, 1.3)
_REVISION = "fitting"
_GATE: dict[str, Any] = {
    "gate": {}, "gate_without_words": {}, "answerable": 0.5, "revision": _REVISION, "tokenizer": "", "fitted_to": 1,
    "threshold": 0.0, "clauses": CLAUSES, "units": UNITS,
}  # fmt: skip


def fit_ranking(law: Sequence[Asked]) -> dict[str, Any]:
    """Fits the figures of ranking to questions with the articles that answer them.

    Args:
        law: Asked of indexes whose model has not seen them.

    Returns:
        The figures, as ``retrieval.json`` has them.
    """
    standards = np.concatenate([asked.candidates.standard for asked in law])
    figures: dict[str, Any] = {
        "fitted_to": law[0].candidates.size,
        "clauses": CLAUSES,
        "units": UNITS,
        # A cosine counts as it is: what were cut off above would be equal, and the best articles are those above.
        "semantic": (0.0, 1.0),
        "standard": (0.0, round(float(standards.max()), 2)),
        "fusion": None,
        "local": LOCAL,
        "kinds": KINDS,
        "named_law": NAMED_LAW,
        "named_place": NAMED_PLACE,
        "verbatim": VERBATIM,
    }
    hybrid = _best_sum(law, figures)
    sums = {"hybrid": hybrid, "semantic": (0.0, hybrid[1]), "lexical": None}
    figures["weights"] = {mode: _weights(each) for mode, each in sums.items()}
    figures["weights"][SUM] = _elsewhere(hybrid[1])
    figures["fusion"] = learn([_example(asked, figures) for asked in law])
    modes: tuple[Mode, ...] = ("hybrid", "semantic", "lexical")
    for mode in modes:
        figures["weights"][mode] |= _odds(law, figures, mode)
    # An index of other texts knows no questions: there the sum decides, and its worth has odds of its own.
    unknown = [replace(asked, candidates=_without_likeness(asked.candidates)) for asked in law]
    figures["weights"][SUM] |= _odds(unknown, figures, "hybrid")
    figures["threshold"] = round(_threshold(law, figures), 5)
    return figures


def parameters_of(figures: Mapping[str, Any]) -> Parameters:
    """The figures as a search takes them; what is not fitted yet is neutral."""
    return Parameters.read({**_GATE, **figures, "revision": _REVISION})


def measure(law: Sequence[Asked], figures: Mapping[str, Any], mode: Mode = "hybrid") -> NDArray[np.float64]:
    """R@10, R@100 and MRR@10 of each question, float64 (questions, 3)."""
    parameters = parameters_of(figures)
    found = []
    for asked in law:
        worth = worths(asked.candidates, asked.evidence, mode, parameters, _REVISION)
        order = asked.candidates.units[np.lexsort((asked.candidates.units, -worth))].tolist()
        size = max(len(asked.gold), 1)
        first = next((1 / at for at, row in enumerate(order[:10], 1) if row in asked.gold), 0.0)
        found.append([len(asked.gold.intersection(order[:n])) / size for n in (10, 100)] + [first])
    return np.array(found)


def _weights(parts: tuple[float, float] | None) -> dict[str, float]:
    """Weights of a sum in which meaning counts 1; None for words alone."""
    semantic, lexical, asked = (0.0, 1.0, 0.0) if parts is None else (1.0, *parts)
    return {"semantic": semantic, "lexical": lexical, "asked": asked, "bias": 0.0, "slope": 1.0, "near": 0.0}


def _elsewhere(likeness: float) -> dict[str, float]:
    """Weights where no question is known, of the size that place, rank and name are reckoned in."""
    weights = _weights((WORDS_ELSEWHERE, likeness))
    size = SIZE_ELSEWHERE / (weights["semantic"] + weights["lexical"])
    return weights | {name: round(weights[name] * size, 3) for name in ("semantic", "lexical", "asked")}


def _best_sum(law: Sequence[Asked], figures: Mapping[str, Any]) -> tuple[float, float]:
    """The weights of words and of known questions beside meaning that rank best."""
    best, chosen = 0.0, (0.0, 0.0)
    for words, likeness in product(WORDS, LIKENESS):
        weights = _weights((words, likeness))
        trial = {**figures, "weights": {"hybrid": weights, SUM: weights}}
        recall10, recall100, reciprocal = measure(law, trial).mean(axis=0)
        worth = recall10 + reciprocal + 0.5 * recall100
        if worth > best:
            best, chosen = float(worth), (words, likeness)
    return chosen


def _example(asked: Asked, figures: Mapping[str, Any]) -> Example:
    """A question to learn fusion from, as it is and as an index without known questions has it."""
    parameters = parameters_of(figures)

    def seen(candidates: Candidates) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        semantic, likeness, plain = plain_worth(
            candidates, asked.evidence, parameters.weights["hybrid"], parameters, _REVISION
        )
        return features(candidates, semantic, likeness, plain), plain

    known, plain = seen(asked.candidates)
    unknown, _ = seen(_without_likeness(asked.candidates))
    answers = np.isin(asked.candidates.units, list(asked.gold))
    return Example(known, unknown, plain, asked.evidence.by_kind, answers)


def _without_likeness(candidates: Candidates) -> Candidates:
    nothing = np.zeros_like(candidates.asked)
    return replace(candidates, asked=nothing, asked_again=nothing)


def _odds(law: Sequence[Asked], figures: Mapping[str, Any], mode: Mode) -> dict[str, float]:
    """From worth to log-odds, by logistic regression over all candidates, labelled by whether they answer."""
    parameters = parameters_of(figures)
    design, labels = [], []
    for asked in law:
        worth = worths(asked.candidates, asked.evidence, mode, parameters, _REVISION)
        design.append(np.column_stack([np.ones_like(worth), worth, worth - worth.max(initial=0.0)]))
        labels.append(np.isin(asked.candidates.units, list(asked.gold)))
    rows: Floats = np.concatenate(design).astype(np.float64)
    bias, slope, near = logistic_regression(rows, np.concatenate(labels).astype(np.float64))
    return {
        "bias": round(float(bias) + float(np.log(UNLABELLED)), 3),
        "slope": round(float(slope), 3),
        "near": round(float(near), 3),
    }


def _threshold(law: Sequence[Asked], figures: Mapping[str, Any]) -> float:
    """The score that nearly every answer among the best hundred reaches."""
    parameters = parameters_of(figures)
    weights = parameters.weights["hybrid"]
    scores: list[float] = []
    for asked in law:
        worth = worths(asked.candidates, asked.evidence, "hybrid", parameters, _REVISION)
        best = np.argsort(-worth)[:100]
        odds = weights.bias + weights.slope * worth + weights.near * (worth - worth.max(initial=0.0))
        right = best[np.isin(asked.candidates.units[best], list(asked.gold))]
        scores += (1 / (1 + np.exp(-odds[right]))).tolist()
    return float(np.quantile(scores, ANSWERS_LOST))
