"""Teaching a finished model further, with somebody's own questions and the articles that answer them.

A round is once through the questions. Between rounds the model, as it is then, embeds a pool of articles: how well the
held-out questions find theirs is its figure, and what the other questions find instead of theirs is what they learn to
tell apart (hard negatives). The model with the best figure is kept, and that may be the one before any lesson.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - the library's own convention
from numpy.typing import NDArray

from indexer.embedding.loading import load_embedder
from indexer.embedding.options import DEFAULTS, ModelOptions
from indexer.embedding.training.folds import Held, folds, measure
from indexer.embedding.training.learners import Learner, State, embed_all, load_learner
from indexer.embedding.training.material import Material, Question
from indexer.embedding.training.running import Log, Progress
from indexer.errors import EmbedderError
from indexer.reporting import silent

_FEWEST = 10
_MISTAKEN_DEPTH = 20
_WARM_UP = 0.1
_CLIPPED = 1.0
_MASKED = -1e4


@dataclass(frozen=True, slots=True)
class AdaptOptions:
    """How a model is taught further.

    Attributes:
        rounds: How often the questions are gone through at most.
        patience: Rounds without a better figure after which it ends.
        batch: Questions in a batch.
        opposites: Hard negatives for each of them.
        rate: Longest step; None for what suits the kind of model.
        pool: Articles that are embedded at the beginning of a round, the answering ones among them.
        held: Share of the questions that are held out to measure with.
        temperature: What inner products are divided by in the loss.
        seed: Of everything that is drawn.
    """

    rounds: int = 8
    patience: int = 2
    batch: int = 16
    opposites: int = 2
    rate: float | None = None
    pool: int = 4096
    held: float = 0.1
    temperature: float = 0.05
    seed: int = 13


@dataclass(frozen=True, slots=True)
class AdaptReport:
    """What came of it.

    Attributes:
        output: The model's folder.
        revision: Of the new model.
        learned: Questions learned from.
        held: Questions held out.
        rounds: The round whose model was kept; 0 for the base itself.
        before: Figures of the base on the held-out questions.
        after: Figures of the model that was kept.
        losses: Mean loss of each round.
        seconds: Wall time.
    """

    output: Path
    revision: str
    learned: int
    held: int
    rounds: int
    before: Held
    after: Held
    losses: tuple[float, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class Lesson:
    """A question, the texts that answer it, their groups, and its row among the labelled questions where it has one.

    Attributes:
        question: The question.
        answers: Texts, each of which answers it.
        groups: The article of each answer; versions of one article have the same.
    """

    question: str
    answers: tuple[str, ...]
    groups: tuple[str, ...]


def adapt(
    base: str,
    material: Material,
    output: Path,
    options: AdaptOptions | None = None,
    model_options: ModelOptions = DEFAULTS,
    progress: Progress | None = None,
) -> AdaptReport:
    """Teaches a model further and writes its folder, with a log of the run.

    Args:
        base: ``default`` for the model that ships, a folder, or a name on the Hugging Face hub.
        material: Passages, labelled questions, and whatever else there is to learn from.
        output: The new model's folder, another one than the base.
        options: How to teach.
        model_options: Prompts, batch and device of the model.
        progress: Told of the stage, what is done and what there is to do.

    Returns:
        What was done and how well held-out questions find their articles, before and after.

    Raises:
        EmbedderError: There are too few questions, the base cannot be loaded, or the folder cannot be written.
    """
    begun = time.monotonic()
    options = options or AdaptOptions()
    if len(material.questions) < _FEWEST:
        raise EmbedderError(
            f"只有 {len(material.questions)} 个问题能在给出的法律文本中找到答案，不够训练："
            f"请用 --queries 给出至少 {_FEWEST} 个"
        )
    if Path(base).is_dir() and output.exists() and output.samefile(base):
        raise EmbedderError(f"--output 与 --base 都是 {output}：请把新模型写到另一个文件夹")
    learner = load_learner(base, model_options)
    try:
        # What is drawn here must not change what is drawn elsewhere in the process.
        with Log(output) as log, torch.random.fork_rng():
            torch.manual_seed(options.seed)
            log.write("start", base=base, options=asdict(options), unresolved=list(material.unresolved))
            run = _Run(learner, material, options, progress or silent, log)
            best, losses = run.train()
            learner.save(output)
            report = AdaptReport(
                output=output,
                revision=load_embedder(output, model_options).revision,
                learned=len(run.learned),
                held=len(run.held),
                rounds=best.round,
                before=run.figures[0],
                after=best.held,
                losses=losses,
                seconds=round(time.monotonic() - begun, 1),
            )
            log.write("end", **{key: value for key, value in asdict(report).items() if key != "output"})
    except OSError as error:
        raise EmbedderError(f"无法写入模型文件夹 {output}：请检查路径、权限与磁盘空间") from error
    return report


@dataclass(frozen=True, slots=True)
class _Best:
    """The best model so far: after which round, how good, its weights."""

    round: int
    held: Held
    state: State


class _Run:
    """One run.

    Args:
        learner: The model.
        material: What to learn from.
        options: How.
        progress: Told how far it is.
        log: Where it is written down.
    """

    def __init__(
        self, learner: Learner, material: Material, options: AdaptOptions, progress: Progress, log: Log
    ) -> None:
        self._learner = learner
        self._material = material
        self._options = options
        self._progress = progress
        self._log = log
        self._random = np.random.default_rng(options.seed)
        questions = material.questions
        wanted = max(round(len(questions) * options.held), 1)
        # At random: the questions that come later are about the articles that have been asked about before.
        parts = folds(questions, "plain", max(round(1 / options.held), 2), options.seed)
        self.held = min((part for part in parts if len(part)), key=lambda part: abs(len(part) - wanted))
        self.learned = np.setdiff1d(np.arange(len(questions)), self.held)
        self._pool = self._choose_pool()
        self._texts = [_text(material, row) for row in self._pool.tolist()]
        self._groups = np.array([material.passages[row].article for row in self._pool.tolist()])
        self._lessons = self._make_lessons()
        self.figures: list[Held] = []

    def train(self) -> tuple[_Best, tuple[float, ...]]:
        """Goes through the rounds.

        Returns:
            The best model, which the learner has now, and the mean loss of each round.
        """
        options, learner = self._options, self._learner
        steps = options.rounds * -(-len(self._lessons) // options.batch)
        optimiser = torch.optim.AdamW(learner.parameters(), lr=options.rate or learner.rate, weight_decay=0.0)
        schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: _slope(step, steps))
        losses: list[float] = []
        best, mistaken = self._look(0, None)
        for number in range(1, options.rounds + 1):
            losses.append(self._round(number, optimiser, schedule, mistaken))
            self._log.write("round", round=number, loss=round(losses[-1], 5))
            best, mistaken = self._look(number, best)
            if number - best.round >= options.patience:
                break
        learner.restore(best.state)
        return best, tuple(losses)

    def _choose_pool(self) -> NDArray[np.int64]:
        """Rows of passages: every one that answers a labelled question, others at random, one of each article."""
        material = self._material
        gold = dict.fromkeys(chain.from_iterable(question.gold for question in material.questions))
        taken = {material.passages[row].article for row in gold}
        others: list[int] = []
        for row in self._random.permutation(len(material.passages)).tolist():
            if len(gold) + len(others) >= self._options.pool:
                break
            article = material.passages[row].article
            if article not in taken:
                taken.add(article)
                others.append(row)
        return np.array(sorted([*gold, *others]), dtype=np.int64)

    def _make_lessons(self) -> list[Lesson]:
        """The questions that may be learned from, the labelled ones first, then the weaker ones and free answers."""
        material = self._material
        labelled: list[Question] = [material.questions[row] for row in self.learned.tolist()]
        lessons = [
            Lesson(
                question.text,
                tuple(_text(material, row) for row in question.gold),
                tuple(material.passages[row].article for row in question.gold),
            )
            for question in (*labelled, *material.weak, *material.bank)
        ]
        # Answers in free words have groups of their own, which no article has.
        return lessons + [Lesson(pair.question, (pair.answer,), (f"答{at}",)) for at, pair in enumerate(material.pairs)]

    def _look(self, number: int, best: _Best | None) -> tuple[_Best, Mapping[int, NDArray[np.int64]]]:
        """Measures the model as it is, and finds what it mistakes for answers.

        Args:
            number: Rounds done.
            best: The best model so far.

        Returns:
            The best model now, and for each labelled lesson the places in the pool of what does not answer it.
        """
        learner, questions = self._learner, self._material.questions
        stage = f"第 {number} 轮后检验" if number else "检验原模型"
        pool = embed_all(learner, self._texts, lambda done, of: self._progress(stage, done, of), is_query=False)
        place = {row: at for at, row in enumerate(self._pool.tolist())}
        asked = learner.embed([questions[row].text for row in self.held], is_query=True)
        held = measure(asked, pool, [frozenset(place[gold] for gold in questions[row].gold) for row in self.held])
        self.figures.append(held)
        self._log.write("held", round=number, **asdict(held))
        if best is None or held.mark + held.mrr > best.held.mark + best.held.mrr:
            best = _Best(number, held, learner.state())
        taught = learner.embed([questions[row].text for row in self.learned], is_query=True)
        mistaken = {}
        for at, vector in enumerate(taught):
            nearest = np.argsort(-(pool @ vector), kind="stable")[:_MISTAKEN_DEPTH]
            mistaken[at] = nearest[~np.isin(self._groups[nearest], self._lessons[at].groups)]
        return best, mistaken

    def _round(
        self,
        number: int,
        optimiser: torch.optim.Optimizer,
        schedule: torch.optim.lr_scheduler.LambdaLR,
        mistaken: Mapping[int, NDArray[np.int64]],
    ) -> float:
        """Once through all lessons; the mean loss."""
        options = self._options
        order = self._random.permutation(len(self._lessons))
        losses: list[float] = []
        for at in range(0, len(order), options.batch):
            loss = self._loss(order[at : at + options.batch].tolist(), mistaken)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(self._learner.parameters(), _CLIPPED)
            optimiser.step()
            schedule.step()
            losses.append(float(loss.detach()))
            self._progress(f"训练第 {number} 轮", min(at + options.batch, len(order)), len(order))
        return float(np.mean(losses))

    def _loss(self, rows: Sequence[int], mistaken: Mapping[int, NDArray[np.int64]]) -> torch.Tensor:
        """How badly a batch of questions finds its articles among all of the batch and the hard negatives."""
        lessons = [self._lessons[row] for row in rows]
        chosen = [int(self._random.integers(len(lesson.answers))) for lesson in lessons]
        texts = [lesson.answers[at] for lesson, at in zip(lessons, chosen, strict=True)]
        groups = [lesson.groups[at] for lesson, at in zip(lessons, chosen, strict=True)]
        for row in rows:
            wrong = mistaken.get(row, np.zeros(0, np.int64))
            for place in self._random.choice(wrong, min(self._options.opposites, len(wrong)), replace=False).tolist():
                texts.append(self._texts[place])
                groups.append(str(self._groups[place]))
        asked = self._learner.vectors([lesson.question for lesson in lessons], is_query=True)
        scores = asked @ self._learner.vectors(texts, is_query=False).T / self._options.temperature
        # Another version of the article, or another article that answers too, is no wrong answer.
        right = np.array([[group in lesson.groups for group in groups] for lesson in lessons])
        right[np.arange(len(lessons)), np.arange(len(lessons))] = False
        scores = scores.masked_fill(torch.from_numpy(right).to(scores.device), _MASKED)
        return F.cross_entropy(scores, torch.arange(len(lessons), device=scores.device))


def _text(material: Material, row: int) -> str:
    """A passage as a model reads it."""
    passage = material.passages[row]
    return f"{passage.heading} {passage.text}"


def _slope(step: int, steps: int) -> float:
    """The step's length as a share of the longest: up for the first tenth, then down to nothing."""
    warm = max(steps * _WARM_UP, 1.0)
    return min((step + 1) / warm, max(0.0, 1 - step / steps))
