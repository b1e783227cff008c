"""Choosing models: the one that ships, a folder, or a name on the Hugging Face hub; and a reranker likewise."""

from __future__ import annotations

from pathlib import Path

from indexer.embedding.options import DEFAULTS, ModelOptions
from indexer.embedding.protocol import Embedder, Reranker
from indexer.embedding.static import StaticEmbedder, is_static
from indexer.resources import default_model_folder


def static_folder(name: str | Path | None) -> Path | None:
    """The folder of a static model, the kind that needs no further library.

    Args:
        name: None or ``default`` for the model that ships; a folder; or a name on the hub.

    Returns:
        The folder; None where the name means another kind of model.
    """
    if name is None or str(name) == "default":
        return default_model_folder()
    folder = Path(name)
    return folder if folder.is_dir() and is_static(folder) else None


def load_embedder(name: str | Path | None = None, options: ModelOptions = DEFAULTS) -> Embedder:
    """Loads an embedding model.

    Args:
        name: None or ``default`` for the model that ships; the folder of a model; or a sentence-transformers model by
            its name on the Hugging Face hub.
        options: How a sentence-transformers model is used; a static one needs none of them.

    Returns:
        The embedder, ready for use.

    Raises:
        EmbedderError: The model is missing or damaged, or needs ``sentence-transformers`` and that is not installed.
    """
    folder = static_folder(name)
    if folder is not None:
        return StaticEmbedder.load(folder)
    # torch takes seconds to import: only models that need it pay for it.
    from indexer.embedding.sentence_transformer import SentenceTransformerEmbedder

    return SentenceTransformerEmbedder.load(str(name), options)


def load_reranker(name: str | Path, options: ModelOptions = DEFAULTS) -> Reranker:
    """Loads a reranker.

    Args:
        name: The folder of a cross-encoder, or its name on the Hugging Face hub.
        options: How it is used; prompts are the reranker's own.

    Returns:
        The reranker, ready for use.

    Raises:
        EmbedderError: The model is missing, damaged or no reranker, or ``sentence-transformers`` is not installed.
    """
    from indexer.embedding.cross_encoder import CrossEncoderReranker

    return CrossEncoderReranker.load(str(name), options)
