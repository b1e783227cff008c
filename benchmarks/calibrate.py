"""Fits the figures of ranking: how evidence becomes a score, and when the answer is that nothing was found.

Reads the folds that ``benchmarks.held_out`` has built: the ranking is fitted to all of their questions, each asked of
an index whose model has not seen it; the gate to the same questions, to further questions that people ask of law, and
to questions that no law answers. Writes ``retrieval.json`` and ``subjects.npy`` beside the embedding
model, and prints what they achieve. The gate knows nothing of known questions: an index of other texts has none.

    python -m benchmarks.calibrate --folds build/folds --asked MORE.jsonl … --answers PAIRS.jsonl
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.asking import Asked, Bench, Floats, logistic_regression, rows
from benchmarks.crossvalidate import ask, folds
from benchmarks.ranking import fit_ranking, measure, parameters_of
from benchmarks.subject_table import SubjectTable
from indexer.embedding import load_embedder
from indexer.resources import data_folder, default_model_folder
from indexer.storage import Index
from service.retrieval.parameters import FILE_NAME
from service.retrieval.scoring import gate_features
from service.retrieval.subjects import FILE_NAME as SUBJECTS
from service.retrieval.subjects import Subjects

FOLDS = 5
GATE = ("bias", "semantic", "standard", "subject_mean", "subject_sum", "subject_top")
GATE_WITHOUT_WORDS = ("bias", "semantic", "standard", "lexical")
IRRELEVANT_AWAY = 0.97
"""Share of the irrelevant questions that the gate is to turn away."""
MOST_REAL_LOST = 0.018
"""But at most this share of the labelled questions may be turned away for it."""


def main() -> None:
    """Fits, writes and reports."""
    given = _options()
    day = date.fromisoformat(given.as_of)
    parts = folds(given.folds, "plain")
    law = [question for part in parts for question in ask(part, day)]
    figures = fit_ranking(law)
    for mode in ("hybrid", "semantic", "lexical"):
        print(f"{mode}, seen by the fit: R@10, R@100, MRR@10", measure(law, figures, mode).mean(axis=0).round(4))
    print(figures["weights"], "threshold", figures["threshold"])
    index = Index.open(parts[0] / "index")
    tokenizer = hashlib.sha256((given.model / "tokenizer.json").read_bytes()).hexdigest()
    if index.manifest.tokenizer != tokenizer:
        raise SystemExit("the folds are cut by another tokenizer than the model's: build them with the model's own")
    bench = Bench(index, load_embedder(parts[0] / "model"), day)
    others = [row.get("query") or row["question"] for path in given.asked for row in rows(path)]
    sample = np.random.default_rng(0).permutation(len(others))[: given.sample]
    more = [bench.ask(others[i]) for i in sample]
    irrelevant = [bench.ask(row["query"]) for row in rows(given.irrelevant)]
    held_out = [bench.ask(row["query"]) for row in rows(given.held_out)]
    kept = set(sample.tolist())
    people = [text for i, text in enumerate(others) if i not in kept]
    people += [row["query"] for path in sorted(given.bank.glob("*.jsonl")) for row in rows(path)]
    answers = [row["answer"] for path in given.answers for row in rows(path)]
    table = SubjectTable(index, given.model, people, answers)
    figures |= fit_gate(law, more, irrelevant, held_out, table, figures)
    np.save(given.model / SUBJECTS, table.stored([asked.wanted.words for asked in (*law, *more)]))
    figures["revision"] = load_embedder(given.model).revision
    figures["tokenizer"] = tokenizer
    text = json.dumps(figures, ensure_ascii=False, indent=1, sort_keys=True)
    (given.model / FILE_NAME).write_text(text + "\n", encoding="utf-8")


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
    known = parameters_of(figures)
    found = []
    for each in asked:
        wanted = replace(each.wanted, subject=subjects.features(each.wanted.words))
        values = gate_features(wanted, each.candidates, known, known.revision)
        found.append([values[feature] for feature in features])
    return np.array(found, dtype=np.float64)


def _gate(real: Floats, irrelevant: Floats) -> Floats:
    """Logistic regression in which both kinds of question weigh the same."""
    design = np.concatenate([real, irrelevant])
    labels = np.concatenate([np.ones(len(real)), np.zeros(len(irrelevant))])
    weights = np.concatenate([np.ones(len(real)), np.full(len(irrelevant), len(real) / len(irrelevant))])
    return logistic_regression(design, labels, weights, ridge=1e-3)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folds", type=Path, default=Path("build/folds"))
    parser.add_argument("--model", type=Path, default=default_model_folder(), help="where the figures are written")
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
