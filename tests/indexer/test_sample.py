"""The documents that ship with the project: every one is read whole, says that it is fictional, and parses as drawn."""

import re
from pathlib import Path

import pytest

from indexer.sources import discover, read
from indexer.storage import Index
from indexer.structure import parse
from indexer.types import Document

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
FICTION = "虚构，不具有法律效力"

# Of each instrument: document number, articles, rows of tables.
INSTRUMENTS = {
    "云岭省商事与劳务总条例@2020-06-01": (None, 70, 0),
    "云岭省养犬管理条例@2016-09-10": (None, 17, 0),
    "云岭省养犬管理条例@2020-11-20": (None, 18, 0),
    "云岭省人民代表大会常务委员会关于修改《云岭省养犬管理条例》的决定@2020-11-20": (None, 0, 0),
    "云岭省高级人民法院关于审理房屋租赁押金纠纷案件若干问题的解答@2019-04-08": (None, 0, 0),
    "云岭省公共图书馆借阅规则@2018-06-12": ("云文规〔2018〕3号", 11, 5),
    "云岭省湖泊垂钓管理办法@2019-03-01": ("云岭省人民政府令第5号", 9, 0),
    "青桐市夜间施工噪声管理规定@2020-08-15": ("青桐市人民政府令第7号", 16, 0),
    "青桐市教育局关于公布2021年小学招生服务区的通告@2021-04-12": ("青教通〔2021〕4号", 0, 5),
    "云岭省电动自行车停放和充电管理办法@2021-02-20": ("云岭省人民政府令第12号", 20, 0),
    "云岭省办事少跑腿改革实施方案@2021-03-10": ("云政办发〔2021〕8号", 0, 12),
    "关于支持青年返乡创业的若干措施@2021-03-18": ("云政办发〔2021〕9号", 0, 0),
}


@pytest.fixture(scope="module")
def documents() -> dict[str, Document]:
    return {document.id: document for path in discover([SAMPLE]).files for document in parse(read(path))}


def test_every_form_is_there_and_says_that_it_is_fictional() -> None:
    found = discover([SAMPLE])
    assert [path.name for path, _ in found.skipped] == ["README.md"]
    assert {path.suffix for path in found.files} == {".txt", ".md", ".html", ".docx", ".pdf"}
    for path in found.files:
        text = "".join(line.text for line in read(path).lines).replace(",", "，")
        assert FICTION in text, path.name
        assert path.stat().st_size < 200_000


def test_one_file_is_gb18030() -> None:
    with pytest.raises(UnicodeDecodeError):
        (SAMPLE / "云岭省湖泊垂钓管理办法.txt").read_bytes().decode("utf-8")


def test_what_the_files_hold(documents: dict[str, Document]) -> None:
    assert len(documents) == len(INSTRUMENTS) + 1  # and the gazette's masthead
    for identifier, (number, articles, rows) in INSTRUMENTS.items():
        document = documents[identifier]
        kinds = [node.kind for node, _ in document.nodes]
        assert (document.number, kinds.count("条"), kinds.count("行")) == (number, articles, rows), identifier
        audit = document.audit
        assert (audit.uncovered, audit.missing, audit.duplicate, audit.out_of_order) == (0, (), (), ()), identifier


def test_the_decision_leads_from_one_version_to_the_other(documents: dict[str, Document]) -> None:
    def articles(identifier: str) -> set[str]:
        # An article's words without its number: renumbering alone changes nothing.
        document = documents[identifier]
        return {re.sub(r"^第\S+条 ", "", document.slice(node.span)) for node, _ in document.nodes if node.kind == "条"}

    before, after = articles("云岭省养犬管理条例@2016-09-10"), articles("云岭省养犬管理条例@2020-11-20")
    assert len(before & after) == 12
    decision = documents["云岭省人民代表大会常务委员会关于修改《云岭省养犬管理条例》的决定@2020-11-20"].text
    for words in (
        "免费为犬只植入电子芯片",
        "五年内不得再次办理",
        "养犬人逃离",
        "把犬只装入笼子",
        "至少设一处犬只服务站",
    ):
        assert words in decision
        assert any(words in article for article in after - before)
        assert not any(words in article for article in before)
    assert "删去第九条" in decision
    assert any("养犬服务费" in article for article in before - after)


def test_an_index_keeps_no_question_that_nothing_in_it_answers(sample_index: Path) -> None:
    known = Index.open(sample_index).known
    assert known.store.size == len(known.unit) == 0
