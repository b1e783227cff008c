"""Answering a question: candidates, scores, the cut, and hits with the clauses and words that answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from indexer.embedding import Embedder
from indexer.storage import ClauseRecord, Index, UnitRecord
from service.retrieval.candidates import CandidateFinder, Candidates, Wanted
from service.retrieval.collection import Collection
from service.retrieval.filters import Scope
from service.retrieval.highlight import highlight
from service.retrieval.laws import rank_of
from service.retrieval.parameters import Parameters
from service.retrieval.reranking import Reranked, Reranking, passage, rerank
from service.retrieval.results import ClauseHit, Hit, Mode
from service.retrieval.scoring import Evidence, Scored, score
from service.retrieval.subjects import Subjects
from service.retrieval.views import HitMaker, clause_hit

MOST_CLAUSES = 3
_CLAUSE_NEAR = 0.6
"""A clause is shown beside the best one when its score is at least this share of the best one's."""
_EVEN, _NAMED = 0.5, 0.9
"""How likely law can answer a question whose words stand in it, and one that names a law."""
_LOOKED_AT = 10
_KNOWN = 0.85
"""A question that is this near to one whose answer is known is all but the same."""
_NAMED_SHARE = 0.5
"""Half of the candidates come from a law that the query names, however long the rest of the index is."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is searched for.

    Attributes:
        text: The question as it is looked for, without the law's name where that has been understood.
        words: The same with the words of law behind its everyday words: what is looked for word for word. Its meaning
            is that of the question itself.
        asked: The question as a person put it, for the words that tell what is asked (who, when, how much).
        mode: Which rankings count.
        day: The day that statuses are about.
        scope: Where to look.
        named: bool (documents,), the laws that the query names; None when it names none.
        places: bool (documents,), instruments of the places that it names; None when it names none.
    """

    text: str
    words: str
    asked: str
    mode: Mode
    day: date
    scope: Scope
    named: NDArray[np.bool_] | None = None
    places: NDArray[np.bool_] | None = None


@dataclass(frozen=True, slots=True)
class Ranking:
    """A ranked answer before its hits are made.

    Attributes:
        question: What was searched for.
        wanted: The same as it was looked for.
        scored: The candidates, best first.
        above: How many of them reach the threshold; 0 when law cannot answer the question.
        asked: The telling words of the question as a person put it.
        words: The telling words that were looked for.
        reranked: What a reranker made of it; None when none has read it.
    """

    question: Question
    wanted: Wanted
    scored: Scored
    above: int
    asked: tuple[str, ...]
    words: tuple[str, ...]
    reranked: Reranked | None = None


class QuestionSearch:
    """Searches one generation of an index.

    Args:
        index: The index.
        embedder: The model that the index was built with.
        collection: The index's documents.
        parameters: The figures of ranking.
        subjects: What words say about a question's subject; None where that is not known.
    """

    def __init__(
        self,
        index: Index,
        embedder: Embedder,
        collection: Collection,
        parameters: Parameters,
        subjects: Subjects | None = None,
    ) -> None:
        self._index = index
        self._embedder = embedder
        self._collection = collection
        self._parameters = parameters
        self._revision = index.manifest.embedder.revision
        self._finder = CandidateFinder(index, subjects)
        self._hits = HitMaker(index, collection)
        self._by_kind = np.array(
            [parameters.kinds.get(record.kind, 0.0) for record in collection.documents], dtype=np.float32
        )

    def rank(self, question: Question) -> Ranking:
        """Ranks the units that may answer a question.

        Args:
            question: The question.

        Returns:
            The ranking; ``above`` counts the units at or above the threshold.
        """
        parameters = self._parameters
        vector = self._embedder.embed([question.text], is_query=True)[0]
        wanted = self._finder.prepare(question.words, vector, question.scope)
        candidates = self._candidates(wanted, question)
        verbatim = self._verbatim(wanted, candidates)
        evidence = self._evidence(candidates, question, verbatim)
        scored = score(wanted, candidates, evidence, question.mode, parameters, self._revision)
        words = self._finder.telling_words(question.words)
        asked = words if question.asked == question.words else self._finder.telling_words(question.asked)
        shown = int(np.count_nonzero(scored.score >= parameters.threshold))
        stands = wanted.covered or bool(verbatim.any()) or candidates.asked.max(initial=0.0) >= _KNOWN
        likely = self._likely(question, scored, stands=bool(stands))
        if likely is None:
            return Ranking(question, wanted, scored, 0, asked, words)
        if likely > scored.answerable:
            raised = scored.score * np.float32(likely / scored.answerable)
            scored = replace(scored, score=np.minimum(raised, 1), answerable=likely)
            shown = int(np.count_nonzero(scored.score >= parameters.threshold))
        return Ranking(question, wanted, scored, shown, asked, words)

    def rerank(self, ranking: Ranking, reranking: Reranking) -> Ranking:
        """Lets a reranker put the best articles in order.

        Args:
            ranking: The ranking.
            reranking: The reranker and how deep it reads.

        Returns:
            The ranking in its new order; what the question names by its law stays first.
        """
        question, scored = ranking.question, ranking.scored
        units = self._index.units(scored.units[: reranking.depth])
        passages = [passage(unit, self._collection.documents[unit.document_row].title) for unit in units]
        rows = np.array([unit.document_row for unit in units], dtype=np.int64)
        first = None if question.named is None else question.named[rows]
        reranked = rerank(reranking, question.asked, scored, passages, first)
        return replace(ranking, scored=reranked.scored, reranked=reranked)

    def _likely(self, question: Question, scored: Scored, *, stands: bool) -> float | None:
        """How likely law can answer a question, seen from what the gate does not look at; None when it cannot."""
        if question.named is not None:
            return max(scored.answerable, _NAMED)
        if scored.answerable >= self._parameters.answerable:
            return scored.answerable
        # The words say little, but they stand in the law: as likely as not it is what was meant.
        return _EVEN if stands else None

    def _verbatim(self, wanted: Wanted, candidates: Candidates) -> NDArray[np.bool_]:
        """Which candidates have, word for word, a name that the tokenizer lacks, and another word of the question.

        Only those that share most with the question are looked at, and only where it has such a name.
        """
        found = np.zeros(len(candidates.units), dtype=np.bool_)
        if not wanted.compounds:
            return found
        words = [word for word in self._finder.telling_words(wanted.text, 0.0) if len(word) > 1]
        for at in np.argsort(-candidates.lexical, kind="stable")[:_LOOKED_AT].tolist():
            text = self._index.unit(candidates.units[at]).text
            found[at] = any(name in text for name in wanted.compounds) and any(word in text for word in words)
        return found

    def _candidates(self, wanted: Wanted, question: Question) -> Candidates:
        """Candidates from everywhere, and, where the query names a law, from inside it."""
        clauses, units = self._parameters.clauses, self._parameters.units
        found = self._finder.find(wanted, question.scope, clauses, units)
        if question.named is None:
            return found
        inside = question.named & question.scope.documents
        rows = np.flatnonzero(inside[self._index.unit_document])
        missing = np.setdiff1d(rows, found.units)
        return self._finder.extend(wanted, found, missing, int(units * _NAMED_SHARE))

    def _evidence(self, candidates: Candidates, question: Question, verbatim: NDArray[np.bool_]) -> Evidence:
        documents = self._index.unit_document[candidates.units]
        nothing = np.zeros(len(candidates.units), dtype=np.bool_)
        places = nothing if question.places is None else question.places[documents]
        named = nothing if question.named is None else question.named[documents]
        return Evidence(
            is_local=self._collection.is_local[documents] & ~places & ~named & ~verbatim,
            by_kind=self._by_kind[documents],
            in_named_law=named,
            in_named_place=places,
            is_verbatim=verbatim,
        )

    def hits(self, ranking: Ranking, offset: int, limit: int, skip: Sequence[int] = ()) -> tuple[tuple[Hit, ...], int]:
        """A page of hits.

        Args:
            ranking: The ranking.
            offset: How many hits to pass over.
            limit: How many to make.
            skip: Rows of units that are shown already.

        Returns:
            The hits, and how many there are in all: identical texts count once, as far as the page has looked.
        """
        kept: list[tuple[UnitRecord, int]] = []
        seen: dict[str, int] = {}
        repeated = 0
        shown = set(skip)
        for position in range(ranking.above):
            if len(kept) >= offset + limit:
                break
            row = int(ranking.scored.units[position])
            if row in shown:
                repeated += 1
                continue
            unit = self._index.unit(row)
            text = unit.text.partition(unit.mark)[2].strip() or unit.text
            if text in seen:
                repeated += 1
                at = seen[text]
                if rank_of(self._collection.documents[unit.document_row]) < rank_of(
                    self._collection.documents[kept[at][0].document_row]
                ):
                    kept[at] = (unit, kept[at][1])
                continue
            seen[text] = len(kept)
            kept.append((unit, position))
        page = kept[offset : offset + limit]
        hits = [self._hit(ranking, unit, at, rank) for rank, (unit, at) in enumerate(page, offset + 1 + len(skip))]
        return tuple(hits), max(ranking.above - repeated, len(kept))

    def exact_hit(self, ranking: Ranking, row: int) -> Hit:
        """A unit that was asked for by its number, with score 1.

        Args:
            ranking: The ranking of the query's words.
            row: The unit's row.

        Returns:
            The first hit.
        """
        unit = self._index.unit(row)
        clauses, best = self._best_clauses(ranking, unit, 1.0)
        return self._hits.hit(
            unit,
            ranking.question.day,
            rank=1,
            score=1.0,
            scores={"semantic": 1.0, "lexical": 1.0},
            clauses=clauses,
            highlights=self._highlights(ranking, unit, best),
        )

    def _hit(self, ranking: Ranking, unit: UnitRecord, position: int, rank: int) -> Hit:
        scored = ranking.scored
        total = float(scored.score[position])
        clauses, best = self._best_clauses(ranking, unit, total)
        scores = {"semantic": float(scored.semantic[position]), "lexical": float(scored.lexical[position])}
        if ranking.reranked is not None and position < len(ranking.reranked.likely):
            scores["reranker"] = float(ranking.reranked.likely[position])
        return self._hits.hit(
            unit,
            ranking.question.day,
            rank=rank,
            score=total,
            scores=scores,
            clauses=clauses,
            highlights=self._highlights(ranking, unit, best),
        )

    @staticmethod
    def _highlights(ranking: Ranking, unit: UnitRecord, best: tuple[int, int] | None) -> tuple[tuple[int, int], ...]:
        """The ranges that answer, without the article's own number."""
        found = highlight(ranking.question.asked, ranking.asked, unit.text, best, unit.cells or ())
        if not unit.text.startswith(unit.mark):
            return found
        behind = unit.text[len(unit.mark) :]
        body = len(unit.mark) + len(behind) - len(behind.lstrip())
        return tuple((max(start, body), end) for start, end in found if end > body)

    def _best_clauses(
        self, ranking: Ranking, unit: UnitRecord, total: float
    ) -> tuple[tuple[ClauseHit, ...], tuple[int, int] | None]:
        """A unit's best clauses, and the range of the best one in it when there are several."""
        rows, cosines = self._finder.clause_cosines(ranking.wanted.vector, unit.row)
        records = [self._index.clause(int(row)) for row in rows]
        # A clause's words count beside its meaning: of two alike in meaning the one that says the word is meant.
        shares = np.array([_word_share(record.text, ranking.words) for record in records], dtype=np.float32)
        worth = np.clip(cosines, 0, 1) + 0.5 * shares
        order = np.argsort(-worth, kind="stable")
        top = max(float(worth[order[0]]), 1e-6) if len(order) else 1.0
        chosen: dict[str, ClauseHit] = {}
        for at in order:
            share = float(worth[at]) / top
            if share < _CLAUSE_NEAR or len(chosen) == MOST_CLAUSES:
                break
            chosen.setdefault(records[at].address, clause_hit(records[at], total * share))
        best = _range_in(unit, records[order[0]]) if len(records) > 1 else None
        return tuple(chosen.values()), best


def _word_share(text: str, words: Sequence[str]) -> float:
    total = sum(len(word) for word in words)
    return sum(len(word) for word in words if word in text) / total if total else 0.0


def _range_in(unit: UnitRecord, clause: ClauseRecord) -> tuple[int, int]:
    """A clause's range in its unit's text."""
    start = max(clause.span.start - unit.span.start, 0)
    return start, min(clause.span.end - unit.span.start, len(unit.text))
