"""What a model learns from: passages of law, questions with the passages that answer them, questions with answers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer import clauses, numerals
from indexer.citation.names import LawNames, simplify
from indexer.errors import EmbedderError
from indexer.questions import BankQuestion, Known, fingerprint, known
from indexer.types import Document, Ordinal, Unit

PUBLIC = "public"
"""The source of questions that members of the public have asked, labelled by their fingerprints."""

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
        is_candidate: Whether held-out questions are asked of it: national law, in the version in force on the day;
            where none is national, that of all places.
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
        bank: Questions of the question bank, then those of the public that have labels, whose source is ``PUBLIC``.
        pairs: Questions with free answers.
        unresolved: Gold articles that no document has, as ``law article``.
    """

    passages: tuple[Passage, ...]
    questions: tuple[Question, ...] = ()
    weak: tuple[Question, ...] = ()
    bank: tuple[Question, ...] = ()
    pairs: tuple[Pair, ...] = ()
    unresolved: tuple[str, ...] = ()

    @property
    def keys(self) -> NDArray[np.int64]:
        """A number for each question with a sure answer, int64: the rows of ``questions``, then those of ``bank``."""
        return np.arange(len(self.questions) + len(self.bank))

    def labelled(self, key: int) -> Question:
        """A question by its key."""
        return self.questions[key] if key < len(self.questions) else self.bank[key - len(self.questions)]


def gather(
    documents: Sequence[Document],
    *,
    queries: Sequence[Path] = (),
    weak: Sequence[Path] = (),
    bank: Sequence[BankQuestion] = (),
    pairs: Sequence[Path] = (),
    labels: Sequence[Path] = (),
    as_of: date | None = None,
) -> Material:
    """Brings documents and question files together.

    Args:
        documents: Parsed documents; gazettes' mastheads and what is no law are left out.
        queries: JSON Lines of questions with gold articles, labelled by jurists.
        weak: The same, weakly labelled.
        bank: Questions of the question bank; they find their articles by the articles' words, in whatever version.
        pairs: JSON Lines of ``question`` and ``answer``.
        labels: JSON Lines of ``question``, the fingerprint of a question's words, and its gold articles, for questions
            among ``weak`` and ``pairs``: texts that are not ours to hand on, with answers that are.
        as_of: Gold articles are those of the versions in force on this day; None for the latest.

    Returns:
        The material; gold articles that are in no document are listed, and a question without any other is left out.

    Raises:
        EmbedderError: A file cannot be read, or no document has a unit to learn from.
    """
    chosen = [document for document in documents if document.kind not in _SKIPPED]
    current = _current(chosen, as_of)
    is_national = any(document.region is None for document in chosen if document.id in current)
    passages: list[Passage] = []
    learned: list[Unit] = []
    titles: list[str] = []
    rows: dict[str, dict[Ordinal, int]] = {}
    for document in chosen:
        for unit in clauses.units(document):
            if unit.ordinal is not None and document.id in current:
                rows.setdefault(document.title, {}).setdefault(unit.ordinal, len(passages))
            is_candidate = document.id in current and (document.region is None or not is_national)
            learned.append(unit)
            titles.append(document.title)
            passages.append(_passage(document, unit.headings, unit.text, unit.mark, is_candidate=is_candidate))
    if not passages:
        raise EmbedderError("没有可供训练的条文：请检查给出的文件或文件夹")
    golds = _Golds(rows)
    labelled = tuple(golds.read(queries))
    weakly, answered = tuple(golds.read(weak)), tuple(_read_pairs(pairs))
    texts = [*(question.text for question in weakly), *(pair.question for pair in answered)]
    public = golds.labelled(texts, labels)
    sure = {question.text for question in public}
    weakly = tuple(question for question in weakly if question.text not in sure)
    asked = (*_of_bank(known(bank, learned, titles)), *public)
    return Material(tuple(passages), labelled, weakly, asked, answered, tuple(golds.unresolved))


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
            for record in read_lines(path, "query"):
                found = self._rows_of(record)
                if found:
                    yield Question(str(record["query"]), found, path.name)

    def labelled(self, texts: Sequence[str], paths: Sequence[Path]) -> tuple[Question, ...]:
        """Texts with labels of their own, each once, that have at least one gold article among the passages."""
        labels = {str(record["question"]): record for path in paths for record in read_lines(path, "question")}
        by_words = {fingerprint(text): text for text in reversed(texts)}
        found = ((by_words[words], self._rows_of(labels[words])) for words in labels if words in by_words)
        return tuple(Question(text, gold, PUBLIC) for text, gold in found if gold)

    def _rows_of(self, record: Mapping[str, Any]) -> tuple[int, ...]:
        """The passages that a record names, each once."""
        found = (self._row(gold) for gold in record.get("gold", ()))
        return tuple(dict.fromkeys(row for row in found if row is not None))

    def _row(self, gold: Mapping[str, str]) -> int | None:
        ordinal = numerals.ordinal(gold["article"])
        for title in self._names.resolve(gold["law"]):
            if ordinal is not None and ordinal in self._rows[title]:
                return self._rows[title][ordinal]
        self.unresolved.append(f"{gold['law']} {gold['article']}")
        return None


def _read_pairs(paths: Sequence[Path]) -> Iterator[Pair]:
    for path in paths:
        for record in read_lines(path, "question", "answer"):
            yield Pair(str(record["question"]), str(record["answer"]))


def read_lines(path: Path, *needed: str) -> Iterator[dict[str, Any]]:
    """The objects of a JSON Lines file.

    Args:
        path: The file; empty lines are passed over.
        *needed: What every object must have.

    Yields:
        One object a line.

    Raises:
        EmbedderError: The file cannot be read, a line is no JSON object, or it lacks something.
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
        if missing := [name for name in needed if name not in record]:
            raise EmbedderError(f"训练文件 {path} 第 {number} 行缺少 {'、'.join(missing)}")
        yield record
