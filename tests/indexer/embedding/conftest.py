"""A tiny static model: every word of a few fictional sentences with a vector drawn at random."""

from collections.abc import Iterator

import numpy as np
import pytest

from indexer.embedding.quantised import Quantised
from indexer.embedding.static import StaticEmbedder
from indexer.embedding.words import build_tokenizer, count_words

TEXTS = [
    "养犬人应当及时清除犬只排泄物。",
    "夜市摊主应当办理登记，由云岭省夜间经济办公室负责。",
    "用人单位应当按月支付劳动报酬。",
    "摊主逾期不登记的，处二百元罚款。",
]


@pytest.fixture(scope="session")
def embedder() -> StaticEmbedder:
    tokenizer = build_tokenizer(count_words(TEXTS * 20), size=1000)
    vectors = np.random.default_rng(5).standard_normal((tokenizer.get_vocab_size(), 16)).astype(np.float32)
    vectors[:257] = 0
    return StaticEmbedder(tokenizer, Quantised.of(vectors), name="小模型")


@pytest.fixture
def texts() -> list[str]:
    return list(TEXTS)


@pytest.fixture(scope="module")
def one_thread() -> Iterator[None]:
    """Models this small wait for their threads, beside other tests, a hundred times as long as they compute."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
