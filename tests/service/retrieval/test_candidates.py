"""Candidates carry the same evidence whichever way, and however often, they are found."""

from __future__ import annotations

from datetime import date

import numpy as np

from indexer.embedding import Embedder
from indexer.storage import Index
from service.retrieval.candidates import CandidateFinder
from service.retrieval.collection import Collection
from service.retrieval.filters import ScopeCache
from service.retrieval.laws import Laws
from service.retrieval.results import Filters

DAY = date(2026, 1, 1)


def test_cosines_are_those_of_the_clauses_and_their_sum(index: Index, embedder: Embedder) -> None:
    collection = Collection(index.documents)
    scope = ScopeCache(index, collection, Laws(collection).of).scope(Filters(), DAY)
    text = "饭店卖过期食品罚多少"
    vector = embedder.embed([text], is_query=True)[0]
    finder = CandidateFinder(index)
    wanted = finder.prepare(text, vector, scope)
    few = finder.find(wanted, scope, clauses=3, units=3)
    more = finder.extend(wanted, few, np.setdiff1d(np.arange(index.manifest.counts.units), few.units), most=1000)
    again = finder.find(wanted, scope, clauses=1000, units=1000)
    assert len(few.units) < len(more.units)
    for found in (few, more, again):
        assert (np.diff(found.units) > 0).all()
        for unit, cosine, mean in zip(found.units, found.cosine, found.mean, strict=True):
            clauses = index.vectors.reconstruct(np.flatnonzero(index.clause_unit == unit))
            summed = clauses.sum(axis=0)
            np.testing.assert_allclose(cosine, (clauses @ vector).max(), atol=1e-5)
            np.testing.assert_allclose(mean, summed @ vector / max(np.linalg.norm(summed), 1e-6), atol=1e-5)
