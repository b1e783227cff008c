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


def _rows() -> list[list[str]]:
    lines = (vocabulary_folder() / ALIASES_FILE).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines[1:]]


def test_no_alias_stands_for_two_laws() -> None:
    meant: dict[str, set[str]] = {}
    for alias, title, _ in _rows():
        meant.setdefault(simplify(alias), set()).add(title)
    assert {alias: titles for alias, titles in meant.items() if len(titles) > 1} == {}
    # An alias that is another law's own title would take that law's name away.
    titles = {simplify(title): title for _, title, _ in _rows()}
    assert [row for row in _rows() if titles.get(simplify(row[0]), row[1]) != row[1]] == []


def test_names_that_local_regulations_share_do_not_count_in_running_text() -> None:
    spoken = LawNames.load().spoken
    shared = {
        "劳动合同条例",
        "食品安全条例",
        "土地管理条例",
        "招标投标条例",
        "外商投资条例",
        "审计条例",
        "燃气管理条例",
    }
    assert shared & spoken == set()
    assert shared <= set(LawNames.load().aliases)


def test_labour_law_and_labour_contract_law_stay_apart() -> None:
    names = LawNames.load()
    assert (names.title("劳动法"), names.title("劳动合同法")) == (LABOUR, LABOUR_CONTRACT)
    assert names.resolve("劳动法", [LABOUR_CONTRACT]) == ()
    assert names.resolve("劳动合同法", [LABOUR]) == ()
    of_each = {title: {row[0] for row in _rows() if row[1] == title} for title in (LABOUR, LABOUR_CONTRACT)}
    assert of_each[LABOUR].isdisjoint(of_each[LABOUR_CONTRACT])
    assert "劳动合同法实施条例" not in of_each[LABOUR_CONTRACT]


@pytest.mark.parametrize(
    ("alias", "title"),
    [
        ("民诉法", CIVIL_PROCEDURE),
        ("刑诉法", CRIMINAL_PROCEDURE),
        ("行诉法", "中华人民共和国行政诉讼法"),
        ("消法", "中华人民共和国消费者权益保护法"),
        ("个保法", "中华人民共和国个人信息保护法"),
        ("治安管理处罚法", "中华人民共和国治安管理处罚法"),
        ("道交法", "中华人民共和国道路交通安全法"),
        ("国赔法", "中华人民共和国国家赔偿法"),
        ("民诉法解释", "最高人民法院关于适用《中华人民共和国民事诉讼法》的解释"),
        ("刑诉法解释", "最高人民法院关于适用《中华人民共和国刑事诉讼法》的解释"),
        ("担保制度司法解释", "最高人民法院关于适用《中华人民共和国民法典》有关担保制度的解释"),
        ("民间借贷司法解释", LOANS),
        ("侵权编解释一", "最高人民法院关于适用《中华人民共和国民法典》侵权责任编的解释（一）"),
        ("建工司法解释一", "最高人民法院关于审理建设工程施工合同纠纷案件适用法律问题的解释（一）"),
        ("道交司法解释", "最高人民法院关于审理道路交通事故损害赔偿案件适用法律若干问题的解释"),
        ("食药司法解释", "最高人民法院关于审理食品药品纠纷案件适用法律若干问题的规定"),
    ],
)
def test_names_in_use(alias: str, title: str) -> None:
    assert LawNames.load().title(alias) == title


def test_minutes_of_a_meeting_are_no_law() -> None:
    assert LawNames.load().title("九民纪要") is None
    assert not [row for row in _rows() if "纪要" in row[0] + row[1]]


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
