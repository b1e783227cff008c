"""Any model of the sentence-transformers library, by its name on the Hugging Face hub or by its folder."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.embedding.library import load_model, weights_revision
from indexer.embedding.options import BATCH, DEFAULTS, ModelOptions
from indexer.embedding.prompts import Prompts, find_prompts, fingerprint


class SentenceTransformerEmbedder:
    """Embeds texts with a sentence-transformers model; any number of threads may share it.

    Args:
        model: A ``sentence_transformers.SentenceTransformer``.
        name: How the model is called: its folder or its name on the hub.
        revision: Which weights, with which prompts.
        prompts: What stands before questions and passages.
        batch: How many texts are computed at once.
    """

    def __init__(
        self, model: Any, *, name: str, revision: str, prompts: Prompts | None = None, batch: int = BATCH
    ) -> None:
        self.name = name
        self.revision = revision
        self.prompts = prompts or Prompts()
        self.dimension = int(model.get_embedding_dimension())
        self._model = model
        self._batch = batch
        # A fast tokenizer that cuts and pads cannot be used by two threads at once.
        self._lock = threading.Lock()

    @classmethod
    def load(cls, name: str, options: ModelOptions = DEFAULTS) -> SentenceTransformerEmbedder:
        """Loads a model; from the hub it is downloaded on first use.

        Args:
            name: The model's folder, or its name on the Hugging Face hub.
            options: Prompts, batch, longest text, device.

        Returns:
            The embedder, on the GPU where there is one.

        Raises:
            EmbedderError: sentence-transformers is not installed, there is no such model or device.
        """
        model = load_model("SentenceTransformer", name, options, "FATIAO_MODEL")
        prompts = find_prompts(called(name), model.prompts, options.query_prompt, options.passage_prompt)
        revision = f"{weights_revision(model, name)}-{fingerprint(prompts, model.max_seq_length or 0)}"
        return cls(model, name=name, revision=revision, prompts=prompts, batch=options.batch)

    def embed(self, texts: Sequence[str], *, is_query: bool) -> NDArray[np.float32]:
        """Embeds texts.

        Args:
            texts: Texts in simplified characters.
            is_query: Whether they are questions; chooses the model's prompt.

        Returns:
            Shape (n, dimension), float32, each row of length 1.
        """
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        encode = self._model.encode_query if is_query else self._model.encode_document
        prompt = self.prompts.query if is_query else self.prompts.passage
        with self._lock:
            # An empty prompt is given too: without one the model's default would stand before the texts.
            vectors = encode(
                list(texts),
                prompt=prompt,
                batch_size=self._batch,
                normalize_embeddings=True,
                show_progress_bar=False,
            )
        return np.asarray(vectors, dtype=np.float32)


def called(name: str) -> tuple[str, ...]:
    """What a model is called, as its family may know it.

    Args:
        name: A folder or a name on the hub.

    Returns:
        The name; of a folder in the hub's cache, ``…/models--BAAI--bge-m3/snapshots/…``, the name on the hub first.
    """
    cached = [part.split("--", 1)[1].replace("--", "/") for part in Path(name).parts if part.startswith("models--")]
    return (*cached, name)
