"""Rerankers of the sentence-transformers library: models that read a question and a passage together.

Two kinds are met. An encoder with one output (bge-reranker, gte-reranker) takes the two texts as a pair. A language
model (Qwen3-Reranker) is asked in a chat whether the passage answers the question; what it would say next, yes or no,
is the judgement. The library handles both, provided that the model's folder states how the chat is written. The first
snapshots and many copies of Qwen3-Reranker do not state it, so their chat is known here; of another language model
nothing is guessed, because a chat that it was not trained with gives judgements that look right and are not.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.embedding.library import load_model
from indexer.embedding.options import BATCH, DEFAULTS, ModelOptions
from indexer.errors import EmbedderError

_SETTING = "FATIAO_RERANKER"
_QWEN = ("qwen2", "qwen3")
_TASK = "Given a web search query, retrieve relevant passages that answer the query"
# The chat of the Qwen3-Reranker model card, "Transformers usage". Jinja takes one line end off the end of a template.
_QWEN_CHAT = (
    "<|im_start|>system\nJudge whether the Document meets the requirements based on the Query and the Instruct "
    'provided. Note that the answer can only be "yes" or "no".<|im_end|>\n<|im_start|>user\n'
    "<Instruct>: {{ messages | selectattr('role', 'eq', 'system') | map(attribute='content') | first "
    "| default('" + _TASK + "', true) }}\n"
    "<Query>: {{ messages | selectattr('role', 'eq', 'query') | map(attribute='content') | first }}\n"
    "<Document>: {{ messages | selectattr('role', 'eq', 'document') | map(attribute='content') | first }}<|im_end|>\n"
    "<|im_start|>assistant\n<think>\n\n</think>\n\n\n"
)


class CrossEncoderReranker:
    """Judges passages with a cross-encoder; any number of threads may share it.

    Args:
        model: A ``sentence_transformers.CrossEncoder`` with one output.
        name: How the model is called: its folder or its name on the hub.
        batch: How many passages are judged at once.
    """

    def __init__(self, model: Any, *, name: str, batch: int = BATCH) -> None:
        self.name = name
        self._model = model
        self._batch = batch
        # A fast tokenizer that cuts and pads cannot be used by two threads at once.
        self._lock = threading.Lock()

    @classmethod
    def load(cls, name: str, options: ModelOptions = DEFAULTS) -> CrossEncoderReranker:
        """Loads a model; from the hub it is downloaded on first use.

        Args:
            name: The model's folder, or its name on the Hugging Face hub.
            options: Batch, longest text (question and passage together), device.

        Returns:
            The reranker, on the GPU where there is one.

        Raises:
            EmbedderError: sentence-transformers is not installed, there is no such model or device, or it is no
                reranker.
        """
        model = load_model("CrossEncoder", name, options, _SETTING)
        if model.num_labels != 1:
            raise EmbedderError(
                f"模型 {name} 有 {model.num_labels} 个输出，不是重排模型：请把 {_SETTING} 设为只打一个分的模型"
            )
        if _is_chat(model) and not _carries_pairs(model):
            model = _with_chat(model, name, options)
        return cls(model, name=name, batch=options.batch)

    def odds(self, question: str, passages: Sequence[str]) -> NDArray[np.float32]:
        """Judges passages.

        Args:
            question: A question in a person's words.
            passages: What may answer it.

        Returns:
            Shape (n,), float32: the log-odds that each answers it, as the model sees them.
        """
        if not passages:
            return np.zeros(0, dtype=np.float32)
        from torch.nn import Identity

        with self._lock:
            # Without the logistic function: far from 0 it makes equal in 32 bits what is not.
            scores = self._model.predict(
                [(question, passage) for passage in passages],
                activation_fn=Identity(),
                batch_size=self._batch,
                show_progress_bar=False,
            )
        return np.asarray(scores, dtype=np.float32).reshape(-1)


def _is_chat(model: Any) -> bool:
    """Whether a model judges by what it would say next, or is given its texts as a chat."""
    from sentence_transformers.cross_encoder.modules import LogitScore

    takes_messages = "message" in getattr(model[0], "modality_config", {})
    return takes_messages or any(isinstance(module, LogitScore) for module in model)


def _carries_pairs(model: Any) -> bool:
    """Whether the chat, as the model's folder states it, has both the question and the passage in it."""
    # The library renders pairs that differ in one text, and looks whether the chats differ too.
    return model[0].input_formatter.pair_roles_failure() is None


def _with_chat(model: Any, name: str, options: ModelOptions) -> Any:
    """The model with the chat of its family, loaded anew: the library looks for a chat when it loads."""
    if not str(model.config.model_type).startswith(_QWEN):
        raise EmbedderError(
            f"模型 {name} 是语言模型，却没有写明怎样把问题和条文交给它："
            f"请在 {_SETTING} 的文件夹里放 chat_template.jinja，含 query 与 document 两种角色，或改用别的重排模型"
        )
    del model
    return load_model("CrossEncoder", name, options, _SETTING, processor_kwargs={"chat_template": _QWEN_CHAT})
