"""Asking an index as a search does, and keeping the evidence: what the figures of ranking are fitted to."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.embedding import Embedder
from indexer.storage import Index
from service.retrieval import Filters
from service.retrieval.asked import Likeness
from service.retrieval.candidates import CandidateFinder, Candidates, Wanted
from service.retrieval.collection import Collection
from service.retrieval.colloquial import Colloquial
from service.retrieval.filters import NATIONAL, Scope, ScopeCache
from service.retrieval.laws import Laws
from service.retrieval.provisions import Marked
from service.retrieval.scoring import Evidence

Floats = NDArray[np.float64]

CLAUSES, UNITS = 400, 200
KINDS = {"修改废止决定": -0.3, "行政法规": -0.03, "部门规章": -0.06, "规范性文件": -0.06, "地方政府规章": -0.03}
"""By rank, not by how often the training questions meet a kind: other people's questions are of other kinds."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its candidates and the rows of the articles that answer it."""

    text: str
    wanted: Wanted
    candidates: Candidates
    evidence: Evidence
    gold: frozenset[int]


class Bench:
    """An index with what is needed to ask it for candidates among national law, as a search does.

    Args:
        index: The index.
        embedder: The model that it was built with.
        day: The day whose law is asked.
    """

    def __init__(self, index: Index, embedder: Embedder, day: date) -> None:
        self.index = index
        self._embedder = embedder
        self._day = day
        self._collection = Collection(index.documents)
        self._laws = Laws(self._collection)
        self._finder = CandidateFinder(index)
        self._marked = Marked(index)
        # The labels are of national law alone: among local law a fit would learn to put behind whatever no known
        # question is about, and a search for local law would lose by it.
        national = Filters(as_of=day, region=(NATIONAL,))
        self._scope: Scope = ScopeCache(index, self._collection, self._laws.of).scope(national, day)
        self._by_kind = np.array([KINDS.get(record.kind, 0.0) for record in index.documents], dtype=np.float32)

    def ask(self, text: str, gold: frozenset[int] = frozenset()) -> Asked:
        """A question's candidates."""
        vector = self._embedder.embed([text], is_query=True)[0]
        wanted = self._finder.prepare(Colloquial.load().expand(text), vector, self._scope)
        found = self._finder.find(wanted, self._scope, CLAUSES, UNITS)
        # The figures of all units are not needed any more, and would fill the memory.
        empty = np.zeros(0, np.float32)
        slim = replace(wanted, shares=empty, likeness=Likeness(empty, empty))
        nothing = np.zeros(len(found.units), dtype=np.bool_)
        evidence = Evidence(
            is_local=self._collection.is_local[found.documents],
            by_kind=self._by_kind[found.documents],
            in_named_law=nothing,
            in_named_place=nothing,
            is_verbatim=nothing,
        )
        return Asked(text, slim, found, evidence, gold)

    def gold(self, questions: Sequence[dict[str, Any]]) -> tuple[list[frozenset[int]], list[str]]:
        """The rows of the articles that answer each question, and the articles that are not indexed."""
        missing: list[str] = []
        found: list[frozenset[int]] = []
        for question in questions:
            places: set[int] = set()
            for answer in question["gold"]:
                row = self._row(answer["law"], answer["article"])
                if row is None:
                    missing.append(f"{answer['law']}{answer['article']}")
                else:
                    places.add(row)
            found.append(frozenset(places))
        return found, missing

    def _row(self, law: str, article: str) -> int | None:
        found = (self._marked.find(record, article) for record in self._laws.of(law, self._day))
        return next((row for row in found if row is not None), None)


def rows(path: Path) -> list[dict[str, Any]]:
    """The objects of a JSON Lines file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def logistic_regression(design: Floats, labels: Floats, weights: Floats | None = None, ridge: float = 1e-6) -> Floats:
    """Newton's method on the weighted log-likelihood with a ridge on standardised features.

    Args:
        design: float64 (n, d), a column of ones among them.
        labels: float64 (n,), 0 or 1.
        weights: float64 (n,); all 1 when None.
        ridge: Of the squared coefficients, a row's share.

    Returns:
        Coefficients for ``design`` as it was given, float64 (d,).
    """
    weights = np.ones(len(labels)) if weights is None else weights
    spread = design.std(axis=0)
    constant = spread == 0
    centre = np.where(constant, 0.0, design.mean(axis=0))
    spread = np.where(constant, 1.0, spread)
    scaled = (design - centre) / spread
    penalty = ridge * weights.sum() * np.where(constant, 0.0, 1.0)
    found = np.zeros(design.shape[1])
    for _ in range(100):
        chance = 1 / (1 + np.exp(-scaled @ found))
        gradient = scaled.T @ (weights * (labels - chance)) - penalty * found
        curvature = (scaled * (weights * chance * (1 - chance))[:, None]).T @ scaled + np.diag(penalty + 1e-9)
        step = np.linalg.solve(curvature, gradient)
        found += step
        if np.abs(step).max() < 1e-9:
            break
    result: Floats = found / spread
    result[np.flatnonzero(constant)[0]] -= float((found * centre / spread).sum())
    return result
