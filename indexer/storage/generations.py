"""Generations of an index: immutable folders, and the pointer file ``CURRENT`` that names the live one.

A generation is written under a ``staging-`` name, synced, renamed into place and then named in ``CURRENT``, which is
itself replaced atomically. Whatever interrupts a writer, ``CURRENT`` names a whole generation: the old one or the new.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from indexer.errors import IndexFormatError, IndexMissingError
from indexer.storage.manifest import MANIFEST, REBUILD, checksum_problems, read_manifest, size_problems
from indexer.storage.records import Manifest

CURRENT = "CURRENT"
GENERATIONS = "generations"
OWN_QUESTIONS = "questions.jsonl"
"""The questions that users have brought themselves; beside ``CURRENT``, so that they outlive every generation."""

_STAGING = "staging-"
_NEW = ".new"


def current_generation(folder: Path) -> str:
    """The id of the live generation.

    Args:
        folder: The index folder.

    Returns:
        The id, the name of a folder below ``generations``.

    Raises:
        IndexMissingError: There is no index here.
        IndexFormatError: ``CURRENT`` cannot be read.
    """
    try:
        name = (folder / CURRENT).read_text(encoding="utf-8").strip()
    except (FileNotFoundError, NotADirectoryError):
        raise IndexMissingError(f"{folder} 里没有索引：请先运行 fatiao index build 建立索引") from None
    except (OSError, UnicodeDecodeError) as error:
        raise IndexFormatError(f"索引的 {folder / CURRENT} 读不出来：{REBUILD}") from error
    if not name or "/" in name or name.startswith((".", _STAGING)):
        raise IndexFormatError(f"索引的 {folder / CURRENT} 内容不对：{REBUILD}")
    return name


def generation_folder(folder: Path, generation: str) -> Path:
    """Where a generation lies."""
    return folder / GENERATIONS / generation


def new_staging(folder: Path) -> Path:
    """Makes an empty folder in which a generation is to be written; the writer's lock is held."""
    staging = folder / GENERATIONS / f"{_STAGING}{os.getpid()}"
    staging.mkdir(parents=True)
    return staging


def remove_debris(folder: Path) -> None:
    """Removes what interrupted writers left behind; the writer's lock is held."""
    for path in (folder / GENERATIONS).glob(f"{_STAGING}*"):
        shutil.rmtree(path, ignore_errors=True)
    for name in (CURRENT, OWN_QUESTIONS):
        (folder / f"{name}{_NEW}").unlink(missing_ok=True)


def publish(folder: Path, staging: Path, manifest: Manifest, switched: Callable[[], None] | None = None) -> None:
    """Makes a written generation the live one, and removes those that no reader can have open any more.

    The generation that was live until now is kept: readers have it open until they next look at ``CURRENT``.

    Args:
        folder: The index folder, whose writer's lock is held.
        staging: The complete generation, manifest included.
        manifest: Its manifest.
        switched: Called as soon as the generation is live, before anything is tidied up.
    """
    _sync_tree(staging)
    place = generation_folder(folder, manifest.generation)
    if place.exists() and not _intact(place):
        # Somebody has damaged a generation of the same content: this is the repair.
        place.rename(place.with_name(f"{_STAGING}damaged-{os.getpid()}"))
    if place.exists():
        shutil.rmtree(staging)
    else:
        staging.rename(place)
    sync_folder(place.parent)
    try:
        previous: str | None = current_generation(folder)
    except IndexFormatError:
        previous = None
    if previous != manifest.generation:
        replace_file(folder / CURRENT, f"{manifest.generation}\n".encode())
    if switched is not None:
        switched()
    if previous != manifest.generation:
        _remove_others(folder, {manifest.generation, previous})
    remove_debris(folder)


def replace_file(path: Path, content: bytes) -> None:
    """Replaces a file atomically and durably: a reader sees the old content or the new, never a part."""
    move_into_place(write_beside(path, content))


def write_beside(path: Path, content: bytes) -> Path:
    """Writes what a file is to hold under another name, durably; see :func:`move_into_place`."""
    new = path.with_name(f"{path.name}{_NEW}")
    with new.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return new


def move_into_place(new: Path) -> None:
    """Gives what :func:`write_beside` wrote its own name."""
    new.replace(new.with_name(new.name.removesuffix(_NEW)))
    sync_folder(new.parent)


def sync_folder(folder: Path) -> None:
    """Makes the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync_tree(folder: Path) -> None:
    for path in sorted(folder.iterdir()):
        with path.open("rb") as file:
            os.fsync(file.fileno())
    sync_folder(folder)


def _intact(place: Path) -> bool:
    try:
        manifest = read_manifest(place)
    except (IndexFormatError, OSError):
        return False
    return not [*size_problems(place, manifest), *checksum_problems(place, manifest)]


def _remove_others(folder: Path, kept: set[str | None]) -> None:
    for path in (folder / GENERATIONS).iterdir():
        if path.name not in kept:
            # The manifest goes first: a half-removed generation must not look whole.
            (path / MANIFEST).unlink(missing_ok=True)
            shutil.rmtree(path, ignore_errors=True)
