"""An index answers with exactly what was written into it."""

from __future__ import annotations

import json
import shutil
import sqlite3
import threading
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from indexer.errors import IndexFormatError, IndexMissingError
from indexer.storage import Index, Link, open_writer
from indexer.storage.records import FORMAT_VERSION
from indexer.types import Commencement, Document, Ordinal, Revision, Span
from tests.indexer.builders import article, build, contents, fictional_law, table


def _documents() -> list[Document]:
    law = fictional_law(
        number="云政令〔2021〕3号",
        issuers=("云泽省人民政府", "云泽省灯务厅"),
        region="云泽省",
        adopted=date(2021, 1, 5),
        repeals=("云泽省旧灯办法",),
        amends=("云泽省河灯规定",),
        history=(Revision(date(2021, 1, 5), "通过", "2021年1月5日通过"),),
        basis=("云泽省油灯法",),
        implements=("云泽省灯火法",),
        expires=date(2030, 12, 31),
        commencements=(Commencement(date(2022, 1, 1), "第二条"),),
        effective_by="云泽省修改决定@2021-01-05",
    )
    plan = build(
        "云泽省点灯计划",
        table(
            "任务清单",
            ["序号", "任务", "牵头单位", "完成时限"],
            ["1", "挂灯", "灯务厅", None],
            ["2", "添油", None, "年底"],
        ),
        article(1, "按照星灯管理条例第二条办理。"),
        day="2022-05-01",
    )
    return [law, plan]


@pytest.fixture
def index(tmp_path: Path, tokenizer: Path) -> Index:
    law, plan = documents = _documents()
    source = f"{plan.id}/1"
    at = plan.text.index("按照")
    links = [
        Link(source, f"{law.id}/2/1/1", "星灯管理条例第二条", Span(at, at + 9)),
        Link(source, None, "《无名办法》", Span(at + 9, at + 12), "法名不明"),
        Link(f"{law.id}/1", law.id, "本条例", Span(10, 13)),
        Link(source, f"{law.id}/99", "第九十九条", Span(at, at + 2)),
    ]
    extra = {
        "successors": {law.id: plan.id},
        "predecessors": {plan.id: law.id},
        "repealed_by": {law.id: ((plan.id, date(2022, 6, 1)), (plan.id, None))},
    }
    with open_writer(tmp_path / "index") as writer:
        writer.write(contents(documents, tokenizer, links, **extra))
    return Index.open(tmp_path / "index")


def test_documents_keep_every_fact(index: Index) -> None:
    law, plan = _documents()
    record = index.documents[0]
    for name in ("id", "title", "number", "issuers", "kind", "region", "adopted", "published", "effective"):
        assert getattr(record, name) == getattr(law, name), name
    for name in ("repeals", "amends", "history", "sources", "basis", "implements"):
        assert getattr(record, name) == getattr(law, name), name
    for name in ("expires", "commencements", "effective_by"):
        assert getattr(record, name) == getattr(law, name), name
    assert (record.articles, record.characters, record.units) == (4, len(law.text), range(4))
    assert index.documents[1].units == range(4, 7)
    assert (index.documents[1].expires, index.documents[1].commencements) == (None, ())
    assert (record.successor, record.predecessor) == (plan.id, None)
    assert record.repealed_by == ((plan.id, date(2022, 6, 1)), (plan.id, None))
    assert index.document_row(plan.id) == 1
    assert index.document_row("没有的文件@2020-01-01") is None
    assert index.document_text(0) == law.text


def test_every_node_comes_back(index: Index) -> None:
    for document in _documents():
        for node, ancestors in document.nodes:
            record = index.node(document.address(node))
            assert record is not None
            assert (record.kind, record.number, record.ordinal) == (node.kind, node.number, node.ordinal)
            assert (record.heading, record.cells, record.span) == (node.heading, node.cells, node.span)
            assert record.text == document.slice(node.span)
            assert record.citation == f"《{document.title}》{node.path}"
            assert record.parent == (document.address(ancestors[-1]) if ancestors else None)
            assert [child.address for child in index.children(record.address)] == [
                document.address(child) for child in node.children
            ]


def test_a_documents_id_leads_to_its_top_level_nodes(index: Index) -> None:
    plan = index.documents[1].id
    assert [node.kind for node in index.children(plan)] == ["表", "条"]
    assert index.node(plan) is None
    assert index.children("没有的文件@2020-01-01") == []


def test_units_and_clauses_refer_to_each_other(index: Index) -> None:
    assert index.unit_document.tolist() == [0, 0, 0, 0, 1, 1, 1]
    for row in range(index.manifest.counts.units):
        unit = index.unit(row)
        assert index.unit_row(unit.address) == row
        assert unit.document_row == index.unit_document[row]
        assert len(unit.text) == index.unit_length[row]
        assert unit.text == index.document_text(unit.document_row)[unit.span.start : unit.span.end]
        for clause_row in index.clauses_of(row):
            clause = index.clause(clause_row)
            assert clause.unit_row == row == index.clause_unit[clause_row]
            assert clause.text in unit.text
            assert index.unit_of(clause.address) == row
    assert [len(index.clauses_of(row)) for row in range(7)] == [1, 1, 2, 1, 1, 1, 1]
    assert [unit.address for unit in index.units(np.array([2, 0]))] == [index.unit(2).address, index.unit(0).address]


def test_a_unit_has_its_cells_its_ordinal_and_its_citation(index: Index) -> None:
    row = index.unit(4)
    assert row.cells == (("序号", "1"), ("任务", "挂灯"), ("牵头单位", "灯务厅"), ("完成时限", None))
    assert (row.kind, row.ordinal, row.text) == ("行", None, "1\t挂灯\t灯务厅\t")
    assert index.unit(3).ordinal == Ordinal(3, 1)
    assert index.unit(3).citation == "《云泽省星灯管理条例》3_1"
    assert index.unit(0).headings == ("总则",)


@pytest.mark.parametrize(
    ("path", "expected"),
    [("2", 1), ("2/1", 1), ("2/1/2", 1), ("3_1/1", 3), ("章1", None), ("", None), ("99", None), ("2/1/9", None)],
)
def test_the_unit_of_a_node_is_the_one_it_lies_in(index: Index, path: str, expected: int | None) -> None:
    assert index.unit_of(f"{index.documents[0].id}/{path}") == expected


def test_unknown_addresses_and_rows(index: Index) -> None:
    assert index.unit_row("没有的文件@2020-01-01/1") is None
    assert index.unit_of("没有") is None
    assert index.outline("没有") == []
    for read in (index.unit, index.clause, index.document_text):
        with pytest.raises(IndexError):
            read(10_000)


def test_the_outline_stops_at_articles_and_tables(index: Index) -> None:
    assert [node.kind for node in index.outline(index.documents[0].id)] == ["章", "条", "条", "条", "条"]
    assert [node.kind for node in index.outline(index.documents[1].id)] == ["表", "条"]


def test_links_lead_both_ways(index: Index) -> None:
    law, plan = (record.id for record in index.documents)
    found = index.cites(f"{plan}/1")
    assert [(link.text, link.target, link.reason) for link in found] == [
        ("星灯管理条例第二条", f"{law}/2/1/1", None),
        ("《无名办法》", None, "法名不明"),
        ("第九十九条", None, "条款不存在"),
    ]
    assert found[0].target_citation == "《云泽省星灯管理条例》2/1/1"
    assert found[0].source_citation == "《云泽省点灯计划》1"
    for address in (f"{law}/2", f"{law}/2/1", f"{law}/2/1/1"):
        assert [link.source for link in index.cited_by(address)] == [f"{plan}/1"]
    assert index.cited_by(f"{law}/2/1/2") == []
    assert [(link.source, link.target) for link in index.cited_by(law)] == [(f"{law}/1", law)]
    counts = index.manifest.counts
    assert (counts.links, counts.resolved) == (4, 2)


def test_a_whole_index_has_no_problem(index: Index) -> None:
    assert list(index.check()) == []


def test_an_empty_index_opens(tmp_path: Path, tokenizer: Path) -> None:
    with open_writer(tmp_path) as writer:
        writer.write(contents([], tokenizer))
    index = Index.open(tmp_path)
    assert index.documents == ()
    assert len(index.vectors.search(np.ones(32, np.float32), 5)[0]) == 0
    assert len(index.lexical.search("星灯", 5)[0]) == 0
    assert list(index.check()) == []


def test_addresses_with_slashes_and_prefixes_in_titles(tmp_path: Path, tokenizer: Path) -> None:
    documents = [build(title, article(1, f"{title}自公布之日起施行。")) for title in ("甲/乙办法", "甲", "甲@乙")]
    with open_writer(tmp_path) as writer:
        writer.write(contents(documents, tokenizer))
    index = Index.open(tmp_path)
    for row, document in enumerate(documents):
        assert index.unit_row(f"{document.id}/1") == row


def test_many_threads_read_at_once(index: Index) -> None:
    failures: list[BaseException] = []

    def read() -> None:
        try:
            for _ in range(50):
                for row in range(7):
                    assert index.unit(row).row == row
        except BaseException as error:  # noqa: BLE001 - handed to the test's own thread
            failures.append(error)

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_refresh_finds_the_new_generation_and_the_old_one_still_answers(tmp_path: Path, tokenizer: Path) -> None:
    law, plan = _documents()
    with open_writer(tmp_path) as writer:
        writer.write(contents([law], tokenizer))
        old = Index.open(tmp_path)
        assert old.refresh() is old
        writer.write(contents([law, plan], tokenizer))
    new = old.refresh()
    assert (len(old.documents), len(new.documents)) == (1, 2)
    assert old.unit(1).text == new.unit(1).text
    assert len(old.vectors.search(np.ones(32, np.float32), 5)[0]) == 5
    assert new.refresh() is new


class TestDamage:
    """Whatever is wrong is said in one line that names the way out."""

    @pytest.fixture
    def place(self, index: Index) -> Path:
        index.close()
        return index.folder / "generations" / index.manifest.generation

    def _fails(self, folder: Path, words: str) -> None:
        with pytest.raises(IndexFormatError, match=words) as caught:
            Index.open(folder)
        assert "\n" not in str(caught.value)
        assert "fatiao index build" in str(caught.value) or "升级" in str(caught.value)

    def test_no_folder(self, tmp_path: Path) -> None:
        with pytest.raises(IndexMissingError, match="fatiao index build"):
            Index.open(tmp_path / "nothing")

    def test_a_file_instead_of_a_folder(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("x")
        with pytest.raises(IndexMissingError):
            Index.open(tmp_path / "file")

    @pytest.mark.parametrize("content", [b"", b"../outside", b"\xff\xfe", b"staging-1", b"gone"])
    def test_a_damaged_pointer(self, index: Index, content: bytes) -> None:
        (index.folder / "CURRENT").write_bytes(content)
        self._fails(index.folder, "CURRENT")

    @pytest.mark.parametrize(("version", "words"), [(FORMAT_VERSION - 1, "重建"), (FORMAT_VERSION + 1, "升级")])
    def test_another_format_version(self, index: Index, place: Path, version: int, words: str) -> None:
        manifest = json.loads((place / "manifest.json").read_text(encoding="utf-8"))
        (place / "manifest.json").write_text(json.dumps(manifest | {"format_version": version}), encoding="utf-8")
        self._fails(index.folder, words)

    @pytest.mark.parametrize("content", ["", "[]", "{}", '{"format_version": 1}', '{"format_version": "x"}', "null"])
    def test_a_damaged_manifest(self, index: Index, place: Path, content: str) -> None:
        (place / "manifest.json").write_text(content, encoding="utf-8")
        self._fails(index.folder, "manifest")

    def test_a_missing_manifest(self, index: Index, place: Path) -> None:
        (place / "manifest.json").unlink()
        self._fails(index.folder, "manifest")

    @pytest.mark.parametrize("change", ["missing", "shorter", "longer"])
    def test_every_file_that_is_missing_or_of_another_size(self, index: Index, place: Path, change: str) -> None:
        for name in index.manifest.files:
            shutil.copy(place / name, index.folder / "kept")
            if change == "missing":
                (place / name).unlink()
            else:
                content = (place / name).read_bytes()
                (place / name).write_bytes(content[:-1] if change == "shorter" else content + b"\0")
            self._fails(index.folder, name)
            shutil.move(index.folder / "kept", place / name)
        assert list(Index.open(index.folder).check()) == []

    def test_check_notices_one_changed_byte_in_every_file(self, index: Index, place: Path) -> None:
        for name in index.manifest.files:
            shutil.copy(place / name, index.folder / "kept")
            content = bytearray((place / name).read_bytes())
            content[-1] ^= 0xFF
            (place / name).write_bytes(content)
            try:
                problems = list(Index.open(index.folder).check())
            except IndexFormatError as error:
                problems = [str(error)]
            assert any(name in problem for problem in problems), name
            shutil.move(index.folder / "kept", place / name)

    def test_check_notices_references_that_lead_nowhere(self, index: Index, place: Path) -> None:
        with sqlite3.connect(place / "catalog.sqlite") as connection:
            connection.execute("DELETE FROM units WHERE row = 2")
            connection.execute("DELETE FROM nodes WHERE document = 1 AND path = '1'")
            connection.execute("UPDATE texts SET text = text || 'x' WHERE document = 0")
        problems = " ".join(Index.open(index.folder).check())
        for words in ("片段没有对应的检索单元", "检索单元没有对应的节点", "正文", "units"):
            assert words in problems
