"""Models for folds: none knows the questions that it will be asked, and its taught questions tell so."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from indexer.embedding.taught import Taught
from indexer.embedding.training.held_out import train_held_out
from indexer.embedding.training.material import PUBLIC, Material, Passage, Question
from indexer.embedding.training.options import Options, Stage
from indexer.reporting import silent

RATES = dict.fromkeys(("words", "parts", "weights", "scale"), 0.02)
OPTIONS = Options(
    name="测试",
    dimension=8,
    words=1000,
    epochs=1,
    first=Stage(0, {"pieces": 1.0}, RATES, 0.1, batch=12),
    second=Stage(4, {"questions": 0.5, "bank": 0.5}, RATES, 0.1, batch=12, opposites=4, strangers=4),
    folds=3,
)
WORDS = "甲乙丙丁戊己庚辛壬癸"
PASSAGES = tuple(
    Passage("云岭条例", f"第{n}条 经营{word}的应当登记，并且按照规定公示价格与检测结果。", f"云岭 {n}", "云岭")
    for n, word in enumerate(WORDS)
)
MATERIAL = Material(
    PASSAGES,
    questions=tuple(Question(f"卖{word}要什么手续", (n,)) for n, word in enumerate(WORDS)),
    bank=(
        Question("开店要登记吗", (0,), "bank"),
        *(Question(f"{word}怎么卖", (n,), PUBLIC) for n, word in enumerate(WORDS)),
    ),
)


def _taught(folder: Path) -> int:
    taught = Taught.load(folder)
    assert taught is not None
    return len(taught.vectors)


def test_every_question_is_held_out_once_and_never_taught(tmp_path: Path) -> None:
    held = list(train_held_out(MATERIAL, tmp_path, ("plain",), silent, OPTIONS))
    assert [fold.fold for fold in held] == [1, 2, 3]
    assert sorted(row for fold in held for row in fold.rows) == list(range(10))
    assert sorted(row for fold in held for row in fold.public) == list(range(1, 11))
    # What ships beside a model is what it has learned from, without the bank, whose words ship themselves.
    assert [_taught(fold.folder) for fold in held] == [20 - len(fold.rows) - len(fold.public) for fold in held]


def test_where_folds_share_no_article_the_public_is_not_held_out(tmp_path: Path) -> None:
    held = list(train_held_out(MATERIAL, tmp_path, ("disjoint",), silent, OPTIONS))
    assert all(not fold.public for fold in held)
    assert [_taught(fold.folder) for fold in held] == [20 - len(fold.rows) for fold in held]


def test_a_model_does_not_depend_on_what_is_held_out_of_it(tmp_path: Path) -> None:
    """Another answer to a held-out question gives the same model: it was in none of its lessons."""
    first = next(iter(train_held_out(MATERIAL, tmp_path / "a", ("plain",), silent, OPTIONS)))
    changed = [
        replace(question, gold=(9 - question.gold[0],)) if row in first.public else question
        for row, question in enumerate(MATERIAL.bank)
    ]
    other = next(
        iter(train_held_out(replace(MATERIAL, bank=tuple(changed)), tmp_path / "b", ("plain",), silent, OPTIONS))
    )
    weights = [(fold.folder / "model.safetensors").read_bytes() for fold in (first, other)]
    assert weights[0] == weights[1]
