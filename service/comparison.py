"""What changed between two evaluations of the same questions: by how much, which were gained, which were lost."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from indexer.errors import QueryError
from service.evaluation import MEASURES, Figure, Judged, figure

DECIDING = "R@10"
"""The measure by which a query counts as gained or lost."""

_SHOWN = 5
_WIDTH = 30


@dataclass(frozen=True, slots=True)
class Change:
    """A query whose figure changed.

    Attributes:
        id: The query's id.
        query: Its words.
        change: The second run's figure less the first's.
        before: The ranks of its gold articles in the first run, None below the depth.
        after: Those in the second.
    """

    id: str
    query: str
    change: float
    before: tuple[int | None, ...]
    after: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """What changed under one condition.

    Attributes:
        condition: See ``Row``.
        queries: How many queries both runs asked.
        differences: By measure: the second run's mean less the first's, with its interval over paired queries.
        gained: Queries that score higher, the largest change first.
        lost: Queries that score lower, the largest change first.
    """

    condition: str
    queries: int
    differences: dict[str, Figure]
    gained: tuple[Change, ...]
    lost: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed from one run to another.

    Attributes:
        measure: The measure by which queries are gained and lost.
        rows: One for each condition that both have.
        only_before: How many judged queries only the first run has.
        only_after: How many only the second has.
    """

    measure: str
    rows: tuple[ComparedRow, ...]
    only_before: int
    only_after: int


def read_details(path: Path) -> tuple[Judged, ...]:
    """Reads what ``write_details`` wrote.

    Args:
        path: JSON Lines file.

    Returns:
        The judged queries, in order.

    Raises:
        QueryError: The file cannot be read or has another shape.
    """
    try:
        records = [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]
        lists = ("gold", "ranks", "found")
        judged = tuple(Judged(**(record | {name: tuple(record[name]) for name in lists})) for record in records)
        for query in judged:
            _ = [query.measures[name] - 0.0 for name in MEASURES]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise QueryError(f"无法读取评测结果 {path}：应为 fatiao evaluate --details 写出的文件", "details") from error
    return judged


def compare(before: Sequence[Judged], after: Sequence[Judged], measure: str = DECIDING) -> Comparison:
    """What changed from one run to another on the queries that both asked.

    Args:
        before: The first run's queries.
        after: The second run's.
        measure: One of ``MEASURES``, by which queries are gained and lost.

    Returns:
        The comparison; queries are the same when condition, id and words are.

    Raises:
        QueryError: The runs have no query in common.
    """
    old = {_key(query): query for query in before}
    new = {_key(query): query for query in after}
    pairs: dict[str, list[tuple[Judged, Judged]]] = {}
    for key, query in new.items():
        if key in old:
            pairs.setdefault(query.condition, []).append((old[key], query))
    if not pairs:
        raise QueryError("两次评测没有相同的问题，无法比较：请用同一份问题文件", "compare")
    rows = tuple(_row(condition, found, measure) for condition, found in pairs.items())
    return Comparison(measure, rows, len(old.keys() - new.keys()), len(new.keys() - old.keys()))


def comparison_table(comparison: Comparison, name: str) -> str:
    """A comparison for a person: differences with their intervals, then the queries that changed most.

    Args:
        comparison: The comparison.
        name: What the first run is called.

    Returns:
        A Markdown table and a list.
    """
    lines = [f"与 {name} 相比（括号内为 95% 置信区间）", "", "| 范围 | 问题 | " + " | ".join(MEASURES) + " |"]
    lines.append("|---|" + "---|" * (len(MEASURES) + 1))
    for row in comparison.rows:
        cells = [f"{f.mean:+.3f} ({f.low:+.3f}–{f.high:+.3f})" for f in (row.differences[name] for name in MEASURES)]
        lines.append(f"| {row.condition} | {row.queries} | " + " | ".join(cells) + " |")
    for row in comparison.rows:
        lines += ["", f"{row.condition}：{comparison.measure} 上升 {len(row.gained)} 个，下降 {len(row.lost)} 个"]
        lines += [*_changes("升", row.gained), *_changes("降", row.lost)]
    if comparison.only_before or comparison.only_after:
        lines += [
            "",
            f"未比较：只有前一次问过的 {comparison.only_before} 个，只有这一次问过的 {comparison.only_after} 个",
        ]
    return "\n".join(lines)


def _key(query: Judged) -> tuple[str, str, str]:
    return query.condition, query.id, query.query


def _row(condition: str, pairs: Sequence[tuple[Judged, Judged]], measure: str) -> ComparedRow:
    changes = [
        Change(new.id, new.query, new.measures[measure] - old.measures[measure], old.ranks, new.ranks)
        for old, new in pairs
    ]
    changes.sort(key=lambda change: -abs(change.change))
    return ComparedRow(
        condition,
        len(pairs),
        {name: figure([new.measures[name] - old.measures[name] for old, new in pairs]) for name in MEASURES},
        tuple(change for change in changes if change.change > 0),
        tuple(change for change in changes if change.change < 0),
    )


def _changes(label: str, changes: Sequence[Change]) -> Iterator[str]:
    """The first changes, a line each, with the ranks of the gold articles before and after."""
    for change in changes[:_SHOWN]:
        words = change.query if len(change.query) <= _WIDTH else change.query[:_WIDTH] + "…"
        yield f"  {label} {change.id} {words}：名次 {_ranks(change.before)} → {_ranks(change.after)}"
    if len(changes) > _SHOWN:
        yield f"  …… 另有 {len(changes) - _SHOWN} 个，用 --format json 查看全部"


def _ranks(ranks: Sequence[int | None]) -> str:
    return "、".join("无" if rank is None else str(rank) for rank in ranks)
