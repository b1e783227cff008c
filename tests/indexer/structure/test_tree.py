"""The trees of invented documents, drawn as the paths of their nodes."""

import pytest

from indexer.clauses import units
from indexer.types import Ordinal
from tests.indexer.structure.outlines import node, outline, parsed, text_of

HEAD = "# 临海省港口条例\n\n2031年5月1日 临海省人民代表大会常务委员会第三次会议通过\n\n<!-- INFO END -->\n\n"
FRAME = "题 段"


def tree(body: str) -> list[str]:
    return outline(parsed(HEAD + body), leave_out=FRAME)


def test_books_chapters_sections_and_articles() -> None:
    body = """
## 第一编 总则
### 第一章 基本规定
第一条 甲。
第二条 乙。
### 第二章 岸线
#### 第一节 规划
第三条 丙。
## 第二编 港口
### 第一分编 通则
#### 第一章 设立
第四条 丁。
## 附则
第五条 戊。
"""
    assert tree(body) == [
        "编1", "编1/章1", "1", "1/1", "2", "2/1", "编1/章2", "编1/章2/节1", "3", "3/1",
        "编2", "编2/分编1", "编2/分编1/章1", "4", "4/1", "编附则", "5", "5/1",
    ]  # fmt: skip


def test_clauses_items_and_points() -> None:
    body = """
第一条 港口应当具备下列条件：
（一）有岸线；
（二）有下列人员：
1.船员；
2.引航员。
港口应当公示。
第二条 甲。
第二条之一 乙。
"""
    assert tree(body) == ["1", "1/1", "1/1/1", "1/1/2", "1/1/2/1", "1/1/2/2", "1/2", "2", "2/1", "2_1", "2_1/1"]
    document = parsed(HEAD + body)
    assert node(document, "2_1").ordinal == Ordinal(2, 1)
    assert node(document, "1/1/2").number == "二"
    assert text_of(document, "1/2") == "港口应当公示。"


def test_an_article_always_has_a_clause() -> None:
    assert tree("第一条 甲。\n第二条\n乙。\n第三条\n") == ["1", "1/1", "2", "2/1", "3", "3/1"]


def test_a_list_in_an_article_may_bear_any_marks() -> None:
    assert tree("第一条 禁止：\n1.甲；\n2.乙：\n（1）丙；\n（2）丁。\n") == [
        "1",
        "1/1",
        "1/1/1",
        "1/1/2",
        "1/1/2/1",
        "1/1/2/2",
    ]
    assert tree("第一条 禁止：\n一、甲；\n二、乙。\n") == ["1", "1/1", "1/1/1", "1/1/2"]


def test_a_paragraph_between_items_belongs_to_the_item() -> None:
    body = "第一条 条件：\n（一）甲。\n甲的说明。\n（二）乙。\n第二款。\n"
    assert outline(parsed(HEAD + body), leave_out="题")[1:] == ["1", "1/1", "1/1/1", "1/1/1/段1", "1/1/2", "1/2"]


def test_every_list_belongs_to_the_clause_that_introduces_it() -> None:
    body = "第一条 条件：\n（一）甲；\n（二）乙。\n禁止：\n（一）丙；\n（二）丁。\n"
    assert tree(body) == ["1", "1/1", "1/1/1", "1/1/2", "1/2", "1/2/1", "1/2/2"]


def test_items_printed_inside_their_sentence() -> None:
    document = parsed(HEAD + "第一条 条件：（一）甲；（二）乙；（三）丙。具体办法另行制定。\n")
    assert outline(document, leave_out=FRAME) == ["1", "1/1", "1/1/1", "1/1/2", "1/1/3"]
    assert [text_of(document, f"1/1/{item}") for item in (1, 2, 3)] == ["（一）甲；", "（二）乙；", "（三）丙。"]
    assert text_of(document, "1/1").endswith("具体办法另行制定。")


def test_a_bracketed_number_in_a_sentence_is_no_item() -> None:
    assert tree("第一条 依照本条例第三条第（一）项和第（二）项处理。\n") == ["1", "1/1"]
    assert tree("第一条 条件：\n（一）甲；\n（二）乙。\n（一）至（二）项的办法另行制定。\n")[-1] == "1/2"


def test_items_that_lost_their_numbers_are_counted_by_those_that_kept_them() -> None:
    document = parsed(HEAD + "第一条 条件：\n甲；\n乙；\n（三）丙；\n丁；\n（五）戊。\n")
    assert outline(document, leave_out=FRAME) == ["1", "1/1", "1/1/1", "1/1/2", "1/1/3", "1/1/4", "1/1/5"]
    assert node(document, "1/1/4").number is None
    assert [repair.detail for repair in document.audit.repairs if repair.kind == "item without its number"] == [
        "1", "2", "4",
    ]  # fmt: skip


def test_lines_without_numbers_stay_in_their_clause_when_the_count_does_not_agree() -> None:
    assert tree("第一条 条件：\n甲；\n乙；\n丙。\n第二款。\n") == ["1", "1/1", "1/2"]
    assert tree("第一条 组成人员：\n主任，\n副主任若干人，\n委员若干人。\n第二款。\n") == ["1", "1/1", "1/2"]
    assert tree("第一条 费额的计算公式：\n费额＝长度×费率\n第二款。\n") == ["1", "1/1", "1/2"]


def test_a_sentence_broken_at_a_semicolon_is_one_clause() -> None:
    assert tree("第一条 甲应当登记；\n未登记的，不予许可。\n乙。\n") == ["1", "1/1", "1/2"]


@pytest.mark.parametrize(
    "mention",
    ["第二条和第三条规定的岸线，除外。", "第二条第一款所称岸线，是指海岸线。", "第二条规定的行为，由省处罚。"],
)
def test_a_sentence_may_begin_with_an_article(mention: str) -> None:
    assert tree(f"第一条 甲。\n{mention}\n第二条 乙。\n") == ["1", "1/1", "1/2", "2", "2/1"]


def test_damaged_articles_are_found_by_their_turn() -> None:
    body = "第一条 甲。\n笫二条 乙。\n第 三 条 丙。\n第四 条丁应当登记。\n戊。 第五条己应当公示。\n第六条 庚。\n"
    assert tree(body) == [
        "1", "1/1", "2", "2/1", "3", "3/1", "4", "4/1", "4/2", "5", "5/1", "6", "6/1",
    ]  # fmt: skip


def test_a_lost_article_is_found_where_the_source_breaks_a_sentence_off() -> None:
    broken = "第一条 甲。\n港口由海事机构和有关单第二条港口的经营者应当依法登记，并向社会公示。\n第三条 丙。\n"
    assert tree(broken) == ["1", "1/1", "1/2", "2", "2/1", "3", "3/1"]
    cited = "第一条 甲。\n港口违反前款及第二条港口经营者的义务处理，并向社会公示。\n第三条 丙。\n"
    assert tree(cited) == ["1", "1/1", "1/2", "3", "3/1"]
    printed = "第一条 甲。\n港口由有关单第二条港口的经营者应当依法登记，并向社会公示。\n第二条 乙。\n第三条 丙。\n"
    assert tree(printed) == ["1", "1/1", "1/2", "2", "2/1", "3", "3/1"]


def test_several_articles_on_one_line_keep_their_clauses() -> None:
    body = "第一条 甲。 第二条 乙。 乙的第二款。 第三条 条件： （一）丙； （二）丁。 第四条 戊。\n"
    assert tree(body) == ["1", "1/1", "2", "2/1", "2/2", "3", "3/1", "3/1/1", "3/1/2", "4", "4/1"]


def test_a_chapter_that_lost_its_number_is_no_clause() -> None:
    body = "## 第一章 总则\n第一条 甲。\n监督检查\n第二条 乙。\n## 第三章 附则\n第三条 丙。\n"
    document = parsed(HEAD + body)
    assert outline(document, leave_out=FRAME) == ["章1", "1", "1/1", "章监督检查", "2", "2/1", "章3", "3", "3/1"]
    assert node(document, "章监督检查").heading == "监督检查"


def test_a_table_of_contents_repeats_the_headings() -> None:
    body = "目 录\n第一章 总 则\n第二章 岸线\n第一章 总则\n第一条 甲。\n第二章 岸线\n第二条 乙。\n"
    assert tree(body) == ["目录", "章1", "1", "1/1", "章2", "2", "2/1"]
    assert not parsed(HEAD + body).audit.duplicate


def test_a_table_of_contents_without_its_title() -> None:
    contents = "## 一、管辖\n## 二、回避\n## 三、附则\n"
    body = contents + "说明。\n## 一、管辖\n第一条 甲。\n## 二、回避\n第二条 乙。\n## 三、附则\n第三条 丙。\n"
    assert tree(body) == ["目录", "一", "1", "1/1", "二", "2", "2/1", "三", "3", "3/1"]


def test_headings_above_articles_and_items_below_them() -> None:
    body = "一、管辖\n第一条 甲有：\n一、乙；\n二、丙。\n二、回避\n第二条 丁。\n"
    assert tree(body) == ["一", "1", "1/1", "1/1/1", "1/1/2", "二", "2", "2/1"]


def test_articles_with_headings_of_their_own() -> None:
    body = "".join(
        f"第{n}条 {title}\n{title}由港口所在地的机关办理。\n"
        for n, title in zip("一二三", ("管辖", "受理", "终结"), strict=True)
    )
    document = parsed(HEAD + body)
    assert outline(document, leave_out=FRAME) == ["1", "1/1", "2", "2/1", "3", "3/1"]
    assert node(document, "2").heading == "受理"
    assert text_of(document, "2/1") == "受理由港口所在地的机关办理。"


def test_official_levels_may_be_skipped_and_numbering_goes_on() -> None:
    body = """
一、总体要求
甲。
二、主要任务
（一）增强能力。甲乙丙丁。
（二）培育主体。
1. 登记。甲。
2. 公示。乙。
三、保障
（三）统筹。丙。
3. 考核。丁。
本方案自2031年1月1日起施行。
"""
    document = parsed(HEAD + body)
    assert outline(document, leave_out="题")[1:] == [
        "一", "一/段1", "二", "二/（一）", "二/（二）", "二/（二）/1", "二/（二）/2",
        "三", "三/（三）", "三/（三）/3", "段2",
    ]  # fmt: skip
    assert node(document, "二/（一）").heading == "增强能力"
    assert node(document, "二/（二）").heading == "培育主体"


def test_an_amendment_quotes_articles() -> None:
    body = """
一、将第三条修改为：“第三条 港口应当登记。
“未登记的，不予许可。”
二、增加一条，作为第四条：
“第四条 禁止下列行为：
“（一）甲；
“（二）乙。”
三、删去第五条。
本决定自公布之日起施行。
"""
    document = parsed(HEAD + body)
    assert outline(document, leave_out="题")[1:] == ["一", "一/引文1", "二", "二/引文1", "三", "段2"]
    assert text_of(document, "一/引文1").endswith("不予许可。”")
    assert not document.audit.missing


def test_a_quotation_that_is_never_closed_ends_with_the_next_item() -> None:
    assert tree("一、将第三条修改为：“第三条 甲。\n乙。\n二、将第四条修改为：“第四条 丙。”\n") == [
        "一", "一/引文1", "二", "二/引文1",
    ]  # fmt: skip


def test_quoted_words_in_a_definition_are_no_quotation() -> None:
    assert tree("第一条 下列用语的含义：\n“岸线”，是指海岸线。\n“水域”，是指海域。\n") == ["1", "1/1", "1/2", "1/3"]


def test_articles_quoted_without_marks() -> None:
    quoted = "第七节 港口机关\n第十一条 甲。\n第十二条 乙。\n"
    body = f"第七条 增加一节。内容如下：\n{quoted}第七节相应改为第八节。\n第八条 丙。\n"
    assert tree(body) == ["7", "7/1", "7/1/引文1", "7/2", "8", "8/1"]


def test_annexes_count_for_themselves() -> None:
    body = """
第一条 甲。
附件：岸线名录
附件1
岸线名录
一、东岸
二、西岸
附件2
登记办法
第一条 乙。
第二条 丙。
"""
    document = parsed(HEAD + body)
    assert outline(document, leave_out=FRAME) == [
        "1", "1/1", "附件1", "附件1/一", "附件1/二", "附件2", "附件2/1", "附件2/1/1", "附件2/2", "附件2/2/1",
    ]  # fmt: skip
    assert [node(document, f"附件{n}").heading for n in (1, 2)] == ["岸线名录", "登记办法"]
    assert not document.audit.duplicate


def test_a_table_in_an_annex() -> None:
    body = "第一条 甲。\n附件\n任务清单\n序号\t任务\t时限\n1\t登记\t6月\n序号\t任务\t时限\n2\t公示\t\n"
    document = parsed(HEAD + body)
    assert outline(document, leave_out=FRAME) == ["1", "1/1", "附件1", "附件1/表1", "附件1/表1/1", "附件1/表1/2"]
    assert node(document, "附件1/表1").heading == "任务清单"
    assert node(document, "附件1/表1/2").cells == (("序号", "2"), ("任务", "公示"), ("时限", None))
    assert [line.reason for line in document.audit.dropped if line.line == 14 or "序号" in line.text] == [
        "repeated table header"
    ]


def test_a_dateline_behind_the_last_article_is_no_clause() -> None:
    assert tree("第一条 甲。\n新华社北京5月1日电\n") == ["1", "1/1"]


def test_a_preamble_without_articles() -> None:
    body = "## 序言\n甲。\n乙。\n## 第一章 总纲\n第一条 丙。\n"
    assert outline(parsed(HEAD + body), leave_out="题")[1:] == ["序言", "序言/段1", "序言/段2", "章1", "1", "1/1"]


def test_repeated_paths_are_told_apart_and_reported() -> None:
    document = parsed(HEAD + "第一条 甲。\n第二条 乙。\n第二条 丙。\n第四条 丁。\n")
    assert outline(document, leave_out=FRAME) == ["1", "1/1", "2", "2/1", "2~2", "2~2/1", "4", "4/1"]
    assert document.audit.duplicate == ("第二条",)
    assert document.audit.missing == ("第三条",)


@pytest.mark.parametrize(
    "closing", ["此复。", "特此批复。", "特此通知。", "以上意见，请遵照执行。", "本批复自公布之日起施行。"]
)
@pytest.mark.parametrize("behind", ["", "附件：岸线名录\n", "附件\n岸线名录\n一、东岸\n"])
def test_a_closing_formula_is_no_part_of_the_last_item(closing: str, behind: str) -> None:
    document = parsed(f"{HEAD}答复如下：\n一、甲。\n二、乙。\n{closing}\n{behind}")
    assert outline(document)[2:6] == ["段2", "一", "二", "段3"]
    assert text_of(document, "段3") == closing


def test_a_closing_formula_behind_articles_is_no_clause() -> None:
    assert outline(parsed(f"{HEAD}第一条 甲。\n特此公告。\n"))[2:] == ["1", "1/1", "段2"]
    assert tree("第一条 甲。\n特此公告。\n第二条 乙。\n") == ["1", "1/1", "1/2", "2", "2/1"]


@pytest.mark.parametrize(
    "listed",
    [
        "附件：1.登记决定书（港口\n登记用）\n2.通知书（通知\n申请人用）\n3.名录",
        "附件：1.登记决定书\n2.港口通知书和\n其他文书\n3.名录",
        "附件：\n1.登记决定书\n2.通知书\n3.名录",
    ],
)
def test_the_list_of_annexes_is_one_note(listed: str) -> None:
    body = "".join(f"第{number}条 甲。\n" for number in "一二三")
    document = parsed(f"{HEAD}{body}{listed}\n附件1\n登记决定书\n甲。\n附件2\n通知书\n乙。\n")
    assert outline(document)[2:9] == ["1", "1/1", "2", "2/1", "3", "3/1", "段2"]
    assert text_of(document, "段2").endswith("名录")
    assert not [path for path in outline(document) if "~" in path]


def test_a_heading_that_is_only_the_numeral_due() -> None:
    assert tree("## 一、登记\n甲。\n## 二\n乙。\n## 三\n丙。\n") == ["一", "二", "三"]
    assert tree("## 一、登记\n甲。\n## 五\n乙。\n") == ["一", "章五"]


def test_numbered_headings_of_an_annex_stand_side_by_side() -> None:
    headings = "## 一、名额\n（一）甲。\n## 二、表决\n乙应当公示。\n三、以后的办法\n丙应当登记。\n"
    assert tree(f"第一条 甲。\n附件\n产生办法\n{headings}")[2:] == [
        "附件1",
        "附件1/一",
        "附件1/一/（一）",
        "附件1/二",
        "附件1/三",
    ]


def test_adjacent_tables_with_heads_of_their_own() -> None:
    rows = "序号\t任务\n1\t登记\n2\t公示\n序号\t岸线\n1\t东岸\n2\t西岸\n"
    document = parsed(f"{HEAD}第一条 甲。\n附件\n任务清单\n{rows}")
    assert outline(document, leave_out=FRAME)[3:] == [
        "附件1/表1", "附件1/表1/1", "附件1/表1/2", "附件1/表2", "附件1/表2/1", "附件1/表2/2",
    ]  # fmt: skip
    assert node(document, "附件1/表2/2").cells == (("序号", "2"), ("岸线", "西岸"))


def test_the_number_of_an_inserted_part_has_no_frame() -> None:
    document = parsed(f"{HEAD}## 第三章之一 岸线\n第八条之二 甲。\n")
    assert [(part.path, part.number) for part, _ in document.nodes][2:4] == [("章3_1", "三之一"), ("8_2", "八之二")]
    assert units(document)[0].headings == ("第三章之一 岸线",)
