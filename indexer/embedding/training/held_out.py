"""Models that have not seen some of the labelled questions, to measure a whole system on questions new to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from indexer.embedding.training.folds import FoldKind, folds
from indexer.embedding.training.material import PUBLIC, Material
from indexer.embedding.training.options import Options
from indexer.embedding.training.running import Log, Progress, Run


@dataclass(frozen=True, slots=True)
class HeldOut:
    """A model and what it has not seen.

    Attributes:
        kind: How the questions were parted.
        fold: Which part, from 1.
        rows: Rows of the labelled questions that the model has not seen, ascending.
        public: Rows of the bank of questions of the public that it has not seen; none where folds share no article,
            for there the bank stays whole.
        folder: The model's folder.
    """

    kind: FoldKind
    fold: int
    rows: tuple[int, ...]
    public: tuple[int, ...]
    folder: Path


def train_held_out(
    material: Material,
    output: Path,
    kinds: Sequence[FoldKind],
    progress: Progress,
    options: Options | None = None,
    tokenizer: Tokenizer | None = None,
) -> Iterator[HeldOut]:
    """Trains one model for every fold; the first stage, which no labelled question enters, serves all.

    Args:
        material: What to learn from.
        output: Where the models' folders go: ``plain-1``, ``plain-2`` …
        kinds: How to part the labelled questions.
        progress: Told of the stage, what is done and what there is to do.
        options: How; the shipped model's way by default.
        tokenizer: Cuts the texts; None to build one with their words.

    Yields:
        Each model when it is written.
    """
    options = options or Options()
    torch.set_num_threads(options.threads)
    first = len(material.questions)
    public = np.array([row for row, question in enumerate(material.bank) if question.source == PUBLIC], np.int64)
    with Log(output) as log:
        run = Run(material, options, progress, log, tokenizer)
        untaught = run.first_stage()
        for kind in kinds:
            parts = folds(material.questions, kind, options.folds, options.seed)
            order = np.random.default_rng(options.seed).permutation(public) if kind == "plain" else public[:0]
            for at, part in enumerate(parts, start=1):
                unseen = np.sort(order[at - 1 :: options.folds])
                learned = np.setdiff1d(material.keys, [*part, *(first + unseen)])
                model = run.second_stage(f"{kind} {at}/{options.folds}", untaught, learned, options.second.steps)
                folder = output / f"{kind}-{at}"
                run.save(model, learned, folder)
                yield HeldOut(kind, at, tuple(part.tolist()), tuple(unseen.tolist()), folder)
