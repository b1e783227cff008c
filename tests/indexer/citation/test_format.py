"""Citations are written by the drafting rules, and every one of them is read back to its node."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.citation import Step, format_citation, node_citations, node_marks, parse_query, simplify
from indexer.types import Document, Node
from tests.indexer.citation.trees import article, document, node

LAW = document(
    "星海法", node("章", "章1", article("1"), article("8", (2, 0)), article("133_1", (3,))), number="主席令第1号"
)
LEVELS = node("1.", "一/（二）/1", node("（1）", "一/（二）/1/（1）", node("①", "一/（二）/1/（1）/①")))
PLAN = document(
    "关于推动“渡船”的若干措施",
    node("一、", "一", node("（一）", "一/（二）", LEVELS)),
    node(
        "附件",
        "附件1",
        node("表", "附件1/表1", node("行", "附件1/表1/30"), heading="任务 清单"),
        node("表", "附件1/表2", node("行", "附件1/表2/3")),
    ),
    number="新政发〔2023〕5号",
    kind="规范性文件",
)


@pytest.mark.parametrize(
    ("path", "citation"),
    [
        ("章1", "《星海法》第一章"),
        ("1", "《星海法》第一条"),
        ("1/1", "《星海法》第一条"),
        ("8/1", "《星海法》第八条第一款"),
        ("8/1/2", "《星海法》第八条第一款第（二）项"),
        ("133_1/1/3", "《星海法》第一百三十三条之一第（三）项"),
    ],
)
def test_laws_are_cited_by_article(path: str, citation: str) -> None:
    assert node_citations(LAW)[path] == citation


@pytest.mark.parametrize(
    ("path", "mark"),
    [
        ("一", "一、"),
        ("一/（二）", "一、（二）"),
        ("一/（二）/1/（1）/①", "一、（二）1.（1）①"),
        ("附件1", "附件1"),
        ("附件1/表1/30", "附件1《任务清单》第30项"),
        ("附件1/表2/3", "附件1表2第3项"),
    ],
)
def test_plans_are_cited_by_number_and_mark(path: str, mark: str) -> None:
    assert node_marks(PLAN)[path] == mark
    assert node_citations(PLAN)[path] == f"《关于推动“渡船”的若干措施》（新政发〔2023〕5号）{mark}"


def test_steps() -> None:
    steps = [Step("条", "133_1"), Step("款", "1", only=True), Step("项", "2")]
    assert (
        format_citation("关于修改《星海法》的办法", None, steps)
        == "《关于修改〈星海法〉的办法》第一百三十三条之一第（二）项"
    )
    assert format_citation("星海措施", "新政发〔2023〕5号", []) == "《星海措施》（新政发〔2023〕5号）"


def _articles(counts: Sequence[Sequence[int]], suffix: int, prefix: str = "") -> list[Node]:
    made = [article(str(i), items, prefix) for i, items in enumerate(counts, 1)]
    return [*made, article(f"{len(counts)}_{suffix}", (2, 0), prefix)] if suffix else made


@st.composite
def trees(draw: st.DrawFn) -> Document:
    """An invented law with chapters, or a plan with numbered levels; with annexes, tables and loose paragraphs."""
    counts = draw(st.lists(st.lists(st.integers(0, 12), min_size=1, max_size=4), min_size=1, max_size=12))
    suffix = draw(st.integers(0, 3))
    top: list[Node] = [node("段", "段1"), node("目录", "目录"), node("序言", "序言", node("段", "序言/段1"))]
    if draw(st.booleans()):
        chapters = [
            node("章", "编1/章1", node("节", "编1/章1/节2", *_articles(counts, suffix))),
            node("章", "编1/章2_1"),
            node("章", "编1/章附则", node("段", "编1/章附则/段1")),
        ]
        top.append(node("编", "编1", *chapters))
    else:
        for first in ("一", "十二"):
            below = [
                node(
                    "（一）",
                    f"{first}/（{second}）",
                    *(node("1.", f"{first}/（{second}）/{k}") for k in range(1, 4)),
                    node("段", f"{first}/（{second}）/段1"),
                )
                for second in ("一", "二", "十一")
            ]
            top.append(node("一、", first, *below))
        top.append(node("一、", "一~2", node("（1）", "一~2/（1）"), node("①", "一~2/①")))
    rows = [node("行", f"附件2/表1/{k}") for k in draw(st.lists(st.integers(1, 99), unique=True, max_size=5))]
    heading = draw(st.sampled_from([None, "任务清单", "《星海法》 分工表"]))
    top.append(node("附件", "附件1", *_articles(counts[:2], suffix, "附件1/"), node("1.", "附件1/3~2")))
    top.append(
        node(
            "附件",
            "附件2",
            node("表", "附件2/表1", *rows, heading=heading),
            node("表", "附件2/表2", node("行", "附件2/表2/1"), heading=heading),
        )
    )
    title = draw(
        st.sampled_from(["星海法", "关于印发《星海方案》的通知", "星海措施（试行）", "新港省实施《星海条例》办法"])
    )
    return document(title, *top, number=draw(st.sampled_from([None, "新政发〔2023〕5号", "新港省人民政府令第130号"])))


@given(trees())
def test_every_citation_is_read_back(made: Document) -> None:
    sole = {
        child.path
        for each, _ in made.nodes
        for child in each.children
        if child.kind == "款" and sum(other.kind == "款" for other in each.children) == 1
    }
    citations = node_citations(made)
    assert set(citations) == {each.path for each, _ in made.nodes}
    for path, citation in citations.items():
        found = parse_query(citation)
        assert found is not None, citation
        assert found.law is not None
        assert simplify(found.law) == simplify(made.title)
        assert found.path == (path.rpartition("/")[0] if path in sole else path), citation
        assert found.only, citation
