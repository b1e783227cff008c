"""An index of the fictional body of law, built by the pipeline with the default model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from indexer.embedding import Embedder, load_embedder
from indexer.pipeline import build
from indexer.storage import Index
from service.retrieval import Filters, Library, Searcher, SearchRequest, SearchResult
from tests.service.retrieval.corpus import FILES, TODAY

Search = Callable[..., SearchResult]


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    return load_embedder()


@pytest.fixture(scope="session")
def index(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Index:
    sources = tmp_path_factory.mktemp("laws")
    for name, text in FILES.items():
        path = sources / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    folder = tmp_path_factory.mktemp("index")
    build([str(sources)], folder, embedder, workers=1)
    return Index.open(folder)


@pytest.fixture(scope="session")
def searcher(index: Index, embedder: Embedder) -> Searcher:
    return Searcher(index, embedder, today=lambda: TODAY)


@pytest.fixture(scope="session")
def library(index: Index) -> Library:
    return Library(index, today=lambda: TODAY)


@pytest.fixture(scope="session")
def search(searcher: Searcher) -> Search:
    def ask(text: str, limit: int = 10, offset: int = 0, mode: str = "hybrid", **filters: object) -> SearchResult:
        request = SearchRequest(text, limit=limit, offset=offset, filters=replace(Filters(), **filters))  # type: ignore[arg-type]
        return searcher.search(replace(request, mode=mode))  # type: ignore[arg-type]

    return ask
