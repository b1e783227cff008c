"""The labelled questions that a model was taught with, kept as vectors: they ship with it without their words."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from indexer.embedding.quantised import Quantised
from indexer.errors import EmbedderError

VECTORS_FILE = "taught.safetensors"
ARTICLES_FILE = "taught.json"


@dataclass(frozen=True, slots=True)
class Taught:
    """Questions with the articles that answer them.

    Attributes:
        vectors: float32 (questions, dimension), of length 1.
        question: int32 (pairs,), row of ``vectors``.
        article: int32 (pairs,), position in ``articles``.
        articles: Law's short title and fingerprint of the article's words, see ``indexer.questions``.
    """

    vectors: NDArray[np.float32]
    question: NDArray[np.int32]
    article: NDArray[np.int32]
    articles: tuple[tuple[str, str], ...]

    @classmethod
    def load(cls, folder: Path) -> Self | None:
        """Reads what lies beside a model.

        Args:
            folder: The model's folder.

        Returns:
            The questions; None where the model ships none.

        Raises:
            EmbedderError: The files are damaged.
        """
        if not (folder / VECTORS_FILE).is_file():
            return None
        try:
            arrays = load_file(folder / VECTORS_FILE)
            listed = json.loads((folder / ARTICLES_FILE).read_text(encoding="utf-8"))
            vectors = Quantised(arrays["embeddings"], arrays["weights"]).vectors()
            articles = tuple((str(law), str(words)) for law, words in listed)
        except (OSError, ValueError, KeyError, SafetensorError) as error:
            raise EmbedderError(f"模型 {folder} 的 {VECTORS_FILE} 不完整或已损坏：请重新安装 fatiao") from error
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        np.divide(vectors, lengths, out=vectors, where=lengths > 0)
        return cls(vectors, arrays["question"], arrays["article"], articles)

    def save(self, folder: Path) -> None:
        """Writes the questions beside a model, vectors in 8 bits.

        Args:
            folder: The model's folder.
        """
        rounded = Quantised.of(self.vectors)
        arrays: dict[str, NDArray[np.generic]] = {
            "embeddings": rounded.embeddings,
            "weights": rounded.weights,
            "question": self.question,
            "article": self.article,
        }
        save_file(arrays, folder / VECTORS_FILE)
        (folder / VECTORS_FILE).chmod(0o644)
        (folder / ARTICLES_FILE).write_text(
            json.dumps(self.articles, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8"
        )
