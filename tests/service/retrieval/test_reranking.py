"""A reranker puts the best articles in order, and changes nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from indexer.embedding import Embedder, ModelOptions, load_embedder, load_reranker
from indexer.errors import EmbedderMismatchError
from indexer.pipeline import build
from indexer.storage import Index
from service.retrieval import Searcher, SearchRequest
from service.retrieval.presentation import search_body
from service.retrieval.reranking import LONGEST, Reranking, rerank
from service.retrieval.scoring import Scored
from tests.indexer.embedding.tiny import bert, cross_encoder
from tests.service.retrieval.corpus import FILES, TODAY

QUESTION = "停泊费怎么交"


class WordReranker:
    """Likes passages that have a word in them; remembers what it was given."""

    name = "认字"

    def __init__(self, word: str, likes: float = 5.0) -> None:
        self._word = word
        self._likes = likes
        self.given: list[tuple[str, tuple[str, ...]]] = []

    def odds(self, question: str, passages: Sequence[str]) -> NDArray[np.float32]:
        self.given.append((question, tuple(passages)))
        return np.array([self._likes if self._word in each else -self._likes for each in passages], np.float32)


def searcher_with(index: Index, embedder: Embedder, model: WordReranker, depth: int = 50) -> Searcher:
    return Searcher(index, embedder, today=lambda: TODAY, reranking=Reranking(model, depth))


def ranked(searcher: Searcher, text: str = QUESTION) -> list[str]:
    return [hit.id for hit in searcher.search(SearchRequest(text, limit=20)).hits]


def test_the_reranker_really_reorders(index: Index, embedder: Embedder, searcher: Searcher) -> None:
    plain = searcher.search(SearchRequest(QUESTION, limit=20))
    assert len(plain.hits) > 2
    last = plain.hits[-1]
    word = last.text[-12:-1]
    assert all(word not in hit.text for hit in plain.hits[:-1])
    result = searcher_with(index, embedder, WordReranker(word)).search(SearchRequest(QUESTION, limit=20))
    assert result.hits[0].id == last.id
    assert [hit.id for hit in result.hits[1:]] == [hit.id for hit in plain.hits[:-1]]


def test_scores_keep_their_meaning(index: Index, embedder: Embedder, searcher: Searcher) -> None:
    plain = searcher.search(SearchRequest(QUESTION, limit=20))
    result = searcher_with(index, embedder, WordReranker("书面")).search(SearchRequest(QUESTION, limit=20))
    assert [hit.score for hit in result.hits] == [hit.score for hit in plain.hits]
    assert result.total == plain.total
    own = {hit.id: hit.scores for hit in plain.hits}
    for hit in result.hits:
        liked = hit.scores["reranker"]
        assert liked == pytest.approx(1 / (1 + np.exp(-5)) if "书面" in hit.text else 1 / (1 + np.exp(5)), abs=1e-4)
        if hit.id in own:
            assert {name: hit.scores[name] for name in ("semantic", "lexical")} == own[hit.id]


def test_equal_judgements_leave_the_order_alone(index: Index, embedder: Embedder, searcher: Searcher) -> None:
    assert ranked(searcher_with(index, embedder, WordReranker("没有这个词"))) == ranked(searcher)


def test_what_is_deeper_stays_where_it_was(index: Index, embedder: Embedder, searcher: Searcher) -> None:
    plain = ranked(searcher)
    model = WordReranker(searcher.search(SearchRequest(QUESTION, limit=20)).hits[-1].text[-12:-1])
    assert ranked(searcher_with(index, embedder, model, depth=2)) == plain
    assert [len(passages) for _, passages in model.given] == [2]


def test_what_it_is_given(index: Index, embedder: Embedder) -> None:
    model = WordReranker("甲")
    searcher_with(index, embedder, model).search(SearchRequest(QUESTION))
    question, passages = model.given[0]
    assert question == QUESTION
    assert any(each.startswith("《中华人民共和国星港法》第二条\n第一章 总则\n停泊费由飞船主人") for each in passages)
    assert all(len(each) < LONGEST + 200 for each in passages)
    assert not any("None" in each for each in passages)


def test_a_law_that_is_named_stays_first(index: Index, embedder: Embedder) -> None:
    text = "星港法 停泊费"
    plain = Searcher(index, embedder, today=lambda: TODAY)
    others = [
        hit for hit in plain.search(SearchRequest(text, limit=50)).hits if hit.law.title != "中华人民共和国星港法"
    ]
    assert others
    found = searcher_with(index, embedder, WordReranker(f"《{others[0].law.title}》")).search(
        SearchRequest(text, limit=50)
    )
    assert found.hits[0].law.title == "中华人民共和国星港法"


def test_nothing_is_read_where_it_has_no_say(index: Index, embedder: Embedder) -> None:
    model = WordReranker("甲")
    searcher = searcher_with(index, embedder, model)
    searcher.search(SearchRequest("红烧肉怎么做"))
    searcher.search(SearchRequest("星港法第二条"))
    searcher.search(SearchRequest(QUESTION, mode="lexical"))
    searcher.search(SearchRequest(QUESTION, mode="semantic"))
    assert model.given == []
    searcher.rank("红烧肉怎么做")
    assert len(model.given) == 1


def test_its_name_and_time_are_told(index: Index, embedder: Embedder, searcher: Searcher) -> None:
    body = search_body(searcher_with(index, embedder, WordReranker("甲")).search(SearchRequest(QUESTION)))
    assert body["index"]["reranker"] == "认字"
    assert 0 <= body["rerank_ms"] <= body["took_ms"]
    plain = search_body(searcher.search(SearchRequest(QUESTION)))
    assert (plain["index"]["reranker"], plain["rerank_ms"]) == (None, None)
    assert "reranker" not in plain["hits"][0]["scores"]


def test_every_column_moves_together() -> None:
    values = np.array([0.9, 0.8, 0.7, 0.1], np.float32)
    half, third = values * np.float32(0.5), values * np.float32(0.3)
    scored = Scored(np.arange(4), values, half, third, 0.5)
    moved = rerank(Reranking(WordReranker("乙"), 3), "问", scored, ["甲", "乙", "丙乙"]).scored
    assert moved.units.tolist() == [1, 2, 0, 3]
    np.testing.assert_array_equal(moved.score, values)
    np.testing.assert_array_equal(moved.semantic, scored.semantic[[1, 2, 0, 3]])
    np.testing.assert_array_equal(moved.lexical, scored.lexical[[1, 2, 0, 3]])


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    """An index built with a model of two layers, that model, and a reranker."""
    pytest.importorskip("sentence_transformers")
    place = tmp_path_factory.mktemp("tiny")
    model, judge = bert(place / "model"), cross_encoder(place / "judge")
    source = place / "星港法.md"
    source.write_text(FILES["中华人民共和国星港法(2024-06-01).md"], encoding="utf-8")
    build([str(source)], place / "index", load_embedder(model, ModelOptions(query_prompt="甲：")), workers=1, bank=())
    return place / "index", model, judge


def test_an_index_is_bound_to_the_prompts_it_was_built_with(folders: tuple[Path, Path, Path]) -> None:
    index, model, _ = folders
    Searcher(Index.open(index), load_embedder(model, ModelOptions(query_prompt="甲：")))
    for other in (ModelOptions(), ModelOptions(query_prompt="甲：", passage_prompt="乙：")):
        with pytest.raises(EmbedderMismatchError, match="fatiao index build"):
            Searcher(Index.open(index), load_embedder(model, other))


def test_a_real_cross_encoder_decides_the_order(folders: tuple[Path, Path, Path]) -> None:
    folder, model, judge = folders
    index, embedder = Index.open(folder), load_embedder(model, ModelOptions(query_prompt="甲："))
    reranker = load_reranker(judge)
    plain = Searcher(index, embedder, today=lambda: TODAY).rank(QUESTION)
    found = Searcher(index, embedder, today=lambda: TODAY, reranking=Reranking(reranker, 50)).rank(QUESTION)
    assert sorted(found) == sorted(plain)
    assert found != plain


def test_settings_lead_to_the_models(folders: tuple[Path, Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    from service.backend import open_backend
    from service.settings import load_settings

    index, model, judge = folders
    monkeypatch.setenv("FATIAO_MODEL", str(model))
    monkeypatch.setenv("FATIAO_QUERY_PROMPT", "甲：")
    monkeypatch.setenv("FATIAO_RERANKER", str(judge))
    monkeypatch.setenv("FATIAO_RERANKER_DEPTH", "3")
    settings = load_settings(index=index)
    searcher = open_backend(settings).current().searcher
    result = searcher.search(SearchRequest("星港法 停泊费由谁缴纳"))
    assert result.reranker == str(judge)
    assert sum("reranker" in hit.scores for hit in result.hits) <= 3
