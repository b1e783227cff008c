"""The question bank: how people ask, each question with the articles that answer it.

A bank is a folder of JSON Lines files in the shape that ``fatiao evaluate`` reads, where a gold article also carries a
fingerprint of its text: ``{"id": …, "query": …, "gold": [{"law": …, "article": …, "text": "4f1c…"}]}``. A question
counts for an article of the index only when the instrument's title and the fingerprint agree, so that an article that
was rewritten, or another that took its number, is never given a question that it does not answer.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from indexer.citation.names import simplify
from indexer.errors import SourceError
from indexer.types import Unit

FINGERPRINT_LENGTH = 8
# 第八条 at the head of a text: a renumbered article with the same words still answers its questions.
_MARK = re.compile(r"^第[〇零一二三四五六七八九十百千]+条(?:之[一二三四五六七八九十]+)?\s*")
# Punctuation and spaces differ from source to source of one text; the words do not.
_NO_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Gold:
    """An article that answers a question: its law's title, its number as printed, the fingerprint of its text."""

    law: str
    article: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class BankQuestion:
    """A question as somebody would ask it, with the articles that answer it."""

    id: str
    text: str
    gold: tuple[Gold, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """Questions of a bank that an index can use.

    Attributes:
        texts: The questions, each at least once answered in the index.
        question: Position in ``texts`` of each pair.
        unit: Position of the answering unit of each pair, as long as ``question``.
    """

    texts: tuple[str, ...]
    question: tuple[int, ...]
    unit: tuple[int, ...]


def fingerprint(text: str) -> str:
    """A short digest of an article's words, the same for all sources of one text.

    Args:
        text: The article, with or without its number.

    Returns:
        Eight hexadecimal digits.
    """
    words = _NO_WORD.sub("", _MARK.sub("", text.strip()))
    return hashlib.sha256(words.encode()).hexdigest()[:FINGERPRINT_LENGTH]


def read_bank(folder: Path) -> tuple[BankQuestion, ...]:
    """Reads a bank.

    Args:
        folder: JSON Lines files, read in the order of their names; a missing folder is an empty bank.

    Returns:
        The questions in order.

    Raises:
        SourceError: A line has another shape; the message names file and line.
    """
    return tuple(question for path in sorted(folder.glob("*.jsonl")) for question in _read(path))


def _read(path: Path) -> Iterator[BankQuestion]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            record = json.loads(line)
            gold = tuple(Gold(str(item["law"]), str(item["article"]), str(item["text"])) for item in record["gold"])
            yield BankQuestion(str(record["id"]), str(record["query"]), gold)
        except (ValueError, TypeError, KeyError) as error:
            raise SourceError(f"问题库 {path} 第 {number} 行格式不对：请按 id、query、gold 的格式改正") from error


def known(bank: Sequence[BankQuestion], units: Sequence[Unit], titles: Iterable[str]) -> Known:
    """Which questions the units of an index answer.

    Args:
        bank: The questions.
        units: The units of the index, in row order.
        titles: The title of each unit's document, as many as there are units.

    Returns:
        The questions that are answered, and the pairs of question and unit.
    """
    keys = {(simplify(gold.law), gold.fingerprint) for question in bank for gold in question.gold}
    rows = rows_by_words(keys, units, titles)
    texts: list[str] = []
    pairs: list[tuple[int, int]] = []
    for question in bank:
        answers = {row for gold in question.gold for row in rows.get((simplify(gold.law), gold.fingerprint), ())}
        if answers:
            pairs += [(len(texts), row) for row in sorted(answers)]
            texts.append(question.text)
    return Known(tuple(texts), tuple(question for question, _ in pairs), tuple(unit for _, unit in pairs))


def rows_by_words(
    wanted: Collection[tuple[str, str]], units: Sequence[Unit], titles: Iterable[str]
) -> dict[tuple[str, str], list[int]]:
    """Where the articles of a bank stand in an index.

    Args:
        wanted: Short title of a law and fingerprint of an article's words.
        units: The units of the index, in row order.
        titles: The title of each unit's document, as many as there are units.

    Returns:
        The rows of the units with these words; an article that is not indexed is left out.
    """
    wanted = frozenset(wanted)
    laws = {law for law, _ in wanted}
    rows: dict[tuple[str, str], list[int]] = {}
    for row, (unit, title) in enumerate(zip(units, titles, strict=True)):
        law = simplify(title)
        if law in laws and (key := (law, fingerprint(unit.text))) in wanted:
            rows.setdefault(key, []).append(row)
    return rows
