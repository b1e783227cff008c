"""The status of a version on a day: the table of what can have happened to it, and the reason that is given."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from indexer.storage import DocumentRecord
from indexer.types import Commencement, Revision
from service.retrieval.status import start_date, status_on

DAY = date(2025, 6, 1)


def record(title: str = "星港法", day: str = "2020-03-01", **facts: object) -> DocumentRecord:
    blank = DocumentRecord(
        row=0, id=f"{title}@{day}", title=title, number=None, issuers=(), kind="法律", region=None,
        adopted=date.fromisoformat(day) if day != "undated" else None, published=None, effective=None, repeals=(),
        amends=(), history=(), sources=(), articles=3, characters=90, units=range(3),
    )  # fmt: skip
    return replace(blank, **facts)  # type: ignore[arg-type]


def status(version: DocumentRecord, *others: DocumentRecord, day: date = DAY) -> tuple[str, str]:
    return status_on(version, day, {each.id: each for each in (version, *others)})


def test_in_force_with_its_version_and_commencement() -> None:
    assert status(record(effective=date(2020, 5, 1))) == (
        "现行有效",
        "2020-03-01 版本，自 2020-05-01 起施行，未见后续版本或废止记录",
    )


def test_a_day_taken_from_a_decision_names_it() -> None:
    assert status(record(effective=date(2020, 5, 1), effective_by="关于修改《星港法》的决定@2020-03-01")) == (
        "现行有效",
        "2020-03-01 版本，自 2020-05-01 起施行（据《关于修改《星港法》的决定》），未见后续版本或废止记录",
    )


@pytest.mark.parametrize(
    ("day", "word", "basis"),
    [
        (date(2025, 12, 31), "现行有效", "2020-03-01 版本，有效期至 2025-12-31，未见后续版本或废止记录"),
        (date(2026, 1, 1), "已废止", "有效期至 2025-12-31，期满失效"),
    ],
)
def test_a_stated_validity_ends(day: date, word: str, basis: str) -> None:
    assert status(record(expires=date(2025, 12, 31)), day=day) == (word, basis)


def test_provisions_with_a_day_of_their_own_are_mentioned() -> None:
    parts = (Commencement(date(2026, 1, 1), "第三条"),)

    assert "，其中第三条自 2026-01-01 起施行，" in status(record(commencements=parts))[1]


@pytest.mark.parametrize(
    ("day", "expected"),
    [(date(2020, 4, 30), "尚未生效"), (date(2020, 5, 1), "现行有效"), (date(2024, 7, 31), "现行有效"),
     (date(2024, 8, 1), "已修改")],
)  # fmt: skip
def test_the_days_on_which_a_status_changes(day: date, expected: str) -> None:
    old = record(effective=date(2020, 5, 1), successor="星港法@2024-06-01")
    new = record(day="2024-06-01", effective=date(2024, 8, 1), predecessor=old.id)
    assert status(old, new, day=day)[0] == expected


def test_what_superseded_it_and_since_when() -> None:
    old = record(successor="星港法@2024-06-01")
    new = record(day="2024-06-01", effective=date(2024, 8, 1), predecessor=old.id)
    assert status(old, new) == ("已修改", "已被 2024-06-01 版本取代，后者自 2024-08-01 起施行")


def test_a_version_to_come_is_mentioned() -> None:
    old = record(successor="星港法@2025-05-01")
    new = record(day="2025-05-01", effective=date(2026, 1, 1), predecessor=old.id)
    word, basis = status(old, new)
    assert word == "现行有效"
    assert "2026-01-01" in basis


def test_of_three_versions_the_one_between_is_superseded() -> None:
    first = record(successor="星港法@2022-01-01")
    second = record(day="2022-01-01", predecessor=first.id, successor="星港法@2024-01-01")
    third = record(day="2024-01-01", predecessor=second.id)
    chain = (first, second, third)
    on = date(2023, 1, 1)
    assert [status(each, *chain, day=on)[0] for each in chain] == ["已修改", "现行有效", "尚未生效"]


def test_repealed_by_whom_and_since_when() -> None:
    by = record("泊位法", "2021-01-01", number="令第9号")
    version = record(repealed_by=((by.id, date(2021, 7, 1)),))
    assert status(version, by) == ("已废止", "被《泊位法》令第9号废止（2021-07-01）".replace("令第9号", "（令第9号）"))
    assert status(version, by, day=date(2021, 6, 30))[0] == "现行有效"


def test_a_repeal_without_a_day_counts_from_the_repealing_law() -> None:
    by = record("泊位法", "2021-01-01", effective=date(2021, 3, 1))
    version = record(repealed_by=((by.id, None),))
    assert status(version, by, day=date(2021, 2, 28))[0] == "现行有效"
    assert status(version, by, day=date(2021, 3, 1))[0] == "已废止"


def test_nothing_is_claimed_without_a_date() -> None:
    word, basis = status(record(day="undated"))
    assert word == "未核验"
    assert "日期" in basis


def test_an_undated_version_with_a_later_one_is_superseded() -> None:
    old = record(day="undated", successor="星港法@2024-06-01")
    assert status(old, record(day="2024-06-01", predecessor=old.id))[0] == "已修改"


def test_what_is_no_law_has_no_force() -> None:
    assert status(record(kind="非法规"))[0] == "未核验"


def test_a_later_text_stands_in_for_the_one_of_the_day() -> None:
    history = (Revision(date(1999, 1, 1), "通过", ""), Revision(date(2020, 3, 1), "修改", ""))
    word, basis = status(record(history=history), day=date(2010, 1, 1))
    assert word == "未核验"
    assert "2020-03-01" in basis
    assert status(record(), day=date(2010, 1, 1))[0] == "尚未生效"
    assert status(record(history=history), day=date(1990, 1, 1))[0] == "尚未生效"


def test_the_start_is_what_is_stated_best() -> None:
    assert start_date(record(effective=date(2020, 5, 1))) == date(2020, 5, 1)
    assert start_date(record()) == date(2020, 3, 1)
    assert start_date(record(day="undated", published=date(2020, 4, 1))) == date(2020, 4, 1)
    assert start_date(record(day="undated")) is None
