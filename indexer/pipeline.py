"""From sources to an index: the stages in order, each with its progress, and what came of them."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from indexer import citation, clauses, sources
from indexer.embedding import Embedder
from indexer.errors import SourceError
from indexer.resources import default_model_folder
from indexer.storage import Contents, EmbedderInfo, Link, Manifest, Writer, open_writer
from indexer.storage.cache import VectorCache
from indexer.structure.versions import Collection, settle
from indexer.types import Clause, Document, Unit
from indexer.workers import ParsedFile, parse_files

Stage = Literal["discover", "parse", "settle", "clauses", "links", "embed", "lexical", "catalog", "vectors"]
"""The stages of a build, in order."""

STAGES: Mapping[Stage, str] = {
    "discover": "查找文件",
    "parse": "解析文件",
    "settle": "整理版本",
    "clauses": "切分条款",
    "links": "解析引用",
    "embed": "计算向量",
    "lexical": "建立词法索引",
    "catalog": "写入目录",
    "vectors": "写入向量",
}
"""What a person is told of each stage."""

WORKERS = 2

_BATCH = 2048
_REPORT_EVERY = 32
_SAVE_EVERY = 16_384
_QUESTIONS = 200
_QUESTION_LENGTH = 12


class Progress(Protocol):
    """Told how far a stage has come; called with ``done == total`` at its end."""

    def __call__(self, stage: Stage, done: int, total: int) -> None:
        """Takes note.

        Args:
            stage: The stage at work.
            done: How much of it is done: files, documents, clauses or units.
            total: Of how much.
        """


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did.

    Attributes:
        generation: Id of the generation that is live now.
        files: Files read.
        documents: Documents indexed.
        articles: Their 条.
        units: What is ranked: articles, measures, rows.
        clauses: What is embedded.
        links: Citations found.
        resolved: Citations that lead somewhere.
        duplicates: Id of the document kept, and the source of its copy.
        renamed: Id that was taken, and the id given instead.
        skipped: Paths that were not read, each with the reason.
        errors: Sources that failed, each with the reason.
        reused: Vectors that the cache had.
        seconds: How long each stage took.
    """

    generation: str
    files: int
    documents: int
    articles: int
    units: int
    clauses: int
    links: int
    resolved: int
    duplicates: tuple[tuple[str, str], ...]
    renamed: tuple[tuple[str, str], ...]
    skipped: tuple[tuple[str, str], ...]
    errors: tuple[tuple[str, str], ...]
    reused: int
    seconds: Mapping[str, float]


def silent(stage: Stage, done: int, total: int) -> None:
    """A :class:`Progress` that tells nobody."""


def parse_paths(paths: Sequence[str | Path], workers: int = 1) -> Iterator[ParsedFile]:
    """Parses files, folders and globs without an index.

    Args:
        paths: What to parse.
        workers: How many processes.

    Yields:
        Each file's documents or error, in the order of the paths.

    Raises:
        SourceError: A path does not exist or has nothing to read.
    """
    files = sources.discover(paths).files
    waiting: dict[int, ParsedFile] = {}
    wanted = 0
    for at, parsed in parse_files(files, workers):
        waiting[at] = parsed
        while wanted in waiting:
            yield waiting.pop(wanted)
            wanted += 1


def build(
    paths: Sequence[str | Path],
    index_folder: str | Path,
    embedder: Embedder,
    progress: Progress = silent,
    workers: int = WORKERS,
    tokenizer: Path | None = None,
) -> BuildReport:
    """Builds the index of all that the paths name; until it is whole, the index before it stays live.

    Args:
        paths: Files, folders and globs.
        index_folder: Where the index lies, or will.
        embedder: The model; what it has embedded before is taken from the cache.
        progress: Told how far each stage has come.
        workers: How many processes parse.
        tokenizer: The ``tokenizer.json`` of the lexical index, or its folder; None for that of the default model.

    Returns:
        What was done, with everything that was left out and why.

    Raises:
        SourceError: A path does not exist, or nothing could be indexed.
        IndexLockedError: Another process is writing this index.
        IndexFormatError: The folder cannot be written to.
    """
    run = _Build(embedder, progress, tokenizer or default_model_folder())
    with open_writer(index_folder) as writer, _without_collection():
        return run.run(paths, writer, workers)


@contextmanager
def _without_collection() -> Iterator[None]:
    """Switches the collector of cycles off: trees have none, and it would walk their nodes time and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@dataclass(slots=True)
class _Split:
    """What of the documents is ranked and embedded."""

    documents: list[Document] = field(default_factory=list)
    units: list[Unit] = field(default_factory=list)
    clauses: list[Clause] = field(default_factory=list)
    words: list[str] = field(default_factory=list)


class _Build:
    """One build: its settings, and the account that it keeps."""

    def __init__(self, embedder: Embedder, progress: Progress, tokenizer: Path) -> None:
        self._embedder = embedder
        self._progress = progress
        self._tokenizer = tokenizer
        self._seconds: dict[str, float] = {}
        self._errors: list[tuple[str, str]] = []
        self._reused = 0

    def run(self, paths: Sequence[str | Path], writer: Writer, workers: int) -> BuildReport:
        """All stages."""
        with self._stage("discover", 1):
            found = sources.discover(paths)
        with self._stage("parse", len(found.files)):
            parsed = self._parse(found.files, workers)
        with self._stage("settle", 1):
            collection = settle(document for file in parsed for document in file.documents)
            del parsed
        with self._stage("clauses", len(collection.documents)):
            split = self._split(collection.documents)
        if not split.units:
            raise SourceError(self._nothing(len(found.files)))
        with self._stage("links", len(split.documents)):
            links = self._links(split.documents)
        with self._stage("embed", len(split.clauses)):
            vectors = self._embed(split.clauses, writer.folder)
        manifest = self._write(writer, split, collection, links, vectors)
        return self._report(found, collection, manifest)

    @contextmanager
    def _stage(self, stage: Stage, total: int) -> Iterator[None]:
        started = time.perf_counter()
        self._progress(stage, 0, total)
        yield
        self._progress(stage, total, total)
        self._seconds[stage] = round(time.perf_counter() - started, 2)

    def _parse(self, files: Sequence[Path], workers: int) -> list[ParsedFile]:
        results: dict[int, ParsedFile] = {}
        for at, parsed in parse_files(files, workers):
            results[at] = parsed
            self._progress("parse", len(results), len(files))
        ordered = [results[at] for at in range(len(files))]
        self._errors += [(file.source, file.error.message) for file in ordered if file.error]
        return ordered

    def _split(self, documents: Sequence[Document]) -> _Split:
        split = _Split()
        for at, document in enumerate(documents):
            flaw = _flaw(document)
            if flaw:
                self._errors.append((document.sources[0] if document.sources else document.id, flaw))
                continue
            units = clauses.units(document)
            own = clauses.clauses(document, units)
            groups = {address: list(group) for address, group in groupby(own, attrgetter("unit"))}
            split.documents.append(document)
            split.units += units
            split.clauses += own
            split.words += [clauses.lexical_text(unit, groups[unit.address]) for unit in units]
            if at % _REPORT_EVERY == 0:
                self._progress("clauses", at, len(documents))
        return split

    def _links(self, documents: Sequence[Document]) -> list[Link]:
        laws = citation.DocumentLaws(documents)
        links: list[Link] = []
        for at, document in enumerate(documents):
            for found in citation.document_links(document, laws):
                cited = found.resolution.citation
                words = document.slice(cited.span)
                source = f"{document.id}/{found.source}"
                links.append(Link(source, cited.target, words, cited.span, found.resolution.cause))
            if at % _REPORT_EVERY == 0:
                self._progress("links", at, len(documents))
        return links

    def _embed(self, of: Sequence[Clause], folder: Path) -> NDArray[np.float16]:
        """The clauses' vectors, float16 (n, dimension): rounded here, so that a cached vector equals a new one."""
        cache = VectorCache(folder, _info(self._embedder))
        texts = [clauses.embedding_text(clause) for clause in of]
        keys = cache.keys(texts)
        records = cache.find(keys)
        vectors = np.zeros((len(texts), self._embedder.dimension), np.float16)
        known = np.flatnonzero(records >= 0)
        vectors[known] = cache.vectors(records[known])
        self._reused = len(known)
        missing = np.flatnonzero(records < 0)
        saved = 0
        for at in range(0, len(missing), _BATCH):
            rows = missing[at : at + _BATCH]
            vectors[rows] = self._embedder.embed([texts[row] for row in rows], is_query=False)
            done = at + len(rows)
            if done - saved >= _SAVE_EVERY or done == len(missing):
                # A slow model that is interrupted goes on from here.
                cache.add(keys[missing[saved:done]], vectors[missing[saved:done]])
                saved = done
            self._progress("embed", len(known) + done, len(texts))
        cache.tidy(keys)
        return vectors

    def _questions(self, of: Sequence[Clause]) -> NDArray[np.float32]:
        """Vectors of stretches as long as a question: a search misses as much near them as near real ones."""
        chosen = of[:: max(len(of) // _QUESTIONS, 1)][:_QUESTIONS]
        middles = [max(len(clause.text) // 2 - _QUESTION_LENGTH // 2, 0) for clause in chosen]
        words = [clause.text[at : at + _QUESTION_LENGTH] for clause, at in zip(chosen, middles, strict=True)]
        return self._embedder.embed(words, is_query=True)

    def _write(
        self, writer: Writer, split: _Split, collection: Collection, links: list[Link], vectors: NDArray[np.float16]
    ) -> Manifest:
        contents = Contents(
            documents=split.documents,
            units=split.units,
            clauses=split.clauses,
            words=split.words,
            links=links,
            vectors=vectors,
            embedder=_info(self._embedder),
            tokenizer=self._tokenizer,
            citations=citation.node_citations,
            predecessors={later: earlier for earlier, later in collection.successors.items()},
            successors=collection.successors,
            repealed_by=_repeals(collection),
            questions=self._questions(split.clauses),
        )
        started: dict[str, float] = {}

        def step(stage: Stage, done: int, total: int) -> None:
            now = time.perf_counter()
            self._seconds[stage] = round(now - started.setdefault(stage, now), 2)
            self._progress(stage, done, total)

        return writer.write(contents, step)

    def _nothing(self, files: int) -> str:
        if not self._errors:
            return f"{files} 个文件里没有可以索引的条文：请检查来源"
        source, reason = self._errors[0]
        return f"没有可以索引的内容：{files} 个文件中 {len(self._errors)} 个出错，例如 {source}（{reason}）"

    def _report(self, found: sources.Discovery, collection: Collection, manifest: Manifest) -> BuildReport:
        counts = manifest.counts
        return BuildReport(
            generation=manifest.generation,
            files=len(found.files),
            documents=counts.documents,
            articles=counts.articles,
            units=counts.units,
            clauses=counts.clauses,
            links=counts.links,
            resolved=counts.resolved,
            duplicates=tuple(collection.duplicates),
            renamed=tuple(collection.renamed),
            skipped=tuple((str(path), reason) for path, reason in found.skipped),
            errors=tuple(self._errors),
            reused=self._reused,
            seconds=dict(self._seconds),
        )


def _info(embedder: Embedder) -> EmbedderInfo:
    return EmbedderInfo(embedder.name, embedder.revision, embedder.dimension)


def _repeals(collection: Collection) -> dict[str, tuple[tuple[str, date | None], ...]]:
    return {id_: tuple(repealing) for id_, repealing in collection.repealed_by.items()}


def _flaw(document: Document) -> str | None:
    """Why a document cannot be stored; None when it can. No parse should give one, but one must not stop the others."""
    seen: set[str] = set()
    for node, _ in document.nodes:
        if node.path in seen:
            return f"{document.id} 中有两处地址都是 {node.path}，未索引：请报告这个问题"
        seen.add(node.path)
        if not 0 <= node.span.start <= node.span.end <= len(document.text):
            return f"{document.id} 的 {node.path} 超出正文范围，未索引：请报告这个问题"
    return None
