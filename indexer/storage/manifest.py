"""``manifest.json``: what a generation says about itself, and the checks that it must pass when it is opened."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from indexer.errors import EmbedderMismatchError, IndexFormatError
from indexer.storage.records import FORMAT_VERSION, Counts, EmbedderInfo, FileInfo, Manifest, VectorInfo

MANIFEST = "manifest.json"
REBUILD = "请用 fatiao index build 重建"

_BLOCK = 1 << 20


def digest(path: Path) -> str:
    """The hexadecimal SHA-256 of a file."""
    sha = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            sha.update(block)
    return sha.hexdigest()


def describe(
    folder: Path,
    names: Iterable[str],
    embedder: EmbedderInfo,
    counts: Counts,
    vectors: VectorInfo,
    known: VectorInfo,
    tokenizer: str,
    unchanged: Mapping[str, FileInfo] | None = None,
) -> Manifest:
    """Makes the manifest of a generation whose other files are written.

    Args:
        folder: Where the files lie.
        names: Their names inside the folder.
        embedder: The model that the clauses were embedded with.
        counts: How much there is.
        vectors: How vectors are searched.
        known: How those of known questions are searched.
        tokenizer: The name of the tokenizer's file among ``names``.
        unchanged: Files of which size and checksum are known already; None for none.

    Returns:
        The manifest; its generation id is a hash of all the rest, so that the same content has the same id.
    """
    stated = unchanged or {}
    files = {
        name: stated.get(name) or FileInfo((folder / name).stat().st_size, digest(folder / name))
        for name in sorted(names)
    }
    manifest = Manifest(FORMAT_VERSION, "", embedder, files[tokenizer].sha256, counts, vectors, known, files)
    generation = hashlib.sha256(_dump(manifest).encode()).hexdigest()[:16]
    return Manifest(FORMAT_VERSION, generation, embedder, manifest.tokenizer, counts, vectors, known, files)


def check_embedder(manifest: Manifest, embedder: EmbedderInfo) -> None:
    """Refuses a model that an index was not built with.

    Args:
        manifest: What the index says of itself.
        embedder: The model at hand.

    Raises:
        EmbedderMismatchError: It is another one, or another revision of it.
    """
    built = manifest.embedder
    if (built.revision, built.dimension) != (embedder.revision, embedder.dimension):
        names = f"{built.name}（{built.revision}）", f"{embedder.name}（{embedder.revision}）"
        advice = "请改用原来的模型，或用 fatiao index build 重建索引"
        raise EmbedderMismatchError(f"索引是用向量模型 {names[0]} 建立的，当前模型是 {names[1]}：{advice}")


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Writes ``manifest.json`` into a generation's folder."""
    (folder / MANIFEST).write_text(_dump(manifest), encoding="utf-8")


def read_manifest(folder: Path) -> Manifest:
    """Reads and checks the manifest of a generation.

    Args:
        folder: The generation's folder.

    Returns:
        The manifest, with the time at which it was written.

    Raises:
        IndexFormatError: It is missing or damaged, of another format version, or a file has another size than it says.
        FileNotFoundError: The folder itself is gone: another generation has taken its place.
    """
    path = folder / MANIFEST
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        created = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except FileNotFoundError:
        if not folder.is_dir():
            raise
        raise IndexFormatError(f"索引 {folder} 缺少 {MANIFEST}：{REBUILD}") from None
    except (OSError, ValueError) as error:
        raise IndexFormatError(f"索引的 {path} 读不出来：{REBUILD}") from error
    manifest = _load(path, values, created)
    for problem in size_problems(folder, manifest):
        raise IndexFormatError(f"索引已损坏：{problem}；{REBUILD}")
    return manifest


def size_problems(folder: Path, manifest: Manifest) -> Iterator[str]:
    """Says which files of a generation are missing or have another size than the manifest states."""
    for name, info in manifest.files.items():
        try:
            size = (folder / name).stat().st_size
        except FileNotFoundError:
            yield f"缺少文件 {name}"
        else:
            if size != info.size:
                yield f"{name} 应为 {info.size} 字节，实为 {size} 字节"


def checksum_problems(folder: Path, manifest: Manifest) -> Iterator[str]:
    """Says which files of a generation have another content than the manifest states; reads them all."""
    for name, info in manifest.files.items():
        path = folder / name
        if path.is_file() and digest(path) != info.sha256:
            yield f"{name} 的内容与校验值不符"


def _load(path: Path, values: Any, created: datetime) -> Manifest:
    try:
        version = int(values["format_version"])
        if version != FORMAT_VERSION:
            raise IndexFormatError(
                f"索引 {path.parent} 的格式版本是 {version}，本程序只读版本 {FORMAT_VERSION}："
                + (REBUILD if version < FORMAT_VERSION else "请升级 fatiao")
            )
        return Manifest(
            format_version=version,
            generation=str(values["generation"]),
            embedder=EmbedderInfo(**values["embedder"]),
            tokenizer=str(values["tokenizer"]),
            counts=Counts(**values["counts"]),
            vectors=VectorInfo(**values["vectors"]),
            known=VectorInfo(**values["known"]),
            files={name: FileInfo(**info) for name, info in values["files"].items()},
            created=created,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise IndexFormatError(f"索引的 {path} 内容不完整：{REBUILD}") from error


def _dump(manifest: Manifest) -> str:
    values = asdict(manifest)
    del values["created"]
    return json.dumps(values, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
