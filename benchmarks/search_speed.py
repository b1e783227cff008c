"""Times searches in process, on one thread: the median, the 99th percentile, and where the time goes by kind of query.

python benchmarks/search_speed.py --index data/index --queries QUESTIONS.jsonl
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Sequence
from pathlib import Path

# Before numpy and FAISS are loaded: one thread is what one search gets on a busy server.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import time  # noqa: E402

import numpy as np  # noqa: E402

from indexer.embedding import load_embedder  # noqa: E402
from indexer.storage import Index  # noqa: E402
from service.retrieval import Filters, Searcher, SearchRequest  # noqa: E402
from service.retrieval.results import NO_FILTERS  # noqa: E402

QUESTIONS = (
    "老板拖欠工资怎么办",
    "残疾预防工作由谁负责",
    "离婚后孩子的抚养费给到几岁",
    "房东不退押金怎么办",
    "醉驾怎么处罚",
    "公司注册资本没有缴足，股东要承担什么责任",
    "网上买到假货能要求赔多少",
    "邻居装修漏水把我家天花板泡坏了谁来赔",
)
EXACT = ("民法典第1079条", "刑法133之1", "劳动合同法38-1-2", "宁政办发〔2023〕53号", "民诉法 管辖")


def main() -> None:
    """Measures and prints."""
    options = _options()
    began = time.perf_counter()
    searcher = Searcher(Index.open(options.index), load_embedder(options.embedder))
    opened = time.perf_counter() - began
    first = _times(searcher, [QUESTIONS[0]])[0]
    questions = [*QUESTIONS, *(row["query"] for row in _rows(options.queries))][: options.most]
    print(f"{searcher.index.manifest.counts.units} units; opened in {opened:.2f} s, first search {first:.1f} ms")
    for name, texts, filters in (
        ("questions", questions, Filters()),
        ("questions, one kind", questions, Filters(kind=("法律",))),
        ("exact requests", EXACT * 40, Filters()),
    ):
        runs = np.array([_times(searcher, texts, filters) for _ in range(options.rounds)])
        times = np.median(runs, axis=0)
        p50, p99 = np.percentile(times, [50, 99])
        print(f"{name:22} n={len(times):5}  p50 {p50:6.2f} ms  p99 {p99:6.2f} ms  worst {times.max():6.2f} ms")


def _times(searcher: Searcher, texts: Sequence[str], filters: Filters = NO_FILTERS) -> list[float]:
    """Milliseconds of each search; the processor's time, so that other work on the machine does not count."""
    found = []
    for text in texts:
        began = time.thread_time()
        searcher.search(SearchRequest(text, filters=filters))
        found.append((time.thread_time() - began) * 1000)
    return found


def _rows(path: Path | None) -> list[dict[str, str]]:
    if path is None:
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--index", type=Path, default=Path("data/index"))
    parser.add_argument("--embedder", default=None, help="the model that the index was built with")
    parser.add_argument("--queries", type=Path, default=None, help="more questions, one JSON object a line")
    parser.add_argument("--most", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=3)
    return parser.parse_args()


if __name__ == "__main__":
    main()
