"""Citations in running text: each with its exact words, its law and its path."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.citation import definitions, find

Expected = tuple[str, str, str | None, str]

FULL: list[tuple[str, list[Expected]]] = [
    ("依照《星海法》第八条办理", [("《星海法》第八条", "full", "星海法", "8")]),
    (
        "依照《中华人民共和国刑法》第一百三十三条之一第一款第（二）项处理",
        [("《中华人民共和国刑法》第一百三十三条之一第一款第（二）项", "full", "中华人民共和国刑法", "133_1/1/2")],
    ),
    (
        "按《星海法》第三条、第五条和第八条第二款的规定",
        [
            ("《星海法》第三条", "full", "星海法", "3"),
            ("第五条", "full", "星海法", "5"),
            ("第八条第二款", "full", "星海法", "8/2"),
        ],
    ),
    (
        "《星海法》第三条规定，或者第五条规定的",
        [("《星海法》第三条", "full", "星海法", "3"), ("第五条", "self", None, "5")],
    ),
    (
        "《星海法》第十二条第（一）、（二）、（五）项",
        [
            ("《星海法》第十二条第（一）", "full", "星海法", "12//1"),
            ("（二）", "full", "星海法", "12//2"),
            ("（五）项", "full", "星海法", "12//5"),
        ],
    ),
    (
        "《星海法》第三条第一款、第三款和第九条",
        [
            ("《星海法》第三条第一款", "full", "星海法", "3/1"),
            ("第三款", "full", "星海法", "3/3"),
            ("第九条", "full", "星海法", "9"),
        ],
    ),
    ("《星海法》第 二十 条", [("《星海法》第 二十 条", "full", "星海法", "20")]),
    ("《星海法》第20条第2款第(3)项第1目", [("《星海法》第20条第2款第(3)项第1目", "full", "星海法", "20/2/3/1")]),
    ("《星海法》第二章第一节", [("《星海法》第二章第一节", "full", "星海法", "章2/节1")]),
    ("《星海法》第一编第三章", [("《星海法》第一编第三章", "full", "星海法", "编1/章3")]),
    ("《星海法》（2018年修正）第二十条", [("《星海法》（2018年修正）第二十条", "full", "星海法", "20")]),
    ("根据《星海法》，制定", [("《星海法》", "full", "星海法", "")]),
    ("《关于修改〈星海法〉的决定》公布", [("《关于修改〈星海法〉的决定》", "full", "关于修改〈星海法〉的决定", "")]),
    ("《关于修改《星海法》的决定》公布", [("《关于修改《星海法》的决定》", "full", "关于修改《星海法》的决定", "")]),
    ("持《营业执照》和《诊断证明书》", []),
    ("《红海日记》第三章", [("《红海日记》第三章", "full", "红海日记", "章3")]),
    ("《星海法》的第三条", [("《星海法》的第三条", "full", "星海法", "3")]),
    ("《试点办法（试行）》第三条", [("《试点办法（试行）》第三条", "full", "试点办法（试行）", "3")]),
    ("《未完的法", []),
    (
        "《星海法》第三条所列第（一）、（二）项",
        [
            ("《星海法》第三条", "full", "星海法", "3"),
            ("第（一）", "full", "星海法", "3//1"),
            ("（二）项", "full", "星海法", "3//2"),
        ],
    ),
]

NAMES: list[tuple[str, list[Expected]]] = [
    ("民法典第1079条", [("民法典第1079条", "alias", "民法典", "1079")]),
    ("适用民法典、刑法的规定", [("民法典", "alias", "民法典", ""), ("刑法", "alias", "刑法", "")]),
    ("违反劳动合同法第三十八条", [("劳动合同法第三十八条", "alias", "劳动合同法", "38")]),
    ("具有公司法人资格的", []),
    ("劳动法律关系", []),
    ("有刑法学学位", []),
    ("《刑法修正案（八）》", [("《刑法修正案（八）》", "full", "刑法修正案（八）", "")]),
    ("刑法修正案（八）第三条", [("刑法修正案（八）第三条", "alias", "刑法修正案（八）", "3")]),
    ("适用民事诉讼法解释第五条", [("民事诉讼法解释第五条", "alias", "民事诉讼法解释", "5")]),
    ("婚姻家庭编解释（一）第五条", [("婚姻家庭编解释（一）第五条", "alias", "婚姻家庭编解释（一）", "5")]),
    ("北京市建设工程质量条例由市政府解释", []),
    ("法国民法典第一条", [("第一条", "self", None, "1")]),
    ("有刑法第三条规定的情形", [("刑法第三条", "alias", "刑法", "3")]),
    ("中华人民共和国海商法第三条", [("中华人民共和国海商法第三条", "alias", "海商法", "3")]),
    ("依照星际航行法第五条", [("星际航行法第五条", "alias", "星际航行法", "5")]),
    ("依照国家规定第五条", [("第五条", "self", None, "5")]),
    (
        "《星海条例》（以下简称《条例》）。《条例》第八条、条例第九条",
        [
            ("《星海条例》", "full", "星海条例", ""),
            ("《条例》", "alias", "星海条例", ""),
            ("《条例》第八条", "alias", "星海条例", "8"),
            ("条例第九条", "alias", "星海条例", "9"),
        ],
    ),
    (
        "《星海法》第三条规定的，依照同法第五条",
        [("《星海法》第三条", "full", "星海法", "3"), ("同法第五条", "relative", "星海法", "5")],
    ),
    ("同法第五条", [("同法第五条", "relative", None, "5")]),
    ("该条例第五条", [("该条例第五条", "relative", None, "5")]),
]

OWN: list[tuple[str, list[Expected]]] = [
    ("违反本法第八条第一款规定", [("本法第八条第一款", "self", None, "8/1")]),
    ("根据本条例制定", [("本条例", "self", None, "")]),
    (
        "本办法、本规定、本解释、本决定、本实施细则",
        [(word, "self", None, "") for word in ("本办法", "本规定", "本解释", "本决定", "本实施细则")],
    ),
    ("本法院", []),
    ("基本法律", []),
    ("成本规则", []),
    ("本决定书", []),
    (
        "本法第二十条至第二十四条、第三十条",
        [("本法第二十条", "self", None, "20"), ("第二十四条", "self", None, "20-24"), ("第三十条", "self", None, "30")],
    ),
    ("第三条第一项至第三项", [("第三条第一项", "self", None, "3//1"), ("第三项", "self", None, "3//1-3")]),
    ("第二十至二十四条", [("第二十", "self", None, "20"), ("二十四条", "self", None, "20-24")]),
    ("第一百二十条之一、之二", [("第一百二十条之一", "self", None, "120_1"), ("之二", "self", None, "120_2")]),
    (
        "依照第八条前两款",
        [("第八条", "self", None, "8"), ("前两款", "self", None, "8/1"), ("前两款", "self", None, "8/2")],
    ),
    ("第八条（二）项", [("第八条（二）项", "self", None, "8//2")]),
    ("本节第三百条、第三百零一条", [("本节第三百条", "self", None, "300"), ("第三百零一条", "self", None, "301")]),
    ("第三条例、第一项目、第二款式、第一节目", []),
]

RELATIVE: list[tuple[str, list[Expected]]] = [
    ("依照前款规定", [("前款", "relative", None, "前款")]),
    ("有前款第一项、第三项情形", [("前款第一项", "relative", None, "前款/1"), ("第三项", "relative", None, "前款/3")]),
    ("犯前两款罪", [("前两款", "relative", None, "前2款"), ("前两款", "relative", None, "前款")]),
    ("犯前三款罪", [("前三款", "relative", None, path) for path in ("前3款", "前2款", "前款")]),
    ("前条第二款、第三款", [("前条第二款", "relative", None, "前条/2"), ("第三款", "relative", None, "前条/3")]),
    ("前条第（二）项", [("前条第（二）项", "relative", None, "前条//2")]),
    ("第三款第二项", [("第三款第二项", "relative", None, "本条/3/2")]),
    ("第二项规定的", [("第二项", "relative", None, "本款/2")]),
    ("本条第一款", [("本条第一款", "relative", None, "本条/1")]),
    ("本条所称", []),
    ("本章规定", [("本章", "relative", None, "本章")]),
    ("前两项", [("前两项", "relative", None, "前2项"), ("前两项", "relative", None, "前项")]),
    ("目前款项", []),
    ("前条件", []),
    ("前项目", []),
    ("前一百款", []),
]

DOCUMENT_NUMBERS: list[tuple[str, list[Expected]]] = [
    ("按国办发〔2023〕29号执行", [("国办发〔2023〕29号", "number", "国办发〔2023〕29号", "")]),
    ("宁政办发[2023]53号", [("宁政办发[2023]53号", "number", "宁政办发〔2023〕53号", "")]),
    ("法释（2020）25号", [("法释（2020）25号", "number", "法释〔2020〕25号", "")]),
    ("依照国务院令第586号公布", [("国务院令第586号", "number", "国务院令第586号", "")]),
    (
        "中华人民共和国主席令第七十三号",
        [("中华人民共和国主席令第七十三号", "number", "中华人民共和国主席令第73号", "")],
    ),
    ("住房和城乡建设部令第23号", [("住房和城乡建设部令第23号", "number", "住房和城乡建设部令第23号", "")]),
    ("国家税务总局公告2019年第33号", [("国家税务总局公告2019年第33号", "number", "国家税务总局公告2019年第33号", "")]),
    ("（2019）最高法民申123号", []),
    ("第3号楼", []),
    (
        "《若干措施》（宁政办发〔2023〕53号）一、（二）",
        [("《若干措施》（宁政办发〔2023〕53号）一、（二）", "full", "若干措施（宁政办发〔2023〕53号）", "一/（二）")],
    ),
    ("国办发〔2023〕29号一、（二）", [("国办发〔2023〕29号一、（二）", "number", "国办发〔2023〕29号", "一/（二）")]),
]

HEADINGS: list[tuple[str, list[Expected]]] = [
    ("第八条 船长应当值守。\n第九条　船员依照第八条值守。", [("第八条", "self", None, "8")]),
    ("## 第二章 总则\n\n第二条 依照第三章办理。", [("第三章", "self", None, "章3")]),
    ("第八条和第九条规定的情形", [("第八条", "self", None, "8"), ("第九条", "self", None, "9")]),
]


@pytest.mark.parametrize(("text", "expected"), FULL + NAMES + OWN + RELATIVE + DOCUMENT_NUMBERS + HEADINGS)
def test_find(text: str, expected: list[Expected]) -> None:
    assert [(text[c.span.start : c.span.end], c.form, c.law, c.path) for c in find(text)] == expected


def test_targets_are_left_open() -> None:
    assert [citation.target for citation in find("本法第八条")] == [None]


def test_short_names_from_elsewhere_count() -> None:
    assert [c.law for c in find("依照《办法》第三条", {"办法": "星海办法"})] == ["星海办法"]


def test_definitions_are_of_instruments_alone() -> None:
    text = "《星海条例》（以下简称《条例》）；《星海光荣证》（以下简称光荣证）；《新港法》(以下简称新港法)"
    assert definitions(text) == {"条例": "星海条例", "新港法": "新港法"}


LEGAL = st.lists(
    st.sampled_from(
        [
            "《",
            "》",
            "〈",
            "〉",
            "星海",
            "民法典",
            "刑法",
            "本法",
            "前款",
            "前两",
            "款",
            "条",
            "第",
            "三",
            "十",
            "（",
            "）",
            "项",
            "至",
            "、",
            "和",
            "之",
            "一",
            "〔",
            "2023",
            "〕",
            "号",
            "令",
            "发",
            "同法",
            "的",
            "规定",
            "章",
            "以下简称",
            "\n",
            " ",
            "100",
            "-",
        ]
    ),
    max_size=60,
).map("".join)


@given(st.one_of(st.text(max_size=200), LEGAL))
def test_spans_are_ordered_slices_of_any_text(text: str) -> None:
    end, last = 0, None
    for citation in find(text):
        assert 0 <= citation.span.start < citation.span.end <= len(text)
        assert citation.span.start >= end or citation.span == last
        assert text[citation.span.start : citation.span.end].strip()
        end, last = citation.span.end, citation.span


@given(st.integers(1, 1500), st.integers(0, 9), st.integers(0, 9), st.integers(0, 20))
def test_every_number_is_found(article: int, suffix: int, paragraph: int, item: int) -> None:
    from indexer import numerals
    from indexer.types import Ordinal

    words = numerals.printed(Ordinal(article, suffix))
    path = numerals.path_step(Ordinal(article, suffix))
    if paragraph:
        words, path = f"{words}第{numerals.chinese(paragraph)}款", f"{path}/{paragraph}"
    if item:
        words, path = f"{words}第（{numerals.chinese(item)}）项", f"{path}{'' if paragraph else '/'}/{item}"
    (found,) = find(f"违反《星海法》{words}的，")
    assert (found.path, found.span.end - found.span.start) == (path, len(words) + 5)


@pytest.mark.parametrize(
    "piece",
    ["《", "第", "第一", "（", "本", "前", "〔2023", "民法典", "第一、", "《〈", "第三条、", "以下简称", "法", "星"],
)
def test_time_grows_with_length_alone(piece: str) -> None:
    def seconds(times: int) -> float:
        text = piece * times
        start = time.process_time()
        find(text)
        return time.process_time() - start

    seconds(100)
    assert seconds(40_000) < 40 * seconds(4_000) + 1.0
