"""A training run: vocabulary, a first stage on the texts themselves, a second on people's questions, a folder."""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Self

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - the library's own convention
from numpy.typing import NDArray
from tokenizers import Tokenizer

from indexer.embedding.quantised import Quantised
from indexer.embedding.static import StaticEmbedder
from indexer.embedding.taught import Taught
from indexer.embedding.training.folds import Held, folds, measure, pooled
from indexer.embedding.training.material import PUBLIC, Material
from indexer.embedding.training.model import Tokens, WordVectors, offsets
from indexer.embedding.training.options import Options, Stage
from indexer.embedding.training.sampling import Sampler, cut
from indexer.embedding.training.table import Learning, Table
from indexer.embedding.words import build_tokenizer, count_words, legal_words
from indexer.errors import EmbedderError
from indexer.questions import fingerprint
from indexer.reporting import silent

LOG_FILE = "training.jsonl"

Progress = Callable[[str, int, int], None]
"""Called with stage, done and total."""

_LEAST = 2
_FEWEST_TO_HOLD_OUT = 10
_TOLD_EVERY = 500
_WARM_UP = 50
_LAST_RATE = 0.02
_LOGGED_EVERY = 100
_REFRESHED_EVERY = 100
_MISTAKEN_DEPTH = 60
_MINED_FROM_BANK = 2000
_AT_A_TIME = 64
_CHUNK = 8192


@dataclass(frozen=True, slots=True)
class TrainingReport:
    """What a run did.

    Attributes:
        output: The model's folder.
        revision: Of the weights.
        words: Size of the vocabulary.
        passages: How many were learned from.
        questions: How many labelled questions were learned from.
        steps: Of the second stage, as held-out questions chose.
        untaught: Figures of the first stage, which no labelled question has taught; None without such questions.
        held: Held-out figures of the second stage by kind of folds; ``plain`` is over one fold unless cross-validation
            was asked for.
        seconds: Wall time.
        memory: Highest memory in MiB.
    """

    output: Path
    revision: str
    words: int
    passages: int
    questions: int
    steps: int
    untaught: Held | None
    held: dict[str, Held] = field(default_factory=dict)
    seconds: float = 0.0
    memory: float = 0.0


def train(
    material: Material, output: Path, options: Options | None = None, progress: Progress | None = None
) -> TrainingReport:
    """Trains a static model and writes its folder, with a log of the run.

    Args:
        material: What to learn from.
        output: The model's folder.
        options: How; the shipped model's way by default.
        progress: Told of the stage, what is done and what there is to do.

    Returns:
        What was done and how well held-out questions find their passages.

    Raises:
        EmbedderError: There is too little to learn from, or the folder cannot be written.
    """
    begun = time.monotonic()
    options = options or Options()
    if len(material.passages) < _LEAST:
        raise EmbedderError("可供训练的条文太少：请给出更多法律文本")
    torch.set_num_threads(options.threads)
    try:
        with Log(output) as log:
            log.write("start", options=asdict(options), unresolved=list(material.unresolved))
            report = Run(material, options, progress or silent, log).train(output)
            report = replace(report, seconds=round(time.monotonic() - begun, 1), memory=_peak_memory())
            log.write("end", **{key: value for key, value in asdict(report).items() if key != "output"})
    except OSError as error:
        raise EmbedderError(f"无法写入模型文件夹 {output}：请检查路径、权限与磁盘空间") from error
    return report


class Log:
    """The log of a run, JSON Lines: ``start``, ``step``, ``held``, ``end``.

    Args:
        folder: The model's folder, made if missing.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._file = (folder / LOG_FILE).open("w", encoding="utf-8")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def write(self, event: str, **content: object) -> None:
        """Adds a line, at once on disk."""
        self._file.write(json.dumps({"event": event} | content, ensure_ascii=False, default=str) + "\n")
        self._file.flush()


class Run:
    """One run, with what all its stages share.

    Args:
        material: What to learn from.
        options: How.
        progress: Told how far it is.
        log: Where it is written down.
        tokenizer: Cuts the texts; None to build one with their words.
    """

    def __init__(
        self, material: Material, options: Options, progress: Progress, log: Log, tokenizer: Tokenizer | None = None
    ) -> None:
        self._material = material
        self._options = options
        self._progress = progress
        self._log = log
        self._random = np.random.default_rng(options.seed)
        self._tokenizer = tokenizer or self._vocabulary()
        self._tokens = cut(material, self._tokenizer)
        self._candidates = np.flatnonzero([passage.is_candidate for passage in material.passages]).astype(np.int64)
        place = {int(row): at for at, row in enumerate(self._candidates)}
        # A gold passage of a version that is not asked of cannot be found, and so counts against the model.
        self._gold = [frozenset(place.get(row, -1 - row) for row in question.gold) for question in material.questions]

    def train(self, output: Path) -> TrainingReport:
        """Trains, measures and writes the model."""
        questions, everything = self._material.questions, self._material.keys
        model = self.first_stage()
        untaught = self._measure(model, np.arange(len(questions))) if len(questions) else None
        held, steps = self._validate(model)
        finished: Learning = model
        if len(everything):
            finished = self.second_stage("用问题训练", model, everything, steps)
        self.save(finished, everything, output)
        revision = StaticEmbedder.load(output).revision
        size = self._tokenizer.get_vocab_size()
        return TrainingReport(
            output, revision, size, len(self._material.passages), len(questions), steps, untaught, held
        )

    def first_stage(self) -> WordVectors:
        """Trains on the texts themselves, which tell of no labelled question."""
        size = self._tokenizer.get_vocab_size()
        vocabulary = [self._tokenizer.id_to_token(at) or "" for at in range(size)]
        options = self._options
        model = WordVectors(vocabulary, self._tokens.counts, options.dimension, options.seed)
        nothing = np.zeros(0, np.int64)
        self._stage("初步训练", model, replace(options.first, steps=self._first_steps()), nothing, nothing)
        return model

    def second_stage(self, name: str, model: WordVectors, learnable: NDArray[np.int64], steps: int) -> Table:
        """Trains on labelled questions.

        Args:
            name: What the stage is called.
            model: As the first stage left it; it stays so.
            learnable: Keys of the questions to learn from, see :meth:`Material.labelled`.
            steps: How many batches.

        Returns:
            Its vectors, taught.
        """
        taught = Table(model.table())
        self._stage(name, taught, replace(self._options.second, steps=steps), learnable, learnable[:0])
        return taught

    def save(self, model: Learning, learned: NDArray[np.int64], output: Path) -> None:
        """Writes a model's folder.

        Args:
            model: The model.
            learned: Keys of the questions that it has learned from; those that are not of the bank ship with it.
            output: The folder.
        """
        embedder = StaticEmbedder(self._tokenizer, Quantised.of(model.table()), name=self._options.name)
        embedder.save(output)
        self._taught(embedder, learned).save(output)

    def _taught(self, embedder: StaticEmbedder, learned: NDArray[np.int64]) -> Taught:
        """Questions whose words stay behind, as the finished model sees them, with their articles."""
        material = self._material
        first = len(material.questions)
        labelled = ((key, material.labelled(key)) for key in learned.tolist())
        questions = [question for key, question in labelled if key < first or question.source == PUBLIC]
        articles: dict[tuple[str, str], int] = {}
        pairs: list[tuple[int, int]] = []
        for at, question in enumerate(questions):
            for row in question.gold:
                passage = material.passages[row]
                key = (passage.law, fingerprint(passage.text))
                pairs.append((at, articles.setdefault(key, len(articles))))
        question_rows, article_rows = np.array(pairs, np.int32).reshape(-1, 2).T.copy()
        vectors = embedder.embed([question.text for question in questions], is_query=True)
        return Taught(vectors, question_rows, article_rows, tuple(articles))

    def _vocabulary(self) -> Tokenizer:
        """A tokenizer with the words of all texts."""
        material = self._material
        texts = [f"{passage.heading} {passage.text}" for passage in material.passages]
        texts += [question.text for question in (*material.questions, *material.weak, *material.bank)]
        texts += [words for pair in material.pairs for words in (pair.question, pair.answer)]
        terms = legal_words()
        counts = count_words(self._counted("分词", texts), terms)
        return build_tokenizer(counts, extra=[term for term in terms if counts[term]], size=self._options.words)

    def _counted(self, stage: str, texts: list[str]) -> Iterator[str]:
        for done, text in enumerate(texts):
            if done % _TOLD_EVERY == 0:
                self._progress(stage, done, len(texts))
            yield text
        self._progress(stage, len(texts), len(texts))

    def _first_steps(self) -> int:
        """Batches in which every passage gives ``epochs`` pieces."""
        options = self._options
        shares = options.first.shares
        pieces = len(self._material.passages) * options.epochs * sum(shares.values()) / shares["pieces"]
        return max(1, round(pieces / options.first.batch))

    def _validate(self, model: WordVectors) -> tuple[dict[str, Held], int]:
        """Trains the second stage on some questions and measures it on the others, to know how long it should be."""
        options, questions = self._options, self._material.questions
        steps = options.second.steps
        if len(questions) < _FEWEST_TO_HOLD_OUT * options.folds:
            return {}, steps
        everything = self._material.keys
        held: dict[str, Held] = {}
        for kind in options.validated or ("plain",):
            parts = folds(questions, kind, options.folds, options.seed)
            results: list[tuple[int, Held]] = []
            for at, part in enumerate(parts[: options.folds if options.validated else 1]):
                taught, learnable = Table(model.table()), np.setdiff1d(everything, part)
                name = f"交叉验证 {kind} {at + 1}/{options.folds}" if options.validated else "留出验证"
                results.append(self._stage(name, taught, replace(options.second, steps=steps), learnable, part))
            held[kind] = pooled([result for _, result in results])
            if kind == "plain":
                steps = round(float(np.mean([best for best, _ in results])))
        return held, steps

    def _stage(
        self, name: str, model: Learning, stage: Stage, learnable: NDArray[np.int64], part: NDArray[np.int64]
    ) -> tuple[int, Held]:
        """Trains for a stage.

        Args:
            name: What it is called.
            model: Changed in place.
            stage: How.
            learnable: Keys of the questions to learn from.
            part: Rows of the labelled questions to measure on.

        Returns:
            After how many steps the held-out questions did best, and how well; nothing is measured on an empty part.
        """
        options = self._options
        sampler = Sampler(self._material, self._tokens, learnable, stage, options.seed)
        best, losses = (stage.steps, Held(0, {}, 0.0)), []
        for step in range(stage.steps):
            if stage.opposites and len(learnable) and step % _REFRESHED_EVERY == 0:
                sampler.hard = self._mistaken(model, learnable)
            slope = min(1.0, (step + 1) / _WARM_UP) * max(_LAST_RATE, 1 - step / stage.steps)
            rates = {key: rate * slope for key, rate in stage.rates.items()}
            losses.append(model.learn(sampler.batch(), rates))
            done = step + 1
            self._progress(name, done, stage.steps)
            if done % _LOGGED_EVERY == 0 or done == stage.steps:
                loss = round(float(np.mean(losses)), 4)
                self._log.write("step", stage=name, step=done, loss=loss, scale=round(model.scale, 2))
                losses = []
            is_check = stage.checked_every and done % stage.checked_every == 0
            if len(part) and (is_check or done == stage.steps):
                held = self._measure(model, part)
                self._log.write("held", stage=name, step=done, **asdict(held))
                if held.mark >= best[1].mark:
                    best = (done, held)
        return best

    def _measure(self, model: Learning, part: NDArray[np.int64]) -> Held:
        """How well some labelled questions find their passages among those in force."""
        table = model.table()
        passages = embed(table, [self._tokens.passage(row) for row in self._candidates.tolist()])
        questions = embed(table, [self._tokens.questions[row] for row in part])
        return measure(questions, passages, [self._gold[row] for row in part])

    def _mistaken(self, model: Learning, learnable: NDArray[np.int64]) -> dict[int, NDArray[np.int64]]:
        """For each question the passages that the model ranks high and that do not answer it.

        Args:
            model: As it is now.
            learnable: Keys of questions; of those of the bank a part is drawn anew each time.

        Returns:
            Rows of passages by the question's key.
        """
        table = model.table()
        passages = embed(table, [self._tokens.passage(row) for row in self._candidates.tolist()])
        first = len(self._material.questions)
        bank = self._random.permutation(learnable[learnable >= first])[:_MINED_FROM_BANK]
        keys = [*learnable[learnable < first].tolist(), *bank.tolist()]
        questions = embed(table, [self._tokens.labelled(key) for key in keys])
        depth = min(_MISTAKEN_DEPTH, len(passages))
        mistaken: dict[int, NDArray[np.int64]] = {}
        for at, key in enumerate(keys):
            if at % _AT_A_TIME == 0:
                # Many questions at a time: the passages are read from memory once for all of them.
                scores = questions[at : at + _AT_A_TIME] @ passages.T
            best = self._candidates[np.argpartition(-scores[at % _AT_A_TIME], depth - 1)[:depth]]
            groups = self._tokens.groups[list(self._material.labelled(key).gold)]
            mistaken[key] = best[~np.isin(self._tokens.groups[best], groups)]
        return mistaken


def embed(table: NDArray[np.float32], texts: list[Tokens]) -> NDArray[np.float32]:
    """Embeds texts with word vectors in training.

    Args:
        table: Shape (words, dimension).
        texts: Tokens of each text.

    Returns:
        Shape (texts, dimension), float32, each row of length 1 or zeros.
    """
    weights = torch.from_numpy(table)
    chunks = [
        F.normalize(F.embedding_bag(torch.from_numpy(np.concatenate(some)), weights, offsets(some), mode="sum"), dim=1)
        for some in (texts[at : at + _CHUNK] for at in range(0, len(texts), _CHUNK))
    ]
    return torch.cat(chunks).numpy()


def _peak_memory() -> float:
    """The most memory that this process has held, in MiB."""
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit, 1)
