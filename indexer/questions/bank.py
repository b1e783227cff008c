"""Questions whose answers are known: their form, and how they find those answers in whatever is indexed.

A bank is a folder of JSON Lines files in the shape that ``fatiao evaluate`` reads, where a gold article also carries a
fingerprint of its text: ``{"id": …, "query": …, "gold": [{"law": …, "article": …, "text": "4f1c…"}]}``. A question
counts for an article of the index only when the instrument's title and the fingerprint agree, so that an article that
was rewritten, or another that took its number, is never given a question that it does not answer.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
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

ArticleKey = tuple[str, str]
"""Short title of a law and fingerprint of an article's words: the article, whatever its number is."""


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
    words = words_of(_MARK.sub("", text.strip()))
    return hashlib.sha256(words.encode()).hexdigest()[:FINGERPRINT_LENGTH]


def words_of(text: str) -> str:
    """The words of a text alone, by which two of its spellings are the same: without punctuation and spaces."""
    return _NO_WORD.sub("", text)


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


def read_questions(path: Path) -> tuple[BankQuestion, ...]:
    """Reads one file of a bank.

    Args:
        path: JSON Lines; a missing file holds no questions.

    Returns:
        The questions in order.

    Raises:
        SourceError: A line has another shape; the message names file and line.
    """
    return tuple(_read(path)) if path.exists() else ()


def dump_questions(questions: Iterable[BankQuestion]) -> bytes:
    """The questions as :func:`read_questions` reads them."""
    return "".join(
        json.dumps(
            {
                "id": question.id,
                "query": question.text,
                "gold": [{"law": g.law, "article": g.article, "text": g.fingerprint} for g in question.gold],
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )
        + "\n"
        for question in questions
    ).encode()


def _read(path: Path) -> Iterator[BankQuestion]:
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"问题库 {path} 读不出来：请检查权限与编码（应为 UTF-8）") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
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
    articles = ((row, title, unit.text) for row, (unit, title) in enumerate(zip(units, titles, strict=True)))
    return answered(bank, rows_by_words(articles_of(bank), articles))


def articles_of(bank: Iterable[BankQuestion]) -> frozenset[ArticleKey]:
    """The articles that answer the questions of a bank."""
    return frozenset(_key(gold) for question in bank for gold in question.gold)


def answered(bank: Sequence[BankQuestion], rows: Mapping[ArticleKey, Sequence[int]]) -> Known:
    """Which questions are answered where.

    Args:
        bank: The questions.
        rows: Where articles stand, as :func:`rows_by_words` says.

    Returns:
        The questions that are answered, in order, and the pairs of question and unit.
    """
    texts: list[str] = []
    pairs: list[tuple[int, int]] = []
    for question in bank:
        answers = {row for gold in question.gold for row in rows.get(_key(gold), ())}
        if answers:
            pairs += [(len(texts), row) for row in sorted(answers)]
            texts.append(question.text)
    return Known(tuple(texts), tuple(question for question, _ in pairs), tuple(unit for _, unit in pairs))


def _key(gold: Gold) -> ArticleKey:
    return simplify(gold.law), gold.fingerprint


def rows_by_words(
    wanted: Collection[ArticleKey], articles: Iterable[tuple[int, str, str]]
) -> dict[ArticleKey, list[int]]:
    """Where the articles of a bank stand in an index.

    Args:
        wanted: The articles.
        articles: Row, title of the document and text of the index's units.

    Returns:
        The rows of the units with these words; an article that is not indexed is left out.
    """
    wanted = frozenset(wanted)
    laws = {law for law, _ in wanted}
    rows: dict[ArticleKey, list[int]] = {}
    for row, title, text in articles:
        law = simplify(title)
        if law in laws and (key := (law, fingerprint(text))) in wanted:
            rows.setdefault(key, []).append(row)
    return rows
