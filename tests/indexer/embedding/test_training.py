"""Training, on a fictional body of law that people ask about in words which it does not use."""

import itertools
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.embedding import load_embedder
from indexer.embedding.training.folds import folds, measure, pooled
from indexer.embedding.training.material import PUBLIC, Material, Pair, Passage, Question, gather
from indexer.embedding.training.model import Batch, WordVectors
from indexer.embedding.training.options import Options, Stage
from indexer.embedding.training.running import train
from indexer.embedding.training.sampling import Sampler, cut
from indexer.embedding.training.table import Table
from indexer.embedding.words import build_tokenizer, count_words
from indexer.errors import EmbedderError
from indexer.questions import fingerprint
from indexer.types import Document, Node, OffsetMap, Ordinal, Revision, Span

SUBJECTS = {
    "养犬": ("养犬人应当及时清除犬只排泄物，不得放任犬只伤人", "狗狗随地拉屎没人管"),
    "夜市": ("摊主应当向夜间经济办公室办理登记，取得摊位证后经营", "想摆地摊要什么手续"),
    "工资": ("用人单位应当按月足额支付劳动报酬，不得克扣或者无故拖欠", "老板扣钱不发"),
    "物业": ("物业服务企业应当公示收费项目，业主有权查阅账目", "小区乱收钱找谁"),
    "渡船": ("渡船应当持有适航证书，船员应当持证上岗，禁止超载", "摆渡的挤太多人危险"),
    "温泉": ("温泉经营者应当定期检测水质，公布检测结果", "泡汤池子不干净"),
}


def body_of_law(copies: int = 4) -> tuple[Passage, ...]:
    return tuple(
        Passage(f"云岭省{name}条例 第{n}章 管理", f"{text}。{name}管理第{n}项由主管部门负责实施。", f"{name} {n}", name)
        for n in range(1, copies + 1)
        for name, (text, _) in SUBJECTS.items()
    )


@pytest.fixture(scope="module")
def material() -> Material:
    passages = body_of_law()
    questions = tuple(
        Question(f"{asked}{tail}", tuple(row for row, passage in enumerate(passages) if passage.law == name))
        for name, (_, asked) in SUBJECTS.items()
        for tail in ("", "怎么办", "呢", "请问", "可以吗")
    )
    pairs = tuple(Pair(asked, f"根据条例，{text}。") for text, asked in SUBJECTS.values())
    return Material(passages, questions, pairs=pairs)


OPTIONS = Options(
    name="测试",
    dimension=16,
    words=2000,
    epochs=4,
    first=Stage(
        0, {"pieces": 0.8, "headings": 0.2}, dict.fromkeys(("words", "parts", "weights", "scale"), 0.02), 0.1, batch=24
    ),
    second=Stage(
        30, {"questions": 1.0}, {"words": 0.02}, 0.1, batch=24, whole=True, opposites=8, strangers=8, checked_every=10
    ),
    folds=3,
    threads=1,
)


def test_training_teaches_what_people_mean(material: Material, tmp_path: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    report = train(material, tmp_path, OPTIONS, lambda *told: seen.append(told))
    assert report.untaught is not None
    assert report.held["plain"].recall[5] > report.untaught.recall[5] + 0.2
    embedder = load_embedder(report.output)
    assert (embedder.name, embedder.dimension, embedder.revision) == ("测试", 16, report.revision)
    question = embedder.embed(["狗狗随地拉屎"], is_query=True)[0]
    passages = embedder.embed([passage.text for passage in material.passages], is_query=False)
    best = material.passages[int((passages @ question).argmax())]
    assert best.law == "养犬"
    assert {stage for stage, done, total in seen if done == total} >= {"分词", "初步训练", "留出验证", "用问题训练"}


def test_the_log_tells_the_run(material: Material, tmp_path: Path) -> None:
    report = train(material, tmp_path, replace(OPTIONS, epochs=1))
    events = [json.loads(line) for line in (tmp_path / "training.jsonl").read_text().splitlines()]
    assert events[0]["event"] == "start"
    assert events[0]["options"]["seed"] == OPTIONS.seed
    assert {event["event"] for event in events} == {"start", "step", "held", "end"}
    assert all(np.isfinite(event["loss"]) for event in events if event["event"] == "step")
    assert events[-1]["revision"] == report.revision
    assert report.seconds > 0
    assert 10 < report.memory < 8192


def test_the_same_seed_gives_the_same_model(material: Material, tmp_path: Path) -> None:
    short = replace(OPTIONS, epochs=1)
    one, same = (train(material, tmp_path / name, short) for name in "ab")
    other = train(material, tmp_path / "c", replace(short, seed=14))
    texts = [question.text for question in material.questions]
    vectors = [load_embedder(report.output).embed(texts, is_query=True) for report in (one, same, other)]
    np.testing.assert_allclose(vectors[0], vectors[1], atol=0.02)
    assert np.abs(vectors[0] - vectors[2]).max() > 0.1


def test_cross_validation_covers_every_question(material: Material, tmp_path: Path) -> None:
    report = train(material, tmp_path, replace(OPTIONS, epochs=1, validated=("plain", "disjoint")))
    assert {kind: held.questions for kind, held in report.held.items()} == {"plain": 30, "disjoint": 30}
    # What nobody has asked about is hard to guess: folds that share no article are the stricter test.
    assert report.held["disjoint"].mrr < report.held["plain"].mrr


def test_trains_without_any_question(material: Material, tmp_path: Path) -> None:
    report = train(replace(material, questions=(), pairs=()), tmp_path, replace(OPTIONS, epochs=1))
    assert report.untaught is None
    assert report.held == {}
    assert load_embedder(tmp_path).embed(["夜市登记"], is_query=True).any()


def test_too_little_to_learn_from(tmp_path: Path) -> None:
    with pytest.raises(EmbedderError, match="太少"):
        train(Material(body_of_law(1)[:1]), tmp_path, OPTIONS)


def test_a_folder_that_cannot_be_written(material: Material, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EmbedderError, match="无法写入"):
        train(material, tmp_path / "file", OPTIONS)


def document(title: str, day: str, articles: dict[int, str], *history: date, region: str | None = None) -> Document:
    text, nodes = "", []
    for number, words in articles.items():
        start = len(text)
        text += f"第{number}条　{words}\n"
        span = Span(start, len(text) - 1)
        paragraph = Node("款", f"{number}/1", span, ordinal=Ordinal(1))
        nodes.append(Node("条", str(number), span, str(number), Ordinal(number), children=(paragraph,)))
    steps = tuple(Revision(on, "修改", "修改") for on in history)
    root = Node("题", "", Span(0, len(text)), children=tuple(nodes))
    return Document(
        f"{title}@{day}", title, "地方性法规", text, root, OffsetMap((0,), ()), ("a.md",), region=region, history=steps
    )


@pytest.fixture
def documents() -> tuple[Document, ...]:
    return (
        document("云岭养犬办法", "2019-03-02", {1: "养犬应当登记。", 2: "犬只应当免疫。"}),
        document("云岭养犬办法", "2030-05-01", {1: "犬只应当免疫。", 2: "养犬应当登记。"}),
        document("夜市条例", "2035-01-01", {7: "摊主应当登记。"}, date(2020, 1, 1)),
        document("渡船规定", "2036-01-01", {1: "渡船不得超载。"}),
        document("甲省温泉办法", "2020-01-01", {1: "检测水质。"}, region="甲省"),
    )


def lines(path: Path, *records: object) -> Path:
    path.write_text("\n".join(json.dumps(record, ensure_ascii=False) for record in records) + "\n\n", encoding="utf-8")
    return path


def gold(*articles: tuple[str, str]) -> list[dict[str, str]]:
    return [{"law": law, "article": article} for law, article in articles]


@pytest.mark.parametrize(
    ("as_of", "law", "article", "answer"),
    [
        (date(2024, 1, 1), "云岭养犬办法", "第一条", "第1条　养犬应当登记。"),
        (date(2031, 1, 1), "《云岭养犬办法》", "第一条", "第1条　犬只应当免疫。"),
        (None, "云岭养犬办法", "第2条", "第2条　养犬应当登记。"),
        (date(2024, 1, 1), "夜市条例", "第七条", "第7条　摊主应当登记。"),
        (date(2024, 1, 1), "渡船规定", "第一条", None),
        (None, "夜市条例", "第八条", None),
        (None, "没有的法", "第一条", None),
    ],
)
def test_gold_is_of_the_day(
    documents: tuple[Document, ...], tmp_path: Path, as_of: date | None, law: str, article: str, answer: str | None
) -> None:
    asked = lines(tmp_path / "q.jsonl", {"id": "1", "query": "怎么登记", "gold": gold((law, article))})
    material = gather(documents, queries=[asked], as_of=as_of)
    if answer is None:
        assert material.questions == ()
        assert material.unresolved == (f"{law} {article}",)
    else:
        assert [material.passages[row].text for row in material.questions[0].gold] == [answer]
        assert material.unresolved == ()


def test_candidates_are_national_and_of_the_day(documents: tuple[Document, ...]) -> None:
    material = gather(documents, as_of=date(2024, 1, 1))
    asked_of = [passage.heading for passage in material.passages if passage.is_candidate]
    assert asked_of == ["云岭养犬办法", "云岭养犬办法", "夜市条例"]
    assert len(material.passages) == 7


def test_versions_of_an_article_are_one_group(documents: tuple[Document, ...]) -> None:
    material = gather(documents)
    tokenizer = build_tokenizer(count_words(passage.text for passage in material.passages), size=500)
    groups = cut(material, tokenizer).groups.tolist()
    assert groups[0] == groups[2] != groups[1] == groups[3]


@pytest.mark.parametrize("content", ["{", "[1]", "\x00\xff"])
def test_a_bad_file_is_one_clear_line(documents: tuple[Document, ...], tmp_path: Path, content: str) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_bytes(content.encode("latin-1"))
    with pytest.raises(EmbedderError, match=r"bad\.jsonl") as caught:
        gather(documents, queries=[path])
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("kind", ["queries", "pairs", "labels"])
def test_a_line_that_lacks_something_is_told(documents: tuple[Document, ...], tmp_path: Path, kind: str) -> None:
    path = lines(tmp_path / "bad.jsonl", {"gold": []})
    given = {"queries": {"queries": [path]}, "pairs": {"pairs": [path]}, "labels": {"labels": [path]}}[kind]
    with pytest.raises(EmbedderError, match=r"bad\.jsonl 第 1 行缺少 question|第 1 行缺少 query"):
        gather(documents, **given)  # type: ignore[arg-type]


def test_labels_find_the_questions_of_the_public_by_their_words(
    documents: tuple[Document, ...], tmp_path: Path
) -> None:
    article = gold(("云岭养犬办法", "第一条"))
    weak = lines(
        tmp_path / "weak.jsonl",
        {"id": "1", "query": "养狗 要办什么？", "gold": gold(("夜市条例", "第七条"))},
        {"id": "2", "query": "摆摊要办什么", "gold": gold(("夜市条例", "第七条"))},
    )
    pairs = lines(tmp_path / "pairs.jsonl", {"question": "狗要打针吗", "answer": "要。"})
    labels = lines(
        tmp_path / "labels.jsonl",
        {"question": fingerprint("养狗要办什么"), "gold": [*article, *article]},
        {"question": fingerprint("狗要打针吗"), "gold": [*article, *gold(("没有的法", "第一条"))]},
        {"question": fingerprint("没有人问过"), "gold": article},
    )
    material = gather(documents, weak=[weak], pairs=[pairs], labels=[labels])
    assert [(question.text, len(question.gold), question.source) for question in material.bank] == [
        ("养狗 要办什么？", 1, PUBLIC),
        ("狗要打针吗", 1, PUBLIC),
    ]
    # A label that was made for the purpose takes the place of a weak one; the free answer is learned from too.
    assert [question.text for question in material.weak] == ["摆摊要办什么"]
    assert [pair.question for pair in material.pairs] == ["狗要打针吗"]
    assert material.unresolved == ("没有的法 第一条",)


def test_nothing_to_learn_from() -> None:
    with pytest.raises(EmbedderError, match="没有可供训练的条文"):
        gather(())


questions_by_gold = st.lists(st.sets(st.integers(0, 12), min_size=1, max_size=3), min_size=5, max_size=40)


@given(questions_by_gold, st.sampled_from(["plain", "disjoint"]), st.integers(0, 9))
def test_folds_part_the_questions(golds: list[set[int]], kind: str, seed: int) -> None:
    questions = [Question("问", tuple(sorted(rows))) for rows in golds]
    parts = folds(questions, kind, 3, seed)  # type: ignore[arg-type]
    assert sorted(np.concatenate(parts).tolist()) == list(range(len(questions)))
    if kind == "disjoint":
        answers = [{row for at in part for row in questions[at].gold} for part in parts]
        assert all(not one & other for one, other in itertools.combinations(answers, 2))


def test_measures_by_hand() -> None:
    passages = np.eye(12, dtype=np.float32)
    question = np.linspace(1, 0, 12, dtype=np.float32)[None, :]
    held = measure(np.repeat(question, 3, axis=0), passages, [frozenset({0, 7}), frozenset({2}), frozenset({-1})])
    assert held.questions == 3
    assert held.recall[5] == pytest.approx((0.5 + 1 + 0) / 3)
    assert held.recall[10] == pytest.approx((1 + 1 + 0) / 3)
    assert held.mrr == pytest.approx((1 + 1 / 3 + 0) / 3)
    assert pooled([held, held]) == replace(held, questions=6)


def test_the_gradient_is_right() -> None:
    """One step along the gradient lowers the loss by about what the gradient says."""
    vocabulary = [*(f"<{n}>" for n in range(257)), "登记", "罚款", "摊主", "犬只", "登山"]
    model = WordVectors(vocabulary, np.ones(len(vocabulary)), 8, seed=1)
    tokens = [np.array(ids) for ids in ([257, 259], [258], [260, 261], [257], [258, 260], [261])]
    batch = Batch(tokens[:3], tokens[3:], [1, 2, 3], [frozenset()] * 3)
    rates = dict.fromkeys(("words", "parts", "weights", "scale"), 0.01)
    losses = [model.learn(batch, rates) for _ in range(60)]
    assert losses[-1] < 0.5 * losses[0]
    assert not model.table()[:257].any()


def test_versions_and_other_answers_are_no_opposites() -> None:
    vocabulary = [*(f"<{n}>" for n in range(257)), "登记", "罚款"]
    model = WordVectors(vocabulary, np.ones(len(vocabulary)), 8, seed=1)
    one, other = np.array([257]), np.array([258])
    still = dict.fromkeys(("words", "parts", "weights", "scale"), 0.0)
    alike = model.learn(Batch([one, one], [one, one], [1, 1], [frozenset()] * 2), still)
    answers = model.learn(Batch([one, other], [other, one], [1, 2], [frozenset({1, 2})] * 2), still)
    apart = model.learn(Batch([one, other], [other, one], [1, 2], [frozenset()] * 2), still)
    assert alike == pytest.approx(0, abs=1e-6)
    assert answers < apart


def stage(shares: Mapping[str, float], batch: int, dropout: float = 0.0, **more: Any) -> Stage:
    return Stage(1, shares, {}, dropout, batch=batch, **more)


def test_strangers_are_national_and_of_the_day_and_passages_may_be_whole(material: Material) -> None:
    local = tuple(replace(passage, is_candidate=row < 6) for row, passage in enumerate(material.passages))
    mixed = replace(material, passages=local)
    tokenizer = build_tokenizer(count_words(passage.text for passage in local), size=1000)
    tokens = cut(mixed, tokenizer)
    drawn = stage({"questions": 1.0}, 10, dropout=0.9, whole=True, strangers=100)
    batch = Sampler(mixed, tokens, mixed.keys, drawn, seed=3).batch()
    assert {int(group) for group in batch.groups[10:]} <= set(tokens.groups[:6].tolist())
    whole = {tuple(tokens.passage(row).tolist()) for row in range(len(local))}
    assert all(tuple(passage.tolist()) in whole for passage in batch.passages)
    assert any(len(question) < len(tokens.questions[0]) for question in batch.questions)


def test_a_table_learns_what_answers_and_leaves_special_tokens_alone() -> None:
    vectors = np.zeros((262, 8), np.float32)
    vectors[257:] = np.random.default_rng(0).normal(size=(5, 8))
    table = Table(vectors)
    tokens = [np.array(ids) for ids in ([257, 259, 3], [258], [260, 261], [257], [258, 260], [261, 4])]
    batch = Batch(tokens[:3], tokens[3:], [1, 2, 3], [frozenset()] * 3)
    losses = [table.learn(batch, {"words": 0.05}) for _ in range(60)]
    assert losses[-1] < 0.5 * losses[0]
    assert not table.table()[:257].any()
    assert not np.shares_memory(table.table(), vectors)


def test_held_out_questions_are_never_drawn(material: Material) -> None:
    tokenizer = build_tokenizer(count_words(question.text for question in material.questions), size=1000)
    tokens = cut(material, tokenizer)
    learnable = np.arange(0, len(material.questions), 2)
    sampler = Sampler(material, tokens, learnable, stage({"questions": 1.0}, 200, opposites=5, strangers=7), seed=3)
    sampler.hard = {int(row): np.array([1, 2]) for row in learnable}
    batch = sampler.batch()
    allowed = {tuple(tokens.questions[row].tolist()) for row in learnable}
    assert {tuple(question.tolist()) for question in batch.questions} == allowed
    assert (len(batch.passages), len(batch.groups)) == (212, 212)


def test_of_the_bank_too_only_what_may_be_learned_from_is_drawn(material: Material) -> None:
    asked = replace(material, bank=material.questions[:10], questions=material.questions[10:])
    tokenizer = build_tokenizer(count_words(question.text for question in material.questions), size=1000)
    tokens = cut(asked, tokenizer)
    first = len(asked.questions)
    assert asked.keys.tolist() == list(range(first + 10))
    sampler = Sampler(asked, tokens, asked.keys[first + 4 :], stage({"questions": 1.0, "bank": 1.0}, 200), seed=3)
    batch = sampler.batch()
    assert {tuple(each.tolist()) for each in batch.questions} == {tuple(each.tolist()) for each in tokens.bank[4:]}


def test_a_piece_comes_from_its_passage(material: Material) -> None:
    tokenizer = build_tokenizer(count_words(passage.text for passage in material.passages), size=1000)
    tokens = cut(material, tokenizer)
    sampler = Sampler(material, tokens, np.arange(0), stage({"pieces": 1.0, "weak": 5.0}, 50), seed=3)
    batch = sampler.batch()
    rows = {int(group): row for row, group in enumerate(tokens.groups)}
    for piece, group in zip(batch.questions, batch.groups, strict=True):
        words = " ".join(map(str, tokens.texts[rows[group]].tolist()))
        assert " ".join(map(str, piece.tolist())) in words
