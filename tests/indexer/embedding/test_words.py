import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from indexer.embedding.words import BYTES, build_tokenizer, count_words, legal_words, load_tokenizer
from indexer.errors import EmbedderError
from indexer.resources import default_model_folder

TEXTS = [
    "用人单位未及时足额支付劳动报酬的，劳动者可以解除劳动合同。",
    "云岭省夜市管理办法第三十八条：摊主应当在2031年5月1日前办理登记。",
    "云岭省夜间经济办公室负责夜市登记，夜市摊主不服的可以申请行政复议。",
    "物业服务企业不得擅自收费，收费标准见附件A。",
]


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    counts = count_words(TEXTS * 20)
    return build_tokenizer(counts, size=1000)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("用人单位支付劳动报酬", ["用人单位", "支付", "劳动报酬"]),
        ("解除劳动合同", ["解除", "劳动合同"]),
        ("行政复议！申请？", ["行政复议", "申请"]),
        ("２０３１年", ["2031", "年"]),
        ("附件Ａ", ["附件", "a"]),
        ("收费 标准", ["收费", "标准"]),
        ("，。（）", []),
        ("", []),
    ],
)
def test_cuts_as_the_dictionary_says(tokenizer: Tokenizer, text: str, words: list[str]) -> None:
    assert tokenizer.encode(text, add_special_tokens=False).tokens == words


def test_cuts_as_jieba_does(tokenizer: Tokenizer) -> None:
    import jieba

    for text in TEXTS:
        own = tokenizer.encode(text, add_special_tokens=False).tokens
        jiebas = [word.lower() for word in jieba.lcut(text) if word.isalnum()]
        assert own == jiebas


def test_holds_words_that_are_asked_for() -> None:
    tokenizer = build_tokenizer(count_words(TEXTS * 20), extra=["夜间经济", "摊主"], size=1000)
    assert tokenizer.encode("夜间经济摊主", add_special_tokens=False).tokens == ["夜间经济", "摊主"]


def test_rare_characters_stay_apart(tokenizer: Tokenizer) -> None:
    one, other = (tokenizer.encode(text, add_special_tokens=False).tokens for text in ("龘", "麤"))
    assert set(one) <= set(BYTES)
    assert one != other


def test_vocabulary_keeps_to_its_size() -> None:
    counts = count_words(TEXTS * 20)
    small = build_tokenizer(counts, size=400)
    assert small.get_vocab_size() <= 400
    assert small.encode("用人单位", add_special_tokens=False).tokens
    assert 0 not in small.encode("".join(TEXTS), add_special_tokens=False).ids


def test_survives_a_file(tokenizer: Tokenizer, tmp_path: Path) -> None:
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    again = load_tokenizer(tmp_path)
    for text in TEXTS:
        assert again.encode(text).ids == tokenizer.encode(text).ids


@given(text=st.text(max_size=60))
def test_cuts_anything(tokenizer: Tokenizer, text: str) -> None:
    ids = tokenizer.encode(text, add_special_tokens=False).ids
    assert all(0 <= token < tokenizer.get_vocab_size() for token in ids)
    assert ids == tokenizer.encode(text.upper().lower(), add_special_tokens=False).ids or not text.isascii()


@pytest.mark.parametrize("content", [None, "", "{}", '{"model": 1}'])
def test_a_missing_or_damaged_file_is_one_clear_line(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "tokenizer.json").write_text(content)
    with pytest.raises(EmbedderError, match=r"tokenizer\.json") as caught:
        load_tokenizer(tmp_path)
    assert "\n" not in str(caught.value)


def test_jieba_cuts_out_the_terms_that_it_is_told_of() -> None:
    text = ["夜间经济办公室受理摊位确权登记。"] * 3
    assert count_words(text)["摊位确权"] == 0
    assert count_words(text, ["摊位确权"])["摊位确权"] == 3


def test_a_list_of_terms_may_say_more_on_a_line(tmp_path: Path) -> None:
    file = tmp_path / "terms.txt"
    file.write_text("摊位确权 5 n\n\n夜市管理人\n", encoding="utf-8")
    assert legal_words(file) == ("摊位确权", "夜市管理人")


def test_the_shipped_legal_words_are_words_of_the_shipped_tokenizer() -> None:
    terms = legal_words()
    assert len(terms) >= 400
    assert len(set(terms)) == len(terms)
    shipped = load_tokenizer(default_model_folder())
    for term in terms:
        assert shipped.encode(term, add_special_tokens=False).tokens == [term]


def test_what_is_saved_and_read_is_saved_with_the_same_bytes() -> None:
    """An index names its tokenizer by the digest of its bytes."""
    counts = {"丑": 3, "世界": 2, "业主": 5, "丹顶鹤": 1, "丽江": 2, "试用期": 7, "云岭": 3}
    tokenizer = build_tokenizer(counts, size=2000)
    assert any(score != round(score, 3) for _, score in json.loads(tokenizer.to_str())["model"]["vocab"])
    assert Tokenizer.from_str(tokenizer.to_str()).to_str() == tokenizer.to_str()
