"""What counts anew inside an annex: an instrument printed there, and the groups of a list."""

import pytest

from indexer.citation import node_citations, node_marks, parse_query
from indexer.clauses import units
from indexer.structure.enclosed import is_group
from tests.indexer.structure.outlines import node, outline, parsed, text_of

HEAD = "# 临海省港口条例\n\n2031年5月1日 临海省人民代表大会常务委员会第三次会议通过\n\n<!-- INFO END -->\n\n"
ENCLOSED = f"""{HEAD}第一条 甲应当登记。
附件一：适用于港口的规定
下列规定适用于港口。
一、《岸线规定》
二、《水域规定》
临海省人民代表大会常务委员会
关于增加附件一所列规定的决定
（2032年7月1日第四届临海省人民代表大会常务委员会第二次会议予以备案）
一、增加下列规定：
1.《引航规定》；
2.《航道规定》。
二、删去《水域规定》。
本决定自公布之日起施行。
临海省人民代表大会常务委员会关于港口登记的决定
（2033年8月1日通过）
第一条 港口应当登记。
第二条 依照本决定第一条登记。
附件二：岸线名录
一、东岸
"""


def test_an_instrument_inside_an_annex_has_a_level_of_its_own() -> None:
    document = parsed(ENCLOSED)
    assert outline(document, leave_out="段")[1:] == [
        "1", "1/1", "附件1", "附件1/一", "附件1/二",
        "附件1/题1", "附件1/题1/一", "附件1/题1/一/1", "附件1/题1/一/2", "附件1/题1/二",
        "附件1/题2", "附件1/题2/1", "附件1/题2/1/1", "附件1/题2/2", "附件1/题2/2/1", "附件2", "附件2/一",
    ]  # fmt: skip
    enclosed = node(document, "附件1/题1")
    assert enclosed.heading == "临海省人民代表大会常务委员会关于增加附件一所列规定的决定"
    assert text_of(document, "附件1/题1/段1").startswith("（2032年7月1日")
    assert text_of(document, "附件1/题1/段2") == "本决定自公布之日起施行。"
    audit = document.audit
    assert (audit.duplicate, audit.missing, audit.uncovered) == ((), (), 0)


def test_what_stands_in_an_enclosed_instrument_is_cited_with_it_and_read_back() -> None:
    document = parsed(ENCLOSED)
    marks = node_marks(document)
    decision = "附件1题1《临海省人民代表大会常务委员会关于增加附件一所列规定的决定》"
    assert marks["附件1/题1/一/2"] == f"{decision}一、2."
    assert marks["附件1/题2/2"] == "附件1题2《临海省人民代表大会常务委员会关于港口登记的决定》第二条"
    citations = node_citations(document)
    for path in ("附件1/题1", "附件1/题1/一", "附件1/题1/一/2", "附件1/题2/2"):
        query = parse_query(citations[path], lambda name: name == document.title)
        assert query is not None
        assert query.path == path


def test_an_enclosed_instrument_gives_units_under_its_title() -> None:
    document = parsed(ENCLOSED)
    found = {unit.address.partition("/")[2]: unit for unit in units(document)}
    assert {"1", "附件1/题1/一", "附件1/题1/二", "附件1/题2/1", "附件1/题2/2", "附件2/一"} <= set(found)
    assert found["附件1/题2/2"].headings[-1] == "临海省人民代表大会常务委员会关于港口登记的决定"
    assert not {"附件1/题1", "附件1/题1/段1"} & set(found)


def test_the_own_title_of_an_annex_opens_no_instrument() -> None:
    document = parsed(f"{HEAD}第一条 甲。\n附件\n港口登记办法\n（2031年5月1日通过）\n第一条 乙。\n")
    assert outline(document)[2:] == ["1", "1/1", "附件1", "附件1/题1", "附件1/段1", "附件1/1", "附件1/1/1"]


SUBSTANCES = f"""{HEAD}第一条 甲。
附表
管制物质的品种
第一类
1．1—甲基—2—丁酮
2．3，4—二甲氧基苯
3．丁醇
第二类
1．戊烷
2．己烷
说明：
一、第一类的盐类，也纳入管制。
二、混合物除外。
"""


def test_groups_of_a_list_count_anew_and_end_with_the_remarks() -> None:
    document = parsed(SUBSTANCES)
    assert outline(document)[4:] == [
        "附件1", "附件1/题1", "附件1/题2", "附件1/题2/1", "附件1/题2/2", "附件1/题2/3",
        "附件1/题3", "附件1/题3/1", "附件1/题3/2", "附件1/段1", "附件1/一", "附件1/二",
    ]  # fmt: skip
    assert node(document, "附件1/题3").heading == "第二类"
    assert node_marks(document)["附件1/题3/2"] == "附件1题3《第二类》2."
    assert [unit.headings[-1] for unit in units(document) if unit.address.endswith("题3/1")] == ["第二类"]


def test_groups_inside_a_numbered_part_stay_in_it() -> None:
    body = "附件\n物质\n一、药品\n第一类\n1.甲\n第二类\n1.乙\n二、器械\n第一类\n1.丙\n"
    assert outline(parsed(f"{HEAD}第一条 甲。\n{body}"))[5:] == [
        "附件1/题1", "附件1/一", "附件1/一/题1", "附件1/一/题1/1", "附件1/一/题2", "附件1/一/题2/1",
        "附件1/二", "附件1/二/题1", "附件1/二/题1/1",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("第一类", True),
        ("第二组（进口）", True),
        ("第三类 有机物", True),
        ("第一类物质应当登记。", False),
        ("第一类、第二类物质", False),
        ("第一章", False),
    ],
)
def test_a_group_is_a_line_of_its_own(text: str, expected: bool) -> None:  # noqa: FBT001
    assert is_group(text) is expected
