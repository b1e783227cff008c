"""From a note of law and article to the one article in force; nothing is guessed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from indexer.errors import NotFoundError
from indexer.storage import Index
from service.retrieval.provisions import Provisions

DOGS = "云岭省养犬管理条例"


@pytest.fixture(scope="module")
def index(sample_index: Path) -> Index:
    return Index.open(sample_index)


@pytest.mark.parametrize(
    ("law", "article", "address"),
    [
        (DOGS, "第五条", f"{DOGS}@2020-11-20/5"),
        (f"《{DOGS}》", "5", f"{DOGS}@2020-11-20/5"),
        (DOGS, " 第5条 ", f"{DOGS}@2020-11-20/5"),
        (DOGS, "第五条第一款", f"{DOGS}@2020-11-20/5"),
        (f"{DOGS}@2020-11-20", "第五条", f"{DOGS}@2020-11-20/5"),
        ("云政办发〔2021〕8号", "三、（一）", "云岭省办事少跑腿改革实施方案@2021-03-10/三/（一）"),
        ("云政办发〔2021〕8号", "二、（二）3.", "云岭省办事少跑腿改革实施方案@2021-03-10/二/（二）/3"),
        ("云文规[2018]3号", "第二条", "云岭省公共图书馆借阅规则@2018-06-12/2"),
    ],
)
def test_names_and_numbers_of_every_form(index: Index, law: str, article: str, address: str) -> None:
    assert Provisions(index, date(2022, 1, 1)).find(law, article).address == address


def test_the_version_in_force_is_meant(index: Index) -> None:
    assert Provisions(index, date(2018, 1, 1)).find(DOGS, "5").document_id == f"{DOGS}@2016-09-10"
    assert Provisions(index, date(2022, 1, 1)).find(DOGS, "5").document_id == f"{DOGS}@2020-11-20"


@pytest.mark.parametrize(
    ("law", "article", "day", "words"),
    [
        ("云岭省养鹅条例", "1", date(2022, 1, 1), "没有收录“云岭省养鹅条例”"),
        (DOGS, "99", date(2022, 1, 1), "里没有“99”"),
        (DOGS, "遛狗", date(2022, 1, 1), "请核对条号"),
        (DOGS, "", date(2022, 1, 1), "请核对条号"),
        (DOGS, "5", date(2000, 1, 1), "尚未生效"),
        (f"{DOGS}@2016-09-10", "第九十九条", date(2022, 1, 1), "里没有“第九十九条”"),
    ],
)
def test_what_is_not_there_is_said(index: Index, law: str, article: str, day: date, words: str) -> None:
    with pytest.raises(NotFoundError, match=words) as caught:
        Provisions(index, day).find(law, article)
    assert "\n" not in str(caught.value)


def test_two_instruments_of_one_name_are_not_guessed_between(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    provisions = Provisions(index, date(2022, 1, 1))
    both = [
        record
        for record in index.documents
        if record.id in {f"{DOGS}@2020-11-20", "云岭省公共图书馆借阅规则@2018-06-12"}
    ]
    assert len(both) == 2
    monkeypatch.setattr(Provisions, "_records", lambda *_: both)
    with pytest.raises(NotFoundError, match="请写全称或编号"):
        provisions.find("某条例", "第五条")
