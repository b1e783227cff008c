"""Models of the sentence-transformers library, tried with one that is built here: no download."""

import sys
from pathlib import Path

import numpy as np
import pytest

from indexer.embedding import StaticEmbedder, load_embedder
from indexer.embedding.sentence_transformer import SentenceTransformerEmbedder
from indexer.errors import EmbedderError

PROMPTS = {"query": "登记", "document": "罚款"}


@pytest.fixture(scope="module")
def folder(embedder: StaticEmbedder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model with prompts, in the library's own layout."""
    sentence_transformers = pytest.importorskip("sentence_transformers")
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding

    module = StaticEmbedding(embedder.tokenizer, embedding_weights=embedder._vectors)
    model = sentence_transformers.SentenceTransformer(modules=[module], prompts=PROMPTS, device="cpu")
    place = tmp_path_factory.mktemp("models") / "tiny"
    model.save(str(place))
    return place


def test_each_side_gets_its_prompt(folder: Path, embedder: StaticEmbedder, texts: list[str]) -> None:
    model = load_embedder(folder)
    assert isinstance(model, SentenceTransformerEmbedder)
    for is_query, prompt in ((True, "登记"), (False, "罚款")):
        expected = embedder.embed([prompt + text for text in texts], is_query=is_query)
        np.testing.assert_allclose(model.embed(texts, is_query=is_query), expected, atol=1e-5)


def test_shape_type_and_length(folder: Path, texts: list[str]) -> None:
    model = load_embedder(str(folder))
    vectors = model.embed(texts, is_query=True)
    assert vectors.shape == (len(texts), model.dimension) == (4, 16)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert model.embed([], is_query=False).shape == (0, 16)


def test_the_revision_follows_the_weights(folder: Path, tmp_path: Path) -> None:
    import shutil

    from safetensors.numpy import load_file, save_file

    assert load_embedder(folder).revision == load_embedder(folder).revision
    shutil.copytree(folder, tmp_path / "other")
    weights = next((tmp_path / "other").rglob("*.safetensors"))
    save_file({key: value * 2 for key, value in load_file(weights).items()}, weights)
    assert load_embedder(tmp_path / "other").revision != load_embedder(folder).revision


def test_a_name_that_can_be_no_model(tmp_path: Path) -> None:
    with pytest.raises(EmbedderError, match="没有的模型") as caught:
        load_embedder(str(tmp_path / "没有的模型"))
    assert "\n" not in str(caught.value)


def test_a_folder_without_a_model(tmp_path: Path) -> None:
    pytest.importorskip("sentence_transformers")
    with pytest.raises(EmbedderError, match="无法加载") as caught:
        load_embedder(tmp_path)
    assert "\n" not in str(caught.value)


def test_the_library_is_not_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(EmbedderError, match=r"pip install 'fatiao\[models\]'"):
        load_embedder(tmp_path)
