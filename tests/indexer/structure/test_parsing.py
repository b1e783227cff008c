"""What holds of every parse: nothing raises, nothing is lost, paths are unique, a random structure comes back."""

from __future__ import annotations

import gc
import statistics
import time
from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.numerals import chinese
from indexer.structure import parse
from indexer.types import Document, RawDocument, SourceLine
from tests.indexer.structure.outlines import outline, own_texts, parsed, raw

PIECES = [
    "第一条 ", "第二条 ", "第三条", "第一章 总则", "第一编 甲", "第二节 乙", "（一）", "（二）甲；", "一、", "二、乙：",
    "1.", "①", "附件", "附件：1.甲", "目录", "序言", "附则", "“", "”", "：“", "修改为：", "甲。", "乙应当登记，",
    "；", "\t", "a\tb", " and ", "〔2031〕", "第3号", "2031年5月1日", "临海省人民政府", "关于", "条例", "的决定",
    "<!-- INFO END -->", "（", "）", "《", "》", "12", "　", "新华社北京1月1日电", "施行",
]  # fmt: skip
NOISE = st.lists(st.lists(st.sampled_from(PIECES), max_size=5).map("".join) | st.text(max_size=30), max_size=14)
MEDIA = st.sampled_from(["text/plain", "text/markdown", "text/html", "application/pdf"])


def check(document: Document) -> None:
    """The invariants of a document."""
    assert document.audit.uncovered == 0
    paths = [node.path for node, _ in document.nodes]
    assert len(paths) == len(set(paths))
    assert "".join(own_texts(document)).split() == document.text.split()
    for node, ancestors in document.nodes:
        parent = ancestors[-1] if ancestors else document.root
        assert parent.span.start <= node.span.start <= node.span.end <= parent.span.end
        starts = [child.span for child in node.children]
        assert all(first.end <= second.start for first, second in pairwise(starts))
        assert node.kind != "条" or any(child.kind == "款" for child in node.children)
        if node.kind not in ("表", "行"):
            printed = "".join(document.slice(node.span).split()).replace(f"{node.kind}之", "之")
            assert (node.number or "") in printed
            assert "".join((node.heading or "").split()).replace(f"{node.kind}之", "之") in printed
        assert not document.text or document.origin(node.span).line >= 1


def check_all(source: RawDocument) -> None:
    documents = parse(source)
    for document in documents:
        check(document)
    kept = sum(document.audit.characters for document in documents)
    dropped = sum(len("".join(line.text.split())) for document in documents for line in document.audit.dropped)
    printed = sum(len("".join(line.text.split())) for line in source.lines)
    assert kept + dropped <= printed


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(NOISE, MEDIA)
def test_any_text_parses_and_is_covered(texts: list[str], media_type: str) -> None:
    lines = tuple(SourceLine(number, text, is_row="\t" in text) for number, text in enumerate(texts, 1))
    check_all(RawDocument("a.txt", media_type, lines, ""))


@settings(max_examples=100)
@given(st.lists(st.tuples(st.text(max_size=20), st.floats(0, 600), st.floats(0, 600), st.integers(1, 3)), max_size=20))
def test_any_layout_parses(rows: list[tuple[str, float, float, int]]) -> None:
    lines = tuple(
        SourceLine(number, text, page=page, left=min(left, right), right=max(left, right))
        for number, (text, left, right, page) in enumerate(rows, 1)
    )
    check_all(RawDocument("a.pdf", "application/pdf", lines, ""))


@dataclass(frozen=True)
class Sketch:
    """A structure to write out: for every chapter its articles, for every article how many 项 each 款 has."""

    chapters: tuple[tuple[tuple[int, ...], ...], ...]

    def written(self) -> str:
        """The text of a regulation of this structure."""
        lines = ["# 临海省港口条例", "", "<!-- INFO END -->", ""]
        article = 0
        for number, chapter in enumerate(self.chapters, 1):
            lines.append(f"第{chinese(number)}章 第{number}部分的内容")
            for clauses in chapter:
                article += 1
                mark = f"第{chinese(article)}条 "
                for items in clauses:
                    lines.append(mark + ("港口应当符合下列条件：" if items else "港口应当依法登记，并向社会公示。"))
                    mark = ""
                    ends = ["；"] * (items - 1) + ["。"]
                    lines.extend(f"（{chinese(item + 1)}）有岸线{ends[item]}" for item in range(items))
        return "\n".join(lines)

    def paths(self) -> list[str]:
        """The paths of its nodes in document order."""
        found: list[str] = []
        article = 0
        for number, chapter in enumerate(self.chapters, 1):
            found.append(f"章{number}")
            for clauses in chapter:
                article += 1
                found.append(f"{article}")
                for clause, items in enumerate(clauses, 1):
                    found.append(f"{article}/{clause}")
                    found.extend(f"{article}/{clause}/{item + 1}" for item in range(items))
        return found


ITEMS = st.sampled_from([0, 0, 2, 3, 11])
SKETCHES = st.lists(
    st.lists(st.lists(ITEMS, min_size=1, max_size=4), min_size=1, max_size=4), min_size=1, max_size=4
).map(lambda chapters: Sketch(tuple(tuple(map(tuple, chapter)) for chapter in chapters)))


@given(SKETCHES)
def test_a_random_structure_comes_back(sketch: Sketch) -> None:
    document = parsed(sketch.written())
    assert outline(document, leave_out="题") == sketch.paths()
    assert not document.audit.missing
    check(document)


@given(SKETCHES)
def test_the_same_structure_comes_back_from_one_line_a_chapter(sketch: Sketch) -> None:
    head, _, body = sketch.written().partition("<!-- INFO END -->\n")
    chapters: list[str] = []
    for line in body.split("\n")[1:]:
        if line.startswith("第") and "章" in line[:6]:
            chapters.extend((line, ""))
        else:
            chapters[-1] += f" {line}"
    document = parsed(f"{head}<!-- INFO END -->\n" + "\n".join(chapters))
    wanted = [path for path in sketch.paths() if "/" not in path]
    assert [path for path in outline(document, leave_out="题") if "/" not in path] == wanted


def test_offsets_lead_back_through_joined_and_dropped_lines() -> None:
    long = "港口岸线的保护工作应当覆盖全省的全部岸线和沿岸水域，坚持保护优先、统一规划，并接受社会"
    source = raw(f"# 临海省港口条例\n第一条 {long}\n· 3 ·\n监督。\n第二条　 乙。", "text/plain")
    (document,) = parse(source)
    for word, line in (("监督", 4), ("乙", 5), ("港口岸线", 2)):
        origin = document.offsets.origin(document.text.rindex(word))
        assert (origin.line, source.lines[line - 1].text[origin.column - 1]) == (line, word[0])
    assert [line.reason for line in document.audit.dropped] == ["page number"]


def test_an_empty_source_gives_no_text() -> None:
    for source in (raw(""), RawDocument("a.md", "text/markdown", (), "")):
        assert all(not document.text for document in parse(source))


def cost_of(source: RawDocument, times: int = 3) -> float:
    """The median of some parses in processor seconds: a single one may meet a busy machine or the garbage collector."""
    seconds = []
    for _ in range(times):
        gc.collect()
        start = time.process_time()
        parse(source)
        seconds.append(time.process_time() - start)
    return statistics.median(seconds)


@pytest.mark.parametrize("unit", ["国", "(一)", "第一条 甲。", "。 第十六条市", "“", " ", "：“甲", "第 1 "])
def test_one_endless_line_costs_in_proportion(unit: str) -> None:
    def cost(length: int) -> float:
        return cost_of(RawDocument("a.txt", "text/plain", (SourceLine(1, unit * (length // len(unit))),), ""))

    cost(1_000)
    assert cost(200_000) < 12 * max(cost(50_000), 0.02)


@pytest.mark.parametrize(
    "line", ["（一）甲。\n乙。", "附件", "第一条 甲：\n乙；", "a\tb", "“", "第一节 甲\n丙。\n乙", "1"]
)
def test_many_lines_cost_in_proportion(line: str) -> None:
    def cost(count: int) -> float:
        texts = "\n".join([line] * count).split("\n")
        lines = tuple(SourceLine(i, text) for i, text in enumerate(texts, 1))
        return cost_of(RawDocument("a.txt", "text/plain", lines, ""))

    cost(100)
    assert cost(8_000) < 12 * max(cost(2_000), 0.02)
