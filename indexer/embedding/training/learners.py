"""The two kinds of model that can be taught further: a static one's word vectors, and a sentence-transformers model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - the library's own convention
from numpy.typing import NDArray

from indexer.embedding.library import load_model
from indexer.embedding.loading import static_folder
from indexer.embedding.options import ModelOptions
from indexer.embedding.pacing import paced
from indexer.embedding.prompts import find_prompts
from indexer.embedding.quantised import Quantised
from indexer.embedding.sentence_transformer import SentenceTransformerEmbedder, called
from indexer.embedding.static import StaticEmbedder
from indexer.embedding.training.model import offsets

State = Mapping[str, torch.Tensor]
_DROPOUT = 0.3
_READ = 256
"""Tokens of a text in training: most articles whole, and a quarter of the memory of the longest ones."""


class Learner(Protocol):
    """A model in training."""

    rate: float
    """How long a step suits it, at its longest."""

    def parameters(self) -> Sequence[torch.nn.Parameter]:
        """What is changed."""

    def vectors(self, texts: Sequence[str], *, is_query: bool) -> torch.Tensor:
        """Embeds a batch to learn from: shape (n, dimension), of length 1, with its gradient."""

    def embed(self, texts: Sequence[str], *, is_query: bool) -> NDArray[np.float32]:
        """Embeds as the finished model will: shape (n, dimension), of length 1 or zeros."""

    def state(self) -> State:
        """A copy of the weights."""

    def restore(self, state: State) -> None:
        """Goes back to a copy of the weights."""

    def save(self, folder: Path) -> None:
        """Writes the folder that ``load_embedder`` reads."""


def load_learner(base: str, options: ModelOptions) -> Learner:
    """Loads the model that is to be taught further.

    Args:
        base: ``default`` for the model that ships, a folder, or a name on the Hugging Face hub.
        options: Prompts and device of a sentence-transformers model; the prompts are saved with it.

    Returns:
        The learner.

    Raises:
        EmbedderError: The model is missing or damaged, or sentence-transformers is not installed.
    """
    folder = static_folder(base)
    return StaticLearner(StaticEmbedder.load(folder)) if folder else TransformerLearner.load(base, options)


class StaticLearner:
    """The word vectors of a static model; its vocabulary and the importance of its words stay.

    Args:
        embedder: The model.
    """

    rate = 1e-3

    def __init__(self, embedder: StaticEmbedder) -> None:
        self._embedder = embedder
        self._table = torch.nn.Parameter(torch.from_numpy(embedder.words.vectors().copy()))

    def parameters(self) -> Sequence[torch.nn.Parameter]:
        """The word vectors, shape (words, dimension)."""
        return [self._table]

    def vectors(self, texts: Sequence[str], *, is_query: bool) -> torch.Tensor:  # noqa: ARG002 - the protocol
        """Sums of word vectors, of length 1 or zeros."""
        encodings = self._embedder.tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        tokens = [_thinned(torch.tensor(encoding.ids, dtype=torch.int64)) for encoding in encodings]
        summed = F.embedding_bag(torch.cat(tokens), self._table, offsets(tokens), mode="sum")
        return F.normalize(summed, dim=1)

    def embed(self, texts: Sequence[str], *, is_query: bool) -> NDArray[np.float32]:
        """Embeds with the vectors as they are now, in 8 bits as they will be saved."""
        return self._finished().embed(texts, is_query=is_query)

    def state(self) -> State:
        """A copy of the word vectors."""
        return {"table": self._table.detach().clone()}

    def restore(self, state: State) -> None:
        """Goes back to a copy."""
        with torch.no_grad():
            self._table.copy_(state["table"])

    def save(self, folder: Path) -> None:
        """Writes the model; the questions that taught the base stay behind, for its vectors of them no longer hold."""
        self._finished().save(folder)

    def _finished(self) -> StaticEmbedder:
        words = Quantised.of(self._table.detach().numpy())
        name = self._embedder.name
        return StaticEmbedder(self._embedder.tokenizer, words, name=f"{name.removesuffix('-adapted')}-adapted")


def _thinned(tokens: torch.Tensor) -> torch.Tensor:
    """Some words left out, never all: what has no layers to drop from learns single words by heart otherwise."""
    kept = torch.rand(len(tokens)) >= _DROPOUT
    return tokens[kept] if kept.any() else tokens


class TransformerLearner:
    """All weights of a sentence-transformers model.

    Args:
        model: A ``sentence_transformers.SentenceTransformer`` in 32-bit floats.
        embedder: The same model with its prompts.
    """

    rate = 2e-5

    def __init__(self, model: Any, embedder: SentenceTransformerEmbedder) -> None:
        self._model = model
        self._embedder = embedder

    @classmethod
    def load(cls, base: str, options: ModelOptions) -> TransformerLearner:
        """Loads a model with its prompts.

        Args:
            base: A folder, or a name on the Hugging Face hub.
            options: Prompts, batch and device.

        Returns:
            The learner.
        """
        model = load_model("SentenceTransformer", base, options, "--base")
        # Steps as short as these vanish in 16 bits.
        model.float()
        prompts = find_prompts(called(base), model.prompts, options.query_prompt, options.passage_prompt)
        return cls(
            model, SentenceTransformerEmbedder(model, name=base, revision="", prompts=prompts, batch=options.batch)
        )

    def parameters(self) -> Sequence[torch.nn.Parameter]:
        """Every weight that is not frozen."""
        return [weight for weight in self._model.parameters() if weight.requires_grad]

    def vectors(self, texts: Sequence[str], *, is_query: bool) -> torch.Tensor:
        """The model's vectors of a batch, with dropout, in 16 bits where the GPU has them."""
        from sentence_transformers.util import batch_to_device

        model, prompts = self._model, self._embedder.prompts
        whole = model.max_seq_length
        has_limit = isinstance(whole, int) and whole > _READ
        if has_limit:
            model.max_seq_length = _READ
        model.train()
        task = "query" if is_query else "document"
        features = model.preprocess(list(texts), prompt=prompts.query if is_query else prompts.passage, task=task)
        if has_limit:
            model.max_seq_length = whole
        is_cuda = model.device.type == "cuda" and torch.cuda.is_bf16_supported()
        with torch.autocast("cuda", dtype=torch.bfloat16) if is_cuda else nullcontext():
            made = model(batch_to_device(features, model.device), task=task)["sentence_embedding"]
        return F.normalize(made.float(), dim=1)

    def embed(self, texts: Sequence[str], *, is_query: bool) -> NDArray[np.float32]:
        """Embeds without dropout."""
        return self._embedder.embed(texts, is_query=is_query)

    def state(self) -> State:
        """A copy of the weights in main memory."""
        return {name: weight.detach().cpu().clone() for name, weight in self._model.state_dict().items()}

    def restore(self, state: State) -> None:
        """Goes back to a copy."""
        self._model.load_state_dict(state)

    def save(self, folder: Path) -> None:
        """Writes the model with its prompts."""
        prompts = self._embedder.prompts
        self._model.prompts = {"query": prompts.query, "document": prompts.passage}
        self._model.default_prompt_name = None
        self._model.save(str(folder), create_model_card=False)


def embed_all(learner: Learner, texts: Sequence[str], tell: Any, *, is_query: bool) -> NDArray[np.float32]:
    """Embeds many texts and tells how far it is.

    Args:
        learner: The model.
        texts: At least one.
        tell: Called with done and total.
        is_query: Whether they are questions.

    Returns:
        Shape (n, dimension).
    """
    parts = []
    for part in paced(len(texts)):
        parts.append(learner.embed(texts[part], is_query=is_query))
        tell(part.stop, len(texts))
    return np.concatenate(parts)
