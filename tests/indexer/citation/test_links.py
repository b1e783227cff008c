"""The citations of whole documents: the law that an amendment speaks of, the version that is meant, lone 项."""

import time
from dataclasses import replace
from datetime import date

import pytest

from indexer.citation import Context, DocumentLaws, document_links, find, resolution
from indexer.types import Document, DocumentKind, Node, NodeKind, Revision, Span
from tests.indexer.citation.trees import article, document, node

PENAL = "中华人民共和国刑法"


def history(*steps: tuple[str, str]) -> tuple[Revision, ...]:
    """What a law's head states: days, and 通过 or 修改."""
    return tuple(
        Revision(date.fromisoformat(day), "通过" if action == "通过" else "修改", action) for day, action in steps
    )


def written(
    title: str,
    *lines: tuple[NodeKind, str, str],
    day: str = "2020-01-01",
    kind: DocumentKind = "法律",
    amends: tuple[str, ...] = (),
    effective: str | None = None,
) -> Document:
    """A document of (kind, path, text); a path below another's makes a child, quoted text behind it is its own node."""
    text = "\n".join(line for _, _, line in lines)
    spans: list[Span] = []
    at = 0
    for _, _, line in lines:
        spans.append(Span(at, at + len(line)))
        at += len(line) + 1
    nodes: list[Node] = []
    for i, (sort, path, _) in enumerate(lines):
        below = [k for k in range(i + 1, len(lines)) if lines[k][1].startswith(f"{path}/")]
        end = spans[below[-1]].end if below else spans[i].end
        nodes.append(Node(sort, path, Span(spans[i].start, end)))

    def children(path: str) -> tuple[Node, ...]:
        return tuple(
            replace(each, children=children(each.path)) for each in nodes if each.path.rpartition("/")[0] == path
        )

    made = document(title, *children(""), day=day, kind=kind, text=text, amends=amends)
    return replace(made, effective=date.fromisoformat(effective) if effective else None)


def targets(made: Document, *others: Document) -> list[str]:
    """What the links of a document lead to, or why they lead nowhere."""
    links = document_links(made, DocumentLaws([made, *others]))
    return [link.resolution.citation.target or str(link.resolution.cause) for link in links]


FIRST = replace(document("星海法", *(article(str(n), (2, 0)) for n in range(1, 10)), day="2010-05-01"), history=())
SECOND = replace(
    document("星海法", *(article(str(n), (2, 0)) for n in range(1, 15)), day="2018-05-01"),
    history=history(("2010-05-01", "通过"), ("2018-05-01", "修改")),
    effective=date(2018, 10, 1),
)
ONLY = replace(document("潮汐法", article("3", (2,)), day="2019-05-01"), history=history(("2019-05-01", "通过")))
CODE = replace(
    document(
        PENAL,
        *(article(str(n), (2, 0, 0)) for n in range(100, 130)),
        article("120_1", (0, 0)),
        day="2020-12-26",
    ),
    history=history(("1997-03-14", "通过"), ("2020-12-26", "修改")),
)


@pytest.mark.parametrize(
    ("text", "day", "effective", "expected"),
    [
        # The version in force when the words were written.
        ("依照《星海法》第三条", "2012-01-01", None, FIRST.id + "/3"),
        ("依照《星海法》第三条", "2019-01-01", None, SECOND.id + "/3"),
        ("依照《星海法》第十二条", "2012-01-01", None, "条款不存在"),
        # Adopted, but not yet in force; and in force when the citing document is.
        ("依照《星海法》第三条", "2018-06-01", None, FIRST.id + "/3"),
        ("依照《星海法》第三条", "2018-06-01", "2018-10-01", SECOND.id + "/3"),
        # Written before the second version was adopted, in force after it.
        ("依照《星海法》第三条", "2018-04-01", "2018-12-01", FIRST.id + "/3"),
        # Only a later version is indexed.
        ("依照《星海法》第三条", "2009-01-01", None, "版本不明"),
        ("依照《星海法》制定", "2009-01-01", None, SECOND.id),
        ("依照《潮汐法》第三条", "2018-01-01", None, "版本不明"),
        # Words that state a version.
        ("依照《星海法》（2010年）第三条", "2019-01-01", None, FIRST.id + "/3"),
        ("依照2018年修正的《星海法》第三条", "2012-01-01", None, SECOND.id + "/3"),
        ("依照2014年修正的《星海法》第三条", "2019-01-01", None, "版本不明"),
        ("依照修改前的《星海法》第三条", "2019-01-01", None, "版本不明"),
        # Articles of this law keep their numbers.
        ("依照刑法第一百零三条第二款", "2002-01-01", None, CODE.id + "/103/2"),
        ("依照刑法第一百零三条", "1996-01-01", None, "版本不明"),
    ],
)
def test_versions(text: str, day: str, effective: str | None, expected: str) -> None:
    made = written("渡口办法", ("段", "段1", text), day=day, kind="部门规章", effective=effective)
    assert targets(made, FIRST, SECOND, ONLY, CODE) == [expected]


def test_a_law_of_one_version_is_meant_before_it_is_in_force() -> None:
    coming = replace(ONLY, effective=date(2019, 12, 1))
    made = written("渡口办法", ("段", "段1", "依照《潮汐法》第三条"), day="2019-08-01")
    assert targets(made, coming) == [f"{ONLY.id}/3"]


def test_without_a_day_the_newest_version_is_meant() -> None:
    laws = DocumentLaws([FIRST, SECOND])
    assert resolution(find("《星海法》第三条")[0], Context(), laws).citation.target == f"{SECOND.id}/3"


def test_a_document_that_counts_a_law_by_another_version() -> None:
    text = "依照《星海法》第三条、第四十条、第五十条的规定。"
    made = written("渡口办法", ("段", "段1", text), day="2019-01-01")
    assert targets(made, SECOND) == ["版本不明", "条款不存在", "条款不存在"]
    typo = written("渡口办法", ("段", "段1", "依照《星海法》第三条、第四十条的规定。"), day="2019-01-01")
    assert targets(typo, SECOND) == [f"{SECOND.id}/3", "条款不存在"]


def test_the_trial_law_before_is_another_law() -> None:
    laws = DocumentLaws([SECOND])
    assert laws.by_name("星海法（试行）") == ()
    assert laws.by_name("中华人民共和国星海法") == (SECOND.id,)


def test_an_amended_article_keeps_its_number_and_not_its_paragraphs() -> None:
    amendment = written(
        "刑法修正案（二）",
        ("一、", "一", "一、将刑法第一百零三条第二款修改为：“犯前款罪的，依照本法第一百零五条处罚。”"),
        day="2010-01-01",
        amends=(PENAL,),
    )
    laws = [amendment, CODE]
    for day, expected in (("2005-01-01", "版本不明"), ("2015-01-01", f"{CODE.id}/103/2")):
        made = written("渡口解释", ("段", "段1", "刑法第一百零三条第二款"), day=day, kind="司法解释")
        assert targets(made, *laws) == [expected]
    made = written("渡口解释", ("段", "段1", "刑法第一百零三条"), day="2005-01-01", kind="司法解释")
    assert targets(made, *laws) == [f"{CODE.id}/103"]


AMENDMENTS: list[tuple[str, list[str]]] = [
    # Old numbers are those of the version before, new ones those of the version after.
    ("一、将第三条修改为新的。", [FIRST.id + "/3"]),
    ("一、将第三条改为第四条。", [FIRST.id + "/3", SECOND.id + "/4"]),
    ("一、第三条至第四条改为第六条至第七条。", [f"{FIRST.id}/3", f"{FIRST.id}/4", f"{SECOND.id}/6", f"{SECOND.id}/7"]),
    ("一、增加一条，作为第十二条、第十三条。", [SECOND.id + "/12", SECOND.id + "/13"]),
    ("一、在第三条中增加一款作为第二款。", [FIRST.id + "/3", SECOND.id + "/3/2"]),
    ("一、将《星海法》第三条第一款第一项删去。", [f"{FIRST.id}/3/1/1"]),
    ("一、第三条第一款第二项改为第一项。", [f"{FIRST.id}/3/1/2", f"{SECOND.id}/3/1/1"]),
    ("一、将第五条中的“第三条”修改为“第四条”。", [FIRST.id + "/5", FIRST.id + "/3", SECOND.id + "/4"]),
    ("一、删去第四十条。", ["条款不存在"]),
    ("一、本决定自公布之日起施行。", []),
    ("一、依照《潮汐法》第三条办理。", [ONLY.id + "/3"]),
]


@pytest.mark.parametrize(("text", "expected"), AMENDMENTS)
def test_amendments(text: str, expected: list[str]) -> None:
    made = written(
        "关于修改《星海法》的决定", ("一、", "一", text), day="2018-05-01", kind="修改废止决定", amends=("星海法",)
    )
    made = replace(made, effective=date(2018, 10, 1))
    later = replace(ONLY, id="潮汐法@2015-05-01")
    assert [each.replace("2015", "2019") for each in targets(made, FIRST, SECOND, later)] == expected


def test_each_paragraph_of_a_decision_amends_its_own_law() -> None:
    other = document("渡船法", article("2"), day="2015-01-01")
    made = written(
        "关于修改《星海法》等法律的决定",
        ("一、", "一", "一、修改《星海法》"),
        ("1.", "一/1", "1.将第三条修改为："),
        ("引文", "一/1/引文1", "“依照本法第五条办理。”"),
        ("一、", "二", "二、渡船法"),
        ("（一）", "二/（一）", "（一）将第二条删去。"),
        ("一、", "三", "三、将第二条删去。"),
        day="2018-05-01",
        kind="修改废止决定",
        amends=("星海法", "渡船法"),
    )
    after = replace(SECOND, effective=None)
    found = [FIRST.id, f"{FIRST.id}/3", f"{SECOND.id}/5", f"{other.id}/2", "缺少上下文"]
    assert targets(made, FIRST, after, other) == found


QUOTED: list[tuple[str, str, list[str]]] = [
    # A whole article is quoted: 前款 and 第一款 are in the quotation.
    ("一、将刑法第一百零三条修改为：", "“犯罪的处罚。\n“犯前款罪的，依照第一款处罚。”", []),
    # The second 款 is quoted: 前款 is the first.
    ("一、将刑法第一百零三条第二款修改为：", "“犯前款罪的，处罚。”", [f"{CODE.id}/103/1"]),
    (
        "一、在刑法第一百零三条中增加一款作为第三款：",
        "“犯前两款罪的，处罚。”",
        [f"{CODE.id}/103/3", f"{CODE.id}/103/1", f"{CODE.id}/103/2"],
    ),
    (
        "一、将刑法第一百零三条第二款修改为：",
        "“有下列情形的：\n“（一）逃匿的；\n“犯前款罪的，依照第一款处罚。”",
        [f"{CODE.id}/103/1"],
    ),
    ("一、在刑法第一百零三条后增加一条：", "“依照本法第一百零五条处罚。”", [f"{CODE.id}/105"]),
    ("一、作如下修改：", "“犯前款罪的，处罚。”", ["缺少上下文"]),
    ("一、将刑法第一百零三条第二款修改为：", "“有前条第一项情形的，处罚。”", ["缺少上下文"]),
]


@pytest.mark.parametrize(("head", "quote", "expected"), QUOTED)
def test_quoted_words(head: str, quote: str, expected: list[str]) -> None:
    made = written(
        "刑法修正案（九）", ("一、", "一", head), ("引文", "一/引文1", quote), day="2020-12-26", amends=(PENAL,)
    )
    found = targets(made, CODE)
    instructions = {f"{CODE.id}/103", f"{CODE.id}/103/2", "版本不明"}
    assert [each for each in found if each not in instructions or each in expected] == expected


LONE: list[tuple[str, str, list[str]]] = [
    # The words at the head of an item say that the article above is meant, though the list has such an item, too.
    ("违反本法第二条规定的，按照下列规定处罚：", "（一）违反第二项规定的，警告；", ["2", "2/1/2"]),
    ("违反本法第二条规定的，按照下列规定处罚：", "（一）有第三项行为的，警告；", ["2", "2/1/3"]),
    ("违反第二条第一款第一项的，警告；", "违反第二项至第三项的，罚款。", ["2/1/1", "2/1/2", "2/1/3"]),
    ("第二条第一款所列各项请求，依次受偿。", "但是，第三项后于第一项受偿。", ["2/1", "2/1/3", "2/1/1"]),
    ("违反《星海法》第三条第一款第一项的，警告；", "违反第二项的，罚款。", ["星海法@3/1/1", "星海法@3/1/2"]),
    # Nothing to continue, or nothing that has such an item.
    ("按照下列规定处罚：", "违反第二项规定的，警告；", ["条款不存在"]),
    ("违反本法第二条规定的：", "（一）违反第九项规定的，警告；", ["2", "条款不存在"]),
]


@pytest.mark.parametrize(("lead", "rest", "expected"), LONE)
def test_a_lone_item_may_continue_a_citation(lead: str, rest: str, expected: list[str]) -> None:
    lines: list[tuple[NodeKind, str, str]] = [("条", "5", "第五条"), ("款", "5/1", lead), ("款", "5/2", rest)]
    if rest.startswith("（"):
        lines[2:] = [("项", "5/1/1", rest), ("项", "5/1/2", "（二）没收；"), ("项", "5/1/3", "（三）拘留。")]
    made = written("渡船法", *lines, day="2019-01-01")
    whole = replace(made, root=replace(made.root, children=(article("2", (3, 0)), *made.root.children)))
    found = [each.replace(f"{made.id}/", "").replace("@2018-05-01/", "@") for each in targets(whole, SECOND)]
    assert found == expected


def test_numbered_paragraphs_count_their_neighbours() -> None:
    made = written(
        "渡船清单",
        ("附件", "附件1", "附件"),
        ("一、", "附件1/二", "二、船舶"),
        ("（一）", "附件1/二/（一）", "（一）木船"),
        ("（一）", "附件1/二/（二）", "（二）用于上述第（一）项的桨"),
        ("一、", "附件1/三", "三、含有本附件第二项所列之物，第九项除外"),
    )
    assert targets(made) == [f"{made.id}/附件1/二/（一）", f"{made.id}/附件1/二", "缺少上下文"]


def test_a_column_says_whose_articles_it_lists() -> None:
    text = "刑法条文\t罪名\n第103条第2款\t盗渡罪（《星海法》第3条）"
    row = Node(
        "行", "表1/1", Span(8, len(text)), cells=(("刑法条文", "第103条第2款"), ("罪名", "盗渡罪（《星海法》第3条）"))
    )
    table = Node("表", "表1", Span(0, len(text)), children=(row,))
    made = document("罪名规定", table, article("1"), day="2021-01-01", text=text)
    assert targets(made, CODE, SECOND) == [f"{CODE.id}/103/2", f"{SECOND.id}/3"]


def test_a_title_says_whose_articles_a_list_without_articles_names() -> None:
    line: tuple[NodeKind, str, str] = ("段", "段1", "渡船罪（第103条第2款）")
    made = written("关于适用刑法分则规定的罪名的意见", line, day="2021-01-01", kind="司法解释")
    assert targets(made, CODE) == [f"{CODE.id}/103/2"]
    assert targets(written("关于罪名的意见", line, day="2021-01-01", kind="司法解释"), CODE) == ["条款不存在"]


def test_a_bare_article_that_the_document_has_not_is_the_law_named_before() -> None:
    made = written("渡口解释", ("段", "段1", "依照渡船法第三条规定的“一年”、第四条规定的“二年”。第五条。"))
    links = document_links(made, DocumentLaws([made]))
    assert [(link.resolution.cause, link.resolution.citation.law) for link in links[:2]] == [("法名不明", "渡船法")] * 2
    assert [link.resolution.cause for link in links[2:]] == ["条款不存在"]


def test_links_cost_what_the_text_costs() -> None:
    def seconds(times: int) -> float:
        words = "依照《星海法》第三条第一款，违反第九项的，“第四条”改为“第五条”，该款第二项，前款；" * times
        made = written("渡口办法", ("段", "段1", words), day="2019-01-01")
        laws = DocumentLaws([made, SECOND])
        start = time.process_time()
        document_links(made, laws)
        return time.process_time() - start

    small = min(seconds(50) for _ in range(3))
    assert seconds(1_000) < 2.5 * 20 * small


def test_nodes_are_found_by_their_place() -> None:
    laws = DocumentLaws([document("星海法", node("章", "章1", article("1", (2,))))])
    assert laws.has("星海法@2020-01-01/1/1/2")
    assert laws.since("星海法@2020-01-01") is None
    assert laws.changed("星海法", "1") is None
    assert not laws.is_first("星海法@2020-01-01")
