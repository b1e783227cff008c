"""Any model of the sentence-transformers library, by its name on the Hugging Face hub or by its folder."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.errors import EmbedderError

_HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]*(/[\w.-]+)?")
_BATCH = 32
_CHUNK = 1 << 20


class SentenceTransformerEmbedder:
    """Embeds texts with a sentence-transformers model, with the prompts that it defines for questions and passages.

    Args:
        model: A ``sentence_transformers.SentenceTransformer``.
        name: How the model is called: its folder or its name on the hub.
        revision: Which weights.
    """

    def __init__(self, model: Any, *, name: str, revision: str) -> None:
        self.name = name
        self.revision = revision
        self.dimension = int(model.get_embedding_dimension())
        self._model = model

    @classmethod
    def load(cls, name: str) -> SentenceTransformerEmbedder:
        """Loads a model; from the hub it is downloaded on first use.

        Args:
            name: The model's folder, or its name on the Hugging Face hub.

        Returns:
            The embedder, on the GPU where there is one.

        Raises:
            EmbedderError: sentence-transformers is not installed, or there is no such model.
        """
        folder = Path(name)
        if not folder.is_dir() and not _HUB_NAME.fullmatch(name):
            raise EmbedderError(f"找不到嵌入模型 {name}：它既不是文件夹，也不是 Hugging Face 上的模型名")
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise EmbedderError(
                f"使用模型 {name} 需要 sentence-transformers：请运行 pip install 'fatiao[models]'"
            ) from error
        try:
            if folder.is_dir():
                return cls(SentenceTransformer(str(folder)), name=name, revision=_digest(folder))
            model = _from_hub(SentenceTransformer, name)
        except Exception as error:  # the library raises many kinds, of torch, of the hub client and of its own
            raise EmbedderError(f"无法加载嵌入模型 {name}：请检查名称、文件夹与网络（{_first_line(error)}）") from error
        return cls(model, name=name, revision=_commit(model))

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
        vectors = encode(list(texts), batch_size=_BATCH, normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors, dtype=np.float32)


def _from_hub(factory: Any, name: str) -> Any:
    """The model from the local cache if it is there, else from the network."""
    try:
        return factory(name, local_files_only=True)
    except Exception:  # noqa: BLE001 - whatever is wrong with the cache, the network is asked next
        return factory(name)


def _commit(model: Any) -> str:
    """The hub's commit of a model; a digest of the weights where the library does not know it."""
    commit = getattr(getattr(getattr(model[0], "auto_model", None), "config", None), "_commit_hash", None)
    if commit:
        return str(commit)[:16]
    digest = hashlib.sha256()
    for key, tensor in sorted(model.state_dict().items()):
        digest.update(key.encode())
        digest.update(tensor.detach().cpu().float().numpy().tobytes())
    return digest.hexdigest()[:16]


def _digest(folder: Path) -> str:
    """The first 16 hexadecimal digits of the SHA-256 of all weight files of a folder, in the order of their paths."""
    digest = hashlib.sha256()
    files = (path for suffix in ("*.safetensors", "*.bin") for path in folder.rglob(suffix))
    for path in sorted(files):
        with path.open("rb") as file:
            while block := file.read(_CHUNK):
                digest.update(block)
    return digest.hexdigest()[:16]


def _first_line(error: Exception) -> str:
    """What the library says, short enough for one line."""
    lines = str(error).strip().splitlines()
    return lines[0][:120] if lines else type(error).__name__
