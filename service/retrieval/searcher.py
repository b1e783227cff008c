"""Search: a request in, ranked articles out."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import get_args

import numpy as np

from indexer.embedding import Embedder
from indexer.errors import QueryError
from indexer.storage import EmbedderInfo, Index, check_embedder
from service.retrieval.collection import Collection
from service.retrieval.colloquial import Colloquial
from service.retrieval.filters import ScopeCache, check
from service.retrieval.laws import Laws
from service.retrieval.lookups import Found, Lookups
from service.retrieval.parameters import Parameters
from service.retrieval.query import Understanding, Understood
from service.retrieval.questions import Question, QuestionSearch, Ranking
from service.retrieval.reranking import Reranked, Reranking
from service.retrieval.results import Filters, Hit, Mode, Notice, Query, SearchRequest, SearchResult
from service.retrieval.subjects import FILE_NAME as SUBJECTS
from service.retrieval.subjects import Subjects
from service.retrieval.tables import RowRequest, Tables, row_request

LONGEST_QUERY = 2000
MOST_HITS = 100
DEEPEST = 10_000
MODES: tuple[Mode, ...] = get_args(Mode)
NO_FILTERS = Filters()


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a search found, before it is dressed as a result."""

    hits: tuple[Hit, ...]
    total: int
    notice: Notice | None
    citation: str | None = None
    exact: bool = False
    reranked: Reranked | None = None


class Searcher:
    """Searches one generation of an index; any number of threads may share it.

    Args:
        index: The index.
        embedder: The model that it was built with.
        parameters: The figures of ranking; those that ship with the model when None.
        today: Tells the day, for statuses.
        longest: Code points that a query may have.
        reranking: A reranker that puts the best articles for a question in order, in the hybrid mode; None for none.

    Raises:
        EmbedderMismatchError: The index was built with another model.
        EmbedderError: The figures of ranking are missing.
    """

    def __init__(
        self,
        index: Index,
        embedder: Embedder,
        parameters: Parameters | None = None,
        today: Callable[[], date] = date.today,
        longest: int = LONGEST_QUERY,
        reranking: Reranking | None = None,
    ) -> None:
        check_embedder(index.manifest, EmbedderInfo.of(embedder))
        self.index = index
        self._embedder = embedder
        self._today = today
        self._longest = longest
        self._reranking = reranking
        self._collection = Collection(index.documents)
        self._laws = Laws(self._collection)
        self._scopes = ScopeCache(index, self._collection, self._laws.of)
        self._understanding = Understanding(self._collection, self._laws)
        self._lookups = Lookups(index, self._collection, self._laws)
        self._tables = Tables(index)
        self._colloquial = Colloquial.load()
        folder = Path(embedder.name)
        self._parameters = parameters or Parameters.load(folder if folder.is_dir() else None)
        fits = index.manifest.tokenizer == self._parameters.tokenizer
        subjects = Subjects.load(folder if (folder / SUBJECTS).is_file() else None) if fits else None
        self._questions = QuestionSearch(index, embedder, self._collection, self._parameters, subjects)

    def search(self, request: SearchRequest) -> SearchResult:
        """Searches.

        Args:
            request: The query and what to limit it to.

        Returns:
            Ranked articles, or a notice that says why there are none.

        Raises:
            QueryError: The query is empty or too long, or a parameter is not acceptable.
        """
        began = time.perf_counter()
        self._check(request)
        today = self._today()
        understood = self._understanding.read(request.text, request.filters.as_of, today)
        filters = request.filters
        if filters.as_of is None and understood.day is not None:
            filters = replace(filters, as_of=understood.day)
        day = filters.as_of or today
        answer = self._answer(request, understood, filters, day)
        query = Query(
            text=request.text,
            rewritten=self._rewritten(understood, answer),
            intent="article_lookup" if answer.exact else understood.intent,
            citation=answer.citation,
            filters=_given(filters),
        )
        return SearchResult(
            query=query,
            hits=answer.hits,
            total=answer.total,
            took_ms=round((time.perf_counter() - began) * 1000, 3),
            notice=answer.notice,
            generation=self.index.manifest.generation,
            model=self.index.manifest.embedder.name,
            reranker=None if answer.reranked is None else answer.reranked.name,
            rerank_ms=None if answer.reranked is None else answer.reranked.took_ms,
        )

    def _rewritten(self, understood: Understood, answer: _Answer) -> str:
        """The query as it was searched: the exact citation where one was understood, everyday words explained."""
        if understood.intent == "article_lookup" and answer.citation:
            rest = understood.rest if understood.has_rest else ""
            return f"{answer.citation} {rest}".strip()
        return understood.rewritten if answer.exact else self._colloquial.expand(understood.rewritten)

    def rank(
        self, text: str, *, filters: Filters = NO_FILTERS, limit: int = MOST_HITS, mode: Mode = "hybrid"
    ) -> tuple[str, ...]:
        """Ranks articles for a question without cutting off those that are unlikely to answer: for evaluation.

        The row of a table that is asked for by its number comes first, as in a search.

        Args:
            text: The question.
            filters: What to limit the ranking to.
            limit: How many articles.
            mode: Which rankings count.

        Returns:
            Addresses, best first.
        """
        today = self._today()
        understood = self._understanding.read(text, filters.as_of, today)
        ranking = self._rank(mode, understood, self._sought(understood), filters, filters.as_of or today)
        units = self._reranked(ranking).scored.units.tolist()
        row = row_request(understood.text) if understood.intent == "question" else None
        found = None if row is None else self._tables.find(row, units)
        if found is not None and found.unit is not None:
            units = [found.unit, *(unit for unit in units if unit != found.unit)]
        return tuple(unit.address for unit in self.index.units(units[:limit]))

    @staticmethod
    def _sought(understood: Understood) -> str:
        """The words to look for: without the names of law and place that are understood."""
        is_law_alone = bool(understood.laws) and not understood.has_rest
        return understood.text if is_law_alone else understood.unplaced

    def _check(self, request: SearchRequest) -> None:
        text = request.text.strip()
        if not text:
            raise QueryError("查询内容为空：请输入问题、法条（如 民法典第1079条）或文号", "q")
        if len(text) > self._longest:
            raise QueryError(f"查询内容有 {len(text)} 字，超过上限 {self._longest} 字：请缩短后再试", "q")
        if not 1 <= request.limit <= MOST_HITS:
            raise QueryError(f"limit 须在 1 到 {MOST_HITS} 之间，收到 {request.limit}", "limit")
        if not 0 <= request.offset <= DEEPEST:
            raise QueryError(f"offset 须在 0 到 {DEEPEST} 之间，收到 {request.offset}", "offset")
        if request.mode not in MODES:
            raise QueryError(f"没有名为「{request.mode}」的检索方式：可用 {'、'.join(MODES)}", "mode")
        check(request.filters, self._collection)

    def _answer(self, request: SearchRequest, understood: Understood, filters: Filters, day: date) -> _Answer:
        if understood.intent == "question":
            return self._question(request, understood, filters, day)
        found = self._lookups.find(understood, day)
        allowed = self._allowed(found, filters, day)
        if found.units and not allowed.units:
            notice = Notice("no_relevant_article", f"{found.citation}不在筛选范围之内：请放宽筛选条件")
            return _Answer((), 0, notice, found.citation)
        asked = understood.citation is not None and not understood.citation.only and understood.has_rest
        if not asked:
            hits = self._lookups.hits(allowed, day, request.offset, request.limit)
            return _Answer(hits, len(allowed.units), found.notice, found.citation)
        return self._with_question(request, understood, filters, day, allowed)

    def _allowed(self, found: Found, filters: Filters, day: date) -> Found:
        """What was found, without what the given filters exclude."""
        explicit = replace(filters, as_of=None)
        if explicit == Filters():
            return found
        documents = self._scopes.scope(filters, day, exact=True).documents
        units = tuple(row for row in found.units if documents[self.index.unit_document[row]])
        return replace(found, units=units)

    def _with_question(
        self, request: SearchRequest, understood: Understood, filters: Filters, day: date, found: Found
    ) -> _Answer:
        """What was asked for exactly, then what answers the words beside it."""
        exact = self._lookups.hits(found, day, request.offset, request.limit)
        ranking = self._rank(request.mode, understood, understood.unplaced, filters, day)
        ranking = self._reranked(ranking) if ranking.above else ranking
        offset = max(request.offset - len(found.units), 0)
        others, total = self._questions.hits(ranking, offset, request.limit - len(exact), found.units)
        total += len(found.units)
        return _Answer((*exact, *others), total, found.notice, found.citation, reranked=ranking.reranked)

    def _question(self, request: SearchRequest, understood: Understood, filters: Filters, day: date) -> _Answer:
        if understood.citation is not None and not (understood.laws or understood.unknown) and understood.citation.path:
            return _Answer((), 0, Notice("article_not_found", "请写明是哪部法律，如 劳动合同法第三十八条"))
        scope = self._scopes.scope(filters, day)
        if scope.is_empty:
            return _Answer((), 0, self._nowhere(filters, day))
        ranking = self._rank(request.mode, understood, self._sought(understood), filters, day)
        # Where law has no answer there is nothing to put in order.
        ranking = self._reranked(ranking) if ranking.above else ranking
        row = row_request(understood.text)
        if row is not None:
            answer = self._row(request, row, ranking)
            if answer is not None:
                return answer
        hits, total = self._questions.hits(ranking, request.offset, request.limit)
        notice = self._notice(understood, filters, day, total)
        return _Answer(hits, total, notice, _named(understood), reranked=ranking.reranked)

    def _row(self, request: SearchRequest, row: RowRequest, ranking: Ranking) -> _Answer | None:
        """The row of a table that was asked for by its number, then what else answers."""
        found = self._tables.find(row, ranking.scored.units.tolist())
        if found is None:
            return None
        if found.unit is None:
            return _Answer((), 0, found.notice, None)
        first = () if request.offset else (self._questions.exact_hit(ranking, found.unit),)
        offset = max(request.offset - 1, 0)
        others, total = self._questions.hits(ranking, offset, request.limit - len(first), (found.unit,))
        return _Answer((*first, *others), 1 + total, None, found.citation, exact=True, reranked=ranking.reranked)

    def _rank(self, mode: Mode, understood: Understood, text: str, filters: Filters, day: date) -> Ranking:
        scope = self._scopes.scope(filters, day)
        named = None
        if understood.laws:
            named = np.zeros(len(self.index.documents), dtype=np.bool_)
            named[[record.row for record in understood.laws]] = True
            named &= self._scopes.scope(filters, day, exact=True).documents
            if (named & ~scope.documents).any():
                # A law that is named is searched even when it is no longer in force.
                scope = self._scopes.of_documents(scope.documents | named)
        words = self._colloquial.expand(text)
        return self._questions.rank(Question(text, words, understood.text, mode, day, scope, named, understood.places))

    def _reranked(self, ranking: Ranking) -> Ranking:
        """The ranking as the reranker sees it, where there is one; the other modes show one ranking by itself."""
        if self._reranking is None or ranking.question.mode != "hybrid" or not len(ranking.scored.units):
            return ranking
        return self._questions.rerank(ranking, self._reranking)

    def _notice(self, understood: Understood, filters: Filters, day: date, total: int) -> Notice | None:
        if understood.unknown or (understood.missing and not understood.laws):
            return self._lookups.absent(understood, day)
        if understood.laws:
            repealed = self._lookups.repealed(understood.laws[0], day)
            if repealed is not None:
                return repealed
        if total:
            return None
        shown = understood.text if len(understood.text) <= 40 else understood.text[:40] + "…"
        where = "在所选范围内" if _given(filters) else ""
        advice = "可放宽筛选条件" if where else "可换一种说法，或写明法律名称"
        return Notice("no_relevant_article", f"{where}没有找到与「{shown}」有关的条文：{advice}")

    def _nowhere(self, filters: Filters, day: date) -> Notice:
        """Why there is nothing to look at."""
        for name in filters.law:
            if not self._laws.of(name, day):
                known = self._laws.by_name(name)
                if known:
                    return Notice("law_not_indexed", f"《{known[0].title}》没有收录 {day.isoformat()} 的版本")
                return Notice(
                    "law_not_indexed", f"没有收录《{self._laws.full_title(name)}》：可用 fatiao index add 加入"
                )
        if not self.index.documents:
            return Notice("no_relevant_article", "索引是空的：请用 fatiao index add 加入文件")
        return Notice("no_relevant_article", "没有符合筛选条件的文件：请放宽筛选条件")


def _named(understood: Understood) -> str | None:
    if not understood.laws:
        return None
    return f"《{understood.laws[0].title}》"


def _given(filters: Filters) -> dict[str, object]:
    """The filters in force without the empty ones."""
    given = {name: getattr(filters, name) for name in ("kind", "issuer", "region", "status", "law")}
    found: dict[str, object] = {name: list(values) for name, values in given.items() if values}
    if filters.as_of is not None:
        found["as_of"] = filters.as_of.isoformat()
    return found
