"""Fits the figures of ranking: how evidence becomes a score, and when the answer is that nothing was found.

Reads an index, questions with the articles that answer them, further questions that people ask of law, and questions
that no law answers. Writes ``retrieval.json`` and ``subjects.npy`` beside the embedding model, and prints what they
achieve.

The index should have been built with a model that has not seen the questions: on its own training questions a model
looks surer than it is. For the same reason the gate knows nothing of known questions: an index of other
texts has none. ``--model`` then names the model's folder that the figures are for.

    python benchmarks/calibrate.py --index INDEX --queries QUESTIONS.jsonl --asked MORE.jsonl … --answers PAIRS.jsonl \
        --irrelevant benchmarks/irrelevant.jsonl --held-out benchmarks/irrelevant_heldout.jsonl
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.embedding import Embedder, load_embedder
from indexer.numerals import ordinal, path_step
from indexer.resources import data_folder, default_model_folder
from indexer.storage import Index
from service.retrieval import Filters
from service.retrieval.candidates import CandidateFinder, Candidates, Wanted
from service.retrieval.collection import Collection
from service.retrieval.colloquial import Colloquial
from service.retrieval.filters import Scope, ScopeCache
from service.retrieval.laws import Laws
from service.retrieval.parameters import FILE_NAME, Parameters
from service.retrieval.scoring import gate_features
from service.retrieval.subjects import FILE_NAME as SUBJECTS
from service.retrieval.subjects import NO_WORD, SCALE, Subjects

Floats = NDArray[np.float64]
Parts = tuple[float, float, float]
"""Worth of meaning, of words, and of likeness to a known question."""

FOLDS = 5
CLAUSES, UNITS = 400, 200
GATE = ("bias", "semantic", "standard", "subject_mean", "subject_sum", "subject_top")
GATE_WITHOUT_WORDS = ("bias", "semantic", "standard", "lexical")
KINDS = {"修改废止决定": -0.3, "行政法规": -0.03, "部门规章": -0.06, "规范性文件": -0.06, "地方政府规章": -0.03}
"""By rank, not by how often the training questions meet a kind: other people's questions are of other kinds."""
NAMED_LAW, NAMED_PLACE, VERBATIM = 1.0, 0.4, 0.5
LOCAL = 0.12
UNLABELLED = 3.3
"""The labels name few of the articles that answer: odds are multiplied by this. See docs/decisions/006-scores.md."""
IRRELEVANT_AWAY = 0.97
"""Share of the irrelevant questions that the gate is to turn away."""
MOST_REAL_LOST = 0.025
"""But at most this share of the labelled questions may be turned away for it."""
ANSWERS_LOST = 0.005
"""The threshold of an article's score lets all but this share of the answers among the best hundred through."""
SMOOTHING = 0.2
"""Occurrences in a million words that every word is taken to have, here and at large: a rare word says little."""
RARE = 1e-7
"""Frequency at large of words that the tokenizer has but the general dictionary lacks: names of new things."""
FOREIGN = -2.0
"""Weight of Latin words, of which neither statutes nor the tokenizer's frequencies say much."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its candidates and the rows of the articles that answer it."""

    text: str
    wanted: Wanted
    candidates: Candidates
    is_local: NDArray[np.bool_]
    by_kind: NDArray[np.float32]
    gold: frozenset[int]


def main() -> None:
    """Fits, writes and reports."""
    options = _options()
    index = Index.open(options.index)
    tokenizer = hashlib.sha256((options.model / "tokenizer.json").read_bytes()).hexdigest()
    if index.manifest.tokenizer != tokenizer:
        raise SystemExit(
            "the index is cut by another tokenizer than the model's: build it with the model's tokenizer.json"
        )
    embedder = load_embedder(options.embedder)
    bench = Bench(index, embedder, date.fromisoformat(options.as_of))
    questions = _rows(options.queries)
    gold, missing = bench.gold(questions)
    print(f"{len(questions)} questions, {sum(map(len, gold))} answers, {len(missing)} not indexed: {missing[:5]}")
    law = [bench.ask(row["query"], answers) for row, answers in zip(questions, gold, strict=True)]
    others = [row.get("query") or row["question"] for path in options.asked for row in _rows(path)]
    sample = np.random.default_rng(0).permutation(len(others))[: options.sample]
    more = [bench.ask(others[i]) for i in sample]
    irrelevant = [bench.ask(row["query"]) for row in _rows(options.irrelevant)]
    held_out = [bench.ask(row["query"]) for row in _rows(options.held_out)]
    kept = set(sample.tolist())
    people = [text for i, text in enumerate(others) if i not in kept]
    people += [row["query"] for path in sorted(options.bank.glob("*.jsonl")) for row in _rows(path)]
    answers = [row["answer"] for path in options.answers for row in _rows(path)]
    table = SubjectTable(index, options.model, people, answers)
    figures = fit_ranking(law)
    figures |= fit_gate(law, more, irrelevant, held_out, table, figures)
    np.save(options.model / SUBJECTS, table.stored([asked.wanted.words for asked in (*law, *more)]))
    figures["revision"] = load_embedder(options.model).revision
    figures["tokenizer"] = tokenizer
    text = json.dumps(figures, ensure_ascii=False, indent=1, sort_keys=True)
    (options.model / FILE_NAME).write_text(text + "\n", encoding="utf-8")


class Bench:
    """An index with what is needed to ask it for candidates as a search does.

    Args:
        index: The index.
        embedder: The model that it was built with.
        day: The day whose law is asked.
    """

    def __init__(self, index: Index, embedder: Embedder, day: date) -> None:
        self.index = index
        self._embedder = embedder
        self._day = day
        self._collection = Collection(index.documents)
        self._laws = Laws(self._collection)
        self._finder = CandidateFinder(index)
        self._scope: Scope = ScopeCache(index, self._collection, self._laws.of).scope(Filters(as_of=day), day)
        self._by_kind = np.array([KINDS.get(record.kind, 0.0) for record in index.documents], dtype=np.float32)

    def ask(self, text: str, gold: frozenset[int] = frozenset()) -> Asked:
        """A question's candidates."""
        text = Colloquial.load().expand(text)
        vector = self._embedder.embed([text], is_query=True)[0]
        wanted = self._finder.prepare(text, vector)
        found = self._finder.find(wanted, self._scope, CLAUSES, UNITS)
        # The figures of all units are not needed any more, and would fill the memory.
        slim = replace(wanted, shares=wanted.shares[:0], likeness=wanted.likeness[:0])
        documents = self.index.unit_document[found.units]
        return Asked(text, slim, found, self._collection.is_local[documents], self._by_kind[documents], gold)

    def gold(self, questions: Sequence[dict[str, Any]]) -> tuple[list[frozenset[int]], list[str]]:
        """The rows of the articles that answer each question, and the articles that are not indexed."""
        missing: list[str] = []
        found: list[frozenset[int]] = []
        for question in questions:
            rows: set[int] = set()
            for answer in question["gold"]:
                row = self._row(answer["law"], answer["article"])
                if row is None:
                    missing.append(f"{answer['law']}{answer['article']}")
                else:
                    rows.add(row)
            found.append(frozenset(rows))
        return found, missing

    def _row(self, law: str, article: str) -> int | None:
        number = ordinal(article)
        for record in self._laws.of(law, self._day):
            row = self.index.unit_row(f"{record.id}/{path_step(number)}") if number else None
            if row is not None:
                return row
        return None


class SubjectTable:
    """How much more often law and those who ask about it use a word than the language at large does.

    Args:
        index: Gives the words of law.
        model: The folder of the tokenizer, whose scores are the logarithms of frequencies at large.
        people: Questions of law that are not used for fitting.
        answers: Answers to such questions.
    """

    def __init__(self, index: Index, model: Path, people: Iterable[str], answers: Iterable[str]) -> None:
        vocabulary = json.loads((model / "tokenizer.json").read_text(encoding="utf-8"))["model"]["vocab"]
        self._words = [word for word, _ in vocabulary]
        at_large = np.exp(np.array([score for _, score in vocabulary], dtype=np.float64))
        self._at_large = np.maximum(at_large / at_large.sum(), RARE)
        cut = index.lexical.words
        statutes = np.zeros(len(self._words))
        found_in = np.diff(index.lexical.starts)
        statutes[: len(found_in)] = found_in
        self._fixed = _shares(statutes) + _shares(self._count(map(cut, answers)))
        self._people = self._count(map(cut, people))

    def _count(self, texts: Iterable[NDArray[np.int64]]) -> Floats:
        counts = np.zeros(len(self._words))
        for words in texts:
            np.add.at(counts, words, 1)
        return counts

    def weights(self, asked: Iterable[NDArray[np.int64]]) -> Floats:
        """The logarithm of the ratio for each word, float64 (words,); NaN for what is no word."""
        counts = self._fixed + _shares(self._people + self._count(asked))
        here = counts / counts.sum() * 1e6 + SMOOTHING
        weights: Floats = np.log(here / (self._at_large * 1e6 + SMOOTHING)).clip(-4, 4)
        for row, word in enumerate(self._words):
            if re.fullmatch(r"[0-9]+|<.+>", word):
                weights[row] = np.nan
            elif re.search(r"[a-z]", word):
                weights[row] = FOREIGN
        return weights

    def stored(self, asked: Iterable[NDArray[np.int64]]) -> NDArray[np.int8]:
        """The weights as they are shipped, int8 (words,)."""
        weights = self.weights(asked)
        return np.where(np.isnan(weights), NO_WORD, np.round(weights * SCALE)).astype(np.int8)


def fit_ranking(law: Sequence[Asked]) -> dict[str, Any]:
    """The weights of meaning and words: their ratio by what ranks best, their scale by logistic regression."""
    standards = np.concatenate([asked.candidates.standard for asked in law])
    # A cosine counts as it is: what were cut off above would be equal, and the best articles are those above.
    semantic = (0.0, 1.0)
    standard = (0.0, round(float(standards.max()), 2))
    print("weights of words and of known questions beside meaning, R@10, R@100, MRR@10")
    best, hybrid = 0.0, (1.0, 0.0, 0.0)
    for words, asked in product((0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8), (0.0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.3)):
        recall10, recall100, reciprocal = _figures(law, semantic, (1.0, words, asked))
        print(f"  {words:.1f}  {asked:.1f}  {recall10:.4f}  {recall100:.4f}  {reciprocal:.4f}")
        worth = recall10 + reciprocal + 0.5 * recall100
        if worth > best:
            best, hybrid = worth, (1.0, words, asked)
    modes = {"hybrid": hybrid, "semantic": (1.0, 0.0, hybrid[2]), "lexical": (0.0, 1.0, 0.0)}
    weights = {mode: _scale(law, semantic, each) for mode, each in modes.items()}
    print("weights", weights)
    return {
        "fitted_to": law[0].candidates.size,
        "clauses": CLAUSES,
        "units": UNITS,
        "semantic": semantic,
        "standard": standard,
        "weights": weights,
        "threshold": round(_threshold(law, semantic, weights["hybrid"]), 5),
        "local": LOCAL,
        "kinds": KINDS,
        "named_law": NAMED_LAW,
        "named_place": NAMED_PLACE,
        "verbatim": VERBATIM,
    }


def _worth(asked: Asked, semantic: tuple[float, float], weights: Parts) -> Floats:
    """What each candidate is worth, as a search reckons it."""
    low, high = semantic
    meaning = np.clip((asked.candidates.cosine - low) / (high - low), 0, 1)
    worth = weights[0] * meaning + weights[1] * asked.candidates.lexical + asked.by_kind
    worth = worth + weights[2] * np.maximum(asked.candidates.asked, 0)
    if asked.is_local.any() and not asked.is_local.all():
        national = float(np.clip(worth[~asked.is_local].max(), 0, 1))
        worth = worth - LOCAL * national * asked.is_local
    return np.asarray(worth, np.float64)


def _figures(law: Sequence[Asked], semantic: tuple[float, float], weights: Parts) -> tuple[float, ...]:
    """R@10, R@100 and MRR@10."""
    found = []
    for asked in law:
        order = asked.candidates.units[np.lexsort((asked.candidates.units, -_worth(asked, semantic, weights)))].tolist()
        size = max(len(asked.gold), 1)
        first = next((1 / at for at, row in enumerate(order[:10], 1) if row in asked.gold), 0.0)
        found.append([len(asked.gold.intersection(order[:n])) / size for n in (10, 100)] + [first])
    return tuple(float(value) for value in np.mean(found, axis=0))


def _scale(law: Sequence[Asked], semantic: tuple[float, float], weights: Parts) -> dict[str, float]:
    """From worth to log-odds, by logistic regression over all candidates, labelled by whether they answer."""
    design, labels = [], []
    for asked in law:
        worth = _worth(asked, semantic, weights)
        design.append(np.column_stack([np.ones_like(worth), worth, worth - worth.max(initial=0.0)]))
        labels.append(np.isin(asked.candidates.units, list(asked.gold)))
    bias, slope, near = logistic_regression(np.concatenate(design), np.concatenate(labels).astype(np.float64))
    return {
        "semantic": weights[0],
        "lexical": weights[1],
        "asked": weights[2],
        "bias": round(float(bias) + float(np.log(UNLABELLED)), 3),
        "slope": round(float(slope), 3),
        "near": round(float(near), 3),
    }


def _threshold(law: Sequence[Asked], semantic: tuple[float, float], weights: dict[str, float]) -> float:
    """The score that nearly every answer among the best hundred reaches."""
    scores: list[float] = []
    for asked in law:
        worth = _worth(asked, semantic, (weights["semantic"], weights["lexical"], weights["asked"]))
        best = np.argsort(-worth)[:100]
        odds = weights["bias"] + weights["slope"] * worth + weights["near"] * (worth - worth.max(initial=0.0))
        right = best[np.isin(asked.candidates.units[best], list(asked.gold))]
        scores += (1 / (1 + np.exp(-odds[right]))).tolist()
    return float(np.quantile(scores, ANSWERS_LOST))


def fit_gate(
    law: Sequence[Asked],
    more: Sequence[Asked],
    irrelevant: Sequence[Asked],
    held_out: Sequence[Asked],
    table: SubjectTable,
    figures: dict[str, Any],
) -> dict[str, Any]:
    """The gate by logistic regression, its threshold from questions that a fold's gate has not seen."""
    found: dict[str, Any] = {}
    real = [*law, *more]
    random = np.random.default_rng(0)
    folds_real, folds_not = random.integers(0, FOLDS, len(real)), random.integers(0, FOLDS, len(irrelevant))
    for name, features in (("gate", GATE), ("gate_without_words", GATE_WITHOUT_WORDS)):
        odds_real, odds_not = np.zeros(len(real)), np.zeros(len(irrelevant))
        odds_held = np.zeros(len(held_out))
        for fold in range(FOLDS):
            seen = [asked.wanted.words for asked, at in zip(real, folds_real, strict=True) if at != fold]
            subjects = Subjects(table.weights(seen).astype(np.float32))
            of_real, of_not, of_held = (
                _gate_matrix(each, subjects, features, figures) for each in (real, irrelevant, held_out)
            )
            weights = _gate(of_real[folds_real != fold], of_not[folds_not != fold])
            odds_real[folds_real == fold] = of_real[folds_real == fold] @ weights
            odds_not[folds_not == fold] = of_not[folds_not == fold] @ weights
            odds_held += of_held @ weights / FOLDS
        enough = float(np.quantile(odds_not, IRRELEVANT_AWAY))
        threshold = min(enough, float(np.quantile(odds_real[: len(law)], MOST_REAL_LOST)))
        away, held = np.mean(odds_not < threshold), np.mean(odds_held < threshold)
        lost_law, lost_more = np.mean(odds_real[: len(law)] < threshold), np.mean(odds_real[len(law) :] < threshold)
        print(
            f"{name}: irrelevant turned away {away:.3f}, held out {held:.3f}; "
            f"lost {lost_law:.4f}, of the others {lost_more:.4f}"
        )
        passed = [asked.text for asked, odds in zip(irrelevant, odds_not, strict=True) if odds >= threshold]
        lost = [asked.text for asked, odds in zip(real, odds_real, strict=True) if odds < threshold]
        print("  let through:", passed[:12], "\n  lost:", lost[:12])
        whole = Subjects(table.weights([asked.wanted.words for asked in real]).astype(np.float32))
        weights = _gate(*(_gate_matrix(each, whole, features, figures) for each in (real, irrelevant)))
        # The threshold becomes the point where the gate is at one half of one percent: a probability without units.
        weights[features.index("bias")] += np.log(0.05 / 0.95) - threshold
        found[name] = {feature: round(float(weight), 4) for feature, weight in zip(features, weights, strict=True)}
    found["answerable"] = 0.05
    return found


def _gate_matrix(
    asked: Sequence[Asked], subjects: Subjects, features: Sequence[str], figures: dict[str, Any]
) -> Floats:
    # What the gate itself is not made of may be anything.
    known = Parameters.read(
        {"gate": {}, "gate_without_words": {}, "answerable": 0.5, "revision": "", "tokenizer": "", **figures}
    )
    rows = []
    for each in asked:
        wanted = replace(each.wanted, subject=subjects.features(each.wanted.words))
        values = gate_features(wanted, each.candidates, known, known.revision)
        rows.append([values[feature] for feature in features])
    return np.array(rows, dtype=np.float64)


def _gate(real: Floats, irrelevant: Floats) -> Floats:
    """Logistic regression in which both kinds of question weigh the same."""
    design = np.concatenate([real, irrelevant])
    labels = np.concatenate([np.ones(len(real)), np.zeros(len(irrelevant))])
    weights = np.concatenate([np.ones(len(real)), np.full(len(irrelevant), len(real) / len(irrelevant))])
    return logistic_regression(design, labels, weights, ridge=1e-3)


def logistic_regression(design: Floats, labels: Floats, weights: Floats | None = None, ridge: float = 1e-6) -> Floats:
    """Newton's method on the weighted log-likelihood with a ridge on standardised features.

    Args:
        design: float64 (n, d), a column of ones among them.
        labels: float64 (n,), 0 or 1.
        weights: float64 (n,); all 1 when None.
        ridge: Of the squared coefficients, a row's share.

    Returns:
        Coefficients for ``design`` as it was given, float64 (d,).
    """
    weights = np.ones(len(labels)) if weights is None else weights
    spread = design.std(axis=0)
    constant = spread == 0
    centre = np.where(constant, 0.0, design.mean(axis=0))
    spread = np.where(constant, 1.0, spread)
    scaled = (design - centre) / spread
    penalty = ridge * weights.sum() * np.where(constant, 0.0, 1.0)
    found = np.zeros(design.shape[1])
    for _ in range(100):
        chance = 1 / (1 + np.exp(-scaled @ found))
        gradient = scaled.T @ (weights * (labels - chance)) - penalty * found
        curvature = (scaled * (weights * chance * (1 - chance))[:, None]).T @ scaled + np.diag(penalty + 1e-9)
        step = np.linalg.solve(curvature, gradient)
        found += step
        if np.abs(step).max() < 1e-9:
            break
    result: Floats = found / spread
    result[np.flatnonzero(constant)[0]] -= float((found * centre / spread).sum())
    return result


def _shares(counts: Floats) -> Floats:
    total = counts.sum()
    return counts / total if total else counts


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--embedder", default=None, help="the model that the index was built with")
    parser.add_argument("--model", type=Path, default=default_model_folder(), help="where the figures are written")
    parser.add_argument("--queries", type=Path, required=True, help="questions with gold articles")
    parser.add_argument("--asked", type=Path, nargs="*", default=[], help="further questions of law")
    parser.add_argument(
        "--bank", type=Path, default=data_folder() / "questions", help="questions for their words alone"
    )
    parser.add_argument("--answers", type=Path, nargs="*", default=[], help="answers to such questions")
    parser.add_argument("--sample", type=int, default=800, help="how many further questions are used for fitting")
    folder = Path(__file__).parent
    parser.add_argument("--irrelevant", type=Path, default=folder / "irrelevant.jsonl")
    parser.add_argument("--held-out", type=Path, default=folder / "irrelevant_heldout.jsonl")
    parser.add_argument("--as-of", default="2023-06-30")
    return parser.parse_args()


if __name__ == "__main__":
    main()
