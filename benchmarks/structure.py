"""Reports how well the structure of a corpus was read: numbering, text left out, citations, speed, the worst files.

python benchmarks/structure.py CORPUS --output benchmarks/structure.md
"""

from __future__ import annotations

import argparse
import gc
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from indexer import citation
from indexer.pipeline import parse_paths
from indexer.structure.versions import settle
from indexer.types import Document

WORST = 20
NAMED = 4
"""So many numbers of a kind are named in a reason; the rest is counted."""
FOLDER_DEPTH = 2
MEGABYTE = 1_000_000
FOREIGN, NO_CONTEXT, NOT_THERE = "法名不明", "缺少上下文", "条款不存在"
"""Why a citation is unresolved: the causes of ``indexer.citation``."""


@dataclass(slots=True)
class File:
    """What came of one file.

    Attributes:
        path: Relative to the corpus folder.
        seconds: Processor time to read and parse it.
        size: Its normalised text in UTF-8, bytes.
        documents: How many documents it holds.
        articles: How many 条 these have.
        uncovered: Characters that no node covers.
        faults: Breaks in the numbering, in words: ``missing 第五条``.
        breaks: How many numbers these concern.
        citations: Citations found; those of a document that several files give are counted with the first.
        causes: How many of them lead nowhere, by cause.
        error: Why it could not be read; None when it could.
    """

    path: Path
    seconds: float = 0.0
    size: int = 0
    documents: int = 0
    articles: int = 0
    uncovered: int = 0
    faults: list[str] = field(default_factory=list)
    breaks: int = 0
    citations: int = 0
    causes: Counter[str] = field(default_factory=Counter)
    error: str | None = None

    @property
    def folder(self) -> str:
        """The folder that it is counted under, at most two levels deep."""
        return "/".join(self.path.parent.parts[:FOLDER_DEPTH]) or "."

    @property
    def badness(self) -> tuple[bool, int, int, int]:
        """What comes first among the worst: unread, then text left out, then breaks, then lost citations."""
        return self.error is not None, self.uncovered, self.breaks, self.causes[NOT_THERE]

    @property
    def reason(self) -> str:
        """Why it is among the worst, in words; empty when nothing is wrong with it."""
        reasons = [self.error] if self.error else []
        if self.uncovered:
            reasons.append(f"{self.uncovered:,} characters uncovered")
        reasons += self.faults
        if self.causes[NOT_THERE]:
            lost = self.causes[NOT_THERE]
            reasons.append(f"{lost:,} of {self.citations:,} citations name a provision that is not there")
        return "; ".join(reasons)


def measure(corpus: Path) -> list[File]:
    """Parses a corpus and resolves its citations.

    Args:
        corpus: Its folder.

    Returns:
        An account of every file, in the order of their paths.

    Raises:
        SourceError: There is no such folder, or nothing in it to read.
    """
    files: dict[str, File] = {}
    documents: list[Document] = []
    started = time.process_time()
    for parsed in parse_paths([corpus]):
        seconds = time.process_time() - started
        file = File(Path(parsed.source).relative_to(corpus), seconds)
        if parsed.error:
            file.error = parsed.error.message.replace(f"{corpus}/", "")
        _count(file, parsed.documents)
        files[parsed.source] = file
        documents += parsed.documents
        started = time.process_time()
    _count_citations(files, settle(documents).documents)
    return list(files.values())


def _count(file: File, documents: Iterable[Document]) -> None:
    for document in documents:
        audit = document.audit
        file.documents += 1
        file.size += len(document.text.encode())
        file.articles += sum(node.kind == "条" for node, _ in document.nodes)
        file.uncovered += audit.uncovered
        broken = {"missing": audit.missing, "twice": audit.duplicate, "out of order": audit.out_of_order}
        for what, marks in broken.items():
            if marks:
                more = f" and {len(marks) - NAMED:,} more" if len(marks) > NAMED else ""
                file.faults.append(f"{what}: {'、'.join(marks[:NAMED])}{more}")
                file.breaks += len(marks)


def _count_citations(files: dict[str, File], documents: Sequence[Document]) -> None:
    laws = citation.DocumentLaws(documents)
    for document in documents:
        file = files[document.sources[0]]
        for link in citation.document_links(document, laws):
            file.citations += 1
            if link.resolution.cause:
                file.causes[link.resolution.cause] += 1


HEAD = (
    "Folder", "Files", "Unread", "Documents", "Articles", "Contiguous", "Uncovered",
    "Citations", "Unresolved", "Not in the corpus", "No context", "Not there", "MB", "MB/s",
)  # fmt: skip


def report(files: Sequence[File], day: str) -> str:
    """The report as Markdown.

    Args:
        files: What was measured.
        day: When.

    Returns:
        A table by folder with the sums, and one of the worst files.
    """
    folders: dict[str, list[File]] = {}
    for file in files:
        folders.setdefault(file.folder, []).append(file)
    rows = [_row(f"`{name}`", folders[name]) for name in sorted(folders)]
    lines = [
        "# The structure of a corpus",
        "",
        f"Measured on {day} with `make structure CORPUS=folder`; one process reads and parses, citations are resolved",
        "among the documents of the corpus.",
        "",
        *_table(HEAD, [*rows, _row("**all**", files)]),
        "",
        "- **Contiguous**: of the files with articles, those whose numbers run without a gap, a repetition or a step",
        "  back from their first number on.",
        "- **Uncovered**: characters that are in no part of the tree, spaces left out.",
        "- **Unresolved**: citations without a target, and why: the instrument is *not in the corpus*; the words are",
        "  quoted, or an amendment's, and *no context* says of what law; the provision is *not there* in the version",
        "  that the corpus has. Each is a share of all citations.",
        "- **MB**: normalised text in UTF-8; **MB/s**: by a second of processor time for reading and parsing.",
        "",
        "## The worst files",
        "",
        *_worst(files),
        "",
    ]
    return "\n".join(lines)


def _row(name: str, files: Sequence[File]) -> tuple[str, ...]:
    numbered = [file for file in files if file.articles]
    citations = sum(file.citations for file in files)
    causes = sum((file.causes for file in files), Counter[str]())
    size = sum(file.size for file in files) / MEGABYTE
    seconds = sum(file.seconds for file in files)
    return (
        name,
        f"{len(files):,}",
        f"{sum(file.error is not None for file in files):,}",
        f"{sum(file.documents for file in files):,}",
        f"{sum(file.articles for file in files):,}",
        _share(sum(not file.breaks for file in numbered), len(numbered)),
        f"{sum(file.uncovered for file in files):,}",
        f"{citations:,}",
        _share(causes.total(), citations),
        *(_share(causes[cause], citations) for cause in (FOREIGN, NO_CONTEXT, NOT_THERE)),
        f"{size:.1f}",
        f"{size / seconds:.1f}" if seconds else "–",
    )


def _share(part: int, whole: int) -> str:
    """A percentage; one that is not quite all or nothing never reads 100 % or 0 %."""
    if not whole:
        return "–"
    percent = 100 * part / whole
    if 0 < part < whole:
        percent = min(max(percent, 0.1), 99.9)
    return f"{percent:.1f} %"


def _worst(files: Sequence[File]) -> list[str]:
    worst = sorted((file for file in files if file.reason), key=lambda file: file.badness, reverse=True)[:WORST]
    if not worst:
        return ["None: nothing is wrong with any file."]
    return _table(("File", "Why"), [(f"`{file.path}`", file.reason.replace("|", "\\|")) for file in worst])


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    numbers = [" ---: " for _ in head[1:]] if len(head) > 2 else [" --- "]
    rule = "|" + "|".join([" --- ", *numbers]) + "|"
    return [f"| {' | '.join(head)} |", rule, *(f"| {' | '.join(row)} |" for row in rows)]


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--output", type=Path, default=Path(__file__).with_suffix(".md"))
    given = parser.parse_args()
    # As in a build: trees have no cycles, and the collector would walk the nodes of all documents time and again.
    gc.disable()
    files = measure(given.corpus)
    given.output.write_text(report(files, datetime.now(UTC).date().isoformat()), encoding="utf-8")
    print(f"{given.output}: {len(files):,} files")


if __name__ == "__main__":
    main()
