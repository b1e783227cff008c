"""Dates as legal texts print them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer import numerals
from indexer.structure import dates


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2023年11月8日", date(2023, 11, 8)),
        ("２０２３年１１月８日", date(2023, 11, 8)),
        ("2023 年 11 月 8 日", date(2023, 11, 8)),
        ("2020年07月20日", date(2020, 7, 20)),
        ("二〇二三年十一月八日", date(2023, 11, 8)),
        ("二○二三年十一月八日", date(2023, 11, 8)),
        ("二ＯＯ七年二月一日", date(2007, 2, 1)),
        ("二零零七年二月二十八日", date(2007, 2, 28)),
        ("一九九四年十二月三十一日", date(1994, 12, 31)),
        ("一九九四年十月十日", date(1994, 10, 10)),
        ("2023年2月30日", None),
        ("2023年13月1日", None),
        ("2023年11月", None),
        ("3023年1月1日", None),
        ("", None),
    ],
)
def test_parse(text: str, expected: date | None) -> None:
    assert dates.parse(text) == expected


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2199, 12, 31)))
def test_every_day_is_read_in_both_scripts(day: date) -> None:
    year = "".join("〇一二三四五六七八九"[int(digit)] for digit in str(day.year))
    written = f"{year}年{numerals.chinese(day.month)}月{numerals.chinese(day.day)}日"

    assert dates.parse(f"{day.year}年{day.month}月{day.day}日") == day
    if day.year < 2000 or str(day.year).startswith("20"):
        assert dates.parse(written) == day


def test_find_gives_places_and_leaves_impossible_dates_out() -> None:
    text = "自2024年2月1日起施行，2024年2月31日除外，至二〇二五年一月二日止"

    found = dates.find(text)

    assert [item.on for item in found] == [date(2024, 2, 1), date(2025, 1, 2)]
    assert [text[item.span.start : item.span.end] for item in found] == ["2024年2月1日", "二〇二五年一月二日"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("2023年11月8日", True),
        ("（二〇二三年十一月八日）", True),
        ("2023年11月8日起施行", False),
        ("2023年", False),
    ],
)
def test_stands_alone(line: str, expected: bool) -> None:  # noqa: FBT001
    assert dates.stands_alone(line) is expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("laws/夜空保护条例(2014-01-01).md", date(2014, 1, 1)),
        ("夜空保护条例（2014-01-01）.md", date(2014, 1, 1)),
        ("夜空保护法_20121228.pdf", date(2012, 12, 28)),
        ("夜空保护法2012年12月28日.txt", date(2012, 12, 28)),
        ("2013-05-06/夜空保护法.txt", None),
        ("云岭省人民政府公报-2024年第2期.txt", None),
        ("夜空保护法_20121328.pdf", None),
        ("编号120121228号.pdf", None),
    ],
)
def test_in_name(source: str, expected: date | None) -> None:
    assert dates.in_name(source) == expected


@pytest.mark.parametrize(
    ("on", "number", "unit", "expected"),
    [
        (date(2023, 1, 31), 0, "日", date(2023, 1, 31)),
        (date(2023, 1, 2), 30, "日", date(2023, 2, 1)),
        (date(2023, 1, 31), 1, "月", date(2023, 2, 28)),
        (date(2023, 11, 15), 3, "月", date(2024, 2, 15)),
        (date(2024, 2, 29), 1, "年", date(2025, 2, 28)),
        (date(9999, 12, 31), 1, "日", None),
        (date(9999, 12, 31), 1, "年", None),
    ],
)
def test_later(on: date, number: int, unit: str, expected: date | None) -> None:
    assert dates.later(on, number, unit) == expected
