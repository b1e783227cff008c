import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from indexer.embedding import StaticEmbedder, load_embedder
from indexer.embedding.quantised import Quantised
from indexer.embedding.static import is_static
from indexer.errors import EmbedderError
from indexer.resources import default_model_folder


def test_a_text_is_the_mean_of_its_words(embedder: StaticEmbedder) -> None:
    both = embedder.embed(["摊主登记", "摊主", "登记"], is_query=False)
    words = {word: embedder._vectors[embedder.tokenizer.token_to_id(word)] for word in ("摊主", "登记")}
    expected = words["摊主"] + words["登记"]
    np.testing.assert_allclose(both[0], expected / np.linalg.norm(expected), atol=1e-6)
    np.testing.assert_allclose(both[1], words["摊主"] / np.linalg.norm(words["摊主"]), atol=1e-6)


def test_shape_type_and_length(embedder: StaticEmbedder, texts: list[str]) -> None:
    vectors = embedder.embed(texts, is_query=True)
    assert vectors.shape == (len(texts), embedder.dimension)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


def test_without_a_known_word_the_vector_is_zero(embedder: StaticEmbedder, texts: list[str]) -> None:
    vectors = embedder.embed(["", texts[0], "？！", "龘", texts[1], " "], is_query=True)
    assert not vectors[[0, 2, 3, 5]].any()
    assert vectors[[1, 4]].any(axis=1).all()
    assert embedder.embed([], is_query=True).shape == (0, embedder.dimension)


@given(st.lists(st.text(alphabet="养犬摊主登记云岭省？ 龘a1", max_size=12), max_size=9))
def test_a_batch_is_its_texts_one_by_one(embedder: StaticEmbedder, batch: list[str]) -> None:
    together = embedder.embed(batch, is_query=False)
    for row, text in enumerate(batch):
        np.testing.assert_allclose(together[row], embedder.embed([text], is_query=True)[0], atol=1e-6)


@given(arrays.arrays(np.float32, (4, 6), elements=st.floats(-100, 100, width=32)))
def test_eight_bits_are_close(vectors: np.ndarray[tuple[int, int], np.dtype[np.float32]]) -> None:
    words = Quantised.of(vectors)
    step = np.abs(vectors).max(axis=1, keepdims=True) / 127
    assert words.embeddings.dtype == np.int8
    assert (np.abs(words.vectors() - vectors) <= step * 0.51 + 1e-6).all()


def test_survives_a_folder(embedder: StaticEmbedder, texts: list[str], tmp_path: Path) -> None:
    embedder.save(tmp_path)
    again = load_embedder(tmp_path)
    assert isinstance(again, StaticEmbedder)
    assert is_static(tmp_path)
    assert (again.name, again.dimension) == ("小模型", embedder.dimension)
    np.testing.assert_array_equal(again.embed(texts, is_query=True), embedder.embed(texts, is_query=True))


def test_the_revision_follows_the_weights(embedder: StaticEmbedder, tmp_path: Path) -> None:
    embedder.save(tmp_path / "a")
    embedder.save(tmp_path / "b")
    changed = Quantised(embedder.words.embeddings, embedder.words.weights * np.float32(1.5))
    StaticEmbedder(embedder.tokenizer, changed, name="小模型").save(tmp_path / "c")
    same, equal, other = (load_embedder(tmp_path / name).revision for name in "abc")
    assert same == equal != other


@pytest.mark.parametrize("damage", ["missing", "empty", "truncated", "other keys", "wrong size"])
def test_a_damaged_folder_is_one_clear_line(embedder: StaticEmbedder, tmp_path: Path, damage: str) -> None:
    from safetensors.numpy import save_file

    embedder.save(tmp_path)
    weights = tmp_path / "model.safetensors"
    content = weights.read_bytes()
    weights.unlink()
    if damage == "empty":
        weights.write_bytes(b"")
    elif damage == "truncated":
        weights.write_bytes(content[: len(content) // 2])
    elif damage == "other keys":
        save_file({"embedding": embedder.words.embeddings}, weights)
    elif damage == "wrong size":
        save_file({"embeddings": embedder.words.embeddings[:-1], "weights": embedder.words.weights[:-1]}, weights)
    with pytest.raises(EmbedderError) as caught:
        load_embedder(tmp_path)
    assert "fatiao train" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("which", ["tiny", "default"])
def test_sentence_transformers_gives_the_same_vectors(
    embedder: StaticEmbedder, texts: list[str], tmp_path: Path, which: str
) -> None:
    sentence_transformers = pytest.importorskip("sentence_transformers")
    folder = default_model_folder() if which == "default" else tmp_path
    if which == "tiny":
        embedder.save(folder)
    batch = [*texts, "", "龘", "老板拖欠工资怎么办？"]
    own = load_embedder(folder).embed(batch, is_query=True)
    theirs = sentence_transformers.SentenceTransformer(str(folder), device="cpu").encode(batch)
    np.testing.assert_allclose(own, theirs, atol=1e-5)


def test_the_default_model_is_small_and_quick() -> None:
    folder = default_model_folder()
    assert sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) < 25e6
    embedder = load_embedder()
    assert embedder.dimension == json.loads((folder / "config.json").read_text())["dimension"]
    embedder.embed(["热身"], is_query=True)
    began = time.perf_counter()
    for _ in range(50):
        embedder.embed(["老板拖欠工资不给怎么办"], is_query=True)
    assert (time.perf_counter() - began) / 50 < 0.01


def test_the_default_model_knows_how_people_speak() -> None:
    embedder = load_embedder()
    question = embedder.embed(["老板拖欠工资不给怎么办"], is_query=True)[0]
    passages = ["用人单位未及时足额支付劳动报酬的，责令限期支付", "食堂应当设置防蝇设施", "船舶进港应当申请引航"]
    scores = embedder.embed(passages, is_query=False) @ question
    assert scores.argmax() == 0
    assert scores[0] > scores[1:].max() + 0.1


def test_loading_needs_neither_torch_nor_jieba() -> None:
    code = (
        "import sys; from indexer.embedding import load_embedder; load_embedder().embed(['登记'], is_query=True);"
        "print([name for name in ('torch', 'jieba', 'sentence_transformers', 'scipy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
