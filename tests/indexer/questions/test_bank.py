"""The question bank: which questions an index may use."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from indexer.errors import SourceError
from indexer.questions import BankQuestion, Gold, fingerprint, known, read_bank
from indexer.types import Ordinal, Span, Unit


def _unit(number: int, text: str) -> Unit:
    return Unit(
        f"甲市测试条例@2020-01-01/{number}", "甲市测试条例@2020-01-01", "条", "", Ordinal(number), (), text, Span(0, 1)
    )


def _question(text: str, *articles: str, law: str = "甲市测试条例") -> BankQuestion:
    return BankQuestion(text, text, tuple(Gold(law, "第一条", fingerprint(article)) for article in articles))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("第八条 养犬人应当牵绳。", "第九条　养犬人应当牵绳。", True),
        ("养犬人应当牵绳，\n并清理。", "养犬人应当牵绳,并清理。", True),
        ("养犬人应当牵绳。", "养犬人可以牵绳。", False),
        ("第八条之一 甲乙。", "甲乙。", True),
    ],
)
def test_a_fingerprint_is_of_the_words(one: str, other: str, *, same: bool) -> None:
    assert (fingerprint(one) == fingerprint(other)) is same


def test_a_question_goes_to_the_article_whose_words_it_was_written_for() -> None:
    units = [_unit(1, "第一条 狗要牵绳。"), _unit(2, "第二条 猫不用牵绳。")]
    bank = [_question("遛狗牵不牵", "狗要牵绳。"), _question("遛猪牵不牵", "猪要牵绳。")]
    found = known(bank, units, ["甲市测试条例"] * 2)
    assert found.texts == ("遛狗牵不牵",)
    assert (found.question, found.unit) == ((0,), (0,))


def test_a_rewritten_or_foreign_article_takes_no_question() -> None:
    bank = [_question("遛狗牵不牵", "狗要牵绳。")]
    assert known(bank, [_unit(1, "第一条 狗不得入内。")], ["甲市测试条例"]).texts == ()
    assert known(bank, [_unit(1, "第一条 狗要牵绳。")], ["乙市测试条例"]).texts == ()


def test_a_question_with_several_answers_counts_for_each_that_is_indexed() -> None:
    units = [_unit(1, "第一条 甲。"), _unit(2, "第二条 乙。"), _unit(3, "第三条 丙。")]
    found = known([_question("问", "乙。", "丙。", "丁。")], units, ["甲市测试条例"] * 3)
    assert (found.question, found.unit) == ((0, 0), (1, 2))


def test_the_short_title_of_a_law_is_its_title() -> None:
    found = known([_question("问", "甲。", law="测试法")], [_unit(1, "第一条 甲。")], ["中华人民共和国测试法"])
    assert found.unit == (0,)


def test_a_bank_is_read_in_order_and_a_bad_line_is_named(tmp_path: Path) -> None:
    line = {"id": "q1", "query": "问", "gold": [{"law": "甲", "article": "第一条", "text": "00000000"}]}
    (tmp_path / "b.jsonl").write_text(json.dumps(line | {"id": "q2"}) + "\n", encoding="utf-8")
    (tmp_path / "a.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
    assert [question.id for question in read_bank(tmp_path)] == ["q1", "q2"]
    assert read_bank(tmp_path / "none") == ()
    (tmp_path / "c.jsonl").write_text('{"id": "q3"}\n', encoding="utf-8")
    with pytest.raises(SourceError, match=r"c\.jsonl 第 1 行"):
        read_bank(tmp_path)
