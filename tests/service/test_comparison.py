"""What two evaluations of the same questions have to say to each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from indexer.errors import QueryError
from service.comparison import compare, comparison_table, read_details
from service.evaluation import MEASURES, Judged

NATIONAL, ALL = "全国性法律", "含地方性法规"


def judged(name: str, score: float, ranks: Sequence[int | None], condition: str = NATIONAL) -> Judged:
    gold = tuple(f"甲/{at}" for at in range(len(ranks)))
    return Judged(name, f"问题{name}", condition, gold, tuple(ranks), dict.fromkeys(MEASURES, score), ())


BEFORE = (judged("a", 1, (1, 3)), judged("b", 0, (12,)), judged("c", 0, (None,)), judged("d", 0.5, (1, None)))
AFTER = (judged("a", 0.5, (None, 1)), judged("b", 1, (1,)), judged("c", 0, (None,)), judged("d", 0.75, (1, 40)))


def test_a_comparison_names_what_was_gained_and_lost_the_largest_change_first() -> None:
    (row,) = compare(BEFORE, AFTER).rows
    assert [(each.id, each.change, each.before, each.after) for each in row.gained] == [
        ("b", 1, (12,), (1,)),
        ("d", 0.25, (1, None), (1, 40)),
    ]
    assert [(each.id, each.change, each.before, each.after) for each in row.lost] == [("a", -0.5, (1, 3), (None, 1))]


def test_differences_are_means_over_pairs_with_their_interval() -> None:
    (row,) = compare(BEFORE, AFTER).rows
    assert row.queries == 4
    assert set(row.differences) == set(MEASURES)
    for difference in row.differences.values():
        assert difference.mean == pytest.approx((1 - 0.5 + 0.25) / 4)
        assert difference.low < difference.mean < difference.high
    (unchanged,) = compare(BEFORE, BEFORE).rows
    figures = {(each.mean, each.low, each.high) for each in unchanged.differences.values()}
    assert (unchanged.gained, unchanged.lost, figures) == ((), (), {(0, 0, 0)})


def test_a_measure_decides_what_is_gained() -> None:
    after = [replace(query, measures=query.measures | {"MRR@10": 1.0}) for query in BEFORE]
    assert compare(BEFORE, after, "R@10").rows[0].gained == ()
    assert [each.id for each in compare(BEFORE, after, "MRR@10").rows[0].gained] == ["b", "c", "d"]


def test_queries_are_paired_by_condition_id_and_words_and_the_others_are_counted() -> None:
    local = judged("a", 1, (1,), ALL)
    comparison = compare((*BEFORE[:3], local), (replace(AFTER[0], query="换了问法"), *AFTER[1:], local))
    assert [(row.condition, row.queries) for row in comparison.rows] == [(NATIONAL, 2), (ALL, 1)]
    assert (comparison.only_before, comparison.only_after) == (1, 2)
    assert "只有前一次问过的 1 个，只有这一次问过的 2 个" in comparison_table(comparison, "前一次")


def test_runs_without_a_common_query_are_refused() -> None:
    with pytest.raises(QueryError, match="没有相同的问题"):
        compare(BEFORE[:1], AFTER[1:])


def test_the_table_shows_differences_and_ranks() -> None:
    lines = comparison_table(compare(BEFORE, AFTER), "before.jsonl").splitlines()
    assert lines[0].startswith("与 before.jsonl 相比")
    assert lines[4].startswith("| 全国性法律 | 4 | +0.188 (")
    assert lines[6:] == [
        "全国性法律：R@10 上升 2 个，下降 1 个",
        "  升 b 问题b：名次 12 → 1",
        "  升 d 问题d：名次 1、无 → 1、40",
        "  降 a 问题a：名次 1、3 → 无、1",
    ]


def test_the_table_shows_the_first_changes_and_how_many_more_there_are() -> None:
    before = [judged(str(number), 0, (None,)) for number in range(9)]
    after = [judged(str(number), 1, (1,)) for number in range(9)]
    table = comparison_table(compare(before, after), "前一次")
    assert table.count("  升 ") == 5
    assert "另有 4 个" in table


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        '{"id": "1"}',
        '{"id":"1","query":"问","condition":"甲","gold":[],"ranks":[],"found":[],"measures":{}}',
        '{"id":"1","query":"问","condition":"甲","gold":[],"ranks":[],"found":[],"measures":7}',
    ],
)
def test_a_file_that_holds_no_details_is_refused(tmp_path: Path, line: str) -> None:
    path = tmp_path / "other.jsonl"
    path.write_text(line, encoding="utf-8")
    with pytest.raises(QueryError, match="--details"):
        read_details(path)
