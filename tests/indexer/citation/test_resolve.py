"""Citations lead to provisions that exist, or say why not."""

import pytest

from indexer.citation import (
    Context,
    DocumentLaws,
    definitions,
    document_links,
    existing_path,
    expand,
    find,
    resolution,
    resolve,
)
from indexer.types import Document, Node, Span
from tests.indexer.citation.trees import article, document, node

OLD = document("星海法", article("1"), article("2"), article("3"), article("9"), day="2010-01-01")
NEW = document(
    "星海法",
    node("章", "章1", article("1"), article("2", (0, 0, 3)), article("2_1"), article("2_2")),
    node("章", "章2", article("3", (2,)), article("4", (3, 3)), article("5", (0, 2, 0))),
    day="2020-01-01",
)
PLAN = document(
    "新港方案", node("一、", "一", node("（一）", "一/（一）")), number="新政发〔2023〕5号", kind="规范性文件"
)
CODE = document(
    "新港法典",
    node(
        "编", "编1", node("章", "编1/章1", article("1")), node("章", "编1/章2", node("节", "编1/章2/节1", article("2")))
    ),
)
ANNEXED = document(
    "新港通知", article("1"), node("附件", "附件1", article("1", (2,), "附件1/"), article("7", (0,), "附件1/"))
)
CRIMES = document("中华人民共和国刑法", article("133"), article("133_1", (3, 0)))
LAWS = DocumentLaws([OLD, NEW, PLAN, CODE, ANNEXED, CRIMES])
STAR, CRIME = NEW.id, CRIMES.id

CASES: list[tuple[str, str, str | None]] = [
    ("本法第三条", "1/1", f"{STAR}/3"),
    ("第三条第一款", "1/1", f"{STAR}/3/1"),
    ("第三条第二款", "1/1", None),
    ("第三条第（二）项", "1/1", f"{STAR}/3/1/2"),
    ("第五条第（二）项", "1/1", f"{STAR}/5/2/2"),
    ("第四条第（二）项", "1/1", None),
    ("第九条", "1/1", None),
    ("《星海法》第九条", "1/1", f"{OLD.id}/9"),
    ("《星海法》第三条", "1/1", f"{STAR}/3"),
    ("《星海法》", "1/1", STAR),
    ("《乌有法》第三条", "1/1", None),
    ("刑法第一百三十三条之一第一款第（三）项", "1/1", f"{CRIME}/133_1/1/3"),
    ("刑法第一百三十三条之二", "1/1", None),
    ("前款", "2/3", f"{STAR}/2/2"),
    ("前款", "2/3/1", f"{STAR}/2/2"),
    ("前款", "2/1", None),
    ("前款", "2", None),
    ("前款第（二）项", "5/3", f"{STAR}/5/2/2"),
    ("前款第（九）项", "5/3", None),
    ("前条", "3/1", f"{STAR}/2_2"),
    ("前条", "2_1/1", f"{STAR}/2"),
    ("前条", "2_2/1", f"{STAR}/2_1"),
    ("前条第三款", "2_1/1", f"{STAR}/2/3"),
    ("前条", "1/1", None),
    ("第三款第二项", "2/1", f"{STAR}/2/3/2"),
    ("本条第一款", "2/3", f"{STAR}/2/1"),
    ("第一项", "2/3/2", f"{STAR}/2/3/1"),
    ("第二项", "2/1", f"{STAR}/2/3/2"),
    ("第二项", "4/1/1", f"{STAR}/4/1/2"),
    ("第九项", "2/1", None),
    ("前项", "2/3/2", f"{STAR}/2/3/1"),
    ("前项", "2/3", None),
    ("第二章", "1/1", f"{STAR}/章2"),
    ("第三章", "1/1", None),
    ("新政发[2023]5号", "1/1", PLAN.id),
    ("新政发〔2023〕6号", "1/1", None),
    ("《新港方案》（新政发〔2023〕5号）一、（一）", "1/1", f"{PLAN.id}/一/（一）"),
    ("《新港方案》（新政发〔2023〕5号）一、（二）", "1/1", None),
    ("《新港方案》第一条", "1/1", f"{PLAN.id}/一"),
    ("《新港方案》第二条", "1/1", None),
]


@pytest.mark.parametrize(("text", "path", "target"), CASES)
def test_resolve(text: str, path: str, target: str | None) -> None:
    found = resolution(find(text)[0], Context(STAR, path), LAWS)
    assert found.citation.target == target
    assert (found.cause is None) == (target is not None) == (not found.reason)


@pytest.mark.parametrize(
    ("text", "context", "cause"),
    [
        ("《乌有法》第三条", Context(STAR, "1/1"), "法名不明"),
        ("《星海法》第七百条", Context(STAR, "1/1"), "条款不存在"),
        ("同法第三条", Context(STAR, "1/1"), "缺少上下文"),
        ("前款", Context(), "缺少上下文"),
        ("本法第三条", Context(), "缺少上下文"),
        ("前款", Context(PLAN.id, "一/（一）"), "缺少上下文"),
        ("前两款", Context(STAR, "2/2"), "条款不存在"),
    ],
)
def test_reasons(text: str, context: Context, cause: str) -> None:
    assert resolution(find(text)[0], context, LAWS).cause == cause


def test_two_paragraphs_before() -> None:
    context = Context(STAR, "2/3")
    assert [resolve(each, context, LAWS).target for each in find("前两款")] == [f"{STAR}/2/1", f"{STAR}/2/2"]


def test_the_same_law_is_the_one_cited_last() -> None:
    (found,) = find("同法第三条")
    assert resolve(found, Context("", "", "星海法"), LAWS).target == f"{STAR}/3"


def test_a_range_covers_inserted_articles() -> None:
    first, last = find("第二条至第四条")
    context = Context(STAR, "5/1")
    assert [each.target for each in expand(first, context, LAWS)] == [f"{STAR}/2"]
    assert [each.target for each in expand(last, context, LAWS)] == [f"{STAR}/{n}" for n in ("2_1", "2_2", "3", "4")]


def test_chapters_count_from_the_enclosing_part() -> None:
    headings = ("编1", "编1/章2", "编1/章2/节1")
    context = Context(CODE.id, "2/1", headings=headings)
    assert resolve(find("第一章")[0], context, LAWS).target == f"{CODE.id}/编1/章1"
    assert resolve(find("本章")[0], context, LAWS).target == f"{CODE.id}/编1/章2"
    assert resolve(find("前章")[0], context, LAWS).target == f"{CODE.id}/编1/章1"
    assert resolve(find("第一节")[0], context, LAWS).target == f"{CODE.id}/编1/章2/节1"


def test_a_chapter_is_found_in_its_part_when_it_is_the_only_one() -> None:
    parts = [
        node("编", "编1", node("章", "编1/章1"), node("章", "编1/章2")),
        node("编", "编2", node("章", "编2/章1"), node("分编", "编2/分编1", node("章", "编2/分编1/章3", article("9")))),
    ]
    made = document("潮汐法", *parts)
    laws = DocumentLaws([made])
    words = {
        "《潮汐法》第二章": "编1/章2",
        "《潮汐法》第三章": "编2/分编1/章3",
        "《潮汐法》第一章": None,
        "《潮汐法》第四章": None,
    }
    for text, path in words.items():
        assert resolve(find(text)[0], Context(), laws).target == (path and f"{made.id}/{path}")
    inside = Context(made.id, "9/1", headings=("编2", "编2/分编1", "编2/分编1/章3"))
    assert resolve(find("本编第三章")[0], inside, laws).target == f"{made.id}/编2/分编1/章3"


def test_an_annex_cites_itself_first() -> None:
    inside, outside = Context(ANNEXED.id, "附件1/7/1"), Context(ANNEXED.id, "1/1")
    assert resolve(find("本办法第一条")[0], inside, LAWS).target == f"{ANNEXED.id}/附件1/1"
    assert resolve(find("第七条")[0], outside, LAWS).target is None


def test_an_instrument_inside_an_annex_cites_itself_first() -> None:
    enclosed = node("题", "附件1/题2", article("1", (2,), "附件1/题2/"), article("2", (0,), "附件1/题2/"))
    made = document("潮汐法", article("1"), article("9"), node("附件", "附件1", article("1", (0,), "附件1/"), enclosed))
    laws, inside = DocumentLaws([made]), Context(made.id, "附件1/题2/2/1")
    targets = {
        "本决定第一条": "附件1/题2/1",
        "前条": "附件1/题2/1",
        "本条第一款": "附件1/题2/2/1",
        "本决定第九条": "9",
    }
    for text, path in targets.items():
        assert resolve(find(text)[0], inside, laws).target == f"{made.id}/{path}"


def test_an_unsaid_paragraph_is_not_guessed() -> None:
    paths = {"8", "8/1", "8/1/1", "8/2", "8/2/1", "8/2/2"}
    assert existing_path("8//2", paths.__contains__) == "8/2/2"
    assert existing_path("8//1", paths.__contains__) is None
    assert existing_path("8/1", paths.__contains__) == "8/1"
    assert existing_path("7-8", paths.__contains__) == "8"


def test_one_name_for_two_laws_is_no_answer() -> None:
    twins = DocumentLaws([document("甲省渡船办法", article("1")), document("乙省渡船办法", article("1"))])
    assert twins.by_name("渡船办法") == ()


def _placed(text: str, kind: str = "法律", amends: tuple[str, ...] = ()) -> Document:
    """A document of two articles, the second with two 款, from lines of text."""
    spans: list[Span] = []
    at = 0
    for line in text.split("\n"):
        spans.append(Span(at, at + len(line)))
        at += len(line) + 1
    first, second, third = spans
    return document(
        "渡口法",
        Node("条", "1", first, children=(Node("款", "1/1", first),)),
        Node(
            "条",
            "2",
            Span(second.start, third.end),
            children=(
                Node("款", "2/1", second),
                Node("款", "2/2", third, children=(Node("引文", "2/2/引文1", Span(third.end - 8, third.end)),)),
            ),
        ),
        text=text,
        kind="修改废止决定" if kind != "法律" else "法律",
        amends=amends,
    )


def test_links_of_a_document() -> None:
    lines = (
        "第一条 依照《星海法》第三条至第五条，同法第一条。",
        "第二条 本法第一条适用。",
        "前款和第二条、《乌有法》，称为“本法第三条。",
    )
    made = _placed("\n".join(lines))
    links = document_links(made, DocumentLaws([made, NEW]))
    found = [(link.source, link.resolution.citation.target, link.resolution.cause) for link in links]
    assert found == [
        ("1/1", f"{STAR}/3", None),
        ("1/1", f"{STAR}/4", None),
        ("1/1", f"{STAR}/5", None),
        ("1/1", f"{STAR}/1", None),
        ("2/1", f"{made.id}/1", None),
        ("2/2", f"{made.id}/2/1", None),
        ("2/2", None, "法名不明"),
        ("2/2/引文1", None, "缺少上下文"),
    ]
    for link in links:
        span = link.resolution.citation.span
        assert made.text[span.start : span.end].strip()


def test_a_decision_speaks_of_the_law_that_it_amends() -> None:
    made = _placed("第一条 将第三条修改为新的。\n第二条 删去第七百条。\n本决定施行。", "修改废止决定", ("星海法",))
    links = document_links(made, DocumentLaws([made, OLD, NEW]))
    found = [(link.resolution.citation.target, link.resolution.cause) for link in links]
    assert found == [(f"{OLD.id}/3", None), (None, "条款不存在")]


def test_short_names_of_a_document_count_in_every_article() -> None:
    made = _placed("第一条 根据《星海法》（以下简称《海法》）制定。\n第二条 无。\n依照《海法》第三条，共九个字吗。")
    assert definitions(made.text) == {"海法": "星海法"}
    targets = [link.resolution.citation.target for link in document_links(made, DocumentLaws([made, NEW]))]
    assert targets == [STAR, STAR, f"{STAR}/3"]


def test_a_bare_article_of_the_same_sentence_may_be_the_law_named_before() -> None:
    lines = (
        "第一条 犯星海法第三条的罪，第五条的罪，第二条的罪。",
        "第二条 无。",
        "依照《星海法》第三条。第五条适用，本办法第九条也是。",
    )
    made = _placed("\n".join(lines).replace("犯星海法", "犯《星海法》"))
    found = [link.resolution.citation.target for link in document_links(made, DocumentLaws([made, NEW]))]
    assert found == [f"{STAR}/3", f"{STAR}/5", f"{made.id}/2", f"{STAR}/3", None, None]
