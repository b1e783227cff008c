"""Builds an index for every fold of the labelled questions, with a model that has not seen them.

    python -m benchmarks.held_out CORPUS --queries QUESTIONS.jsonl --weak … --pairs … --output build/folds

Each fold becomes a folder ``plain-1`` … or ``disjoint-1`` … with ``model``, ``index`` and ``questions.jsonl``, the
questions held out; ``public.jsonl`` of a plain fold has the questions of the public that it holds out besides.
``benchmarks.crossvalidate`` measures them, ``benchmarks.calibrate`` fits the figures of ranking to the former.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from tokenizers import Tokenizer

from indexer.embedding import load_embedder
from indexer.embedding.training import FoldKind, Material, gather, train_held_out
from indexer.pipeline import build, read_documents
from indexer.questions import read_bank
from indexer.resources import data_folder, default_model_folder

QUESTIONS = "questions.jsonl"
PUBLIC = "public.jsonl"


def main() -> None:
    """The command line."""
    given = _options()
    kinds: tuple[FoldKind, ...] = tuple(kind for kind in ("plain", "disjoint") if given.kind in (kind, "both"))
    documents = read_documents(given.sources)
    material = gather(
        documents,
        queries=[given.queries],
        weak=given.weak,
        bank=read_bank(given.bank),
        pairs=given.pairs,
        labels=given.labels,
        as_of=date.fromisoformat(given.as_of),
    )
    lines = [line for line in given.queries.read_text(encoding="utf-8").splitlines() if line.strip()]
    if len(lines) != len(material.questions):
        raise SystemExit(f"{len(lines) - len(material.questions)} questions have no gold article among the sources")
    tokenizer = Tokenizer.from_file(str(default_model_folder() / "tokenizer.json"))
    print(
        f"{len(documents)} documents, {len(material.questions)} questions, {len(material.bank)} of the bank", flush=True
    )
    for held in train_held_out(material, given.output / "models", kinds, _tell, tokenizer=tokenizer):
        folder = given.output / f"{held.kind}-{held.fold}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        held.folder.rename(folder / "model")
        build(given.sources, folder / "index", load_embedder(folder / "model"), tokenizer=folder / "model")
        (folder / QUESTIONS).write_text("".join(f"{lines[row]}\n" for row in held.rows), encoding="utf-8")
        (folder / PUBLIC).write_text("".join(_lines(material, held.public)), encoding="utf-8")
        print(f"{folder}: {len(held.rows)} questions held out, {len(held.public)} of the public", flush=True)


def _lines(material: Material, rows: Sequence[int]) -> Iterator[str]:
    """Questions of the bank in the form that ``fatiao evaluate`` reads."""
    for row in rows:
        question = material.bank[row]
        passages = [material.passages[gold] for gold in question.gold]
        gold = [{"law": each.law, "article": each.article.removeprefix(f"{each.law} ")} for each in passages]
        record = {"id": f"public-{row}", "query": question.text, "gold": gold}
        yield json.dumps(record, ensure_ascii=False) + "\n"


def _tell(stage: str, done: int, total: int) -> None:
    if done == total or done % 500 == 0:
        print(f"{stage} {done}/{total}", file=sys.stderr, flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sources", nargs="+", help="the corpus: files and folders")
    parser.add_argument("--queries", type=Path, required=True, help="questions with gold articles")
    parser.add_argument("--weak", type=Path, nargs="*", default=[])
    parser.add_argument("--pairs", type=Path, nargs="*", default=[])
    parser.add_argument("--bank", type=Path, default=data_folder() / "questions")
    parser.add_argument("--labels", type=Path, nargs="*", default=[data_folder() / "labels" / "public.jsonl"])
    parser.add_argument("--kind", choices=("plain", "disjoint", "both"), default="both")
    parser.add_argument("--as-of", default="2023-06-30")
    parser.add_argument("--output", type=Path, default=Path("build/folds"))
    return parser.parse_args()


if __name__ == "__main__":
    main()
