"""Loading models of the sentence-transformers library, embedding models and rerankers alike.

A model is a folder, or a name on the Hugging Face hub. What is in the local cache is used without asking the network;
what is not is downloaded. Whatever goes wrong is one line that says what was looked for, where, and what to do.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from indexer.embedding.options import ModelOptions
from indexer.errors import EmbedderError

_HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]*(/[\w.-]+)?")
_CHUNK = 1 << 20
_PATIENCE = 10.0
"""Seconds for the hub to answer at all; without this question the library would try for a minute in vain."""
# What decides a model's vectors: the weights, the cutting of texts, the steps after the transformer and their settings.
_DECISIVE = ("*.safetensors", "*.bin", "tokenizer.json", "vocab.txt", "modules.json", "*/config.json")
_SHOWN = 120


def load_model(kind: str, name: str, options: ModelOptions, setting: str, **more: object) -> Any:
    """Loads a model of the library.

    Args:
        kind: The library's class, ``SentenceTransformer`` or ``CrossEncoder``.
        name: The model's folder, or its name on the hub.
        options: Device, longest text, and whether the model may run code of its own.
        setting: The setting that names it, for messages.
        **more: What else the class is given.

    Returns:
        The model, on its device, in evaluation mode, in 32-bit floats when that is the CPU.

    Raises:
        EmbedderError: The library is not installed, there is no such model or device, or the model cannot be loaded.
    """
    folder = Path(name)
    if not folder.is_dir() and not _HUB_NAME.fullmatch(name):
        raise EmbedderError(
            f"找不到模型 {name}：它既不是文件夹，也不是 Hugging Face 上的模型名（如 BAAI/bge-m3），请检查 {setting}"
        )
    try:
        import sentence_transformers
    except ImportError as error:
        raise EmbedderError(
            f"使用模型 {name} 需要 sentence-transformers：请运行 pip install 'fatiao[models]'"
        ) from error
    _check_device(options.device)

    def make(**where: object) -> Any:
        return getattr(sentence_transformers, kind)(
            name, device=options.device, trust_remote_code=options.trust_code, **where, **more
        )

    try:
        model = _quietly(make) if folder.is_dir() else _from_hub(make, name, setting)
    except EmbedderError:
        raise
    except Exception as error:  # the library raises many kinds, of torch, of the hub client and of its own
        raise EmbedderError(f"无法加载模型 {name}：请检查 {setting} 与文件夹内容（{_first_line(error)}）") from error
    _fit(model, options.longest)
    return model


def _check_device(device: str | None) -> None:
    """Asks torch for the device before a model of gigabytes is read for it."""
    if device is None:
        return
    import torch

    try:
        torch.zeros(1, device=device)
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        advice = "请改用 cpu，或不设 FATIAO_DEVICE"
        raise EmbedderError(f"不能在设备 {device} 上运行模型（{_first_line(error)}）：{advice}") from error


def _fit(model: Any, longest: int) -> None:
    """Cuts what is too long, and computes on a CPU in the floats that a CPU is made for."""
    import torch

    own = model.max_seq_length
    if own is None or own > longest:
        # A static model has no limit and takes none.
        try:
            model.max_seq_length = longest
        except (AttributeError, TypeError):
            logging.getLogger(__name__).debug("the model takes texts of any length")
    if model.device.type == "cpu" and any(each.dtype in (torch.float16, torch.bfloat16) for each in model.parameters()):
        model.float()
    model.eval()


def _from_hub(make: Callable[..., Any], name: str, setting: str) -> Any:
    """The model from the local cache if it is there, else from the network."""
    try:
        return _quietly(make, local_files_only=True)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with the cache, the network is asked next
        logging.getLogger(__name__).debug("%s is not in the cache: %s", name, error)
    _ask_hub(name, setting)
    return make()


def _quietly(make: Callable[..., Any], **where: object) -> Any:
    """Reads what is on this machine: no bar for what takes a moment, while a download keeps its own."""
    from transformers.utils import logging as library_log

    library_log.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        return make(**where)
    finally:
        library_log.enable_progress_bar()  # type: ignore[no-untyped-call]


def _ask_hub(name: str, setting: str) -> None:
    """One question to the hub, whether it has the model.

    Args:
        name: The model's name on the hub.
        setting: The setting that names it, for messages.

    Raises:
        EmbedderError: It cannot be reached, or has no such model for this user.
    """
    from huggingface_hub import HfApi
    from huggingface_hub.errors import GatedRepoError, HfHubHTTPError, RepositoryNotFoundError

    advice = f"请联网重试，或把下载好的模型文件夹写进 {setting}，或用 HF_ENDPOINT 指定镜像"
    try:
        HfApi().model_info(name if "/" in name else f"sentence-transformers/{name}", timeout=_PATIENCE)
    except GatedRepoError as error:
        raise EmbedderError(f"模型 {name} 须先在 Hugging Face 上同意其许可：请登录（hf auth login）后重试") from error
    except RepositoryNotFoundError as error:
        raise EmbedderError(
            f"Hugging Face 上没有模型 {name}：名称应带机构名（如 BAAI/bge-m3），请检查 {setting}"
        ) from error
    except HfHubHTTPError as error:
        # Mirrors do not answer every question; the download itself will tell.
        logging.getLogger(__name__).debug("the hub does not say whether it has %s: %s", name, error)
    except Exception as error:  # no route, no name, no answer: the client's transport raises kinds of its own
        raise EmbedderError(f"本机没有模型 {name}，也连不上 Hugging Face（{_first_line(error)}）：{advice}") from error


def weights_revision(model: Any, name: str) -> str:
    """Which weights a model has.

    Args:
        model: The model.
        name: Its folder, or its name on the hub.

    Returns:
        16 hexadecimal digits: of the hub's commit; of a folder's weights, tokenizer and modules; or, where neither is
        known, of the tensors themselves.
    """
    if Path(name).is_dir():
        return _digest(_file_blocks(Path(name)))
    commit = getattr(getattr(getattr(model[0], "auto_model", None), "config", None), "_commit_hash", None)
    return str(commit)[:16] if commit else _digest(_tensor_blocks(model))


def _digest(blocks: Iterator[bytes]) -> str:
    digest = hashlib.sha256()
    for block in blocks:
        digest.update(block)
    return digest.hexdigest()[:16]


def _file_blocks(folder: Path) -> Iterator[bytes]:
    """The files that decide the vectors, in the order of their paths, each after its own path."""
    for path in sorted({path for pattern in _DECISIVE for path in folder.rglob(pattern)}):
        yield str(path.relative_to(folder)).encode()
        with path.open("rb") as file:
            while block := file.read(_CHUNK):
                yield block


def _tensor_blocks(model: Any) -> Iterator[bytes]:
    for key, tensor in sorted(model.state_dict().items()):
        yield key.encode()
        yield tensor.detach().cpu().float().numpy().tobytes()


def _first_line(error: Exception) -> str:
    """What the library says, short enough for one line."""
    lines = str(error).strip().splitlines()
    return lines[0][:_SHOWN] if lines else type(error).__name__
