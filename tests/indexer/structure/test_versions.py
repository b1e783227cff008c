"""Settling a collection: copies, files of one law, versions, repeals."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer import numerals
from indexer.structure.versions import Collection, settle
from indexer.types import Document, Node, OffsetMap, Ordinal, Origin, Revision, Span

TITLE = "云岭省夜空法典"


def document(
    title: str = TITLE,
    day: str = "2030-05-06",
    *,
    articles: range | list[int] = range(1, 3),
    heading: str | None = None,
    source: str = "甲.md",
    wording: str = "观测应当安全。",
    **facts: object,
) -> Document:
    """A document as `parse` gives it: title, file's own heading with the history below it, one chapter, articles."""
    lines: list[str] = []
    starts: list[int] = []

    def put(line: str) -> Span:
        start = sum(len(other) + 1 for other in lines)
        lines.append(line)
        starts.append(start)
        return Span(start, start + len(line))

    top = [Node("题", "题1", put(title))]
    if heading:
        mark = put(heading)
        history = Node("段", f"章{heading}/段1", put(f"{day} 通过"))
        span = Span(mark.start, history.span.end)
        top.append(Node("章", f"章{heading}", span, heading=heading, children=(history,)))
    else:
        top.append(Node("段", "段1", put(f"{day} 通过")))
    chapter = put("第一章 总则")
    inner = []
    for number in articles:
        words = f"第{numerals.chinese(number)}条 {wording}"
        span = put(words)
        body = Span(span.start + words.index(" ") + 1, span.end)
        paragraph = Node("款", f"{number}/1", body, ordinal=Ordinal(1))
        ordinal = Ordinal(number)
        inner.append(Node("条", str(number), span, numerals.chinese(number), ordinal, children=(paragraph,)))
    text = "\n".join(lines)
    span = Span(chapter.start, len(text))
    top.append(Node("章", "章1", span, "一", Ordinal(1), "总则", tuple(inner)))
    offsets = OffsetMap(tuple(starts), tuple(Origin(number, 1) for number in range(1, len(lines) + 1)))
    values = {"kind": "地方性法规", "adopted": None if day == "undated" else date.fromisoformat(day), **facts}
    root = Node("题", "", Span(0, len(text)), children=tuple(top))
    return Document(f"{title}@{day}", title, text=text, root=root, offsets=offsets, sources=(source,), **values)  # type: ignore[arg-type]


def ids(collection: Collection) -> list[str]:
    return [item.id for item in collection.documents]


def test_copies_are_kept_once_with_both_sources() -> None:
    collection = settle([document(source="甲.md"), document(source="乙.md", wording="观测 应当安全")])

    assert ids(collection) == [f"{TITLE}@2030-05-06"]
    assert collection.documents[0].sources == ("甲.md", "乙.md")
    assert collection.duplicates == ((f"{TITLE}@2030-05-06", "乙.md"),)


def test_another_text_under_the_same_id_is_renamed_and_reported() -> None:
    texts = [document(source=f"{n}.md", wording=f"观测应当{word}。") for n, word in enumerate(["安全", "安静", "有序"])]
    collection = settle(texts)

    assert ids(collection) == [f"{TITLE}@2030-05-06", f"{TITLE}@2030-05-06~2", f"{TITLE}@2030-05-06~3"]
    assert collection.renamed == ((f"{TITLE}@2030-05-06~2", "1.md"), (f"{TITLE}@2030-05-06~3", "2.md"))


def test_a_copy_that_states_no_date_is_folded_into_the_dated_one() -> None:
    undated = document(day="undated", source="乙.md")
    collection = settle([undated, document(source="甲.md")])

    assert ids(collection) == [f"{TITLE}@2030-05-06"]
    assert collection.documents[0].sources == ("甲.md", "乙.md")


def test_undated_documents_of_other_words_stay() -> None:
    assert len(settle([document(day="undated", wording="观测应当安静。"), document()]).documents) == 2


BOOKS = [("星空编", range(4, 8)), ("总则", range(1, 4)), ("附则", range(8, 9))]


def code() -> Document:
    parts = [document(articles=span, heading=name, source=f"{name}.md") for name, span in BOOKS]
    collection = settle(parts)
    assert len(collection.documents) == 1
    return collection.documents[0]


def test_files_of_one_law_are_joined_in_the_order_of_their_articles() -> None:
    law = code()

    articles = [node.ordinal.number for node, _ in law.nodes if node.kind == "条" and node.ordinal]
    assert articles == list(range(1, 9))
    assert [(node.path, node.heading) for node in law.root.children if node.kind == "编"] == [
        ("编1", "总则"),
        ("编2", "星空编"),
        ("编3", "附则"),
    ]
    assert law.sources == ("总则.md", "星空编.md", "附则.md")


def test_spans_paths_and_origins_of_a_joined_law() -> None:
    law = code()

    paths = [node.path for node, _ in law.nodes]
    assert len(paths) == len(set(paths))
    assert "编2/章1" in paths
    for node, ancestors in law.nodes:
        if ancestors:
            assert ancestors[-1].span.start <= node.span.start <= node.span.end <= ancestors[-1].span.end
        if node.kind == "条":
            assert law.slice(node.span).startswith(f"第{node.number}条")
            assert law.origin(node.span).column == 1
    fifth = next(node for node, _ in law.nodes if node.path == "5")
    assert law.origin(fifth.span).line == 6  # title, heading, history, chapter, article 4, article 5
    assert law.audit.uncovered == 0
    assert law.audit.missing == ()


def test_what_the_files_repeat_is_dropped_and_listed() -> None:
    law = code()

    assert law.text.count(TITLE) == 1
    assert law.text.count("通过") == 1
    assert [(line.line, line.text) for line in law.audit.dropped] == [
        (1, TITLE), (3, "2030-05-06 通过"), (1, TITLE), (3, "2030-05-06 通过"),
    ]  # fmt: skip


def test_a_file_that_has_the_whole_joined_law_is_a_copy_of_it() -> None:
    whole = document(articles=range(1, 9), source="全.docx")
    parts = [document(articles=span, heading=name, source=f"{name}.md") for name, span in BOOKS]

    for order in ([whole, *parts], [*parts, whole]):
        collection = settle(order)
        assert ids(collection) == [f"{TITLE}@2030-05-06"]
        assert set(collection.documents[0].sources) == {"全.docx", "总则.md", "星空编.md", "附则.md"}


@given(st.permutations(range(1, 21)), st.integers(2, 5))
def test_any_division_into_files_joins_again(order: list[int], size: int) -> None:
    parts = [
        document(articles=sorted(range(1, 21)[start : start + size]), heading=f"第{start}部", source=f"{start}.md")
        for start in sorted(range(0, 20, size), key=lambda start: order[start])
    ]
    (law,) = settle(parts).documents

    assert [node.path for node, _ in law.nodes if node.kind == "条"] == [str(number) for number in range(1, 21)]
    assert law.audit.uncovered == 0


def test_versions_follow_one_another_by_date() -> None:
    days = ["2031-01-01", "2029-01-01", "2030-01-01", "undated"]
    titles = [TITLE, TITLE, f"中华人民共和国{TITLE}", TITLE]
    texts = [
        document(title, day, wording=f"版本{number}。")
        for number, (title, day) in enumerate(zip(titles, days, strict=True))
    ]

    assert settle(texts).successors == {
        f"{TITLE}@2029-01-01": f"中华人民共和国{TITLE}@2030-01-01",
        f"中华人民共和国{TITLE}@2030-01-01": f"{TITLE}@2031-01-01",
    }


@pytest.mark.parametrize(
    ("title", "kind"),
    [("关于修改部分法规的决定", "修改废止决定"), ("云岭省公报", "公报"), ("中华人民共和国宪法修正案", "宪法")],
)
def test_documents_that_share_a_title_by_nature_are_no_versions(title: str, kind: str) -> None:
    texts = [document(title, day, wording=day, kind=kind) for day in ("2029-01-01", "2030-01-01")]

    assert settle(texts).successors == {}


def test_places_with_the_same_title_are_no_versions() -> None:
    texts = [document(day=day, wording=day, region=day) for day in ("2029-01-01", "2030-01-01")]

    assert settle(texts).successors == {}


OLD = document("中华人民共和国星空条例", "2010-01-01", wording="旧。")


def act(day: str = "2030-05-06", **facts: object) -> Document:
    return document(day=day, wording=day, **{"repeals": ("星空条例",), "effective": date(2031, 1, 1), **facts})  # type: ignore[arg-type]


def test_a_repeal_is_matched_with_and_without_the_states_name() -> None:
    collection = settle([OLD, act()])

    assert collection.repealed_by == {OLD.id: ((f"{TITLE}@2030-05-06", date(2031, 1, 1)),)}


def test_later_versions_of_the_repealing_act_are_not_listed_again() -> None:
    later = act("2035-01-01", effective=None)

    assert settle([later, OLD, act()]).repealed_by == {OLD.id: ((f"{TITLE}@2030-05-06", date(2031, 1, 1)),)}


def test_a_document_later_than_the_repeal_is_not_meant() -> None:
    assert settle([act(), replace(OLD, id="中华人民共和国星空条例@2033-01-01")]).repealed_by == {}


def test_a_law_that_repeals_its_own_title_means_what_was_before_its_first_version() -> None:
    first = date(2020, 1, 1)
    history = (Revision(first, "通过", "通过"), Revision(date(2030, 5, 6), "修改", "修正"))
    before, amended = document(day="2001-01-01", wording="一。"), document(day="2020-01-01", wording="二。")
    current = act(repeals=(TITLE,), history=history)

    assert set(settle([before, amended, current]).repealed_by) == {before.id}


def test_a_title_without_its_issuer_is_matched_when_only_one_fits() -> None:
    ruling = document("最高人民法院关于夜空的解释", "2010-01-01", wording="旧。")
    other = document("最高人民检察院关于夜空的解释", "2011-01-01", wording="旧旧。")
    repeal = act(repeals=("关于夜空的解释",))

    assert set(settle([ruling, repeal]).repealed_by) == {ruling.id}
    assert settle([ruling, other, repeal]).repealed_by == {}


def test_the_day_of_repeal_of_an_amended_act_is_that_of_its_first_version() -> None:
    amended = document(wording="本条例自2025年3月4日起施行。", repeals=("星空条例",))

    assert settle([OLD, amended]).repealed_by[OLD.id] == ((amended.id, date(2025, 3, 4)),)


def test_nothing_gives_nothing() -> None:
    assert settle([]) == Collection(())
