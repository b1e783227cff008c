"""What people type: the law, the provision, the time, and what they ask beside it."""

from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer import numerals
from indexer.citation import parse_query

# query, law, path, remaining, only
CITATIONS: list[tuple[str, str | None, str, str, bool]] = [
    ("民法典第1079条", "民法典", "1079", "", True),
    ("民法典第一千零七十九条", "民法典", "1079", "", True),
    ("民法典 1079", "民法典", "1079", "", True),
    ("民法典1079", "民法典", "1079", "", True),
    ("民法典第 1079 条", "民法典", "1079", "", True),
    ("民法典一〇七九条", "民法典", "1079", "", True),
    ("民法典第１０７９条", "民法典", "1079", "", True),
    ("《民法典》1079", "民法典", "1079", "", True),
    ("《中华人民共和国民法典》第1079条", "中华人民共和国民法典", "1079", "", True),
    ("刑法一百三十三条之一", "刑法", "133_1", "", True),
    ("刑法133之1", "刑法", "133_1", "", True),
    ("刑法第133-1条", "刑法", "133_1", "", True),
    ("刑法120之1-1", "刑法", "120_1/1", "", True),
    ("刑法第一百三十三条之一第一款第（二）项", "刑法", "133_1/1/2", "", True),
    ("劳动合同法38-1-2", "劳动合同法", "38/1/2", "", True),
    ("劳动合同法３８－１－２", "劳动合同法", "38/1/2", "", True),
    ("劳动合同法 38 条 第一款 （二）", "劳动合同法", "38/1/2", "", True),
    ("劳动合同法第三十八条第(二)项", "劳动合同法", "38/1/2", "", True),
    ("勞動合同法第三十八條", "劳动合同法", "38", "", True),
    ("公司法第二十一条第二款", "公司法", "21/2", "", True),
    ("公司法21条2款", "公司法", "21/2", "", True),
    ("公司法二十一条二款三项", "公司法", "21/2/3", "", True),
    ("第1079条", None, "1079", "", True),
    ("第1079条 民法典", "民法典", "1079", "", True),
    ("第一千零七十九条，民法典", "民法典", "1079", "", True),
    ("民法典第一千零七十九条规定了什么", "民法典", "1079", "规定了什么", True),
    ("请问刑法第三条的内容是什么？", "刑法", "3", "内容是什么", True),
    ("刑法一百三十三条之一怎么判", "刑法", "133_1", "怎么判", False),
    ("根据劳动合同法第38条可以辞职吗", "劳动合同法", "38", "可以辞职吗", False),
    ("消费者权益保护法55条 三倍", "消费者权益保护法", "55", "三倍", False),
    ("民诉法 管辖", "民诉法", "", "管辖", False),
    ("消保法 三倍", "消保法", "", "三倍", False),
    ("民诉 管辖", "民诉", "", "管辖", False),
    ("劳动法 十三薪", "劳动法", "", "十三薪", False),
    ("劳动法", "劳动法", "", "", True),
    ("刑法怎么规定醉驾", "刑法", "", "怎么规定醉驾", False),
    ("民间借贷规定 利率", "民间借贷规定", "", "利率", False),
    ("民间借贷规定第25条", "民间借贷规定", "25", "", True),
    ("民诉法解释第103条", "民诉法解释", "103", "", True),
    ("婚姻家庭编解释(一)第五条", "婚姻家庭编解释(一)", "5", "", True),
    ("刑法修正案（十一）", "刑法修正案（十一）", "", "", True),
    ("宪法序言", "宪法", "序言", "", True),
    ("民法典第三章", "民法典", "章3", "", True),
    ("新公司法", "新公司法", "", "", True),
    ("劳动合同法第三十八条（二）", "劳动合同法", "38/1/2", "", True),
    ("第38条第1款第2项", None, "38/1/2", "", True),
    ("第三十八条（二）", None, "38/1/2", "", True),
    ("刑法第133条第1款第(2)项第3目", "刑法", "133/1/2/3", "", True),
    ("民法典第二编", "民法典", "编2", "", True),
    ("刑法第四章", "刑法", "章4", "", True),
    ("刑法分则第四章", "刑法", "编2/章4", "", True),
    ("刑法总则第二章第一节", "刑法", "编1/章2/节1", "", True),
    ("刑法总则第十三条", "刑法", "13", "", True),
    ("民法典总则编", "民法典", "编1", "", True),
    ("行政许可法 总则", "行政许可法", "", "总则", False),
    ("食品安全法附件二", "食品安全法", "附件2", "", True),
    ("食品安全法附件", "食品安全法", "附件1", "", True),
    ("食品安全法附件2第三条", "食品安全法", "附件2/3", "", True),
    ("宠物管理条例第五条", "宠物管理条例", "5", "", True),
    ("星海省渡船办法第八条", "星海省渡船办法", "8", "", True),
]

NO_CITATION = [
    "",
    "   ",
    "老板拖欠工资不给怎么办",
    "红烧肉怎么做",
    "公司法人资格怎么认定",
    "工资规定有哪些",
    "瞪羚企业要满足什么条件",
    "合同第三条约定违约金过高怎么办",
    "12345",
    "常态化工作机制任务清单第30项由谁牵头",
    "劳动法律关系是什么",
    "2019年我被辞退",
    "九民纪要",
]


@pytest.mark.parametrize(("query", "law", "path", "remaining", "only"), CITATIONS)
def test_citations(query: str, law: str | None, path: str, remaining: str, only: bool) -> None:  # noqa: FBT001
    found = parse_query(query)
    assert found is not None
    assert (found.law, found.path, found.remaining, found.only) == (law, path, remaining, only)


@pytest.mark.parametrize("query", NO_CITATION)
def test_questions_are_no_citations(query: str) -> None:
    assert parse_query(query) is None


@pytest.mark.parametrize(
    ("query", "law", "number", "path"),
    [
        ("宁政办发〔2023〕53号", None, "宁政办发〔2023〕53号", ""),
        ("宁政办发[2023]53号", None, "宁政办发〔2023〕53号", ""),
        ("宁政办发【2023】53号", None, "宁政办发〔2023〕53号", ""),
        ("宁政办发〔2023〕53号 一、（二）", None, "宁政办发〔2023〕53号", "一/（二）"),
        ("国务院令第586号", None, "国务院令第586号", ""),
        ("《渡船措施》（新政发〔2023〕5号）一、（二）1.", "渡船措施", "新政发〔2023〕5号", "一/（二）/1"),
    ],
)
def test_document_numbers(query: str, law: str | None, number: str, path: str) -> None:
    found = parse_query(query)
    assert found is not None
    assert (found.law, found.number, found.path, found.only) == (law, number, path, True)


@pytest.mark.parametrize(
    ("query", "as_of", "version", "remaining"),
    [
        ("2019年的公司法关于一人公司", date(2019, 12, 31), None, "一人公司"),
        ("2019年公司法 一人公司", date(2019, 12, 31), None, "一人公司"),
        ("二〇一九年的公司法", date(2019, 12, 31), None, ""),
        ("2019年6月的公司法第三条", date(2019, 6, 30), None, ""),
        ("2019年6月1日施行的公司法第三条", date(2019, 6, 1), None, ""),
        ("2018年修正的公司法第三条", None, 2018, ""),
        ("公司法（2018年修正）第三条", None, 2018, ""),
        ("《公司法》（2018修正）第三条", None, 2018, ""),
        ("公司法2023版", None, 2023, ""),
        ("公司法2018", None, 2018, ""),
        ("公司法第三条", None, None, ""),
        ("2019年13月的公司法", None, None, "2019年13月"),
    ],
)
def test_time(query: str, as_of: date | None, version: int | None, remaining: str) -> None:
    found = parse_query(query)
    assert found is not None
    assert found.law == "公司法"
    assert (found.as_of, found.version, found.remaining) == (as_of, version, remaining)


def test_the_unsaid_paragraph_is_marked() -> None:
    found = parse_query("劳动合同法第三十九条第（二）项")
    assert found is not None
    assert (found.path, found.written) == ("39/1/2", "39//2")


def test_titles_of_the_index_are_known() -> None:
    title = "星海省渡船守则"
    assert parse_query(f"{title} 船长") is None
    found = parse_query(f"{title} 船长", {title}.__contains__)
    assert found is not None
    assert (found.law, found.remaining) == (title, "船长")


WIDE = str.maketrans("0123456789-()", "０１２３４５６７８９－（）")
ARTICLES = (1, 2, 8, 10, 12, 20, 38, 99, 100, 101, 110, 120, 133, 208, 300, 452, 1000, 1001, 1079, 1260)
LAWS = ("刑法", "《刑法》", "中华人民共和国刑法", "刑法 ", "刑法的", "《中华人民共和国刑法》 ")


def _spellings(number: int) -> list[str]:
    """A number as it is typed: in Chinese, digit by digit, in Arabic, in full width, with spaces inside."""
    chinese, arabic = numerals.chinese(number), str(number)
    by_digit = arabic.translate(str.maketrans("0123456789", "〇一二三四五六七八九"))
    return [chinese, *([by_digit] if number > 99 else []), arabic, arabic.translate(WIDE), " ".join(chinese)]


def _articles(number: int, suffix: int) -> list[str]:
    """An article as it is typed."""
    found: list[str] = []
    for spelling in _spellings(number):
        found += [f"第{spelling}条", f"第 {spelling} 条", f"第{spelling}條"]
        if spelling[0] != "一" or not suffix:
            found.append(f"{spelling}条")
    if not suffix:
        return found
    tails = (f"之{numerals.chinese(suffix)}", f"之{suffix}", f" 之 {suffix}", f"之{str(suffix).translate(WIDE)}")
    return [each + tail for each, tail in product(found, tails)] + [f"{number}之{suffix}", f"第{number}-{suffix}条"]


@pytest.mark.parametrize("number", ARTICLES)
@pytest.mark.parametrize("suffix", [0, 1, 6])
def test_every_spelling_of_an_article(number: int, suffix: int) -> None:
    step = f"{number}_{suffix}" if suffix else str(number)
    for law, article in product(LAWS, _articles(number, suffix)):
        found = parse_query(law + article)
        assert found is not None, law + article
        assert (found.path, found.only, found.remaining) == (step, True, ""), law + article


@pytest.mark.parametrize("paragraph", [0, 1, 2, 11])
@pytest.mark.parametrize("item", [0, 1, 2, 10, 21])
@pytest.mark.parametrize("gap", ["", " ", "  "])
def test_every_spelling_of_a_paragraph_and_an_item(paragraph: int, item: int, gap: str) -> None:
    paragraphs = [f"{gap}第{each}款" for each in _spellings(paragraph)] + [f"{gap}{paragraph}款"] if paragraph else [""]
    items = [""]
    if item:
        items = [f"{gap}第{each}项" for each in _spellings(item)] + [
            f"{gap}第({item})项",
            f"{gap}({item})",
            f"{gap}{item}项",
        ]
        items += [f"{gap}（{numerals.chinese(item)}）", f"{gap}第（{numerals.chinese(item)}）項"]
    written = "/".join(["38", *([str(paragraph or "")] if paragraph or item else []), *([str(item)] if item else [])])
    for article, first, second in product(("第三十八条", "38条", "38 条", "第38條"), paragraphs, items):
        query = f"劳动合同法{article}{first}{second}"
        found = parse_query(query)
        assert found is not None, query
        assert (found.law, found.written, found.only) == ("劳动合同法", written, True), query


@pytest.mark.parametrize("number", [38, 120, 1079])
def test_numbers_joined_by_signs(number: int) -> None:
    for sign in ("-", "－", "—", ".", "/", " - "):
        for suffix in ("", "之1"):
            article = f"{number}_1" if suffix else str(number)
            query = f"劳动合同法{number}{suffix}{sign}1{sign}2"
            found = parse_query(query)
            assert found is not None, query
            assert (found.path, found.only) == (f"{article}/1/2", True), query


PIECES = st.lists(
    st.sampled_from(
        [
            "民法典",
            "刑法",
            "第",
            "三",
            "10",
            "条",
            "款",
            "项",
            "（",
            "）",
            "之",
            "-",
            "《",
            "》",
            "〔2023〕",
            "5号",
            "年",
            "2019",
            "的",
            " ",
            "发",
        ]
    ),
    max_size=20,
).map("".join)


@given(st.one_of(st.text(max_size=60), PIECES))
def test_any_query_is_read_or_none(query: str) -> None:
    found = parse_query(query)
    assert found is None or found.law or found.number or found.path
