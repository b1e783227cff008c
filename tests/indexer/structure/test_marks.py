"""Marks are read by their form; whether an article's number opens an article is told by what follows."""

import pytest

from indexer.structure.marks import ends_sentence, is_mention, read_article, read_mark
from indexer.types import Ordinal


@pytest.mark.parametrize(
    ("text", "kind", "ordinal"),
    [
        ("第一编 总则", "编", Ordinal(1)),
        ("第二分编 合同", "分编", Ordinal(2)),
        ("第十二章 监督", "章", Ordinal(12)),
        ("第三章监督检查", "章", Ordinal(3)),
        ("第一节 一般规定", "节", Ordinal(1)),
        ("第一百三十三条之一 在路上", "条", Ordinal(133, 1)),
        ("第8条 甲", "条", Ordinal(8)),
        ("（十二）甲", "（一）", Ordinal(12)),
        ("(3) 甲", "（1）", Ordinal(3)),
        ("十七、甲", "一、", Ordinal(17)),
        ("12. 甲", "1.", Ordinal(12)),
        ("3、甲", "1.", Ordinal(3)),
        ("1.1—甲基—2—丁酮", "1.", Ordinal(1)),
        ("2．3，4-二甲氧基苯", "1.", Ordinal(2)),
        ("⒊甲", "1.", Ordinal(3)),
        ("②甲", "①", Ordinal(2)),
        ("附件", "附件", None),
        ("附件2：名单", "附件", Ordinal(2)),
        ("附表一", "附件", Ordinal(1)),
        ("附则", "章", None),
        ("目录", "目录", None),
        ("序言", "序言", None),
    ],
)
def test_forms(text: str, kind: str, ordinal: Ordinal | None) -> None:
    mark = read_mark(text)
    assert mark is not None
    assert (mark.kind, mark.ordinal) == (kind, ordinal)


@pytest.mark.parametrize(
    "text",
    [
        "甲部门应当",
        "1.5米以上",
        "1.5—2米的岸线",
        "1.1 总则",
        "（甲）",
        "（一）至（三）项所列人员",
        "（四）、（五）项所列人员",
        "（二）项规定的",
        "附加条件",
        "附件中所列的",
        "第三方机构",
        "第一章的规定适用于前款。",
        "一是加强",
        "",
    ],
)
def test_plain_text(text: str) -> None:
    assert read_mark(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "第五条和第六条规定的",
        "第三十九条第二款所称",
        "第五条、第六条",
        "第五条规定的行为",
        "第五条所称设备",
        "第五条的规定",
        "第五条（二）项",
        "第五条第一项",
        "第五条至第九条",
        "第五条 至第九条",
        "第五条 、第六条",
    ],
)
def test_mentions(text: str) -> None:
    mark = read_article(text)
    assert mark is not None
    assert is_mention(text, mark)


@pytest.mark.parametrize(
    "text", ["第五条 规划应当", "第五条侦查人员应当", "第五条", "第五条 与航道有关的工程", "第五条 （删去）"]
)
def test_articles(text: str) -> None:
    mark = read_article(text)
    assert mark is not None
    assert not is_mention(text, mark)


def test_the_length_of_a_mark_includes_the_space_behind_it() -> None:
    mark = read_mark("第八条 甲")
    assert mark is not None
    assert "第八条 甲"[mark.length :] == "甲"


@pytest.mark.parametrize(
    ("text", "expected"), [("甲。", True), ("“甲。”", True), ("甲；", False), ("甲", False), ("", False)]
)
def test_sentence_ends(text: str, expected: bool) -> None:  # noqa: FBT001
    assert ends_sentence(text) is expected
