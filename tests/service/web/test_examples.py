"""The first page offers only questions that the open index answers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import cast

from service.backend import Backend
from service.retrieval import Searcher, SearchRequest, SearchResult
from service.web.examples import Examples


@dataclass
class Answering:
    """Answers only what it knows, and counts."""

    known: frozenset[str]
    whole: Searcher
    count: int = 0

    def search(self, request: SearchRequest) -> SearchResult:
        self.count += 1
        text = request.text if request.text in self.known else "红烧肉怎么做"
        return self.whole.search(replace(request, text=text))


def with_searcher(backend: Backend, *known: str) -> tuple[Backend, Answering]:
    searcher = Answering(frozenset(known), backend.searcher)
    return replace(backend, searcher=cast(Searcher, searcher)), searcher


def test_a_small_index_offers_its_own_documents(backend: Backend) -> None:
    made, _ = with_searcher(backend, "老板拖欠工资怎么办", "云岭省养犬管理条例第一条", "云政办发〔2031〕8号")
    assert [text for text, _ in Examples().of(made)] == [
        "老板拖欠工资怎么办",
        "云岭省养犬管理条例第一条",
        "云政办发〔2031〕8号",
    ]


def test_examples_are_found_once_a_generation(backend: Backend) -> None:
    made, searcher = with_searcher(backend, "刑法133之1")
    examples = Examples()
    first = examples.of(made)
    asked = searcher.count
    assert examples.of(made) is first
    assert searcher.count == asked
    examples.of(replace(made, generation="g2"))
    assert searcher.count == 2 * asked


def test_an_index_that_answers_nothing_offers_nothing(backend: Backend) -> None:
    made, _ = with_searcher(backend)
    assert Examples().of(made) == ()
