"""Retrieval: an index in, ranked articles with exact citations out."""

from service.retrieval.library import Library
from service.retrieval.parameters import Parameters
from service.retrieval.results import (
    ArticleView,
    ClauseHit,
    Filters,
    Hit,
    HitCitation,
    LawPage,
    LawSummary,
    LawView,
    LinkView,
    NodeView,
    Notice,
    OutlineEntry,
    Query,
    SearchRequest,
    SearchResult,
)
from service.retrieval.searcher import Searcher

__all__ = [
    "ArticleView",
    "ClauseHit",
    "Filters",
    "Hit",
    "HitCitation",
    "LawPage",
    "LawSummary",
    "LawView",
    "Library",
    "LinkView",
    "NodeView",
    "Notice",
    "OutlineEntry",
    "Parameters",
    "Query",
    "SearchRequest",
    "SearchResult",
    "Searcher",
]
