"""What is ranked and what is embedded, by the drafting rules."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer import clauses
from indexer.types import Document
from tests.indexer.builders import Part, article, build, chapter, fictional_law, numbered, paragraph, table
from tests.indexer.structure.outlines import parsed


def _paths(document: Document) -> list[str]:
    return [unit.address.removeprefix(f"{document.id}/") for unit in clauses.units(document)]


def _clauses(document: Document) -> list[tuple[str, str]]:
    found = clauses.clauses(document, clauses.units(document))
    return [(clause.address.removeprefix(f"{document.id}/"), clause.text) for clause in found]


class TestUnits:
    def test_every_article_is_a_unit_with_its_headings(self) -> None:
        law = fictional_law()
        units = clauses.units(law)
        assert _paths(law) == ["1", "2", "3", "3_1"]
        assert [unit.headings for unit in units] == [("第一章 总则",)] * 4
        assert units[3].ordinal is not None
        assert (units[3].ordinal.number, units[3].ordinal.suffix) == (3, 1)
        assert units[1].text == law.slice(units[1].span)
        assert units[1].text.startswith("第2条")
        assert units[1].text.endswith("灯油不足的。")

    def test_headings_come_from_the_outermost_in(self) -> None:
        law = build(
            "云泽省灯典",
            chapter("一", "总则", chapter("二", "灯油", article(1, "灯油应当清洁。"), kind="节", ordinal=2), kind="编"),
        )
        assert clauses.units(law)[0].headings == ("第一编 总则", "第二节 灯油")

    def test_what_only_identifies_a_document_is_no_unit(self) -> None:
        apart = [Part(kind, "云泽省点灯办法") for kind in ("题", "文号", "主送", "目录")]
        behind = [Part("署名", "云泽省人民政府"), Part("日期", "2020年1月1日")]
        assert _paths(build("云泽省点灯办法", *apart, article(1, "点灯。"), *behind)) == ["1"]

    def test_plain_paragraphs_around_articles_are_no_units(self) -> None:
        order = Part("段", "《云泽省点灯办法》已经省政府常务会议审议通过，现予公布。")
        assert _paths(build("云泽省点灯办法", order, article(1, "点灯。"), Part("段", "附注。"))) == ["1"]

    def test_a_text_without_articles_gives_its_paragraphs_but_not_its_formalities(self) -> None:
        reply = build(
            "关于河灯的批复",
            Part("段", "2020年1月1日云泽省灯务委员会第三次会议通过"),
            Part("段", "你厅的请示收悉。经研究，批复如下。"),
            Part("段", "《点灯计划》已经省政府同意，现印发给你们，请认真贯彻落实。"),
            Part("段", "（此件公开发布）"),
            Part("段", "河灯可以在节日放流。"),
        )
        assert [unit.text for unit in clauses.units(reply)] == [
            "你厅的请示收悉。经研究，批复如下。",
            "河灯可以在节日放流。",
        ]

    @pytest.mark.parametrize(
        "text",
        [
            "为了规范现行做法，制定本措施。",
            "2020年1月1日起施行的办法同时废止。对此前的灯，仍按原规定处理。",
            "本办法由灯务厅印发的目录执行。",
        ],
    )
    def test_a_rule_is_not_taken_for_a_formality(self, text: str) -> None:
        assert len(clauses.units(build("云泽省措施", Part("段", text)))) == 1

    def test_measures_stand_alone_under_headings(self) -> None:
        plan = build(
            "云泽省点灯措施",
            numbered(
                "一、",
                "一",
                "一、总体要求",
                Part("段", "坚持人人点灯。"),
            ),
            numbered(
                "一、",
                "二",
                "二、主要措施",
                numbered("（一）", "一", "（一）增加灯油。每年供应灯油一千斤。"),
                numbered("（一）", "二", "（二）培训守灯人。", numbered("1.", "1", "1.每月授课一次。")),
                numbered(
                    "（一）",
                    "三",
                    "（三）补贴。对下列人员给予补贴：",
                    numbered("1.", "1", "1.守灯人；"),
                    numbered("1.", "2", "2.添油人。"),
                ),
            ),
        )
        assert _paths(plan) == ["一", "二/（一）", "二/（二）/1", "二/（三）"]
        units = clauses.units(plan)
        assert units[0].text == "一、总体要求\n坚持人人点灯。"
        assert units[1].headings == ("二、主要措施",)
        assert units[2].headings == ("二、主要措施", "（二）培训守灯人。")

    def test_a_very_long_measure_gives_way_to_its_parts_and_keeps_its_own_words(self) -> None:
        parts = [numbered("1.", str(n), f"{n}.{'点亮每一盏星灯。' * 60}") for n in (1, 2, 3)]
        plan = build("云泽省点灯措施", numbered("（一）", "一", "（一）点灯。各地应当按时点灯，不得延误。", *parts))
        assert _paths(plan) == ["（一）", "（一）/1", "（一）/2", "（一）/3"]
        assert clauses.units(plan)[0].text == "（一）点灯。各地应当按时点灯，不得延误。"

    def test_rows_are_units_outside_articles_only(self) -> None:
        rows = table("任务清单", ["序号", "任务"], ["1", "挂灯"], ["2", "添油"])
        plan = build("云泽省点灯计划", Part("附件", "附件\n任务清单", (rows,), heading="任务清单"))
        assert _paths(plan) == ["附件1/表1/1", "附件1/表1/2"]
        assert clauses.units(plan)[0].headings == ("附件 任务清单",)
        law = build(
            "云泽省灯税条例", Part("条", "第1条　", (Part("款", "税额如下：", inline=True), rows), ordinal=None)
        )
        assert len(clauses.units(law)) == 1

    def test_an_annex_without_articles_is_read_by_itself(self) -> None:
        annex = Part("附件", "附件", (Part("段", "本目录所列的灯为古灯。"),))
        assert _paths(build("云泽省点灯办法", article(1, "点灯。"), annex)) == ["1", "附件1/段1"]

    def test_a_list_of_names_is_one_unit(self) -> None:
        names = [Part("段", name) for name in ("云泽市灯务局", "星河县灯务局", "雾山县灯务局")]
        reply = build("灯务机构名录", Part("段", "下列机构办理星灯登记。"), *names, Part("段", "本名录由灯务厅解释。"))
        assert _paths(reply) == ["段1", "段2", "段5"]
        assert clauses.units(reply)[1].text == "云泽市灯务局\n星河县灯务局\n雾山县灯务局"
        assert _clauses(reply)[1] == ("段2", "云泽市灯务局\n星河县灯务局\n雾山县灯务局")

    def test_the_preamble_is_one_unit(self) -> None:
        preamble = Part("序言", "序言", (Part("段", "云泽多雾。"), Part("段", "先民点灯。")))
        law = build("云泽省灯典", preamble, article(1, "点灯。"))
        assert _paths(law) == ["序言1", "1"]
        assert clauses.units(law)[0].text == "序言\n云泽多雾。\n先民点灯。"

    def test_a_masthead_gives_nothing(self) -> None:
        assert clauses.units(build("云泽省公报", Part("段", "云泽省公报第一期。"), kind="公报")) == ()


class TestClauses:
    def test_a_paragraph_without_items_is_one_clause(self) -> None:
        law = build("云泽省灯典", article(1, "灯应当明亮。", "灯油应当清洁。"))
        assert _clauses(law) == [("1/1", "灯应当明亮。"), ("1/2", "灯油应当清洁。")]

    def test_items_carry_the_words_that_introduce_them(self) -> None:
        law = build(
            "云泽省灯典",
            article(
                1, paragraph("有下列情形之一的，不得点灯：", "（一）大风；", "（二）大雨；", closing="但节日除外。")
            ),
        )
        assert _clauses(law) == [
            ("1/1", "有下列情形之一的，不得点灯：但节日除外。"),
            ("1/1/1", "有下列情形之一的，不得点灯：大风；"),
            ("1/1/2", "有下列情形之一的，不得点灯：大雨；"),
        ]
        item = clauses.clauses(law, clauses.units(law))[1]
        assert law.slice(item.span) == "（一）大风；"

    def test_a_long_introduction_is_shortened_to_its_end(self) -> None:
        lead = f"守灯人应当{'认真' * 40}巡查。发现下列情形之一的，应当报告："
        law = build("云泽省灯典", article(1, paragraph(lead, "（一）灯灭的；")))
        assert _clauses(law)[1] == ("1/1/1", "发现下列情形之一的，应当报告：灯灭的；")
        lead = f"{'守灯人，' * 30}应当报告："
        law = build("云泽省灯典", article(1, paragraph(lead, "（一）灯灭的；")))
        text = _clauses(law)[1][1]
        assert len(text) <= clauses.MAX_LEAD + len("灯灭的；")
        assert text.endswith("应当报告：灯灭的；")

    def test_subitems_carry_the_words_of_all_above(self) -> None:
        sub = Part("目", "1.油灯；")
        law = build(
            "云泽省灯典", article(1, paragraph("下列灯免税：", Part("项", "（一）下列旧灯：", (sub,)), "（二）河灯。"))
        )
        assert _clauses(law)[2] == ("1/1/1/1", "下列灯免税：下列旧灯：油灯；")

    def test_a_heading_alone_is_no_clause(self) -> None:
        plan = build("云泽省措施", numbered("一、", "一", "一、总体要求", Part("段", "坚持人人点灯。")))
        assert _clauses(plan) == [("一/段1", "总体要求 坚持人人点灯。")]

    def test_a_row_is_a_sentence_of_headers_and_values(self) -> None:
        rows = table("任务清单", ["序号", "任务", "牵头单位", "时限"], ["3", "挂灯", "灯务厅", None])
        assert _clauses(build("云泽省点灯计划", rows)) == [("表1/3", "序号：3；任务：挂灯；牵头单位：灯务厅")]

    def test_long_paragraphs_are_cut_at_sentence_ends(self) -> None:
        sentence = "守灯人应当每日巡查星灯并且记录巡查的情况和发现的问题。"
        law = build("云泽省灯典", article(1, sentence * 30))
        found = clauses.clauses(law, clauses.units(law))
        assert len(found) == 3
        assert {clause.address for clause in found} == {f"{law.id}/1/1"}
        assert all(len(clause.text) <= clauses.MAX_CLAUSE and clause.text.endswith("。") for clause in found)
        assert "".join(clause.text for clause in found) == sentence * 30

    def test_later_pieces_of_a_measure_repeat_what_it_is_about(self) -> None:
        plan = build(
            "云泽省措施", numbered("（一）", "一", f"（一）增加灯油。{'各地应当按时足额供应灯油，不得拖延。' * 25}")
        )
        texts = [text for _, text in _clauses(plan)]
        assert len(texts) == 2
        assert all(text.startswith("增加灯油。") for text in texts)

    @settings(max_examples=100, deadline=None)
    @given(st.text(st.sampled_from("灯油守人，。；：“”\n 一1"), min_size=1, max_size=1500))
    def test_no_word_of_a_unit_is_lost(self, text: str) -> None:
        law = build("云泽省灯典", article(1, text + "灯"))
        found = clauses.clauses(law, clauses.units(law))
        covered = sorted((clause.span.start, clause.span.end) for clause in found)
        assert all(left[1] <= right[0] for left, right in pairwise(covered))
        kept = "".join(law.text[start:end] for start, end in covered)
        words = "".join(c for c in law.slice(clauses.units(law)[0].span).removeprefix("第1条") if c.isalnum())
        assert "".join(c for c in kept if c.isalnum()) == words
        assert all(end - start <= clauses.MAX_CLAUSE for start, end in covered)

    def test_every_unit_has_a_clause_in_the_order_of_units(self) -> None:
        law = fictional_law(articles=6)
        units = clauses.units(law)
        found = clauses.clauses(law, units)
        assert list(dict.fromkeys(clause.unit for clause in found)) == [unit.address for unit in units]

    def test_an_article_of_nothing_but_its_number(self) -> None:
        law = build("云泽省灯典", Part("条", "第1条", number="1"), article(2, "……"))
        assert [text for _, text in _clauses(law)] == ["第1条", "第2条　……"]


def test_the_text_to_embed_has_short_title_innermost_heading_and_words() -> None:
    law = build("中华人民共和国灯典", chapter("一", "总则", article(1, "点灯。")))
    unit = clauses.units(law)[0]
    own = clauses.clauses(law, [unit])
    assert clauses.embedding_text(own[0]) == "灯典 第一章 总则 点灯。"
    assert clauses.lexical_text(unit, own) == "灯典\n第一章 总则\n第1条　点灯。"


def test_a_row_is_found_by_its_headers() -> None:
    plan = build("云泽省点灯计划", table("任务清单", ["序号", "完成时限"], ["1", "年底"]))
    unit = clauses.units(plan)[0]
    assert clauses.lexical_text(unit, clauses.clauses(plan, [unit])).splitlines()[-1] == "序号：1；完成时限：年底"


@pytest.mark.parametrize("formula", ["此复。", "特此通知。"])
def test_a_formula_is_no_unit(formula: str) -> None:
    document = parsed(f"# 临海省港口批复\n\n答复如下：\n\n一、港口应当登记。\n\n二、港口应当公示。\n\n{formula}\n")
    assert not [unit for unit in clauses.units(document) if unit.text.strip() == formula]
