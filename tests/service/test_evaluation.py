"""Measuring retrieval, with rankings that are written down here."""

import json
import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from indexer.errors import FatiaoError, QueryError
from indexer.storage import DocumentRecord, Index
from service.comparison import read_details
from service.evaluation import MEASURES, evaluate, read_questions, report_table, write_details
from service.retrieval.results import Filters, Mode

DAY = date(2033, 1, 1)


def record(row: int, title: str, day: str, **more: Any) -> DocumentRecord:
    made = DocumentRecord(
        row=row,
        id=f"{title}@{day}",
        title=title,
        number=None,
        issuers=(),
        kind="行政法规",
        region=None,
        adopted=date.fromisoformat(day),
        published=None,
        effective=None,
        repeals=(),
        amends=(),
        history=(),
        sources=("a.md",),
        articles=9,
        characters=100,
        units=range(0),
    )
    return replace(made, **more)


OLD = record(0, "夜市管理条例", "2030-01-01", successor="夜市管理条例@2032-01-01")
NEW = record(1, "夜市管理条例", "2032-01-01", predecessor=OLD.id)
DOGS = record(2, "养犬办法", "2031-01-01")
LOCAL = record(3, "云岭省养犬条例", "2031-01-01", region="云岭省")
PLAN = record(4, "夜市整治方案", "2032-03-01", kind="规范性文件", articles=0, units=range(4))
MARKS = (
    ("一/（二）", "一、（二）"),
    ("二/（一）/3", "二、（一）3."),
    ("表1/3", "第3项"),
    ("附件1/表1/3", "附件1《夜市整治分工（2032）》第3项"),
)
"""Paths and marks of the plan's units, which has no 条."""


@dataclass
class WrittenRanker:
    """Ranks as it is told, and remembers what it was asked."""

    rankings: Mapping[str, Sequence[str]]
    documents: tuple[DocumentRecord, ...] = (OLD, NEW, DOGS)
    asked: list[tuple[str, Filters, int]] = field(default_factory=list)
    modes: set[Mode] = field(default_factory=set)

    @property
    def index(self) -> Index:
        paths = ("1", "2", "3", "4_1")
        addresses = [f"{document.id}/{path}" for document in self.documents for path in paths]
        rows = {address: row for row, address in enumerate(addresses)}
        addresses += [f"{PLAN.id}/{path}" for path, _ in MARKS]
        marks = [""] * len(rows) + [mark for _, mark in MARKS]
        units = [SimpleNamespace(row=row, address=addresses[row], mark=mark) for row, mark in enumerate(marks)]
        manifest = SimpleNamespace(generation="g1", embedder=SimpleNamespace(name="小模型"))
        # The plan's units, numbered from its own first one, are the last.
        read = SimpleNamespace(
            unit_row=rows.get, unit=lambda row: units[row], units=lambda of: [units[len(rows) + row] for row in of]
        )
        return cast(Index, SimpleNamespace(documents=self.documents, manifest=manifest, **vars(read)))

    def rank(self, text: str, *, filters: Filters, limit: int, mode: Mode) -> Sequence[str]:
        self.asked.append((text, filters, limit))
        self.modes.add(mode)
        return self.rankings.get(text, ())[:limit]


def question(name: str, text: str, *gold: tuple[str, str]) -> dict[str, object]:
    return {"id": name, "query": text, "gold": [{"law": law, "article": article} for law, article in gold]}


QUESTIONS = (
    question("a", "怎么摆摊", ("夜市管理条例", "第一条"), ("《夜市管理条例》", "第2条")),
    question("b", "狗要登记吗", ("养犬办法", "第四条之一")),
    question("c", "没人回答", ("养犬办法", "第三条")),
    question("d", "问不存在的", ("养犬办法", "第九十九条"), ("养犬办法", "第一条")),
)
RANKINGS = {
    "怎么摆摊": [f"{NEW.id}/1", "x/1", f"{NEW.id}/2"],
    "狗要登记吗": [*(f"x/{n}" for n in range(11)), f"{DOGS.id}/4_1"],
    "问不存在的": [f"{DOGS.id}/1"],
}


@pytest.fixture
def queries(tmp_path: Path) -> Path:
    path = tmp_path / "queries.jsonl"
    path.write_text("\n".join(json.dumps(each, ensure_ascii=False) for each in QUESTIONS) + "\n\n", encoding="utf-8")
    return path


def test_figures_by_hand(queries: Path) -> None:
    report = evaluate(WrittenRanker(RANKINGS), [queries], as_of=DAY)
    (row,) = report.summary.rows
    mean = {name: figure.mean for name, figure in row.figures.items()}
    assert mean["R@5"] == pytest.approx((1 + 0 + 0 + 0.5) / 4)
    assert mean["R@20"] == mean["R@100"] == pytest.approx((1 + 1 + 0 + 0.5) / 4)
    assert mean["MRR@10"] == pytest.approx((1 + 0 + 0 + 1) / 4)
    ideal = 1 + 1 / math.log2(3)
    assert mean["nDCG@10"] == pytest.approx(((1 + 0.5) / ideal + 0 + 0 + 1 / ideal) / 4)
    assert report.summary.queries == 4
    assert all(figure.low <= figure.mean <= figure.high for figure in row.figures.values())
    assert row.figures["R@5"].low < row.figures["R@5"].high


def test_gold_is_the_version_of_the_day(queries: Path) -> None:
    report = evaluate(WrittenRanker(RANKINGS), [queries], as_of=date(2031, 6, 1))
    assert report.queries[0].gold == (f"{OLD.id}/1", f"{OLD.id}/2")
    assert report.queries[0].ranks == (None, None)
    report = evaluate(WrittenRanker(RANKINGS), [queries], as_of=DAY)
    assert report.queries[0].gold == (f"{NEW.id}/1", f"{NEW.id}/2")
    assert report.queries[0].ranks == (1, 3)


@pytest.mark.parametrize(
    ("article", "path"),
    [
        ("一、（二）", "一/（二）"),
        ("一、(二)", "一/（二）"),
        ("二、（一） 3.", "二/（一）/3"),
        ("二、（一）３．", "二/（一）/3"),
        ("第3项", "表1/3"),
        ("附件1《夜市整治分工（2032）》第3项", "附件1/表1/3"),
        ("附件１《夜市整治分工(2032)》 第 3 项", "附件1/表1/3"),
        ("第三条", "3"),
        ("3", "3"),
    ],
)
def test_gold_without_articles_is_found_by_its_mark(tmp_path: Path, article: str, path: str) -> None:
    file = tmp_path / "plan.jsonl"
    file.write_text(json.dumps(question("p", "谁负责", ("夜市整治方案", article)), ensure_ascii=False), "utf-8")
    ranker = WrittenRanker({"谁负责": [f"{PLAN.id}/{path}"]}, (PLAN,))
    report = evaluate(ranker, [file], as_of=DAY)
    assert (report.queries[0].gold, report.queries[0].ranks) == ((f"{PLAN.id}/{path}",), (1,))
    assert report.missing_gold == ()


@pytest.mark.parametrize("article", ["第4项", "一、（三）", "附件2《夜市整治分工（2032）》第3项", "（二）"])
def test_a_mark_that_no_unit_has_is_listed(tmp_path: Path, article: str) -> None:
    file = tmp_path / "plan.jsonl"
    file.write_text(json.dumps(question("p", "谁负责", ("夜市整治方案", article)), ensure_ascii=False), "utf-8")
    assert evaluate(WrittenRanker({}, (PLAN,)), [file], as_of=DAY).missing_gold == (
        f"标准答案不在索引中：《夜市整治方案》{article}",
    )


def test_rankings_of_another_mode_are_asked_for_and_named(queries: Path) -> None:
    ranker = WrittenRanker(RANKINGS)
    report = evaluate(ranker, [queries], as_of=DAY, mode="lexical")
    assert (ranker.modes, report.summary.mode) == ({"lexical"}, "lexical")
    assert "字词检索" in report_table(report).splitlines()[0]


def test_gold_that_is_not_indexed_is_listed_and_counts(queries: Path) -> None:
    report = evaluate(WrittenRanker(RANKINGS), [queries], as_of=DAY)
    assert report.missing_gold == ("标准答案不在索引中：《养犬办法》第九十九条",)
    assert report.summary.missing == 1
    assert report.queries[3].measures["R@10"] == 0.5
    assert "1 条不在索引里" in report_table(report)


def test_everything_is_asked_with_depth_and_day(queries: Path) -> None:
    ranker = WrittenRanker(RANKINGS, (OLD, NEW, DOGS, LOCAL))
    told: list[tuple[str, int, int]] = []
    report = evaluate(ranker, [queries], as_of=DAY, progress=lambda *each: told.append(each))
    assert [row.condition for row in report.summary.rows] == ["全国性法律", "含地方性法规"]
    assert {limit for _, _, limit in ranker.asked} == {100}
    assert {filters for _, filters, _ in ranker.asked} == {Filters(region=("全国",), as_of=DAY), Filters(as_of=DAY)}
    assert told[-1] == ("评测", 8, 8)
    assert len(report.queries) == 8


def test_an_index_of_one_province_is_asked_once(queries: Path) -> None:
    report = evaluate(WrittenRanker(RANKINGS, (LOCAL,)), [queries], as_of=DAY)
    assert [row.condition for row in report.summary.rows] == ["含地方性法规"]


def test_the_table_shows_every_measure(queries: Path) -> None:
    lines = report_table(evaluate(WrittenRanker(RANKINGS), [queries], as_of=DAY)).splitlines()
    assert "4 个问题，2033-01-01" in lines[0]
    assert [cell.strip() for cell in lines[2].strip("|").split("|")] == ["范围", *MEASURES]
    assert lines[4].startswith("| 全国性法律 | 0.375 (")


def test_the_same_run_gives_the_same_report(queries: Path) -> None:
    one, other = (evaluate(WrittenRanker(RANKINGS), [queries], as_of=DAY) for _ in range(2))
    assert one == other


def test_details_survive_a_file(queries: Path, tmp_path: Path) -> None:
    report = evaluate(WrittenRanker(RANKINGS), [queries], as_of=DAY)
    write_details(report, tmp_path / "details.jsonl")
    assert read_details(tmp_path / "details.jsonl") == report.queries


@pytest.mark.parametrize(
    "line",
    ["{", "[]", '{"id": "1"}', '{"id": "1", "query": "问", "gold": [{"law": "甲"}]}', '{"id":1,"query":2,"gold":3}'],
)
def test_a_bad_line_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text("\n" + line, encoding="utf-8")
    with pytest.raises(QueryError, match="第 2 行") as caught:
        list(read_questions(path))
    assert "\n" not in str(caught.value)


def test_files_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").write_text("")
    with pytest.raises(QueryError, match="没有可评测的问题"):
        evaluate(WrittenRanker({}), [tmp_path / "empty.jsonl"], as_of=DAY)
    with pytest.raises(QueryError, match="无法读取"):
        evaluate(WrittenRanker({}), [tmp_path / "missing.jsonl"], as_of=DAY)
    with pytest.raises(QueryError, match="无法读取"):
        read_details(tmp_path / "missing.jsonl")


def test_the_library_is_not_installed(queries: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ir_measures", None)
    with pytest.raises(FatiaoError, match=r"pip install 'fatiao\[evaluate\]'"):
        evaluate(WrittenRanker(RANKINGS), [queries], as_of=DAY)
