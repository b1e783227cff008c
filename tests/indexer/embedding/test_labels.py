"""The labels that ship for questions of the public; ``tests/test_corpus.py`` looks their articles up."""

from __future__ import annotations

import json
import re
from pathlib import Path

from indexer.questions import FINGERPRINT_LENGTH

LABELS = Path(__file__).parents[3] / "data" / "labels" / "public.jsonl"
LEAST, MOST_ARTICLES = 4_500, 5


def test_each_label_is_of_one_question_and_names_few_articles() -> None:
    records = [json.loads(line) for line in LABELS.read_text(encoding="utf-8").splitlines()]
    assert len(records) >= LEAST
    assert len({record["question"] for record in records}) == len(records)
    for record in records:
        # No words of the question: they are not ours to hand on.
        assert re.fullmatch(rf"[0-9a-f]{{{FINGERPRINT_LENGTH}}}", record["question"]), record
        assert record.keys() == {"question", "gold"}
        golds = [(gold["law"], gold["article"]) for gold in record["gold"]]
        assert 1 <= len(golds) <= MOST_ARTICLES, record
        assert len(set(golds)) == len(golds), record
        assert all(
            re.fullmatch(r"第[一二三四五六七八九十百千零]+条(之[一二三四五六七八九十]+)?", article)
            for _, article in golds
        )
