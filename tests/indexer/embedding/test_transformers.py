"""Embedding models and rerankers of two layers, loaded as a user's would be."""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from indexer.embedding import Embedder, ModelOptions, load_embedder, load_reranker
from indexer.embedding.pacing import paced
from indexer.errors import EmbedderError
from tests.indexer.embedding.tiny import bert, cross_encoder, language_model

pytest.importorskip("sentence_transformers")
pytestmark = pytest.mark.usefixtures("one_thread")

PASSAGES = ["养犬人应当及时清除犬只排泄物", "摊主应当办理登记", "用人单位应当按月足额支付劳动报酬，不得拖欠"]


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return bert(tmp_path_factory.mktemp("plain") / "tiny")


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return cross_encoder(tmp_path_factory.mktemp("judge") / "tiny")


def vectors(embedder: Embedder, texts: Sequence[str] = PASSAGES, *, is_query: bool = True) -> np.ndarray:
    return embedder.embed(texts, is_query=is_query)


def test_prompts_really_change_vectors(plain: Path) -> None:
    asked = ModelOptions(query_prompt="甲：", passage_prompt="乙：")
    bare, prompted = load_embedder(plain), load_embedder(plain, asked)
    for is_query, prompt in ((True, "甲："), (False, "乙：")):
        given = vectors(prompted, is_query=is_query)
        np.testing.assert_allclose(given, vectors(bare, [prompt + text for text in PASSAGES]), atol=1e-5)
        assert np.abs(given - vectors(bare, is_query=is_query)).max() > 1e-3
    np.testing.assert_allclose(np.linalg.norm(vectors(prompted), axis=1), 1, atol=1e-5)


def test_the_family_of_a_folder_sets_its_prompts(plain: Path, tmp_path: Path) -> None:
    (tmp_path / "bge-tiny-zh").symlink_to(plain)
    known, bare = load_embedder(tmp_path / "bge-tiny-zh"), load_embedder(plain)
    prompt = "为这个句子生成表示以用于检索相关文章："
    np.testing.assert_allclose(vectors(known), vectors(bare, [prompt + text for text in PASSAGES]), atol=1e-5)
    np.testing.assert_allclose(vectors(known, is_query=False), vectors(bare), atol=1e-5)


def test_the_revision_follows_prompts_and_the_longest_text(plain: Path) -> None:
    options = (
        ModelOptions(),
        ModelOptions(query_prompt="甲"),
        ModelOptions(passage_prompt="甲"),
        ModelOptions(longest=32),
    )
    made = [load_embedder(plain, each).revision for each in options]
    assert len(set(made)) == 4
    assert load_embedder(plain, ModelOptions(batch=1, device="cpu")).revision == made[0]


def test_long_texts_are_cut_and_batches_change_nothing(plain: Path) -> None:
    long = "夜市摊主" * 100
    short = load_embedder(plain, ModelOptions(longest=18, batch=2))
    np.testing.assert_allclose(vectors(short, [long]), vectors(short, [long[:16]]), atol=1e-5)
    whole = load_embedder(plain, ModelOptions(batch=64))
    np.testing.assert_allclose(vectors(whole, PASSAGES * 9), vectors(load_embedder(plain), PASSAGES * 9), atol=1e-5)


def test_many_threads_may_share_a_model(plain: Path, judge: Path) -> None:
    embedder, reranker = load_embedder(plain), load_reranker(judge)
    expected, judged = vectors(embedder), reranker.odds("拖欠劳动报酬", PASSAGES)
    with ThreadPoolExecutor(8) as pool:
        for found in pool.map(lambda _: vectors(embedder), range(24)):
            np.testing.assert_allclose(found, expected, atol=1e-5)
        for found in pool.map(lambda _: reranker.odds("拖欠劳动报酬", PASSAGES), range(24)):
            np.testing.assert_allclose(found, judged, atol=1e-5)


@pytest.mark.parametrize("load", [load_embedder, load_reranker])
def test_a_name_that_is_nowhere_is_one_line(load: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(EmbedderError, match="本机没有模型 yunling/no-such-model，也连不上") as caught:
        load("yunling/no-such-model")  # type: ignore[operator]
    message = str(caught.value)
    assert "\n" not in message
    assert ("FATIAO_MODEL" if load is load_embedder else "FATIAO_RERANKER") in message


def test_a_name_that_the_hub_does_not_have(monkeypatch: pytest.MonkeyPatch) -> None:
    from huggingface_hub import HfApi
    from huggingface_hub.errors import RepositoryNotFoundError

    def missing(_self: HfApi, name: str, **_more: object) -> None:
        raise RepositoryNotFoundError.__new__(RepositoryNotFoundError)

    monkeypatch.setattr(HfApi, "model_info", missing)
    with pytest.raises(EmbedderError, match="Hugging Face 上没有模型 bge-m4：名称应带机构名"):
        load_embedder("bge-m4")


def test_a_device_that_is_not_there(plain: Path) -> None:
    with pytest.raises(EmbedderError, match="不能在设备 cuda:77 上运行模型") as caught:
        load_embedder(plain, ModelOptions(device="cuda:77"))
    assert "\n" not in str(caught.value)


def test_a_cross_encoder_judges_each_passage_by_itself(judge: Path) -> None:
    reranker = load_reranker(judge, ModelOptions(batch=2))
    odds = reranker.odds("拖欠劳动报酬怎么办", PASSAGES)
    assert odds.shape == (3,)
    assert odds.dtype == np.float32
    assert len(set(odds.tolist())) == 3
    alone = [reranker.odds("拖欠劳动报酬怎么办", [passage])[0] for passage in PASSAGES]
    np.testing.assert_allclose(odds, alone, atol=1e-5)
    assert not np.allclose(odds, reranker.odds("养犬人", PASSAGES), atol=1e-4)
    assert reranker.odds("问", []).shape == (0,)


def test_odds_are_not_probabilities(judge: Path, tmp_path: Path) -> None:
    """A head ten times as steep gives odds ten times as large; probabilities would all but meet at 0 and 1."""
    import shutil

    from safetensors.numpy import load_file, save_file

    shutil.copytree(judge, tmp_path / "steep")
    weights = tmp_path / "steep" / "model.safetensors"
    steep = {key: value * (1000 if key.startswith("classifier") else 1) for key, value in load_file(weights).items()}
    save_file(steep, weights, metadata={"format": "pt"})
    odds = load_reranker(judge).odds("登记", PASSAGES)
    np.testing.assert_allclose(load_reranker(tmp_path / "steep").odds("登记", PASSAGES), odds * 1000, rtol=1e-3)


def test_a_model_with_two_outputs_is_no_reranker(tmp_path: Path) -> None:
    with pytest.raises(EmbedderError, match="有 2 个输出，不是重排模型"):
        load_reranker(cross_encoder(tmp_path / "two", outputs=2))


OWN = "{{ messages[0].content }}：{{ messages[1].content }}"
GENERAL = "{% for m in messages %}{% if m.role == 'user' %}{{ m.content }}{% endif %}{% endfor %}"


@pytest.mark.parametrize("template", [None, GENERAL])
def test_qwen_is_asked_in_the_chat_of_its_family(tmp_path: Path, template: str | None) -> None:
    reranker = load_reranker(language_model(tmp_path / "tiny", template=template))
    chat = reranker._model[0].tokenizer.apply_chat_template(  # type: ignore[attr-defined]
        [{"role": "query", "content": "甲"}, {"role": "document", "content": "乙"}], tokenize=False
    )
    assert chat.startswith("<|im_start|>system\nJudge whether the Document meets the requirements")
    assert "<Query>: 甲\n<Document>: 乙<|im_end|>\n" in chat
    assert chat.endswith("<|im_start|>assistant\n<think>\n\n</think>\n\n")
    odds = reranker.odds("登记", PASSAGES)
    assert len(set(odds.tolist())) == 3
    np.testing.assert_allclose(odds, [reranker.odds("登记", [passage])[0] for passage in PASSAGES], atol=1e-4)


def test_what_a_language_model_would_say_is_the_judgement(tmp_path: Path) -> None:
    """The library's figure against one reckoned by hand: the logit of yes less that of no, behind the whole chat."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    folder = language_model(tmp_path / "tiny", template=OWN)
    odds = load_reranker(folder).odds("登记", PASSAGES[:1])
    tokenizer, model = AutoTokenizer.from_pretrained(folder), AutoModelForCausalLM.from_pretrained(folder)
    tokens = tokenizer.apply_chat_template(
        [{"role": "query", "content": "登记"}, {"role": "document", "content": PASSAGES[0]}], tokenize=False
    )
    assert tokens == f"登记：{PASSAGES[0]}"
    ids = tokenizer(tokens, add_special_tokens=False, return_tensors="pt")
    with torch.no_grad():
        logits = model(input_ids=ids["input_ids"]).logits[0, -1]
    yes, no = (tokenizer.convert_tokens_to_ids(word) for word in ("yes", "no"))
    np.testing.assert_allclose(odds[0], float(logits[yes] - logits[no]), atol=1e-4)


def test_a_long_passage_leaves_the_end_of_the_chat_in_place(tmp_path: Path) -> None:
    reranker = load_reranker(language_model(tmp_path / "tiny"), ModelOptions(longest=160))
    long = reranker.odds("登记", ["夜市摊主" * 300])
    assert np.isfinite(long).all()
    tokens = reranker._model[0].preprocess([("登记", "夜市摊主" * 300)])["input_ids"][0]  # type: ignore[attr-defined]
    end = reranker._model[0].preprocess([("登记", "夜")])["input_ids"][0]  # type: ignore[attr-defined]
    assert len(tokens) == 160
    assert tokens[-8:].tolist() == end[-8:].tolist()


def test_of_another_language_model_nothing_is_guessed(tmp_path: Path) -> None:
    folder = language_model(tmp_path / "tiny", family="llama", template=GENERAL)
    with pytest.raises(EmbedderError, match=r"没有写明怎样把问题和条文交给它.*chat_template\.jinja") as caught:
        load_reranker(folder)
    assert "\n" not in str(caught.value)
    own = language_model(tmp_path / "own", family="llama", template=OWN)
    assert load_reranker(own).odds("登记", PASSAGES).shape == (3,)


def test_the_prompts_of_a_configuration_are_used(tmp_path: Path) -> None:
    folder = bert(tmp_path / "tiny", {"query": "甲：", "document": ""})
    stated = json.loads((folder / "config_sentence_transformers.json").read_text(encoding="utf-8"))["prompts"]
    assert stated["query"] == "甲："
    own = load_embedder(folder)
    bare = load_embedder(folder, ModelOptions(query_prompt=""))
    np.testing.assert_allclose(vectors(own), vectors(bare, ["甲：" + text for text in PASSAGES]), atol=1e-5)


@pytest.mark.parametrize(("seconds_each", "most"), [(1.0, 64), (1e-9, 2048), (1 / 500, 500)])
def test_pieces_take_about_a_second(seconds_each: float, most: int) -> None:
    pieces: list[slice] = []
    # What is extended with a generator grows while it runs: the clock tells what the pieces until now have cost.
    pieces.extend(paced(9000, clock=lambda: seconds_each * sum(part.stop - part.start for part in pieces)))
    assert [part.start for part in pieces] == [0, *(part.stop for part in pieces[:-1])]
    assert pieces[-1].stop == 9000
    assert max(part.stop - part.start for part in pieces) == most
    assert list(paced(0)) == []
