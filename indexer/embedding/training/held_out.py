"""Models that have not seen some of the labelled questions, to measure a whole system on questions new to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from indexer.embedding.training.folds import FoldKind, folds
from indexer.embedding.training.material import Material
from indexer.embedding.training.options import Options
from indexer.embedding.training.running import Log, Progress, Run


@dataclass(frozen=True, slots=True)
class HeldOut:
    """A model and what it has not seen.

    Attributes:
        kind: How the questions were parted.
        fold: Which part, from 1.
        rows: Rows of the labelled questions that the model has not seen, ascending.
        folder: The model's folder.
    """

    kind: FoldKind
    fold: int
    rows: tuple[int, ...]
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
    everything = np.arange(len(material.questions))
    with Log(output) as log:
        run = Run(material, options, progress, log, tokenizer)
        first = run.first_stage()
        for kind in kinds:
            for at, part in enumerate(folds(material.questions, kind, options.folds, options.seed), start=1):
                model, learned = first.copy(), np.setdiff1d(everything, part)
                run.second_stage(f"{kind} {at}/{options.folds}", model, learned, options.second.steps)
                folder = output / f"{kind}-{at}"
                run.save(model, learned, folder)
                yield HeldOut(kind, at, tuple(part.tolist()), folder)
