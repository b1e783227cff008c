"""Follow-up questions: which lean on the conversation, and what they become."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.answer.followup import complete, depends, topic
from service.answer.results import Message


def after(*questions: str) -> list[Message]:
    return [turn for question in questions for turn in (Message("user", question), Message("assistant", "……"))]


@pytest.mark.parametrize(
    ("earlier", "question", "expected"),
    [
        ("试用期最长多久", "那工资呢？", "试用期最长多久 工资"),
        ("醉驾怎么处罚", "如果撞死人了呢", "醉驾怎么处罚 如果撞死人了"),
        ("民法典第1079条", "那第1080条呢", "民法典第1080条"),
        ("《星港法》第三条规定了什么", "第四条呢", "《星港法》第四条"),
        ("劳动合同法第三十八条", "该条的第二款是什么", "劳动合同法第三十八条第二款"),
        ("刑法133条之一", "第二款呢", "刑法133条之一第二款"),
        ("瞪羚企业要满足什么条件", "它由谁认定", "瞪羚企业 由谁认定"),
        ("房东不退押金怎么办", "这种情况可以报警吗", "房东不退押金 可以报警"),
        ("工伤认定需要什么材料？", "申请期限是多久", "工伤认定 材料 申请期限是多久"),
        ("离婚后孩子归谁抚养", "多少钱", "离婚后孩子 抚养 多少钱"),
        ("老板拖欠工资怎么办", "他不签合同呢", "老板拖欠工资 不签合同"),
    ],
)
def test_a_question_is_completed_from_the_one_before(earlier: str, question: str, expected: str) -> None:
    assert depends(question)
    assert complete(question, after(earlier)) == expected


@pytest.mark.parametrize(
    "question",
    [
        "房屋买卖定金能退吗",
        "请问遗产税怎么交",
        "民法典第1079条",
        "劳动合同法规定的试用期是多久",
        "宁政办发〔2023〕53号",
        "红烧肉怎么做",
    ],
)
def test_a_question_that_stands_alone_is_left_alone(question: str) -> None:
    assert not depends(question)
    assert complete(question, after("试用期最长多久")) == question


def test_nothing_before_leaves_any_question_alone() -> None:
    assert complete("那工资呢？", []) == "那工资呢？"
    assert complete("那工资呢？", [Message("system", "你是助手"), Message("assistant", "您好")]) == "那工资呢？"


def test_a_chain_of_follow_ups_keeps_the_subject() -> None:
    assert complete("那第三十九条呢", after("劳动合同法第三十七条", "那第三十八条呢")) == "劳动合同法第三十九条"


def test_the_last_question_that_stood_alone_counts() -> None:
    assert complete("期限是多久", after("试用期工资多少", "工伤认定需要什么材料")).startswith("工伤认定")


@given(st.text(max_size=80), st.lists(st.text(max_size=40), max_size=4))
def test_any_conversation_gives_a_question(question: str, earlier: list[str]) -> None:
    rewritten = complete(question, after(*earlier))
    assert len(rewritten) <= 2000
    if not depends(question.strip()):
        assert rewritten == question.strip()


@given(st.text(min_size=1, max_size=60))
def test_a_topic_is_never_empty(question: str) -> None:
    assert topic(question)
