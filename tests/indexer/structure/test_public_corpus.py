"""The public corpus: the gazette equals its golden outline, formats of one law agree, the articles count up.

The golden file holds kinds, numbers, counts and facts, no text. FATIAO_CORPUS names the folder of the corpus.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from indexer.sources import read
from indexer.structure import parse
from indexer.types import Document, Node

pytestmark = [pytest.mark.corpus, pytest.mark.timeout(1200)]

GOLDEN = Path(__file__).with_name("golden_gazette_2024_02.json")
UNADDRESSED = frozenset(("题", "文号", "主送", "段", "署名", "日期", "目录"))


def _summary(document: Document) -> dict[str, Any]:
    """What the golden file says of an instrument."""
    nodes = [node for node, _ in document.nodes]
    parts = [node.kind if node.kind in UNADDRESSED else node.path for node in document.root.children]
    summary: dict[str, Any] = {
        "kind": document.kind,
        "number": document.number,
        "published": document.published and document.published.isoformat(),
        "effective": document.effective and document.effective.isoformat(),
        "parts": sorted(set(parts)) if document.kind == "公报" else parts,
    }
    articles = {node.path: [len(clause.children) for clause in node.children] for node in nodes if node.kind == "条"}
    if articles:
        chapters = [node for node in document.root.children if node.kind == "章"]
        summary["chapters"] = {chapter.path: [part.path for part in chapter.children] for chapter in chapters}
        summary["items_of_clauses"] = articles
    if numbered := [node.path for node in nodes if node.kind in ("一、", "（一）", "1.")]:
        summary["numbered"] = numbered
    if rows := [node for node in nodes if node.kind == "行"]:
        summary["table"] = _table(document, rows)
    return summary


def _table(document: Document, rows: list[Node]) -> dict[str, Any]:
    nulls = {row.number: [place for place, (_, value) in enumerate(row.cells or ()) if value is None] for row in rows}
    return {
        "path": next(node.path for node, _ in document.nodes if node.kind == "表"),
        "columns": len(rows[0].cells or ()),
        "rows": [row.number for row in rows],
        "nulls": {number: places for number, places in nulls.items() if places},
        "folded_headers": sum(line.reason == "repeated table header" for line in document.audit.dropped),
    }


@pytest.fixture(scope="module")
def gazette(corpus: Path) -> tuple[Document, ...]:
    (path,) = (corpus / "gazettes").glob("*2024年第2期*")
    return parse(read(path))


def test_the_gazette_equals_its_golden_outline(gazette: tuple[Document, ...]) -> None:
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))
    found = [_summary(document) for document in gazette]
    assert found == golden


def test_the_gazette_is_accounted_for(gazette: tuple[Document, ...]) -> None:
    repairs = [repair for document in gazette for repair in document.audit.repairs]
    assert sum(repair.kind == "shifted row" for repair in repairs) == 1
    for document in gazette:
        assert not document.audit.uncovered
        gaps = document.audit.missing + document.audit.duplicate + document.audit.out_of_order
        assert not gaps


def test_every_measure_keeps_its_responsibility_note(gazette: tuple[Document, ...]) -> None:
    measures = [
        document.slice(node.span)
        for document in gazette
        if document.number == "宁政办发〔2023〕53号"
        for node, _ in document.nodes
        if node.kind == "（一）"
    ]
    assert len(measures) == 17
    assert all("〔责任单位：" in text and text.endswith("〕") for text in measures)


def _articles(documents: tuple[Document, ...]) -> dict[str, tuple[str, list[list[str]]]]:
    """Text without spaces, and the parts of every 款, of every article."""
    return {
        node.path: (
            "".join(document.slice(node.span).split()),
            [[part.path for part, _ in clause.walk()] for clause in node.children],
        )
        for document in documents
        for node, _ in document.nodes
        if node.kind == "条"
    }


def test_the_civil_code_is_the_same_in_word_and_markdown(corpus: Path) -> None:
    word = _articles(parse(read(corpus / "documents" / "民法典.docx")))
    markdown: dict[str, tuple[str, list[list[str]]]] = {}
    for path in (corpus / "laws" / "民法典").glob("*.md"):
        markdown.update(_articles(parse(read(path))))
    assert len(word) == 1260
    assert word == markdown


def test_the_labour_contract_law_is_the_same_in_pdf_and_markdown(corpus: Path) -> None:
    (pdf,) = (corpus / "documents").glob("*劳动合同法*.pdf")
    (markdown,) = (corpus / "laws" / "社会法").glob("劳动合同法(2012*.md")
    articles = _articles(parse(read(pdf)))
    assert len(articles) == 98
    assert articles == _articles(parse(read(markdown)))


def test_articles_count_up_in_nearly_every_law(corpus: Path) -> None:
    with_articles = with_gaps = 0
    for path in sorted((corpus / "laws").rglob("*.md")):
        for document in parse(read(path)):
            assert not document.audit.uncovered, path
            if any(node.kind == "条" for node, _ in document.nodes):
                with_articles += 1
                audit = document.audit
                repeated = [number for number in audit.duplicate if number.startswith("第")]
                with_gaps += bool(audit.missing or repeated or audit.out_of_order)
    assert with_articles > 2700
    assert with_gaps <= 0.005 * with_articles
