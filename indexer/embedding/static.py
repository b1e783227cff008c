"""The default kind of model: a vector a word, a text is the mean of its words. Needs numpy and ``tokenizers`` only.

On disk a model is a folder: ``model.safetensors`` with ``embeddings`` (int8, words × dimension) and ``weights``
(float32, one a word: the scale of the quantised row times the word's importance), ``tokenizer.json``, ``config.json``,
and ``modules.json`` with the folder of the normalising step, so that ``sentence_transformers.SentenceTransformer``
loads the same folder and gives the same vectors.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file
from tokenizers import Tokenizer

from indexer.embedding.quantised import Quantised
from indexer.embedding.taught import Taught
from indexer.embedding.words import load_tokenizer
from indexer.errors import EmbedderError

WEIGHTS_FILE = "model.safetensors"
CONFIG_FILE = "config.json"
_BATCH = 2048
_LIBRARY = "sentence_transformers"
_MODULES = [
    {
        "idx": 0,
        "name": "0",
        "path": "",
        "type": f"{_LIBRARY}.sentence_transformer.modules.static_embedding.StaticEmbedding",
    },
    {"idx": 1, "name": "1", "path": "1_Normalize", "type": f"{_LIBRARY}.base.modules.normalize.Normalize"},
]
"""sentence-transformers 6.2 is the first version that reads 8-bit ``embeddings`` with ``weights``."""


class StaticEmbedder:
    """Embeds a text as the normalised mean of its words' vectors; questions and passages alike.

    Args:
        tokenizer: Cuts a text into the words whose vectors the model has.
        words: The word vectors, a row a token of the tokenizer.
        name: How the model is called.
        revision: Which weights; by default taken from the vectors themselves.
        taught: The questions that it was taught with; None where they do not ship.

    Raises:
        EmbedderError: Tokenizer and vectors do not belong together.
    """

    def __init__(
        self,
        tokenizer: Tokenizer,
        words: Quantised,
        *,
        name: str,
        revision: str | None = None,
        taught: Taught | None = None,
    ) -> None:
        if tokenizer.get_vocab_size() != len(words.embeddings) or len(words.weights) != len(words.embeddings):
            raise EmbedderError(f"模型 {name} 的词表与向量不相配：请重新安装 fatiao，或用 fatiao train 重新训练模型")
        self.name = name
        self.taught = taught
        self.revision = revision or _digest(words.embeddings.tobytes(), words.weights.tobytes())
        self.dimension = int(words.embeddings.shape[1])
        self.tokenizer = tokenizer
        self.words = words
        self._vectors = words.vectors()

    @classmethod
    def load(cls, folder: Path) -> StaticEmbedder:
        """Reads a model folder.

        Args:
            folder: A folder in this module's layout.

        Returns:
            The embedder; its revision is taken from the bytes of the weights and of the tokenizer.

        Raises:
            EmbedderError: A file is missing or damaged.
        """
        tokenizer = load_tokenizer(folder)
        try:
            config = json.loads((folder / CONFIG_FILE).read_text(encoding="utf-8"))
            arrays = load_file(folder / WEIGHTS_FILE)
            words = Quantised(arrays["embeddings"], arrays["weights"])
            revision = _digest((folder / WEIGHTS_FILE).read_bytes(), (folder / "tokenizer.json").read_bytes())
        except (OSError, ValueError, KeyError, SafetensorError) as error:
            raise EmbedderError(
                f"嵌入模型 {folder} 不完整或已损坏：请重新安装 fatiao，或用 fatiao train 重新训练模型"
            ) from error
        name = str(config.get("name", folder.name))
        return cls(tokenizer, words, name=name, revision=revision, taught=Taught.load(folder))

    def save(self, folder: Path) -> None:
        """Writes the model folder; ``sentence_transformers.SentenceTransformer`` loads it too.

        Args:
            folder: Where to write; made if missing, its files of the same names replaced.
        """
        (folder / "1_Normalize").mkdir(parents=True, exist_ok=True)
        save_file({"embeddings": self.words.embeddings, "weights": self.words.weights}, folder / WEIGHTS_FILE)
        # The library writes through a private temporary file; a model is for everybody who may read its folder.
        (folder / WEIGHTS_FILE).chmod(0o644)
        self.tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
        words, dimension = self.words.embeddings.shape
        config = {"name": self.name, "layout": "static", "words": words, "dimension": dimension, "normalize": True}
        _write_json(folder / CONFIG_FILE, config)
        _write_json(folder / "modules.json", _MODULES)
        _write_json(folder / "1_Normalize" / CONFIG_FILE, {})

    def embed(self, texts: Sequence[str], *, is_query: bool) -> NDArray[np.float32]:  # noqa: ARG002 - the protocol
        """Embeds texts.

        Args:
            texts: Texts in simplified characters.
            is_query: Makes no difference to this kind of model.

        Returns:
            Shape (n, dimension), float32, each row of length 1; all zeros for a text without a known word.
        """
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for start in range(0, len(texts), _BATCH):
            batch = self.tokenizer.encode_batch_fast(list(texts[start : start + _BATCH]), add_special_tokens=False)
            tokens = [encoding.ids for encoding in batch]
            vectors[start : start + len(batch)] = self._sums(tokens)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        np.divide(vectors, lengths, out=vectors, where=lengths > 0)
        return vectors

    def _sums(self, tokens: list[list[int]]) -> NDArray[np.float32]:
        """The sum of the word vectors of each text, shape (n, dimension); a text without words gives zeros."""
        counts = np.array([len(ids) for ids in tokens])
        sums = np.zeros((len(tokens), self.dimension), dtype=np.float32)
        filled = np.flatnonzero(counts)
        if len(filled):
            ids = np.concatenate([np.asarray(tokens[row]) for row in filled])
            starts = np.concatenate([[0], np.cumsum(counts[filled])[:-1]])
            sums[filled] = np.add.reduceat(self._vectors[ids], starts, axis=0)
        return sums


def is_static(folder: Path) -> bool:
    """Whether a folder holds a model in this module's layout."""
    try:
        config = json.loads((folder / CONFIG_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(config, dict) and config.get("layout") == "static"


def _digest(*parts: bytes) -> str:
    """The first 16 hexadecimal digits of the SHA-256 of all parts together."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return digest.hexdigest()[:16]


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
