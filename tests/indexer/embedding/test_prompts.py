"""What stands before questions and passages: the user's word, then the model's own, then the family's."""

import pytest

from indexer.embedding.prompts import FAMILIES, Prompts, find_prompts, fingerprint
from indexer.embedding.sentence_transformer import called

ZH = "为这个句子生成表示以用于检索相关文章："
WEB = "Given a web search query, retrieve relevant passages that answer the query"


@pytest.mark.parametrize(
    ("name", "query", "passage"),
    [
        ("BAAI/bge-m3", "", ""),
        ("BAAI/bge-large-zh-v1.5", ZH, ""),
        ("/models/bge-small-zh/", ZH, ""),
        ("BAAI/bge-base-en-v1.5", "Represent this sentence for searching relevant passages: ", ""),
        ("Qwen/Qwen3-Embedding-0.6B", f"Instruct: {WEB}\nQuery:", ""),
        ("Alibaba-NLP/gte-Qwen2-1.5B-instruct", f"Instruct: {WEB}\nQuery: ", ""),
        ("intfloat/multilingual-e5-large", "query: ", "passage: "),
        ("intfloat/e5-small-v2", "query: ", "passage: "),
        ("intfloat/multilingual-e5-large-instruct", f"Instruct: {WEB}\nQuery: ", ""),
        ("Alibaba-NLP/gte-multilingual-base", "", ""),
        ("thenlper/gte-large-zh", "", ""),
        ("somebody/unheard-of", "", ""),
        ("/models/e5-collection/other", "", ""),
        ("/cache/hub/models--intfloat--multilingual-e5-base/snapshots/0a1b2c", "query: ", "passage: "),
    ],
)
def test_families_by_name(name: str, query: str, passage: str) -> None:
    assert find_prompts(called(name), {"query": "", "document": ""}) == Prompts(query, passage)


def test_what_the_model_states_goes_before_what_is_known_of_its_name() -> None:
    assert find_prompts(("BAAI/bge-large-zh",), {"query": "问：", "document": ""}) == Prompts("问：", "")
    assert find_prompts(("any",), {"query": "问：", "passage": "文："}) == Prompts("问：", "文：")
    assert find_prompts(("any",), {"corpus": "文：", "document": None}) == Prompts("", "文：")


def test_what_the_user_states_goes_before_all() -> None:
    assert find_prompts(("intfloat/e5-small",), {}, query="甲", passage="") == Prompts("甲", "")
    assert find_prompts(("any",), {"query": "问："}, query="") == Prompts("", "")


def test_the_fingerprint_tells_apart_whatever_changes_vectors() -> None:
    made = [fingerprint(Prompts(*each), 512) for each in (("", ""), ("甲", ""), ("", "甲"), ("甲", "乙"), ("甲乙", ""))]
    assert len({*made, fingerprint(Prompts(), 256)}) == 6


def test_every_family_says_where_its_prompts_are_written() -> None:
    assert [
        family.pattern.pattern for family in FAMILIES if ":" not in family.source and "," not in family.source
    ] == []
