"""Texts to vectors: the protocols, the model that ships, sentence-transformers models, rerankers, and training."""

from indexer.embedding.loading import load_embedder, load_reranker, static_folder
from indexer.embedding.options import ModelOptions
from indexer.embedding.protocol import Embedder, Reranker
from indexer.embedding.static import StaticEmbedder
from indexer.embedding.words import load_tokenizer

__all__ = [
    "Embedder",
    "ModelOptions",
    "Reranker",
    "StaticEmbedder",
    "load_embedder",
    "load_reranker",
    "load_tokenizer",
    "static_folder",
]
