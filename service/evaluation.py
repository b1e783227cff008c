"""How well questions find the articles that answer them: figures with intervals, over all queries and for each.

The measures are those of the ``ir-measures`` library, taken for every judged query and averaged over all of them: an
unanswered query counts as 0, and so does a gold article that is not in the index.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

import numpy as np

from indexer.citation.names import LawNames, NameIndex
from indexer.errors import FatiaoError, QueryError
from indexer.storage import DocumentRecord, Index
from service.retrieval.collection import Collection
from service.retrieval.filters import NATIONAL
from service.retrieval.presentation import plain
from service.retrieval.provisions import Marked
from service.retrieval.results import Filters, Mode

MEASURES = ("R@5", "R@10", "R@20", "R@50", "R@100", "MRR@10", "nDCG@10")
DEPTH = 100
"""How many articles of a ranking are judged."""

_MODES: dict[Mode, str] = {"hybrid": "混合", "semantic": "语义", "lexical": "字词"}
_RESAMPLES = 1000
_SEED = 20_230_630
_KEPT = 20

Progress = Callable[[str, int, int], None]
"""Called with stage, done and total."""


class Ranker(Protocol):
    """What is measured: a searcher that ranks articles without leaving out the unlikely ones."""

    @property
    def index(self) -> Index:
        """The index that it searches."""

    def rank(self, text: str, *, filters: Filters, limit: int, mode: Mode) -> Sequence[str]:
        """Addresses of the best units, best first, without a threshold."""


@dataclass(frozen=True, slots=True)
class Question:
    """A judged query: its id, its words, and the articles that answer it as (name of the law, mark)."""

    id: str
    text: str
    gold: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A mean over all queries, with the 95 % interval of a bootstrap over them."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Row:
    """The figures under one condition: ``全国性法律`` or, with local instruments indexed too, ``含地方性法规``."""

    condition: str
    figures: dict[str, Figure]


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run measured, and on what.

    Attributes:
        queries: How many were judged.
        missing: How many gold articles are not in the index.
        as_of: The day whose law was asked.
        model: Name of the embedding model.
        mode: Which rankings counted.
        generation: Generation of the index.
        rows: Figures by condition.
    """

    queries: int
    missing: int
    as_of: date
    model: str
    mode: Mode
    generation: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """One query under one condition.

    Attributes:
        id: The query's id.
        query: Its words.
        condition: See ``Row``.
        gold: Addresses of the articles that answer it; of one that is not indexed, law and mark as given.
        ranks: The rank of each of these from 1, None below the depth.
        measures: By name, each in 0–1.
        found: Addresses of the first articles found.
    """

    id: str
    query: str
    condition: str
    gold: tuple[str, ...]
    ranks: tuple[int | None, ...]
    measures: dict[str, float]
    found: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """A run: its summary, every query, and one Chinese line for each gold article that is not in the index."""

    summary: Summary
    queries: tuple[Judged, ...]
    missing_gold: tuple[str, ...]


def evaluate(
    ranker: Ranker,
    paths: Sequence[Path],
    *,
    as_of: date | None = None,
    mode: Mode = "hybrid",
    progress: Progress | None = None,
) -> Report:
    """Asks every query and judges the rankings.

    Where the index holds instruments of provinces beside the nation's, queries are asked twice: of the national law
    alone, and with the provinces' instruments as distractors.

    Args:
        ranker: The searcher to measure.
        paths: Query files, JSON Lines of ``id``, ``query`` and ``gold`` as (``law``, ``article``); the article of an
            instrument without 条 is the mark of its unit: ``一、（二）``, ``附件1《…》第3项``.
        as_of: The day whose law answers; today by default.
        mode: Which rankings count.
        progress: Told how many queries are done.

    Returns:
        Figures, every query, and the gold articles that are not in the index.

    Raises:
        QueryError: A file cannot be read, is empty or has a line of another shape.
        FatiaoError: The ``ir-measures`` library is not installed.
    """
    questions = [question for path in paths for question in read_questions(path)]
    if not questions:
        raise QueryError(f"没有可评测的问题：{'、'.join(map(str, paths))} 是空的", "queries")
    day = as_of or date.today()  # noqa: DTZ011 - the law of the reader's own day
    finder = _GoldFinder(ranker.index, day)
    golds = [tuple(finder.address(law, article) for law, article in question.gold) for question in questions]
    judged: list[Judged] = []
    conditions = _conditions(ranker.index, day)
    for number, (condition, filters) in enumerate(conditions):
        rankings: list[Sequence[str]] = []
        for question in questions:
            rankings.append(ranker.rank(question.text, filters=filters, limit=DEPTH, mode=mode))
            if progress is not None:
                progress("评测", number * len(questions) + len(rankings), len(conditions) * len(questions))
        judged += _judge(questions, golds, rankings, condition)
    summary = _summary(ranker.index, judged, finder.missing, day, mode)
    return Report(summary, tuple(judged), tuple(finder.missing))


def read_questions(path: Path) -> Iterator[Question]:
    """Reads judged queries.

    Args:
        path: JSON Lines; empty lines are passed over.

    Yields:
        The queries in order.

    Raises:
        QueryError: The file cannot be read, or a line has another shape.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise QueryError(f"无法读取评测文件 {path}：请检查路径与编码（应为 UTF-8）", "queries") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
            gold = tuple((str(item["law"]), str(item["article"])) for item in record["gold"])
            question = Question(str(record["id"]), str(record["query"]), tuple(dict.fromkeys(gold)))
        except (ValueError, TypeError, KeyError) as error:
            raise QueryError(
                f'评测文件 {path} 第 {number} 行格式不对：应为 {{"id":…,"query":…,"gold":[{{"law":…,"article":…}}]}}',
                "queries",
            ) from error
        if question.gold:
            yield question


def report_table(report: Report) -> str:
    """The figures as a Markdown table with their intervals.

    Args:
        report: A run.

    Returns:
        A line on what was measured, the table, and, where there are any, how many gold articles were not found.
    """
    summary = report.summary
    asked = f"{summary.queries} 个问题，{summary.as_of} 有效的法律，模型 {summary.model}，{_MODES[summary.mode]}检索"
    lines = [
        f"{asked}（括号内为 95% 置信区间）",
        "",
        "| 范围 | " + " | ".join(MEASURES) + " |",
        "|---|" + "---|" * len(MEASURES),
    ]
    for row in summary.rows:
        cells = [f"{f.mean:.3f} ({f.low:.3f}–{f.high:.3f})" for f in (row.figures[name] for name in MEASURES)]
        lines.append(f"| {row.condition} | " + " | ".join(cells) + " |")
    if summary.missing:
        lines += ["", f"标准答案中有 {summary.missing} 条不在索引里，按未找到计。"]
    return "\n".join(lines)


def write_details(report: Report, path: Path) -> None:
    """Writes a line a query and condition.

    Args:
        report: A run.
        path: JSON Lines file, replaced.

    Raises:
        QueryError: The file cannot be written.
    """
    text = "".join(json.dumps(plain(query), ensure_ascii=False) + "\n" for query in report.queries)
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise QueryError(f"无法写入 {path}：请检查文件夹与权限", "details") from error


class _GoldFinder:
    """Finds the indexed articles that gold labels name.

    Args:
        index: The index.
        day: The versions that stood on this day are meant.
    """

    def __init__(self, index: Index, day: date) -> None:
        self._index = index
        self._day = day
        self._collection = Collection(index.documents)
        self._names: NameIndex = LawNames.load().index(self._collection.titles)
        self._marked = Marked(index)
        self.missing: list[str] = []

    def address(self, law: str, article: str) -> str:
        """The address of a gold article; law and mark as given, and a line in ``missing``, where there is none."""
        for record in self._records(law):
            row = self._marked.find(record, article)
            if row is not None:
                return self._index.unit(row).address
        line = f"标准答案不在索引中：《{law}》{article}"
        if line not in self.missing:
            self.missing.append(line)
        return f"《{law}》{article}"

    def _records(self, law: str) -> Iterator[DocumentRecord]:
        """The versions in force of the laws that a name may mean, best first."""
        for title in self._names.resolve(law):
            for record in self._collection.titles[title]:
                version = self._collection.version_on(record, self._day)
                if version is not None:
                    yield version


def _conditions(index: Index, day: date) -> list[tuple[str, Filters]]:
    local = {record.region is not None for record in index.documents}
    conditions = []
    if local != {True}:
        conditions.append(("全国性法律", Filters(region=(NATIONAL,), as_of=day)))
    if True in local:
        conditions.append(("含地方性法规", Filters(as_of=day)))
    return conditions


def _judge(
    questions: Sequence[Question], golds: Sequence[tuple[str, ...]], rankings: Sequence[Sequence[str]], condition: str
) -> Iterator[Judged]:
    """Every query's measures under one condition."""
    measures = _measures(golds, rankings)
    for question, gold, ranking, values in zip(questions, golds, rankings, measures, strict=True):
        rank_of = {address: rank for rank, address in reversed(list(enumerate(ranking, start=1)))}
        unique = tuple(dict.fromkeys(gold))
        ranks = tuple(rank_of.get(address) for address in unique)
        yield Judged(question.id, question.text, condition, unique, ranks, values, tuple(ranking[:_KEPT]))


def _measures(golds: Sequence[Sequence[str]], rankings: Sequence[Sequence[str]]) -> list[dict[str, float]]:
    """The measures of every query by name; the names of the queries themselves need not be unique."""
    try:
        import ir_measures
    except ImportError as error:
        raise FatiaoError("评测需要 ir-measures：请运行 pip install 'fatiao[evaluate]'") from error
    by_measure = {ir_measures.parse_measure(name.replace("MRR", "RR")): name for name in MEASURES}
    judgements = {str(row): dict.fromkeys(gold, 1) for row, gold in enumerate(golds)}
    run = {
        str(row): {address: 1 / rank for rank, address in enumerate(dict.fromkeys(ranking), start=1)}
        for row, ranking in enumerate(rankings)
    }
    # A query without a ranking, or one that the library passes over, counts as 0.
    values = [dict.fromkeys(MEASURES, 0.0) for _ in golds]
    for metric in ir_measures.iter_calc(list(by_measure), judgements, run):
        values[int(metric.query_id)][by_measure[metric.measure]] = float(metric.value)
    return values


def _summary(index: Index, judged: Sequence[Judged], missing: Sequence[str], day: date, mode: Mode) -> Summary:
    by_condition: dict[str, list[Judged]] = {}
    for query in judged:
        by_condition.setdefault(query.condition, []).append(query)
    rows = tuple(
        Row(condition, {name: figure([query.measures[name] for query in queries]) for name in MEASURES})
        for condition, queries in by_condition.items()
    )
    count = len(next(iter(by_condition.values())))
    manifest = index.manifest
    return Summary(count, len(missing), day, manifest.embedder.name, mode, manifest.generation, rows)


def figure(values: Sequence[float]) -> Figure:
    """The mean of a sample with its percentile bootstrap; the same sample gives the same interval.

    Args:
        values: One for each query, at least one.

    Returns:
        Mean and interval.
    """
    sample = np.asarray(values, dtype=np.float64)
    picks = np.random.default_rng(_SEED).integers(0, len(sample), (_RESAMPLES, len(sample)))
    low, high = np.percentile(sample[picks].mean(axis=1), [2.5, 97.5])
    return Figure(float(sample.mean()), float(low), float(high))
