"""Rows of tables asked for by their number: ``常态化工作机制任务清单第30项由谁牵头``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from indexer.numerals import NUMERAL_CLASS, parse
from indexer.storage import Index, NodeRecord, UnitRecord
from service.retrieval.results import Notice

_ROW = re.compile(
    rf"(?P<before>.*?)第\s*(?P<number>{NUMERAL_CLASS}{{1,6}})\s*(?:项|行|号|个|类|款)(?P<after>.*)", re.DOTALL
)
_TABLE = re.compile(r"清单|表|目录|名单|台账|任务|分工|明细|附件|一览")
_FUNCTION = re.compile(r"[的中里是和与及、，,。《》（）()\s]")
_LEAST_LIKENESS = 0.5
_LOOKED_AT = 60


@dataclass(frozen=True, slots=True)
class RowRequest:
    """A row asked for: its number, and the words that name the table."""

    number: int
    name: str


@dataclass(frozen=True, slots=True)
class RowFound:
    """The row, or, when the table has no such row, only a notice."""

    unit: int | None
    citation: str | None
    notice: Notice | None


def row_request(text: str) -> RowRequest | None:
    """Reads a request for a row.

    Args:
        text: A query in plain characters.

    Returns:
        The request; None when the query does not name a row of something like a table.
    """
    match = _ROW.fullmatch(text)
    if match is None or not _TABLE.search(match["before"]):
        return None
    number = parse(match["number"])
    return RowRequest(number, match["before"]) if number else None


class Tables:
    """Finds rows in one generation of an index.

    Args:
        index: The index.
    """

    def __init__(self, index: Index) -> None:
        self._index = index

    def find(self, request: RowRequest, candidates: Iterable[int]) -> RowFound | None:
        """Finds the row of the table whose name is likest to the request's.

        Args:
            request: The request.
            candidates: Rows of units, the likeliest first, among them some of the table's.

        Returns:
            The row or the notice that the table has none of this number; None when no table fits.
        """
        best: tuple[float, str, UnitRecord] | None = None
        seen: set[str] = set()
        for _, row in zip(range(_LOOKED_AT), candidates, strict=False):
            unit = self._index.unit(row)
            table = unit.address.rpartition("/")[0]
            if unit.kind != "行" or table in seen:
                continue
            seen.add(table)
            fit = _likeness(request.name, " ".join([unit.document_id.partition("@")[0], *unit.headings, unit.citation]))
            if fit >= _LEAST_LIKENESS and (best is None or fit > best[0]):
                best = fit, table, unit
        if best is None:
            return None
        return self._row(best[1], request.number)

    def _row(self, table: str, number: int) -> RowFound:
        unit = self._index.unit_row(f"{table}/{number}")
        if unit is not None:
            return RowFound(unit, self._index.unit(unit).citation, None)
        node = self._index.node(table)
        rows = sum(child.kind == "行" for child in self._index.children(table))
        name = _name(node)
        return RowFound(None, None, Notice("article_not_found", f"{name}没有第{number}项：该表共{rows}行"))


def _name(node: NodeRecord | None) -> str:
    return f"「{node.heading}」" if node is not None and node.heading else "该表"


def _likeness(asked: str, title: str) -> float:
    """The share of the asked name's character pairs that a title has."""
    plain = _FUNCTION.sub("", asked)
    pairs = {plain[i : i + 2] for i in range(len(plain) - 1)}
    return sum(pair in title for pair in pairs) / len(pairs) if pairs else 0.0
