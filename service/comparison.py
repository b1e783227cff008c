"""What changed between two evaluations of the same questions: which were gained, which were lost."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from indexer.errors import QueryError
from service.evaluation import Figure, Judged, figure


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed in one measure from one run to another.

    Attributes:
        measure: Which.
        condition: See ``Row``.
        difference: The second run's mean less the first's, with its interval over paired queries.
        gained: Ids of queries that score higher.
        lost: Ids of queries that score lower.
    """

    measure: str
    condition: str
    difference: Figure
    gained: tuple[str, ...]
    lost: tuple[str, ...]


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
        records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        lists = ("gold", "ranks", "found")
        return tuple(Judged(**(record | {name: tuple(record[name]) for name in lists})) for record in records)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise QueryError(f"无法读取评测结果 {path}：应为 fatiao evaluate --details 写出的文件", "details") from error


def compare(before: Sequence[Judged], after: Sequence[Judged], measure: str = "R@10") -> tuple[Comparison, ...]:
    """What changed from one run to another on the queries that both asked.

    Args:
        before: The first run's queries.
        after: The second run's.
        measure: One of ``MEASURES``.

    Returns:
        One comparison for each condition that both have.
    """
    old = {(query.condition, query.id): query.measures[measure] for query in before}
    changes: dict[str, dict[str, float]] = {}
    for query in after:
        if (query.condition, query.id) in old:
            change = query.measures[measure] - old[query.condition, query.id]
            changes.setdefault(query.condition, {})[query.id] = change
    return tuple(
        Comparison(
            measure,
            condition,
            figure(list(by_id.values())),
            tuple(name for name, change in by_id.items() if change > 0),
            tuple(name for name, change in by_id.items() if change < 0),
        )
        for condition, by_id in changes.items()
    )
