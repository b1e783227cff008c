"""From what a person names on the command line to the files to read."""

import glob
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from indexer.errors import SourceError

SUFFIXES = frozenset({".txt", ".md", ".html", ".htm", ".docx", ".pdf"})
"""Suffixes of the files that can be read, in lower case."""

_KNOWN = "、".join(sorted(SUFFIXES))
# Word keeps a file ~$name beside a document that is open.
_HIDDEN = (".", "~$")
# What lies beside documents in a repository of laws and is no law.
_ABOUT = ("readme", "license", "changelog", "contributing", "code_of_conduct")


@dataclass(frozen=True, slots=True)
class Discovery:
    """The files found.

    Attributes:
        files: In the order of the sources, those of a folder sorted by path; no file twice.
        skipped: Files and folders inside a source that are not read, each with the reason in Chinese.
    """

    files: tuple[Path, ...]
    skipped: tuple[tuple[Path, str], ...]


def discover(sources: Sequence[str | Path]) -> Discovery:
    """Find the files that sources name.

    Args:
        sources: Files, folders (searched with all folders below them; what is hidden is not) and glob patterns
            (``**`` for any depth).

    Returns:
        The files to read, and what was skipped.

    Raises:
        SourceError: A source does not exist, matches nothing, cannot be opened, or is a file of a format that cannot
            be read; or no source has a file.
    """
    files: dict[Path, Path] = {}
    skipped: list[tuple[Path, str]] = []
    for source in sources:
        for found in _expand(source):
            if isinstance(found, Path):
                files.setdefault(found.resolve(), found)
            else:
                skipped.append(found)
    if not files:
        named = "、".join(str(source) for source in sources) or "（未给出）"
        raise SourceError(f"没有找到可以读取的文件：{named}，支持 {_KNOWN}")
    return Discovery(tuple(files.values()), tuple(dict.fromkeys(skipped)))


def _expand(source: str | Path) -> Iterator[Path | tuple[Path, str]]:
    path = Path(source)
    if _kind(path) == "folder":
        yield from _folder(path)
    elif _kind(path) == "file":
        yield _explicit(path)
    elif glob.has_magic(str(source)):
        matches = sorted(glob.glob(str(source), recursive=True))  # noqa: PTH207 - Path.glob takes no absolute pattern
        if not matches:
            raise SourceError(f"没有文件符合 {source}，请检查路径和通配符")
        for match in map(Path, matches):
            if match.is_dir():
                # ``**`` lists the files of a folder itself; a plain pattern means the folder's contents.
                if "**" not in str(source):
                    yield from _folder(match)
            else:
                yield _reason(match) or match
    else:
        raise SourceError(f"没有这个文件或文件夹：{source}，请检查路径")


def _kind(path: Path) -> str | None:
    try:
        if path.is_dir():
            return "folder"
        return "file" if path.exists() else None
    except PermissionError as refused:
        raise SourceError(f"没有权限读取：{path}，请检查文件夹的权限") from refused
    # A name longer than the file system allows, or with a NUL in it, names nothing.
    except (OSError, ValueError):
        return None


def _explicit(path: Path) -> Path:
    if path.suffix.lower() not in SUFFIXES:
        raise SourceError(f"不支持的文件格式：{path}，支持 {_KNOWN}")
    return path


def _folder(folder: Path) -> Iterator[Path | tuple[Path, str]]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except PermissionError as refused:
        raise SourceError(f"没有权限读取文件夹：{folder}，请检查权限") from refused
    except OSError as failure:
        raise SourceError(f"读不了文件夹：{folder}（{failure.strerror}）") from failure
    for entry in entries:
        path = folder / entry.name
        if entry.is_dir(follow_symlinks=False) and not entry.name.startswith(_HIDDEN):
            try:
                yield from _folder(path)
            except SourceError as refused:
                yield path, str(refused)
        elif entry.is_dir() and not entry.name.startswith(_HIDDEN):
            yield path, "指向文件夹的链接"
        else:
            yield _reason(path) or path


def _reason(path: Path) -> tuple[Path, str] | None:
    """Why a file that was not named itself is not read, or None when it is."""
    if path.name.startswith(_HIDDEN):
        return path, "隐藏文件或临时文件"
    if path.stem.lower().startswith(_ABOUT):
        return path, "说明文件，不是法规文本"
    if path.suffix.lower() not in SUFFIXES:
        return path, f"不支持的格式 {path.suffix or '（没有后缀）'}"
    if not path.is_file():
        return path, "不是普通文件"
    return None
