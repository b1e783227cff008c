"""From sources to an index: the stages in order, each with its progress, and what came of them."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from itertools import groupby
from operator import attrgetter
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer import citation, clauses, sources
from indexer.caching import CachedEmbedder
from indexer.embedding import Embedder
from indexer.errors import SourceError
from indexer.questions import BankQuestion, read_bank, read_questions
from indexer.questions.gathering import gather
from indexer.reporting import BuildReport, Progress, Stage, silent
from indexer.resources import data_folder, default_model_folder
from indexer.sources import DEFAULT_LIMITS, Limits
from indexer.storage import Contents, EmbedderInfo, KnownQuestions, Link, Manifest, Writer, open_writer
from indexer.structure.versions import Collection, settle
from indexer.types import Clause, Document, Unit
from indexer.workers import ParsedFile, parse_files

__all__ = ["WORKERS", "Limits", "build", "parse_paths", "read_documents"]

WORKERS = 2

_REPORT_EVERY = 32
_QUESTIONS = 200
_QUESTION_LENGTH = 12


def parse_paths(paths: Sequence[str | Path], workers: int = 1, limits: Limits = DEFAULT_LIMITS) -> Iterator[ParsedFile]:
    """Parses files, folders and globs without an index.

    Args:
        paths: What to parse.
        workers: How many processes.
        limits: What a file may be at most.

    Yields:
        Each file's documents or error, in the order of the paths.

    Raises:
        SourceError: A path does not exist or has nothing to read.
    """
    files = sources.discover(paths).files
    waiting: dict[int, ParsedFile] = {}
    wanted = 0
    for at, parsed in parse_files(files, workers, limits):
        waiting[at] = parsed
        while wanted in waiting:
            yield waiting.pop(wanted)
            wanted += 1


def read_documents(
    paths: Sequence[str | Path],
    progress: Progress = silent,
    workers: int = WORKERS,
    limits: Limits = DEFAULT_LIMITS,
) -> tuple[Document, ...]:
    """Reads all that the paths name, as a build does, without an index: duplicates folded, versions in order.

    Args:
        paths: Files, folders and globs; a file that cannot be read is left out.
        progress: Told how many files are parsed.
        workers: How many processes.
        limits: What a file may be at most.

    Returns:
        The documents.

    Raises:
        SourceError: A path does not exist or has nothing to read.
    """
    total = len(sources.discover(paths).files)
    documents: list[Document] = []
    for done, parsed in enumerate(parse_paths(paths, workers, limits), start=1):
        documents += parsed.documents
        progress("parse", done, total)
    return settle(documents).documents


def build(
    paths: Sequence[str | Path],
    index_folder: str | Path,
    embedder: Embedder,
    progress: Progress = silent,
    workers: int = WORKERS,
    tokenizer: Path | None = None,
    bank: Sequence[BankQuestion] | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> BuildReport:
    """Builds the index of all that the paths name; until it is whole, the index before it stays live.

    Args:
        paths: Files, folders and globs.
        index_folder: Where the index lies, or will.
        embedder: The model; what it has embedded before is taken from the cache.
        progress: Told how far each stage has come.
        workers: How many processes parse.
        tokenizer: The ``tokenizer.json`` of the lexical index, or its folder; None for that of the default model.
        bank: Questions whose answers are known; None for the bank that ships.
        limits: What a file may be at most.

    Returns:
        What was done, with everything that was left out and why.

    Raises:
        SourceError: A path does not exist, or nothing could be indexed.
        IndexLockedError: Another process is writing this index.
        IndexFormatError: The folder cannot be written to.
    """
    asked = read_bank(data_folder() / "questions") if bank is None else bank
    run = _Build(embedder, progress, tokenizer or default_model_folder(), asked, limits)
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

    def __init__(
        self, embedder: Embedder, progress: Progress, tokenizer: Path, bank: Sequence[BankQuestion], limits: Limits
    ) -> None:
        self._embedder = embedder
        self._bank = bank
        self._limits = limits
        self._progress = progress
        self._tokenizer = tokenizer
        self._seconds: dict[str, float] = {}
        self._errors: list[tuple[str, str]] = []
        self._reused = 0
        self._unanswered: tuple[str, ...] = ()

    def run(self, paths: Sequence[str | Path], writer: Writer, workers: int) -> BuildReport:
        """All stages."""
        # A mistyped path, or a line of users' questions that was edited badly, is told before anything else is.
        started = time.perf_counter()
        found = sources.discover(paths)
        own = read_questions(writer.own_questions)
        self._seconds["discover"] = round(time.perf_counter() - started, 2)
        self._progress("discover", len(found.files), len(found.files))
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
        cached = CachedEmbedder(self._embedder, writer.folder)
        with self._stage("embed", len(split.clauses)):
            vectors = self._embed(split.clauses, cached)
        asked = self._known(split, own, cached)
        cached.tidy()
        manifest = self._write(writer, split, collection, links, vectors, asked)
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
        for at, parsed in parse_files(files, workers, self._limits):
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

    def _embed(self, of: Sequence[Clause], cached: CachedEmbedder) -> NDArray[np.float16]:
        """The clauses' vectors, float16 (n, dimension)."""
        texts = [clauses.embedding_text(clause) for clause in of]
        vectors = cached.embed(texts, is_query=False, progress=lambda done: self._progress("embed", done, len(texts)))
        self._reused = cached.reused
        return vectors

    def _questions(self, of: Sequence[Clause]) -> NDArray[np.float32]:
        """Vectors of stretches as long as a question: a search misses as much near them as near real ones."""
        chosen = of[:: max(len(of) // _QUESTIONS, 1)][:_QUESTIONS]
        middles = [max(len(clause.text) // 2 - _QUESTION_LENGTH // 2, 0) for clause in chosen]
        words = [clause.text[at : at + _QUESTION_LENGTH] for clause, at in zip(chosen, middles, strict=True)]
        return self._embedder.embed(words, is_query=True)

    def _known(self, split: _Split, own: Sequence[BankQuestion], cached: CachedEmbedder) -> KnownQuestions:
        """The questions that the documents are known to answer."""
        titles = {document.id: document.title for document in split.documents}
        articles = ((row, titles[unit.document_id], unit.text) for row, unit in enumerate(split.units))
        started = time.perf_counter()
        tell = partial(self._progress, "questions")
        found = gather(self._bank, own, articles, self._embedder, cached, tell)
        self._seconds["questions"] = round(time.perf_counter() - started, 2)
        self._unanswered = found.unanswered
        return found.known

    def _write(
        self,
        writer: Writer,
        split: _Split,
        collection: Collection,
        links: list[Link],
        vectors: NDArray[np.float16],
        asked: KnownQuestions,
    ) -> Manifest:
        contents = Contents(
            documents=split.documents,
            units=split.units,
            clauses=split.clauses,
            words=split.words,
            links=links,
            vectors=vectors,
            embedder=EmbedderInfo.of(self._embedder),
            tokenizer=self._tokenizer,
            citations=citation.node_citations,
            known=asked,
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
            questions=counts.questions,
            own=counts.own,
            unanswered=self._unanswered,
            seconds=dict(self._seconds),
        )


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
