"""Teaching a finished model further: it really learns, it keeps what was best, and it does the same twice."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from indexer.embedding import ModelOptions, StaticEmbedder, load_embedder
from indexer.embedding.quantised import Quantised
from indexer.embedding.training import AdaptOptions, Material, Pair, Passage, Question, adapt
from indexer.embedding.words import build_tokenizer, count_words
from indexer.errors import EmbedderError
from tests.indexer.embedding.tiny import bert

pytestmark = pytest.mark.usefixtures("one_thread")

SUBJECTS = {
    "养犬": ("养犬人应当及时清除犬只排泄物，不得放任犬只伤人", "狗随地拉屎没人管"),
    "夜市": ("摊主应当向经济办公室登记，取得摊位证后经营", "想摆地摊要什么手续"),
    "报酬": ("用人单位应当按月足额支付劳动报酬，不得克扣", "老板乱扣钱不发"),
    "物业": ("物业服务企业应当公示收费项目，业主有权查阅账目", "小区乱收钱找谁"),
    "渡船": ("渡船应当持有适航证书，船员应当持证上岗，禁止超载", "摆渡挤太多人危险"),
    "温泉": ("温泉经营者应当定期检测水质，公布检测结果", "泡汤池子不干净"),
}
TAILS = ("", "怎么办", "呢", "请问", "可以吗", "找谁")
OPTIONS = AdaptOptions(rounds=6, patience=6, batch=8, rate=2e-3, pool=64, seed=7)


@pytest.fixture(scope="module")
def material() -> Material:
    passages = tuple(
        Passage(f"云岭省{name}条例 第{n}章", f"{text}，由{n}部门负责", f"{name} {n}", name)
        for n in range(1, 6)
        for name, (text, _) in SUBJECTS.items()
    )
    # Several questions about each subject, each answered by an article of its own.
    questions = tuple(
        Question(f"{asked}{TAILS[row // len(SUBJECTS)]}", (row,))
        for row, asked in enumerate(asked for _ in range(5) for _, asked in SUBJECTS.values())
    )
    return Material(passages, questions)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("sentence_transformers")
    return bert(tmp_path_factory.mktemp("base") / "tiny")


@pytest.fixture(scope="module")
def static(tmp_path_factory: pytest.TempPathFactory, material: Material) -> Path:
    texts = [passage.text for passage in material.passages] + [question.text for question in material.questions]
    tokenizer = build_tokenizer(count_words(texts * 20), size=2000)
    table = np.random.default_rng(5).standard_normal((tokenizer.get_vocab_size(), 24)).astype(np.float32)
    folder = tmp_path_factory.mktemp("static")
    StaticEmbedder(tokenizer, Quantised.of(table), name="小模型").save(folder)
    return folder


def found(folder: Path, options: ModelOptions, material: Material) -> float:
    """Share of the questions whose nearest article is about their subject."""
    embedder = load_embedder(folder, options)
    passages = embedder.embed([f"{each.heading} {each.text}" for each in material.passages], is_query=False)
    asked = embedder.embed([question.text for question in material.questions], is_query=True)
    best = (asked @ passages.T).argmax(axis=1)
    laws = [material.passages[question.gold[0]].law for question in material.questions]
    return float(np.mean([material.passages[at].law == law for at, law in zip(best.tolist(), laws, strict=True)]))


@pytest.mark.parametrize("kind", ["base", "static"])
def test_training_lowers_the_loss_and_finds_more(
    kind: str, material: Material, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    folder: Path = request.getfixturevalue(kind)
    options = replace(OPTIONS, rate=2e-3 if kind == "base" else 0.05)
    seen: list[tuple[str, int, int]] = []
    report = adapt(str(folder), material, tmp_path / "new", options, progress=lambda *told: seen.append(told))
    assert report.losses[-1] < report.losses[0] * 0.8
    assert report.after.mark + report.after.mrr > report.before.mark + report.before.mrr
    assert report.rounds > 0
    plain = ModelOptions()
    assert found(tmp_path / "new", plain, material) > found(folder, plain, material) + 0.2
    assert load_embedder(tmp_path / "new").revision == report.revision != load_embedder(folder).revision
    assert report.learned + report.held == len(material.questions)
    assert {"检验原模型", "训练第 1 轮", "第 1 轮后检验"} <= {stage for stage, done, total in seen if done == total}
    log = [json.loads(line) for line in (tmp_path / "new" / "training.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [line["event"] for line in log[:2]] == ["start", "held"]
    assert log[-1]["event"] == "end"


def test_the_same_seed_gives_the_same_figures(material: Material, base: Path, tmp_path: Path) -> None:
    few = replace(OPTIONS, rounds=2)
    torch.manual_seed(1)
    one = adapt(str(base), material, tmp_path / "one", few)
    torch.manual_seed(2)
    drawn = torch.rand(1)
    torch.manual_seed(2)
    two = adapt(str(base), material, tmp_path / "two", few)
    assert torch.equal(torch.rand(1), drawn)
    other = adapt(str(base), material, tmp_path / "other", replace(few, seed=8))
    assert (one.losses, one.after, one.before) == (two.losses, two.after, two.before)
    assert one.losses != other.losses


def test_the_base_is_kept_when_nothing_gets_better(material: Material, base: Path, tmp_path: Path) -> None:
    report = adapt(str(base), material, tmp_path / "new", replace(OPTIONS, rate=1e-12, patience=2))
    assert (report.rounds, len(report.losses)) == (0, 2)
    texts = [passage.text for passage in material.passages]
    np.testing.assert_allclose(
        load_embedder(tmp_path / "new").embed(texts, is_query=False),
        load_embedder(base).embed(texts, is_query=False),
        atol=1e-6,
    )


def test_prompts_are_taught_with_and_saved(material: Material, base: Path, tmp_path: Path) -> None:
    options = ModelOptions(query_prompt="甲：", passage_prompt="乙：")
    few = replace(OPTIONS, rounds=1)
    prompted = adapt(str(base), material, tmp_path / "new", few, options)
    assert prompted.losses != adapt(str(base), material, tmp_path / "bare", few).losses
    saved, stated = load_embedder(tmp_path / "new"), load_embedder(tmp_path / "new", options)
    assert saved.revision == stated.revision == prompted.revision


def test_whatever_else_there_is_is_learned_from(material: Material, static: Path, tmp_path: Path) -> None:
    pairs = tuple(Pair(asked, text) for text, asked in SUBJECTS.values())
    weak = (Question("狗", (0, 6)),)
    few = replace(OPTIONS, rounds=1)
    more = adapt(str(static), replace(material, pairs=pairs, weak=weak), tmp_path / "more", few)
    assert more.losses != adapt(str(static), material, tmp_path / "less", few).losses


def test_versions_of_an_article_are_no_wrong_answers(static: Path, tmp_path: Path) -> None:
    """Ten questions about one article in two versions: with nothing to tell apart there is no loss."""
    passages = [
        Passage("甲法", "摊主应当登记", "甲法 第一条", "甲法"),
        Passage("甲法", "摊主登记", "甲法 第一条", "甲法"),
    ]
    passages += [Passage("乙法", "渡船禁止超载", "乙法 第一条", "乙法")]
    questions = [Question(f"摆摊{tail}", (at % 2,)) for at, tail in enumerate(TAILS * 2)]
    report = adapt(
        str(static),
        Material(tuple(passages), tuple(questions)),
        tmp_path / "new",
        replace(OPTIONS, rounds=1, opposites=0, held=0.1, batch=4),
    )
    assert report.held == 1
    assert report.losses[0] < 1e-3


def test_too_few_questions(material: Material, base: Path, tmp_path: Path) -> None:
    with pytest.raises(EmbedderError, match="只有 3 个问题") as caught:
        adapt(str(base), replace(material, questions=material.questions[:3]), tmp_path / "new")
    assert "\n" not in str(caught.value)
    with pytest.raises(EmbedderError, match="写到另一个文件夹"):
        adapt(str(base), material, base)


def test_a_base_that_is_not_there(material: Material, tmp_path: Path) -> None:
    with pytest.raises(EmbedderError, match="找不到模型"):
        adapt(str(tmp_path / "没有"), material, tmp_path / "new")
