"""A document that goes to another process and back is the same document."""

from __future__ import annotations

import pickle
from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.transfer import pack, unpack
from indexer.types import Audit, Dropped, Node, OffsetMap, Ordinal, Origin, Revision, Span
from tests.indexer.builders import article, build, chapter, fictional_law, table

leaves = st.builds(
    Node,
    kind=st.sampled_from(["款", "项", "段", "行"]),
    path=st.text("甲乙1/", max_size=4),
    span=st.builds(Span, st.integers(0, 9), st.integers(0, 9)),
    number=st.none() | st.text("一二", max_size=2),
    ordinal=st.none() | st.builds(Ordinal, st.integers(1, 9), st.integers(0, 3)),
    heading=st.none() | st.just("总则"),
    cells=st.none() | st.just((("序号", "1"), ("时限", None))),
)
trees = st.recursive(
    leaves, lambda inner: st.builds(replace, leaves, children=st.lists(inner, max_size=4).map(tuple)), max_leaves=20
)


@settings(max_examples=200, deadline=None)
@given(trees)
def test_any_tree_comes_back(tree: Node) -> None:
    document = replace(fictional_law(), root=tree)
    assert unpack(pickle.loads(pickle.dumps(pack(document)))) == document  # noqa: S301 - what was pickled here


def test_everything_else_comes_back() -> None:
    document = replace(
        build("云泽省灯典", chapter("一", "总则", article(1, "点灯。"), table("表", ["序号"], ["1"]))),
        number="云政令〔2020〕1号",
        issuers=("甲", "乙"),
        adopted=date(2020, 1, 1),
        history=(Revision(date(2020, 1, 1), "通过", "通过"),),
        offsets=OffsetMap((0, 5), (Origin(1, 1), Origin(2, 3, 4))),
        audit=Audit(characters=3, dropped=(Dropped(1, "· 1 ·", "page number"),)),
    )
    assert unpack(pack(document)) == document
