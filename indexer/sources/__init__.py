"""Readers: a file in one of the known formats becomes a ``RawDocument``, its lines in reading order."""

import hashlib
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from indexer.errors import SourceError
from indexer.sources.discovery import SUFFIXES, Discovery, discover
from indexer.sources.reading import DEFAULT_LIMITS, MIB, Limits, Reading
from indexer.types import RawDocument

__all__ = ["DEFAULT_LIMITS", "SUFFIXES", "Discovery", "Limits", "discover", "read"]

_Reader = Callable[[bytes, str, Limits], Reading]
_PAGE = ("text/html", "webpage", "read_webpage")
_FORMATS = {
    ".txt": ("text/plain", "plain", "read_plain"),
    ".md": ("text/markdown", "markdown", "read_markdown"),
    ".html": _PAGE,
    ".htm": _PAGE,
    ".docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "word", "read_word"),
    ".pdf": ("application/pdf", "pdf", "read_pdf"),
}
"""For each suffix: media type, module and function. A module is imported when its format first turns up."""


def read(path: Path, limits: Limits = DEFAULT_LIMITS) -> RawDocument:
    """Read a file.

    Args:
        path: A file with one of ``SUFFIXES``.
        limits: What the file may be at most.

    Returns:
        Its lines, the digest of its bytes, and notes on what could not be carried over.

    Raises:
        SourceError: The file is missing, empty, unreadable, damaged, encrypted, binary or over a limit, or its
            format is not known.
    """
    source = str(path)
    if path.suffix.lower() not in _FORMATS:
        raise SourceError(f"不支持的文件格式：{source}，支持 {'、'.join(sorted(SUFFIXES))}")
    media_type, module, function = _FORMATS[path.suffix.lower()]
    content = _bytes(path, limits)
    reader: _Reader = getattr(import_module(f"{__name__}.{module}"), function)
    reading = reader(content, source, limits)
    digest = hashlib.sha256(content).hexdigest()
    return RawDocument(source, media_type, reading.lines, digest, reading.notes, reading.dropped)


def _bytes(path: Path, limits: Limits) -> bytes:
    try:
        if path.is_dir():
            raise SourceError(f"这是文件夹，不是文件：{path}")
        with path.open("rb") as file:
            # One byte more than allowed is read, so that a file that grows, or has no size, is caught as well.
            content = file.read(limits.bytes + 1)
    except FileNotFoundError as missing:
        raise SourceError(f"没有这个文件：{path}，请检查路径") from missing
    except PermissionError as refused:
        raise SourceError(f"没有权限读取：{path}，请检查文件的权限") from refused
    except (OSError, ValueError) as failure:
        raise SourceError(f"读不了文件：{path}（{failure}）") from failure
    if len(content) > limits.bytes:
        raise SourceError(f"文件超过上限 {limits.bytes // MIB} MiB：{path}，请拆分文件或调高上限")
    if not content.strip(b" \t\r\n\f\xef\xbb\xbf"):
        raise SourceError(f"文件是空的：{path}")
    return content
