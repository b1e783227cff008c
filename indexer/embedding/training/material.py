"""What a model learns from: passages of law, questions with the passages that answer them, questions with answers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from indexer import clauses, numerals
from indexer.citation.names import LawNames, simplify
from indexer.errors import EmbedderError
from indexer.questions import BankQuestion, Known, known
from indexer.types import Document, Ordinal, Unit

_SKIPPED = frozenset({"公报", "非法规"})


@dataclass(frozen=True, slots=True)
class Passage:
    """A unit of law to learn from.

    Attributes:
        heading: Short title and headings, outermost first.
        text: Its words.
        article: What it is in every version of its law: short title and mark. Versions of one article are never
            taken for each other's opposites.
        law: The short title.
        is_candidate: Whether held-out questions are asked of it: national law, in the version in force on the day.
    """

    heading: str
    text: str
    article: str
    law: str
    is_candidate: bool = True


@dataclass(frozen=True, slots=True)
class Question:
    """A question and the rows of the passages that answer it; ``source`` is the file it came from."""

    text: str
    gold: tuple[int, ...]
    source: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """A question and an answer in free words."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Material:
    """Everything that a training run reads.

    Attributes:
        passages: Passages of law.
        questions: Labelled by people who know: learned from, and held out in turn to measure.
        weak: Labelled by a weaker hand: learned from only.
        bank: Questions of the question bank: learned from only.
        pairs: Questions with free answers.
        unresolved: Gold articles that no document has, as ``law article``.
    """

    passages: tuple[Passage, ...]
    questions: tuple[Question, ...] = ()
    weak: tuple[Question, ...] = ()
    bank: tuple[Question, ...] = ()
    pairs: tuple[Pair, ...] = ()
    unresolved: tuple[str, ...] = ()

    def labelled(self, key: int) -> Question:
        """A question by its key: the rows of ``questions``, then those of ``bank``."""
        return self.questions[key] if key < len(self.questions) else self.bank[key - len(self.questions)]


def gather(
    documents: Sequence[Document],
    *,
    queries: Sequence[Path] = (),
    weak: Sequence[Path] = (),
    bank: Sequence[BankQuestion] = (),
    pairs: Sequence[Path] = (),
    as_of: date | None = None,
) -> Material:
    """Brings documents and question files together.

    Args:
        documents: Parsed documents; gazettes' mastheads and what is no law are left out.
        queries: JSON Lines of questions with gold articles, labelled by jurists.
        weak: The same, weakly labelled.
        bank: Questions of the question bank; they find their articles by the articles' words, in whatever version.
        pairs: JSON Lines of ``question`` and ``answer``.
        as_of: Gold articles are those of the versions in force on this day; None for the latest.

    Returns:
        The material; gold articles that are in no document are listed, and a question without any other is left out.

    Raises:
        EmbedderError: A file cannot be read, or no document has a unit to learn from.
    """
    chosen = [document for document in documents if document.kind not in _SKIPPED]
    current = _current(chosen, as_of)
    passages: list[Passage] = []
    learned: list[Unit] = []
    titles: list[str] = []
    rows: dict[str, dict[Ordinal, int]] = {}
    for document in chosen:
        for unit in clauses.units(document):
            if unit.ordinal is not None and document.id in current:
                rows.setdefault(document.title, {}).setdefault(unit.ordinal, len(passages))
            is_candidate = document.id in current and document.region is None
            learned.append(unit)
            titles.append(document.title)
            passages.append(_passage(document, unit.headings, unit.text, unit.mark, is_candidate=is_candidate))
    if not passages:
        raise EmbedderError("没有可供训练的条文：请检查给出的文件或文件夹")
    golds = _Golds(rows)
    labelled = tuple(golds.read(queries))
    weakly = tuple(golds.read(weak))
    asked = tuple(_of_bank(known(bank, learned, titles)))
    return Material(tuple(passages), labelled, weakly, asked, tuple(_read_pairs(pairs)), tuple(golds.unresolved))


def _of_bank(found: Known) -> Iterator[Question]:
    """The questions of a bank with the passages that answer them."""
    golds: list[list[int]] = [[] for _ in found.texts]
    for question, row in zip(found.question, found.unit, strict=True):
        golds[question].append(row)
    for text, gold in zip(found.texts, golds, strict=True):
        yield Question(text, tuple(gold), "bank")


def _passage(document: Document, headings: Sequence[str], text: str, mark: str, *, is_candidate: bool) -> Passage:
    law = simplify(document.title)
    return Passage(" ".join([law, *headings]), text, f"{law} {mark}", law, is_candidate)


def _current(documents: Sequence[Document], as_of: date | None) -> set[str]:
    """The ids of the versions in force on a day.

    Of each title the latest version that is not later than the day; where all are later, but one tells of a history
    that begins before it (only the newest text of an old law is at hand), the earliest of these stands in.
    """
    versions: dict[str, list[tuple[str, str]]] = {}
    for document in documents:
        dated = document.id.rpartition("@")[2]
        day = "" if dated.startswith("undated") else dated[:10]
        is_old = as_of is None or day <= as_of.isoformat()
        if is_old:
            versions.setdefault(document.title, []).append((day, document.id))
    chosen = {title: max(found)[1] for title, found in versions.items()}
    for document in sorted(documents, key=lambda each: each.id):
        if as_of is not None and any(step.on <= as_of for step in document.history):
            chosen.setdefault(document.title, document.id)
    return set(chosen.values())


class _Golds:
    """Finds the passages that gold articles name.

    Args:
        rows: Title → article → row of its passage.
    """

    def __init__(self, rows: Mapping[str, Mapping[Ordinal, int]]) -> None:
        self._rows = rows
        self._names = LawNames.load().index(rows)
        self.unresolved: list[str] = []

    def read(self, paths: Sequence[Path]) -> Iterator[Question]:
        """The questions of files that have at least one gold article among the passages."""
        for path in paths:
            for record in read_lines(path):
                found = dict.fromkeys(row for gold in record.get("gold", ()) if (row := self._row(gold)) is not None)
                if found:
                    yield Question(str(record["query"]), tuple(found), path.name)

    def _row(self, gold: Mapping[str, str]) -> int | None:
        ordinal = numerals.ordinal(gold["article"])
        for title in self._names.resolve(gold["law"]):
            if ordinal is not None and ordinal in self._rows[title]:
                return self._rows[title][ordinal]
        self.unresolved.append(f"{gold['law']} {gold['article']}")
        return None


def _read_pairs(paths: Sequence[Path]) -> Iterator[Pair]:
    for path in paths:
        for record in read_lines(path):
            yield Pair(str(record["question"]), str(record["answer"]))


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a JSON Lines file.

    Args:
        path: The file; empty lines are passed over.

    Yields:
        One object a line.

    Raises:
        EmbedderError: The file cannot be read, or a line is no JSON object.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise EmbedderError(f"无法读取训练文件 {path}：请检查路径与编码（应为 UTF-8）") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except ValueError as error:
            raise EmbedderError(f"训练文件 {path} 第 {number} 行不是 JSON：每行应为一个 JSON 对象") from error
        if not isinstance(record, dict):
            raise EmbedderError(f"训练文件 {path} 第 {number} 行不是 JSON 对象")
        yield record
