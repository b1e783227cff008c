"""Numerals are read in every form that legal text has, and what is written is read back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer import numerals
from indexer.types import Ordinal

NUMBERS = [
    ("一", 1),
    ("十", 10),
    ("十五", 15),
    ("一十五", 15),
    ("二十", 20),
    ("一百", 100),
    ("一百零一", 101),
    ("一百〇一", 101),
    ("一百一十", 110),
    ("一百一", 110),
    ("二百五", 250),
    ("一千二", 1200),
    ("一千零七十九", 1079),
    ("一千〇七十九", 1079),
    ("一〇七九", 1079),
    ("一零七九", 1079),
    ("1079", 1079),
    ("１０７９", 1079),
    ("一0七9", 1079),
    ("二〇二三", 2023),
    ("二○二三", 2023),
    ("两", 2),
    ("两百", 200),
    ("两千零二", 2002),
    ("廿", 20),
    ("廿五", 25),
    ("卅", 30),
    ("卅一", 31),
    ("卌", 40),
    ("一万", 10000),
    ("一万五", 15000),
    ("一万零五", 10005),
    ("十万", 100000),
    ("一亿三", 130000000),
    ("3百", 300),
    ("2万", 20000),
    ("1万2000", 12000),
    ("零", 0),
    ("〇", 0),
    ("①", 1),
    ("⑳", 20),
    ("壹佰贰拾叁", 123),
    ("一百二十八 ", 128),
    ("一百 二十 八", 128),
    ("1 0", 10),
]

NO_NUMBERS = [
    "",
    " ",
    "百",
    "千",
    "万",
    "百十",
    "十百",
    "一百零",
    "两两",
    "第五",
    "五条",
    "abc",
    "一二百",
    "-1",
    "1.5",
    "一" * 40,
]

ORDINALS = [
    ("一百三十三条之一", Ordinal(133, 1)),
    ("第一百三十三条之一", Ordinal(133, 1)),
    ("一百三十三之一", Ordinal(133, 1)),
    ("133之1", Ordinal(133, 1)),
    ("第133条之一", Ordinal(133, 1)),
    ("120_1", Ordinal(120, 1)),
    ("八", Ordinal(8)),
    ("第十二章", Ordinal(12)),
    ("笫五十四条", Ordinal(54)),
    ("第 八 条", Ordinal(8)),
    ("第一百二十八 条", Ordinal(128)),
]


@pytest.mark.parametrize(("text", "number"), NUMBERS)
def test_parse(text: str, number: int) -> None:
    assert numerals.parse(text) == number


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_what_is_no_number_is_none(text: str) -> None:
    assert numerals.parse(text) is None


@pytest.mark.parametrize(("text", "ordinal"), ORDINALS)
def test_ordinal(text: str, ordinal: Ordinal) -> None:
    assert numerals.ordinal(text) == ordinal


@pytest.mark.parametrize("text", ["", "零", "第八条之零", "第八条款", "八之", "之一", "第条"])
def test_no_ordinal(text: str) -> None:
    assert numerals.ordinal(text) is None


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "零"),
        (10, "十"),
        (15, "十五"),
        (110, "一百一十"),
        (115, "一百一十五"),
        (1001, "一千零一"),
        (1010, "一千零一十"),
        (2002, "二千零二"),
        (10010, "一万零一十"),
        (100000, "十万"),
        (110000, "十一万"),
        (101000, "十万一千"),
    ],
)
def test_chinese(number: int, text: str) -> None:
    assert numerals.chinese(number) == text


def test_every_number_to_99999_is_read_back() -> None:
    read = numerals.parse.__wrapped__  # without the cache, which the numbers would only fill
    assert [n for n in range(100_000) if read(numerals.chinese(n)) != n] == []


@given(st.integers(0, numerals.LIMIT - 1))
def test_large_numbers_are_read_back(number: int) -> None:
    assert numerals.parse(numerals.chinese(number)) == number
    assert numerals.parse(str(number)) == number


@given(st.text(alphabet="0123456789０９〇零一二三九十百千万亿两廿卅之条第 _-", max_size=40))
def test_any_text_is_a_number_or_none(text: str) -> None:
    number = numerals.parse(text)
    assert number is None or 0 <= number < numerals.LIMIT
    ordinal = numerals.ordinal(text)
    assert ordinal is None or ordinal.number > 0


@given(st.integers(1, 3000), st.integers(0, 30))
def test_ordinals_are_read_back(number: int, suffix: int) -> None:
    ordinal = Ordinal(number, suffix)
    assert numerals.ordinal(numerals.printed(ordinal)) == ordinal
    assert numerals.ordinal(numerals.path_step(ordinal)) == ordinal


@pytest.mark.parametrize("number", [-1, numerals.LIMIT])
def test_numbers_out_of_range_are_refused(number: int) -> None:
    with pytest.raises(ValueError, match="range"):
        numerals.chinese(number)
