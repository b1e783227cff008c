"""From evidence to scores: a model for each mode, a gate for the whole question, and what rank and place add."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from service.retrieval.candidates import Candidates, Wanted
from service.retrieval.fusion import features
from service.retrieval.parameters import SUM, Parameters, Weights
from service.retrieval.results import Mode

Floats = NDArray[np.float32]

_FEWEST_KNOWN = 0.1
"""The share of candidates that have to be like a known question for fusion to decide."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for each candidate besides meaning and words.

    Attributes:
        is_local: bool (n,), an instrument of one province, while the query names neither its law nor its place.
        by_kind: float32 (n,), what its 效力级别 adds to its worth.
        in_named_law: bool (n,), an article of a law that the query names.
        in_named_place: bool (n,), an instrument of a place that the query names.
        is_verbatim: bool (n,), it has a name of the query word for word that the tokenizer has no word for.
    """

    is_local: NDArray[np.bool_]
    by_kind: Floats
    in_named_law: NDArray[np.bool_]
    in_named_place: NDArray[np.bool_]
    is_verbatim: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Scored:
    """Candidates with their scores.

    Attributes:
        units: int64 (n,), rows of units, best first.
        score: float32 (n,), in 0–1, descending.
        semantic: float32 (n,), in 0–1.
        lexical: float32 (n,), in 0–1.
        answerable: How likely it is that law can answer the question at all.
    """

    units: NDArray[np.int64]
    score: Floats
    semantic: Floats
    lexical: Floats
    answerable: float


def semantic_scores(candidates: Candidates, parameters: Parameters, revision: str) -> Floats:
    """Cosines mapped to 0–1: by the figures fitted to the model, or, for another model, by standard scores.

    Args:
        candidates: The candidates.
        parameters: The figures.
        revision: The embedding model that made the cosines.

    Returns:
        float32 (n,).
    """
    fitted = revision == parameters.revision
    low, high = parameters.semantic if fitted else parameters.standard
    values = candidates.cosine if fitted else candidates.standard
    mapped: Floats = np.clip((values - low) / (high - low), 0, 1).astype(np.float32)
    return mapped


def gate_features(wanted: Wanted, candidates: Candidates, parameters: Parameters, revision: str) -> dict[str, float]:
    """What tells whether a question can be answered: its words, and how near the nearest clause comes.

    The best of few clauses is nearer by chance than the best of many: the largest of n normal values lies some
    ``sqrt(2 ln n)`` standard deviations above their mean. The nearness is therefore corrected to what it would be in an
    index of the size that the gate was fitted to.

    Args:
        wanted: The question.
        candidates: Its candidates.
        parameters: The figures.
        revision: The embedding model that made the cosines.

    Returns:
        Values by name; ``subject_*`` are left out where the table of subjects does not know the index's words.
    """
    allowance = _chance(parameters.fitted_to) - _chance(candidates.size)
    nearest = replace(
        candidates,
        cosine=candidates.cosine.max(initial=0.0, keepdims=True) + np.float32(allowance * candidates.spread),
        standard=candidates.standard.max(initial=0.0, keepdims=True) + np.float32(allowance),
    )
    found: dict[str, float] = {
        "bias": 1.0,
        "semantic": float(semantic_scores(nearest, parameters, revision)[0]),
        "standard": float(nearest.standard[0]),
        "lexical": float(candidates.lexical.max(initial=0.0)),
        "asked": float(candidates.asked.max(initial=0.0)),
    }
    if wanted.subject is not None:
        found |= zip(("subject_mean", "subject_sum", "subject_top"), wanted.subject, strict=True)
    return found


def answerable(features: Mapping[str, float], parameters: Parameters) -> float:
    """How likely the question is one that the indexed law can answer.

    Args:
        features: From ``gate_features``.
        parameters: The fitted figures.

    Returns:
        A probability.
    """
    gate = parameters.gate if "subject_mean" in features else parameters.gate_without_words
    return float(logistic(np.float64(sum(weight * features[name] for name, weight in gate.items()))))


def score(
    wanted: Wanted, candidates: Candidates, evidence: Evidence, mode: Mode, parameters: Parameters, revision: str
) -> Scored:
    """Scores candidates and puts them in order.

    Args:
        wanted: The question.
        candidates: The candidates.
        evidence: What else speaks for them.
        mode: Which rankings count.
        parameters: The fitted figures.
        revision: The embedding model that made the cosines.

    Returns:
        All candidates, best first, equal scores by row.
    """
    semantic = semantic_scores(candidates, parameters, revision)
    weights = _weights(candidates, evidence, mode, parameters, revision)
    worth = worths(candidates, evidence, mode, parameters, revision)
    # What a query names comes first, without making the rest any worse than it is.
    named = evidence.in_named_law
    best = np.where(named, worth.max(initial=0.0, where=named), worth.max(initial=0.0, where=~named))
    odds = weights.bias + weights.slope * (worth + parameters.named_law * named) + weights.near * (worth - best)
    open_ = answerable(gate_features(wanted, candidates, parameters, revision), parameters)
    total = np.asarray(logistic(odds) * open_, np.float32)
    # By the odds: scores so near to 1 that they are equal in 32 bits are not equal.
    order = np.lexsort((candidates.units, -odds))
    return Scored(candidates.units[order], total[order], semantic[order], candidates.lexical[order], open_)


def worths(
    candidates: Candidates, evidence: Evidence, mode: Mode, parameters: Parameters, revision: str
) -> NDArray[np.floating]:
    """What candidates are worth: by it they are put in order.

    Args:
        candidates: The candidates.
        evidence: What else speaks for them.
        mode: Which rankings count.
        parameters: The fitted figures.
        revision: The embedding model that made the cosines.

    Returns:
        Floats (n,).
    """
    fusion = parameters.fusion if is_fused(candidates, evidence, mode, parameters, revision) else None
    weights = _weights(candidates, evidence, mode, parameters, revision)
    semantic, likeness, plain = plain_worth(candidates, evidence, weights, parameters, revision)
    worth: NDArray[np.floating] = plain
    if fusion is not None:
        worth = fusion.worth(features(candidates, semantic, likeness, plain))
    worth = worth + evidence.by_kind
    worth = worth + parameters.named_place * evidence.in_named_place + parameters.verbatim * evidence.is_verbatim
    # What few questions are known about, fusion already puts behind what many are: local law needs no more taken off.
    if fusion is None and evidence.is_local.any() and not evidence.is_local.all():
        national = float(worth[~evidence.is_local].max())
        worth = worth - parameters.local * min(max(national, 0.0), 1.0) * evidence.is_local
    return worth


def is_fused(candidates: Candidates, evidence: Evidence, mode: Mode, parameters: Parameters, revision: str) -> bool:
    """Whether fusion puts the candidates in order, and not the weighted sum.

    Fusion has learned, with the cosines of one model, from indexes that know questions, where a third of the candidates
    and more are like one; where none is known, or hardly any, the sum ranks better
    (docs/decisions/010-learned-fusion.md).

    Args:
        candidates: The candidates.
        evidence: What else speaks for them.
        mode: Which rankings count.
        parameters: The fitted figures.
        revision: The embedding model that made the cosines.

    Returns:
        Whether it does.
    """
    if mode != "hybrid" or parameters.fusion is None or revision != parameters.revision:
        return False
    if np.count_nonzero(candidates.asked) < _FEWEST_KNOWN * len(candidates.units):
        return False
    return bool(_likeness(candidates, evidence).any())


def _weights(candidates: Candidates, evidence: Evidence, mode: Mode, parameters: Parameters, revision: str) -> Weights:
    """The mode's weights; in a hybrid search that is not fused, those of the sum."""
    is_sum = mode == "hybrid" and not is_fused(candidates, evidence, mode, parameters, revision)
    return parameters.weights[SUM if is_sum else mode]


def plain_worth(
    candidates: Candidates, evidence: Evidence, weights: Weights, parameters: Parameters, revision: str
) -> tuple[Floats, Floats, Floats]:
    """Meaning, likeness to known questions, and the weighted sum of these and of words.

    Few of the questions that are known are about one place: where a query names it, likeness counts only for its own
    instruments, or those that have known questions would crowd out what was asked for.

    Args:
        candidates: The candidates.
        evidence: What else speaks for them.
        weights: What each counts.
        parameters: The fitted figures.
        revision: The embedding model that made the cosines.

    Returns:
        Three float32 (n,).
    """
    semantic = semantic_scores(candidates, parameters, revision)
    likeness = _likeness(candidates, evidence)
    worth: Floats = np.asarray(
        weights.semantic * semantic + weights.lexical * candidates.lexical + weights.asked * likeness, np.float32
    )
    return semantic, likeness, worth


def _likeness(candidates: Candidates, evidence: Evidence) -> Floats:
    """Likeness to known questions, in the places alone that the query names."""
    likeness: Floats = np.maximum(candidates.asked, np.float32(0))
    return likeness * evidence.in_named_place if evidence.in_named_place.any() else likeness


def _chance(size: int) -> float:
    """How many standard deviations above the mean the largest of so many normal values lies, roughly."""
    return float(np.sqrt(2 * np.log(max(size, 2))))


def logistic(odds: np.float64 | NDArray[np.floating]) -> np.float64 | NDArray[np.floating]:
    """Log-odds to probability."""
    return 1 / (1 + np.exp(-odds))
