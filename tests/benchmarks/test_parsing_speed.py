"""The benchmark of parsing: a fixed sample, a generated document that parses as it is meant, cost in proportion."""

from __future__ import annotations

from pathlib import Path

from benchmarks.parsing_speed import Speed, measure, proportion, regulation, report, sample
from indexer.structure import parse
from tests.indexer.structure.outlines import raw


def test_the_generated_document_is_whole() -> None:
    (document,) = parse(raw(regulation(45)))
    assert sum(node.kind == "条" for node, _ in document.nodes) == 45
    assert {"章", "款", "项", "目"} <= {node.kind for node, _ in document.nodes}
    assert (document.audit.uncovered, document.audit.missing, document.audit.duplicate) == (0, (), ())


def test_the_sample_is_the_same_every_time_and_holds_text_only(tmp_path: Path) -> None:
    for number in range(10):
        (tmp_path / f"{number}.md").write_text("第一条 甲。", encoding="utf-8")
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7\n")
    assert [path.name for path in sample(tmp_path, 3)] == ["0.md", "3.md", "6.md"]
    assert len(sample(tmp_path)) == 10


def test_size_and_median_are_reported(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("第一条 甲。\n", encoding="utf-8")
    assert measure([path, path], runs=2).size == 2 * len("第一条 甲。".encode())
    speed = Speed(6_000_000, (1.0, 4.0, 2.0))
    text = report(speed, "a sample", [speed, Speed(12_000_000, (4.0,))], "2031-01-01")
    assert "| a sample | 6.0 | 3 | **3.0** | 1.5 | 6.0 | 3.0 |" in text
    assert "| 2.0 × | 12.0 | 4.00 | 3.0 | 2.0 × |" in text


def test_the_cost_is_in_proportion_to_the_size(tmp_path: Path) -> None:
    # Eight times the size: the bound leaves room for a busy machine, none for a square (sixty-four times).
    growth = proportion(tmp_path, articles=150, runs=3)
    assert 7 < growth[-1].size / growth[0].size < 9
    assert growth[-1].median < 20 * growth[0].median
