"""How a training run goes: its stages and their figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from indexer.embedding.training.folds import FoldKind
from indexer.embedding.words import SIZE


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of a run.

    Attributes:
        steps: How many batches.
        shares: How often each kind of lesson is taken.
        rates: Step lengths at their highest, by kind of parameter.
        dropout: Share of the words of a question that are left out, and of a passage where none are given whole.
        batch: Questions in a batch.
        whole: Whether passages are given whole.
        opposites: Passages easily mistaken for an answer, added to each batch.
        strangers: Passages drawn at random, added to each batch.
        checked_every: Steps between two measurements on held-out questions; 0 for none but at the end.
    """

    steps: int
    shares: Mapping[str, float]
    rates: Mapping[str, float]
    dropout: float
    batch: int = 512
    whole: bool = False
    opposites: int = 0
    strangers: int = 0
    checked_every: int = 0


@dataclass(frozen=True, slots=True)
class Options:
    """How to train. The defaults are what the shipped model was trained with.

    Attributes:
        name: How the model is called.
        dimension: Length of a vector.
        words: Size of the vocabulary.
        epochs: How often the first stage takes a piece out of every passage.
        first: The first stage, its ``steps`` set by ``epochs``.
        second: The second stage, on labelled questions; its ``steps`` is the most, held-out questions may choose fewer.
        folds: How many folds the labelled questions are parted into.
        validated: Kinds of folds to cross-validate with; none trains the model only.
        seed: Of everything that is drawn.
        threads: Threads of the arithmetic; its pieces are so small that a second one costs more than it gives.
    """

    name: str = "fatiao-static"
    dimension: int = 256
    words: int = SIZE
    epochs: int = 7
    first: Stage = Stage(
        0,
        {"pieces": 0.65, "pairs": 0.2, "weak": 0.1, "headings": 0.05},
        {"words": 3e-3, "parts": 3e-3, "weights": 0.02, "scale": 2e-3},
        dropout=0.15,
    )
    second: Stage = Stage(
        2000,
        {"questions": 0.1, "bank": 0.9},
        {"words": 3e-3},
        dropout=0.3,
        batch=128,
        whole=True,
        strangers=512,
        checked_every=200,
    )
    folds: int = 5
    validated: tuple[FoldKind, ...] = ()
    seed: int = 13
    threads: int = 1
