"""Writing an index: one writer, a new generation beside the live one, and the switch at the very end."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from indexer.errors import FatiaoError, IndexFormatError
from indexer.storage.catalog_writing import write_catalog
from indexer.storage.generations import (
    OWN_QUESTIONS,
    current_generation,
    generation_folder,
    move_into_place,
    new_staging,
    publish,
    remove_debris,
    write_beside,
)
from indexer.storage.index import CLAUSE_UNIT, UNIT_DOCUMENT, UNIT_LENGTH
from indexer.storage.known import KNOWN_FILES, KNOWN_PAIRS, KnownQuestions
from indexer.storage.lexical import TOKENIZER, build_lexical
from indexer.storage.lock import writer_lock
from indexer.storage.manifest import MANIFEST, describe, read_manifest, write_manifest
from indexer.storage.records import Counts, EmbedderInfo, Link, Manifest
from indexer.storage.vectors import EXACT_LIMIT, build_vectors
from indexer.types import Clause, Document, Unit

Step = Callable[[Literal["lexical", "catalog", "vectors"], int, int], None]
"""Told what is being written, how much is done, and of how much."""


@dataclass(frozen=True, slots=True)
class Contents:
    """All that a generation is made of.

    Attributes:
        documents: In the order of their rows.
        units: Grouped by document, in the documents' order.
        clauses: Grouped by unit, in the units' order.
        words: For each unit, the text that its lexical entry is made of.
        links: Citations, in any order; those of one unit keep theirs.
        vectors: float16 (clauses, dimension), of length 1.
        embedder: The model that made them.
        tokenizer: The ``tokenizer.json`` for the lexical index, or its folder.
        citations: Gives the exact citation of every node of a document, by path.
        predecessors: Document id → id of the version before it.
        successors: Document id → id of the version after it.
        repealed_by: Document id → ids of the documents that repeal it, with the day from which, if stated.
        questions: float32 (q, dimension), vectors like those of questions, to measure an approximate search with.
        known: Questions whose answers are known; None for none.
    """

    documents: Sequence[Document]
    units: Sequence[Unit]
    clauses: Sequence[Clause]
    words: Sequence[str]
    links: Sequence[Link]
    vectors: NDArray[np.float16]
    embedder: EmbedderInfo
    tokenizer: Path
    citations: Callable[[Document], Mapping[str, str]]
    predecessors: Mapping[str, str] = field(default_factory=dict)
    successors: Mapping[str, str] = field(default_factory=dict)
    repealed_by: Mapping[str, tuple[tuple[str, date | None], ...]] = field(default_factory=dict)
    questions: NDArray[np.float32] | None = None
    known: KnownQuestions | None = None


class Writer:
    """The one writer of an index folder; made by :func:`open_writer`.

    Args:
        folder: The index folder.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, contents: Contents, step: Step = lambda *_: None, exact_limit: int = EXACT_LIMIT) -> Manifest:
        """Writes a generation and makes it the live one; until the last moment the one before stays live.

        Args:
            contents: All of it.
            step: Told of progress.
            exact_limit: How many vectors are still compared one by one.

        Returns:
            The new generation's manifest.

        Raises:
            IndexFormatError: The parts do not fit together, or the disk refuses them (full, read-only).
        """
        _check_sizes(contents)
        known = contents.known or KnownQuestions.none(contents.embedder.dimension)
        with _without_debris(self.folder):
            staging = new_staging(self.folder)
            step("lexical", 0, len(contents.words))
            build_lexical(
                staging, contents.words, contents.tokenizer, lambda done: step("lexical", done, len(contents.words))
            )
            counts, unit_document, clause_unit = write_catalog(
                staging, contents, lambda done: step("catalog", done, len(contents.documents))
            )
            np.save(staging / UNIT_DOCUMENT, unit_document)
            np.save(staging / CLAUSE_UNIT, clause_unit)
            np.save(staging / UNIT_LENGTH, np.array([len(unit.text) for unit in contents.units], np.int32))
            searched = known.save(staging, exact_limit)
            step("vectors", 0, len(contents.clauses))
            vectors = build_vectors(staging, contents.vectors, contents.questions, exact_limit)
            names = [path.name for path in staging.iterdir() if path.name != MANIFEST]
            counts = _with_known(counts, known)
            manifest = describe(staging, names, contents.embedder, counts, vectors, searched, TOKENIZER)
            write_manifest(staging, manifest)
            publish(self.folder, staging, manifest)
            step("vectors", len(contents.clauses), len(contents.clauses))
        return manifest

    def amend(self, known: KnownQuestions, own: bytes) -> Manifest:
        """Gives the live generation other known questions: a new generation that shares all its other files.

        Args:
            known: All questions whose answers are known now.
            own: What ``questions.jsonl`` is to hold from now on: the questions that users have brought themselves.

        Returns:
            The new generation's manifest.

        Raises:
            IndexMissingError: There is no index here.
            IndexFormatError: The live generation is damaged, or the disk refuses the new one.
        """
        live = generation_folder(self.folder, current_generation(self.folder))
        before = read_manifest(live)
        replaced = {KNOWN_FILES.flat, KNOWN_FILES.codes, KNOWN_PAIRS}
        kept = {name: info for name, info in before.files.items() if name not in replaced}
        with _without_debris(self.folder):
            staging = new_staging(self.folder)
            for name in kept:
                _share(live / name, staging / name)
            searched = known.save(staging)
            names = [path.name for path in staging.iterdir()]
            counts = _with_known(before.counts, known)
            manifest = describe(
                staging, names, before.embedder, counts, before.vectors, searched, TOKENIZER, unchanged=kept
            )
            write_manifest(staging, manifest)
            # Written in full before the switch, so that nothing but a renaming is left to do behind it.
            new = write_beside(self.own_questions, own)
            publish(self.folder, staging, manifest, lambda: move_into_place(new))
        return manifest

    @property
    def own_questions(self) -> Path:
        """Where the questions lie that users have brought themselves; the file need not exist."""
        return own_questions(self.folder)


def own_questions(folder: Path) -> Path:
    """Where in an index folder the questions lie that users have brought themselves; the file need not exist."""
    return folder / OWN_QUESTIONS


@contextmanager
def _without_debris(folder: Path) -> Iterator[None]:
    """Removes what a failed writer would leave, and says of a full or read-only disk that the index is as it was."""
    try:
        yield
    except FatiaoError:
        remove_debris(folder)
        raise
    except (OSError, sqlite3.OperationalError, RuntimeError) as error:
        # FAISS reports a full disk as a RuntimeError, SQLite as an OperationalError.
        remove_debris(folder)
        raise IndexFormatError(f"索引写不进 {folder}（{error}）：原有索引未变，请检查磁盘空间和权限") from error
    except BaseException:
        remove_debris(folder)
        raise


def _with_known(counts: Counts, known: KnownQuestions) -> Counts:
    return replace(counts, questions=known.store.size, own=known.own)


def _share(file: Path, place: Path) -> None:
    """One file under two names, or a copy where the file system or its owner does not allow that."""
    try:
        place.hardlink_to(file)
    except OSError:
        shutil.copyfile(file, place)


@contextmanager
def open_writer(folder: str | Path) -> Iterator[Writer]:
    """Becomes the writer of an index folder, which is made if need be; removes what an interrupted writer left.

    Args:
        folder: The index folder.

    Yields:
        The writer.

    Raises:
        IndexLockedError: There is another writer.
        IndexFormatError: The folder cannot be made or written to.
    """
    folder = Path(folder)
    with ExitStack() as stack:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            stack.enter_context(writer_lock(folder))
        except OSError as error:
            raise IndexFormatError(f"不能在 {folder} 写索引（{error.strerror}）：请换一个目录或检查权限") from error
        remove_debris(folder)
        yield Writer(folder)


def _check_sizes(contents: Contents) -> None:
    sizes = {"vectors": len(contents.vectors), "clauses": len(contents.clauses)}
    if len(set(sizes.values())) > 1 or len(contents.words) != len(contents.units):
        raise IndexFormatError(
            f"索引内容不一致，未写入：{sizes}，{len(contents.units)} 个单元、{len(contents.words)} 个词法条目"
        )
