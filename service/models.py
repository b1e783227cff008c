"""The models that the settings name: what every command and the server load them through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.settings import Settings

if TYPE_CHECKING:
    from indexer.embedding import Embedder
    from service.retrieval.reranking import Reranking


def embedder_of(settings: Settings) -> Embedder:
    """Loads the embedding model.

    Args:
        settings: The settings in force.

    Returns:
        The model; the one that ships where none is named.

    Raises:
        EmbedderError: The model cannot be loaded.
    """
    from indexer.embedding import load_embedder

    return load_embedder(settings.model, settings.model_options)


def reranking_of(settings: Settings) -> Reranking | None:
    """Loads the reranker.

    Args:
        settings: The settings in force.

    Returns:
        The reranker and how deep it reads; None where none is named.

    Raises:
        EmbedderError: The model cannot be loaded.
    """
    if settings.reranker is None:
        return None
    from indexer.embedding import load_reranker
    from service.retrieval.reranking import Reranking

    return Reranking(load_reranker(settings.reranker, settings.model_options), settings.reranker_depth)
