"""What a score says, measured: results of every height, and the odds that are missing."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.reliability import Result, draw, offset, table


def results(scores: list[float]) -> list[Result]:
    return [Result(f"问题{at}", f"甲法 第{at}条", "", score) for at, score in enumerate(scores)]


def test_as_many_are_drawn_of_every_height_and_the_same_each_time() -> None:
    found = results([0.01] * 9 + [0.1] * 9 + [0.5] * 9 + [0.7] * 2 + [1.0] * 9)
    drawn = draw(found, 4)
    assert sorted(result.score for result in drawn) == [0.1] * 4 + [0.5] * 4 + [0.7] * 2 + [1.0] * 4
    assert len({result.key for result in drawn}) == len(drawn)
    assert draw(found, 4) == drawn


@pytest.mark.parametrize("shift", [-1.5, 0.0, 0.7])
def test_the_offset_is_what_the_log_odds_lack(shift: float) -> None:
    odds = np.random.default_rng(4).normal(size=4000)
    answers = 1 / (1 + np.exp(-odds - shift))
    assert offset(1 / (1 + np.exp(-odds)), answers) == pytest.approx(shift, abs=1e-6)


def test_the_table_counts_what_was_judged_alone() -> None:
    found = results([0.5, 0.5, 0.5, 0.9, 0.9])
    judged = {found[0].key: 1.0, found[1].key: 0.5, found[3].key: 1.0}
    lines = list(table(found, judged))
    assert [line.split() for line in lines[:2]] == [
        ["0.40–0.60", "2", "mean", "0.50", "answer", "0.75"],
        ["0.80–1.00", "1", "mean", "0.90", "answer", "1.00"],
    ]
    assert lines[2].startswith("at 0.5 the share is 0.")
