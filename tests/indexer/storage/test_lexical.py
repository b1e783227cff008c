"""The lexical index scores as BM25 is defined, and as bm25s does."""

from __future__ import annotations

import json
import math
from collections import Counter
from pathlib import Path

import bm25s
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.errors import IndexFormatError
from indexer.storage import LexicalIndex
from indexer.storage.lexical import K1, SCORES, STARTS, UNITS, B, build_lexical

TEXTS = [
    "星灯由守灯人看护",
    "守灯人应当每日巡查星灯，星灯不亮的，应当添油",
    "河灯",
    "",
    "，。！",
    "灯油由灯务厅供应；灯务厅应当每年公布灯油的价格，价格由灯务厅核定",
    "河灯由守灯人看护",
]


def _index(folder: Path, texts: list[str], tokenizer: Path) -> LexicalIndex:
    build_lexical(folder, texts, tokenizer)
    return LexicalIndex.open(folder)


def _bm25(texts: list[str], query: str) -> list[float]:
    """BM25 as Lucene defines it, word by word, over single characters."""
    documents = [Counter(c for c in text if "一" <= c <= "龥") for text in texts]
    average = sum(document.total() for document in documents) / len(documents) or 1
    scores = []
    for document in documents:
        score = 0.0
        for word in query:
            found_in = sum(word in other for other in documents)
            idf = math.log(1 + (len(documents) - found_in + 0.5) / (found_in + 0.5))
            norm = K1 * (1 - B + B * document.total() / average)
            score += idf * document[word] / (document[word] + norm) if document[word] else 0
        scores.append(score)
    return scores


@pytest.mark.parametrize("query", ["星灯", "守灯人看护河灯", "灯灯灯", "灯务厅的价格", "红烧肉", "", "abc", "星星"])
def test_scores_are_those_of_the_definition(tmp_path: Path, tokenizer: Path, query: str) -> None:
    index = _index(tmp_path, TEXTS, tokenizer)
    expected = _bm25(TEXTS, query)
    np.testing.assert_allclose(index.score(query), expected, rtol=1e-5, atol=1e-6)
    rows, scores = index.search(query, 10)
    ranked = sorted((row for row in range(len(TEXTS)) if expected[row] > 0), key=lambda row: (-expected[row], row))
    assert rows.tolist() == ranked
    np.testing.assert_allclose(scores, [expected[row] for row in ranked], rtol=1e-5)


words = st.text(st.sampled_from("星灯河守人油务厅的，"), max_size=12)


@settings(max_examples=40, deadline=None)
@given(texts=st.lists(words, min_size=1, max_size=40), query=words, k=st.integers(0, 50), seed=st.integers(0, 99))
def test_any_collection_any_query_any_mask(
    tmp_path_factory: pytest.TempPathFactory, tokenizer: Path, texts: list[str], query: str, k: int, seed: int
) -> None:
    index = _index(tmp_path_factory.mktemp("lexical"), texts, tokenizer)
    allowed = np.random.default_rng(seed).random(len(texts)) < 0.6
    expected = np.array(_bm25(texts, query.replace("，", "")))
    rows, scores = index.search(query, k, allowed)
    possible = [row for row in range(len(texts)) if allowed[row] and expected[row] > 0]
    assert len(rows) == min(k, len(possible))
    assert set(rows.tolist()) <= set(possible)
    np.testing.assert_allclose(scores, expected[rows], rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(scores, sorted(expected[possible], reverse=True)[:k], rtol=1e-4, atol=1e-6)
    same = np.flatnonzero(np.diff(scores) == 0)
    assert (rows[same] < rows[same + 1]).all()


def test_large_collections_are_ranked_as_if_sorted_whole(tmp_path: Path, tokenizer: Path) -> None:
    random = np.random.default_rng(0)
    letters = np.array(list("星灯河守人油务厅的甲乙丙丁戊己庚辛"))
    texts = ["".join(letters[random.integers(0, len(letters), random.integers(1, 30))]) for _ in range(3000)]
    index = _index(tmp_path, texts, tokenizer)
    for query in ("星灯", "的", "甲乙丙丁", "守人"):
        totals = index.score(query)
        order = np.lexsort((np.arange(len(texts)), -totals))
        for k in (1, 10, 100, 2999, 5000):
            expected = [row for row in order[:k] if totals[row] > 0]
            assert index.search(query, k)[0].tolist() == expected


def test_scores_are_those_of_bm25s(tmp_path: Path, tokenizer: Path) -> None:
    index = _index(tmp_path, TEXTS, tokenizer)
    tokens = [[c for c in text if "一" <= c <= "龥"] for text in TEXTS]
    rival = bm25s.BM25(k1=K1, b=B, method="lucene")
    rival.index(tokens, show_progress=False)
    for query in ("星灯", "守灯人看护河灯", "灯务厅"):
        np.testing.assert_allclose(index.score(query), rival.get_scores(list(query)), rtol=1e-5, atol=1e-6)


def test_the_query_is_cut_by_the_tokenizer_of_the_index(tmp_path: Path, tokenizer: Path) -> None:
    index = _index(tmp_path, TEXTS, tokenizer)
    assert (tmp_path / "tokenizer.json").read_bytes() == tokenizer.read_bytes()
    assert len(index.words("星灯，abc")) == 2


def test_the_same_texts_give_the_same_bytes_and_no_pickle(tmp_path: Path, tokenizer: Path) -> None:
    contents = []
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        build_lexical(tmp_path / name, TEXTS, tokenizer)
        contents.append({path.name: path.read_bytes() for path in (tmp_path / name).iterdir()})
        for array in (STARTS, UNITS, SCORES):
            np.load(tmp_path / name / array, allow_pickle=False)
    assert contents[0] == contents[1]


def test_no_texts_at_all(tmp_path: Path, tokenizer: Path) -> None:
    assert len(_index(tmp_path, [], tokenizer).search("星灯", 5)[0]) == 0


@pytest.mark.parametrize("name", [STARTS, UNITS, SCORES, "lexical.json", "tokenizer.json"])
def test_a_damaged_file_is_refused(tmp_path: Path, tokenizer: Path, name: str) -> None:
    build_lexical(tmp_path, TEXTS, tokenizer)
    (tmp_path / name).write_bytes(b"{}")
    with pytest.raises(IndexFormatError, match="fatiao index build"):
        LexicalIndex.open(tmp_path)


def test_arrays_that_do_not_belong_together_are_refused(tmp_path: Path, tokenizer: Path) -> None:
    build_lexical(tmp_path, TEXTS, tokenizer)
    np.save(tmp_path / SCORES, np.load(tmp_path / SCORES)[:-1])
    with pytest.raises(IndexFormatError, match="不完整"):
        LexicalIndex.open(tmp_path)
    assert json.loads((tmp_path / "lexical.json").read_text())["units"] == len(TEXTS)
