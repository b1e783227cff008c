"""Texts to vectors: the protocol, the static model that ships, sentence-transformers models, and training."""

from indexer.embedding.loading import load_embedder
from indexer.embedding.protocol import Embedder
from indexer.embedding.static import StaticEmbedder
from indexer.embedding.words import load_tokenizer

__all__ = ["Embedder", "StaticEmbedder", "load_embedder", "load_tokenizer"]
