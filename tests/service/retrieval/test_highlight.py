"""Highlights: the words that answer, exactly where they stand."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.retrieval.highlight import (
    answer_ranges,
    best_sentence,
    cell_ranges,
    highlight,
    merge,
    sentences,
    word_ranges,
)


def texts(text: str, ranges: tuple[tuple[int, int], ...]) -> list[str]:
    return [text[start:end] for start, end in ranges]


@pytest.mark.parametrize(
    ("question", "text", "answers"),
    [
        ("灯会由谁负责", "灯会由街道办事处负责组织。其他从略。", ["灯会由街道办事处负责组织"]),
        ("哪个部门牵头", "搭台。文旅厅牵头，财政厅配合。", ["文旅厅牵头"]),
        ("由谁负责", "扎灯。〔责任单位：文旅厅，财政厅〕", ["责任单位：文旅厅，财政厅"]),
        ("什么时候完成", "2024年6月底完成扎灯。", ["2024年6月底"]),
        ("几日内答复", "应当在七个工作日内答复。", ["七个工作日内"]),
        ("罚款多少", "处二百元以上一千元以下罚款。", ["二百元以上一千元以下罚款"]),
        ("赔偿比例是多少", "按价款的百分之三十赔偿。", ["百分之三十"]),
        ("怎么判刑", "处三年以上十年以下有期徒刑。", ["处三年以上十年以下有期徒刑"]),
        ("灯会的负责人有哪些条件", "负责人应当年满十八周岁。", []),
        ("灯会是什么", "灯会由街道办事处负责。", []),
    ],
)
def test_answers_to_who_when_and_how_much(question: str, text: str, answers: list[str]) -> None:
    assert texts(text, answer_ranges(question, text)) == answers


def test_cells_by_their_headers() -> None:
    cells = (("任务", "扎灯"), ("责任单位", "文旅厅牵头，财政厅配合"), ("完成时限", "2024年6月底"))
    text = "\t".join(value for _, value in cells)
    assert texts(text, cell_ranges("由谁牵头，什么时候完成", text, cells)) == ["文旅厅牵头", "2024年6月底"]
    assert texts(text, cell_ranges("由谁负责", text, cells)) == ["文旅厅牵头，财政厅配合"]
    assert cell_ranges("是什么", text, cells) == ()
    assert cell_ranges("什么时候", text, (("完成时限", None),)) == ()


def test_words_of_one_character_are_passed_over() -> None:
    assert texts("灯会与灯笼", word_ranges("灯会与灯笼", ("灯", "灯笼", "灯会"))) == ["灯会", "灯笼"]


def test_the_sentence_with_most_of_the_words() -> None:
    text = "第一句说泊位。第二句说泊位和罚款。第三句。"
    assert text[slice(*best_sentence(text, ("泊位", "罚款")))] == "第二句说泊位和罚款。"
    assert text[slice(*best_sentence(text, ()))] == "第一句说泊位。"


def test_where_no_sentence_holds_a_word_its_parts_tell() -> None:
    text = "摆渡费按次收取。不得多收乘客的摆渡费用，也不得加价。"
    assert text[slice(*best_sentence(text, ("多收摆渡费",)))] == "不得多收乘客的摆渡费用，也不得加价。"
    assert text[slice(*best_sentence(text, ("摆渡费", "加价费")))] == "不得多收乘客的摆渡费用，也不得加价。"
    assert text[slice(*best_sentence(text, ("按次", "多收摆渡")))] == "摆渡费按次收取。"


def test_without_an_answer_the_best_clause_or_the_words() -> None:
    text = "缴纳停泊费。\n拒缴的要通知。"
    assert texts(text, highlight("停泊费", ("停泊费",), text, None)) == ["停泊费"]
    assert texts(text, highlight("通知", ("通知",), text, (7, 14))) == ["拒缴的要通知。"]
    assert texts(text, highlight("全无", ("全无",), text, None)) == ["缴纳停泊费。"]


@given(st.text(max_size=60), st.text(max_size=200), st.lists(st.text(min_size=1, max_size=4), max_size=5))
def test_any_ranges_are_in_order_inside_the_text_and_apart(question: str, text: str, words: list[str]) -> None:
    ranges = highlight(question, words, text, None)
    assert all(0 <= start <= end <= len(text) for start, end in ranges)
    assert all(first[1] <= second[0] for first, second in pairwise(ranges))


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), max_size=12))
def test_merging_covers_the_same_places(ranges: list[tuple[int, int]]) -> None:
    covered = {place for start, end in ranges for place in range(start, end)}
    merged = merge(ranges)
    assert {place for start, end in merged for place in range(start, end)} == covered
    assert all(first[1] < second[0] for first, second in pairwise(merged))


@given(st.text(max_size=200))
def test_sentences_leave_out_nothing_but_space_and_stops(text: str) -> None:
    kept = "".join(text[start:end] for start, end in sentences(text))
    assert set("".join(text.split())) - set(kept) <= set("。；！？")
