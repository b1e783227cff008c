"""Names lead to titles: full titles, aliases, short forms by rule, and likeness only when asked for."""

import time

import pytest

from indexer.citation import LawNames, short_form, simplify
from indexer.citation.names import ALIASES_FILE
from indexer.citation.numbers import document_number, number_key
from indexer.resources import vocabulary_folder

CIVIL_PROCEDURE = "中华人民共和国民事诉讼法"
CRIMINAL_PROCEDURE = "中华人民共和国刑事诉讼法"
LABOUR, LABOUR_CONTRACT = "中华人民共和国劳动法", "中华人民共和国劳动合同法"
LOANS = "最高人民法院关于审理民间借贷案件适用法律若干问题的规定"
FAMILY_1 = "最高人民法院关于适用《中华人民共和国民法典》婚姻家庭编的解释（一）"
FAMILY_2 = "最高人民法院关于适用《中华人民共和国民法典》婚姻家庭编的解释（二）"
COMPANY_3 = "最高人民法院关于适用《中华人民共和国公司法》若干问题的规定（三）"
RESIDENCE = "居住证暂行条例"
FERRY_A, FERRY_B = "宁夏回族自治区渡船办法", "浙江省渡船办法"
TITLES = (
    CIVIL_PROCEDURE,
    CRIMINAL_PROCEDURE,
    LABOUR,
    LABOUR_CONTRACT,
    LOANS,
    FAMILY_1,
    FAMILY_2,
    COMPANY_3,
    RESIDENCE,
    FERRY_A,
    FERRY_B,
    "中华人民共和国公司法",
    "中华人民共和国民法典",
    "中华人民共和国刑法",
    "中华人民共和国刑法修正案（十一）",
)


@pytest.mark.parametrize(
    ("name", "titles"),
    [
        ("民诉法", [CIVIL_PROCEDURE]),
        ("民事诉讼法", [CIVIL_PROCEDURE]),
        ("《中华人民共和国民事诉讼法》", [CIVIL_PROCEDURE]),
        ("民事诉讼法（2021年修正）", [CIVIL_PROCEDURE]),
        ("新民事诉讼法", [CIVIL_PROCEDURE]),
        ("劳动法", [LABOUR]),
        ("劳动合同法", [LABOUR_CONTRACT]),
        ("新公司法", ["中华人民共和国公司法"]),
        ("民间借贷规定", [LOANS]),
        ("民间借贷司法解释", [LOANS]),
        ("最高法民间借贷规定", [LOANS]),
        ("关于审理民间借贷案件适用法律若干问题的规定", [LOANS]),
        ("婚姻家庭编解释(一)", [FAMILY_1]),
        ("婚姻家庭编解释二", [FAMILY_2]),
        ("婚姻家庭编司法解释2", [FAMILY_2]),
        ("公司法司法解释三", [COMPANY_3]),
        ("公司法司法解释（三）", [COMPANY_3]),
        ("居住证条例", [RESIDENCE]),
        ("刑法修正案十一", ["中华人民共和国刑法修正案（十一）"]),
        ("刑法", ["中华人民共和国刑法"]),
        ("宁夏回族自治区渡船办法", [FERRY_A]),
        ("渡船办法", [FERRY_A, FERRY_B]),
        ("乌有法", []),
        ("", []),
    ],
)
def test_resolve(name: str, titles: list[str]) -> None:
    assert list(LawNames.load().resolve(name, TITLES)) == titles


def test_likeness_is_asked_for_and_marked() -> None:
    index = LawNames.load().index(TITLES)
    assert index.matches("劳动和同法") == ()
    (best, *_) = index.matches("劳动和同法", fuzzy=True)
    assert (best.title, best.how) == (LABOUR_CONTRACT, "fuzzy")
    assert best.score < 0.5
    assert [match.how for match in index.matches("民诉法", fuzzy=True)] == ["alias"]
    assert index.matches("渡船规定", fuzzy=True) == ()


def test_simplify_twice_changes_nothing() -> None:
    for title in TITLES:
        assert simplify(simplify(title)) == simplify(title)
        assert short_form(short_form(title)) == short_form(title)


def test_the_vocabulary_is_sound() -> None:
    lines = (vocabulary_folder() / ALIASES_FILE).read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines]
    assert rows[0] == ["alias", "title", "note"]
    assert len(rows) > 300
    assert all(len(row) == 3 and all(cell == cell.strip() and cell for cell in row) for row in rows)
    aliases = [row[0] for row in rows[1:]]
    assert len(set(aliases)) == len(aliases)
    assert {row[2] for row in rows[1:]} == {"正式简称", "官方简称", "简称", "旧名", "俗称", "英文简称"}
    assert not [row for row in rows[1:] if "《" in row[0] or " " in row[0] or row[0] == row[1]]


def test_every_alias_leads_to_its_title() -> None:
    names = LawNames.load()
    index = names.index(dict.fromkeys(names.aliases.values()))
    wrong = {alias: title for alias, title in names.aliases.items() if index.resolve(alias)[:1] != (title,)}
    assert wrong == {}


def test_the_vocabulary_loads_fast() -> None:
    path = vocabulary_folder() / ALIASES_FILE
    times: list[float] = []
    for _ in range(5):
        start = time.process_time()
        LawNames.load(path)
        times.append(time.process_time() - start)
    assert min(times) < 0.05


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("宁政办发[2023] 53号", "宁政办发〔2023〕53号"),
        ("宁政办发〔２０２３〕５３号", "宁政办发〔2023〕53号"),
        ("宁政办发【2023】第053号", "宁政办发〔2023〕53号"),
        ("国务院令第５８６号", "国务院令第586号"),
        ("中华人民共和国主席令第七十三号", "中华人民共和国主席令第73号"),
        ("商务部令2019年第1号", "商务部令2019年第1号"),
        ("第三条", None),
        ("", None),
    ],
)
def test_document_numbers(text: str, number: str | None) -> None:
    assert document_number(text) == number


def test_the_state_may_be_left_out_of_a_number() -> None:
    assert number_key("中华人民共和国国务院令第586号") == number_key("国务院令第 586 号")
    assert number_key("国务院令第586号") != number_key("国务院令第587号")
