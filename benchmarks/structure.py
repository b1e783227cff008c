"""Reports how well the structure of a corpus was read: numbering, text left out, citations, speed, the worst files.

python benchmarks/structure.py CORPUS --output benchmarks/structure.md

Whether a break in the numbering is the source's own is for a person to read there: ``structure_gaps.tsv`` keeps what
was read, a line each with the file, the break and what stands in its place. Breaks that nobody looked at are marked.
"""

from __future__ import annotations

import argparse
import csv
import gc
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from indexer import citation
from indexer.pipeline import parse_paths
from indexer.structure.versions import settle
from indexer.types import Document

WORST = 20
UNVERIFIED = "**not verified**"
NAMED = 4
"""So many breaks are named in a reason; the rest is counted."""
FOLDER_DEPTH = 2
MEGABYTE = 1_000_000
FOREIGN, NO_CONTEXT, NOT_THERE, NO_VERSION = "法名不明", "缺少上下文", "条款不存在", "版本不明"
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
        breaks: Every break in the numbering, in words: ``missing 第五条``, ``twice 章7``, ``out of order 第二条``.
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
    breaks: list[str] = field(default_factory=list)
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
        return self.error is not None, self.uncovered, len(self.breaks), self.causes[NOT_THERE]

    @property
    def reason(self) -> str:
        """Why it is among the worst, in words; empty when nothing is wrong with it."""
        reasons = [self.error] if self.error else []
        if self.uncovered:
            reasons.append(f"{self.uncovered:,} characters uncovered")
        reasons += self.breaks[:NAMED]
        if len(self.breaks) > NAMED:
            reasons.append(f"{len(self.breaks) - NAMED:,} more breaks in the numbering")
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
        file.breaks += [f"{what} {mark}" for what, marks in broken.items() for mark in marks]


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
    "Citations", "Unresolved", "Not in the corpus", "No context", "Not there", "No version", "MB", "MB/s",
)  # fmt: skip


def read_verified(table: Path) -> dict[tuple[str, str], str]:
    """What a person has read in the sources about breaks in the numbering.

    Args:
        table: Tab-separated, with the columns file, break, verified reason.

    Returns:
        The reason by file (its path in the corpus) and break.
    """
    with table.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return {(row["file"], row["break"]): row["verified reason"] for row in rows}


def report(files: Sequence[File], day: str, verified: Mapping[tuple[str, str], str]) -> str:
    """The report as Markdown.

    Args:
        files: What was measured.
        day: When.
        verified: What was read in the sources about breaks in the numbering.

    Returns:
        A table by folder with the sums, one of every break in the numbering, and one of the worst files.
    """
    folders: dict[str, list[File]] = {}
    for file in files:
        folders.setdefault(file.folder, []).append(file)
    rows = [_row(f"`{name}`", folders[name]) for name in sorted(folders)]
    lines = [
        "# The structure of a corpus",
        "",
        f"Measured on {day} with `make corpus CORPUS=folder`; one process reads and parses, citations are resolved",
        "among the documents of the corpus.",
        "",
        *_table(HEAD, [*rows, _row("**all**", files)]),
        "",
        "- **Contiguous**: of the files with articles, those whose numbers run without a gap, a repetition or a step",
        "  back from their first number on.",
        "- **Uncovered**: characters that are in no part of the tree, spaces left out.",
        "- **Unresolved**: citations without a target, and why: the instrument is *not in the corpus*; the words are",
        "  quoted, or an amendment's, and *no context* says of what law; the provision is *not there* in the version",
        "  that the corpus has; *no version* of the corpus is the one meant. Each is a share of all citations.",
        "- **MB**: normalised text in UTF-8; **MB/s**: by a second of processor time for reading and parsing.",
        "",
        "## Numbering that is not contiguous",
        "",
        *_breaks(files, verified),
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
        *(_share(causes[cause], citations) for cause in (FOREIGN, NO_CONTEXT, NOT_THERE, NO_VERSION)),
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


def _breaks(files: Sequence[File], verified: Mapping[tuple[str, str], str]) -> list[str]:
    """Every break of every file with what stands in the source, and those that have been verified and are gone."""
    found = {(file.path.as_posix(), fault): None for file in files for fault in file.breaks}
    if not found:
        return ["None: every file with articles counts up from its first number."]
    unread = sum(place not in verified for place in found)
    rows = [(f"`{file}`", fault, verified.get((file, fault), UNVERIFIED)) for file, fault in found]
    broken = sum(bool(file.breaks) for file in files)
    read = len(found) - unread
    lines = [
        f"{len(found):,} breaks in {broken:,} files; verified in the source: {read:,}, not yet: {unread:,}.",
        "",
        *_table(("File", "Break", "In the source"), rows, numbers=False),
    ]
    present = {file.path.as_posix() for file in files}
    gone = [(f"`{file}`", fault) for file, fault in verified if file in present and (file, fault) not in found]
    if gone:
        lines += ["", "Verified once and no longer found:", "", *_table(("File", "Break"), gone, numbers=False)]
    return lines


def _worst(files: Sequence[File]) -> list[str]:
    worst = sorted((file for file in files if file.reason), key=lambda file: file.badness, reverse=True)[:WORST]
    if not worst:
        return ["None: nothing is wrong with any file."]
    rows = [(f"`{file.path}`", file.reason.replace("|", "\\|")) for file in worst]
    return _table(("File", "Why"), rows, numbers=False)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: bool = True) -> list[str]:
    rule = [" --- ", *[" ---: " if numbers else " --- "] * (len(head) - 1)]
    return [f"| {' | '.join(head)} |", f"|{'|'.join(rule)}|", *(f"| {' | '.join(row)} |" for row in rows)]


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--output", type=Path, default=Path(__file__).with_suffix(".md"))
    parser.add_argument("--gaps", type=Path, default=Path(__file__).with_name("structure_gaps.tsv"))
    given = parser.parse_args()
    # As in a build: trees have no cycles, and the collector would walk the nodes of all documents time and again.
    gc.disable()
    files = measure(given.corpus)
    text = report(files, datetime.now(UTC).date().isoformat(), read_verified(given.gaps))
    given.output.parent.mkdir(parents=True, exist_ok=True)
    given.output.parent.mkdir(parents=True, exist_ok=True)
    given.output.write_text(text, encoding="utf-8")
    print(f"{given.output}: {len(files):,} files")


if __name__ == "__main__":
    main()
