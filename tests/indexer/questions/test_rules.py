"""What a question of a bank must be like."""

from __future__ import annotations

import pytest

from indexer.questions.rules import COPIED, LONGEST, copied, flaw

ARTICLE = "第二条　有下列情形之一的，不得悬挂星灯：\n（一）风力超过七级的；\n（二）灯油不足的。"


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("灯挂错了谁来管", None),
        ("不灭灯", None),
        ("多少钱一条", None),
        ("第一次挂灯要办什么", None),
        ("灯？！", "太短"),
        ("", "太短"),
        ("灯" * LONGEST, None),
        ("灯" * (LONGEST + 1), "太长"),
        ("《星灯条例》怎么说", "（《）"),
        ("按第二条我能挂灯吗", "（第二条）"),
        ("第 12 条是什么意思", "（第 12 条）"),
    ],
)
def test_a_question_is_neither_too_short_nor_too_long_and_names_nothing(question: str, reason: str | None) -> None:
    found = flaw(question)
    assert found is None if reason is None else reason in str(found)


def test_a_run_of_words_that_the_article_has_too_is_a_copy() -> None:
    # Punctuation between the words makes no difference: the article's own or somebody else's.
    assert copied("有下列情形之一，的不得悬 挂吗", ARTICLE) == "有下列情形之一的不得悬挂"
    assert copied("有下列情形之一的不得悬吗", ARTICLE) is None
    assert copied("风大了还能挂星灯吗", ARTICLE) is None


def test_the_limit_is_of_characters_in_a_row() -> None:
    law = "甲乙丙丁戊己庚辛壬癸子丑寅卯"
    assert copied("问" + law[: COPIED - 1], law) is None
    assert copied("问" + law[:COPIED], law) == law[:COPIED]
    assert copied(law[:6] + "问" + law[6:], law) is None
    assert copied("短", law) is None
