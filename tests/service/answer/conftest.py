"""Hits and a searcher made by hand: answers are tested without an index."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import cast

import pytest

from service.retrieval import (
    ClauseHit,
    Hit,
    HitCitation,
    LawSummary,
    Notice,
    Query,
    Searcher,
    SearchRequest,
    SearchResult,
)

LAW = LawSummary(
    id="星港法@2024-06-01", title="星港法", number=None, kind="法律", issuers=(), region=None, adopted=date(2024, 6, 1),
    published=None, effective=date(2024, 8, 1), status="现行有效", status_basis="2024-06-01 版本",
)  # fmt: skip


def hit(number: int, text: str, score: float = 0.8, clauses: tuple[str, ...] = (), **facts: object) -> Hit:
    article = f"第{number}条"
    made = Hit(
        rank=number, score=score, id=f"{LAW.id}/{number}",
        citation=HitCitation(f"《星港法》{article}", LAW.title, None, article, (number, 0)), law=LAW, headings=(),
        text=text, highlights=(), scores={"semantic": 0.5, "lexical": 0.5},
        clauses=tuple(
            ClauseHit(f"{LAW.id}/{number}/{at}", f"《星港法》{article}第{at}款", clause, score)
            for at, clause in enumerate(clauses or (text,), 1)
        ),
    )  # fmt: skip
    return replace(made, **facts)  # type: ignore[arg-type]


@dataclass
class FakeSearcher:
    """Finds what it is told to, and remembers what it was asked."""

    hits: tuple[Hit, ...] = ()
    notice: Notice | None = None
    intent: str = "question"
    asked: list[SearchRequest] = field(default_factory=list)

    def search(self, request: SearchRequest) -> SearchResult:
        self.asked.append(request)
        query = Query(request.text, request.text, self.intent, None)  # type: ignore[arg-type]
        return SearchResult(query, self.hits, len(self.hits), 1.0, self.notice, "g", "m")

    def as_searcher(self) -> Searcher:
        return cast("Searcher", self)


@pytest.fixture
def found() -> FakeSearcher:
    return FakeSearcher(
        (
            hit(4, "擅自占用泊位的，责令驶离。拒不驶离的，处二百元罚款。", 0.9),
            hit(3, "停泊费按季度缴纳。", 0.6),
            hit(9, "船长应当点灯。", 0.1),
        )
    )
