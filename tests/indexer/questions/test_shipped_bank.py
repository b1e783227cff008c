"""The shipped question bank keeps the rules for every question, and is large and wide; see docs/question-bank.md.

That its articles stand in a corpus, and none is copied, is checked in ``tests/test_corpus.py``.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

import pytest

from indexer.questions import FINGERPRINT_LENGTH, BankQuestion, read_bank, words_of
from indexer.questions.rules import flaw
from indexer.resources import data_folder

LEAST_QUESTIONS, LEAST_ARTICLES, LEAST_INSTRUMENTS = 9_000, 3_000, 120


@pytest.fixture(scope="module")
def bank() -> tuple[BankQuestion, ...]:
    return read_bank(data_folder() / "questions")


def test_it_is_large_and_wide(bank: tuple[BankQuestion, ...]) -> None:
    golds = {(gold.law, gold.article) for question in bank for gold in question.gold}
    assert len(bank) >= LEAST_QUESTIONS
    assert len(golds) >= LEAST_ARTICLES
    assert len({law for law, _ in golds}) >= LEAST_INSTRUMENTS


def test_no_question_occurs_twice(bank: tuple[BankQuestion, ...]) -> None:
    ids = Counter(question.id for question in bank)
    words = Counter(words_of(question.text) for question in bank)
    assert max(ids.values()) == 1
    assert [text for text, count in words.items() if count > 1] == []


def test_every_question_keeps_the_rules_for_those_that_users_bring(bank: tuple[BankQuestion, ...]) -> None:
    assert {question.id: flaw(question.text) for question in bank if flaw(question.text)} == {}


def test_every_question_has_an_answer_with_a_fingerprint(bank: tuple[BankQuestion, ...]) -> None:
    for question in bank:
        assert question.gold, question
        for gold in question.gold:
            assert re.fullmatch(rf"[0-9a-f]{{{FINGERPRINT_LENGTH}}}", gold.fingerprint), question
            assert re.fullmatch(r"第[一二三四五六七八九十百千零]+条(之[一二三四五六七八九十]+)?", gold.article), (
                question
            )


def test_lengths_are_spread(bank: tuple[BankQuestion, ...]) -> None:
    bounds = (0, 10, 20, 40, 200)
    shares = [sum(low < len(q.text) <= high for q in bank) / len(bank) for low, high in pairwise(bounds)]
    assert all(share >= 0.05 for share in shares), shares
    assert sum(shares) == pytest.approx(1)
