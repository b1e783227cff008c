"""Choosing an embedding model: the one that ships, a folder, or a name on the Hugging Face hub."""

from __future__ import annotations

from pathlib import Path

from indexer.embedding.protocol import Embedder
from indexer.embedding.static import StaticEmbedder, is_static
from indexer.resources import default_model_folder


def load_embedder(name: str | Path | None = None) -> Embedder:
    """Loads an embedding model.

    Args:
        name: None or ``default`` for the model that ships; the folder of a model; or a sentence-transformers model by
            its name on the Hugging Face hub.

    Returns:
        The embedder, ready for use.

    Raises:
        EmbedderError: The model is missing or damaged, or needs ``sentence-transformers`` and that is not installed.
    """
    if name is None or str(name) == "default":
        return StaticEmbedder.load(default_model_folder())
    folder = Path(name)
    if folder.is_dir() and is_static(folder):
        return StaticEmbedder.load(folder)
    # torch takes seconds to import: only models that need it pay for it.
    from indexer.embedding.sentence_transformer import SentenceTransformerEmbedder

    return SentenceTransformerEmbedder.load(str(name))
