"""Tables: rows of cells with their headers, folded over pages, filled from merged cells, put right when shifted.

Reads the row paragraphs of one table, writes a `Table`: what its rows say (each readable alone), which lines repeat
the header, and what was repaired. A value that the source does not have is None; it is never guessed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from indexer.structure.joining import Paragraph
from indexer.types import Repair

_NUMBERED: Final = re.compile(r"[（(](\d{1,4})[)）]|(\d{1,4})(?:[.．、](?!\d)|$)|第?([一二三四五六七八九十]{1,4})、")
_OUTER: Final = re.compile(r"([（(][一二三四五六七八九十]+[)）]|[一二三四五六七八九十]+、|\d{1,3}[.．、](?!\d))")
_DATA: Final = re.compile(r"\d|[。；]")

_LONGEST_HEADER: Final = 20
_LEAST_SHARE: Final = 0.6

Cells = tuple[tuple[str, str | None], ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A row.

    Attributes:
        paragraph: Position among the table's row paragraphs.
        number: The number printed in it; None where it has none.
        cells: Header and value in column order.
    """

    paragraph: int
    number: int | None
    cells: Cells


@dataclass(frozen=True, slots=True)
class Table:
    """What the rows of a table say.

    Attributes:
        header: Position of the header among the row paragraphs; None where there is none.
        repeated: Positions of lines that repeat the header.
        rows: The rows in order.
        repairs: Shifted rows put right.
    """

    header: int | None
    repeated: tuple[int, ...]
    rows: tuple[Row, ...]
    repairs: tuple[Repair, ...]


def read_table(paragraphs: Sequence[Paragraph]) -> Table:
    """Read the rows of one table.

    Args:
        paragraphs: Its row paragraphs, in order.

    Returns:
        The table.
    """
    grid = [[cell.strip() for cell in paragraph.text.split("\t")] for paragraph in paragraphs]
    width = Counter(map(len, grid)).most_common(1)[0][0] if grid else 0
    width = max(width, len(grid[0])) if grid else 0
    header = 0 if grid and _is_header(grid) else None
    repeated: tuple[int, ...] = ()
    names = [f"第{column + 1}列" for column in range(max(map(len, grid), default=0))]
    if header is not None:
        first = _bare(grid[0])
        repeated = tuple(place for place in range(1, len(grid)) if _bare(grid[place]) == first)
        names[: len(grid[0])] = _distinct([name or names[column] for column, name in enumerate(grid[0])])
    left_out = {header, *repeated}
    body = [place for place in range(len(grid)) if place not in left_out]
    column = _numbered_column([grid[place] for place in body])
    rows: list[Row] = []
    repairs: list[Repair] = []
    above: list[str] = []
    expected = None
    for place in body:
        cells = grid[place]
        if column is not None and _is_shifted(cells, column, expected, above):
            cells = cells[1:]
            line = paragraphs[place].number
            repairs.append(Repair("shifted row", (line, line), f"第{_number(cells[column])}项左移一格"))
        filled = _filled(cells, above)
        number = _number(filled[column]) if column is not None and column < len(filled) else None
        if number is not None:
            expected = number + 1
        above = filled
        count = max(width, len(filled))
        values = [cell or None for cell in filled] + [None] * (count - len(filled))
        rows.append(Row(place, number, tuple(zip(names, values, strict=False))))
    return Table(header, repeated, tuple(rows), tuple(repairs))


def _bare(cells: Sequence[str]) -> list[str]:
    return ["".join(cell.split()) for cell in cells]


def _distinct(names: Sequence[str]) -> list[str]:
    """Names of columns, a repeated one with its count behind it."""
    seen: Counter[str] = Counter()
    distinct = []
    for name in names:
        seen[name] += 1
        distinct.append(name if seen[name] == 1 else f"{name}{seen[name]}")
    return distinct


def _is_header(grid: Sequence[Sequence[str]]) -> bool:
    """Whether the first row names the columns: short words, no numbers; or it comes again further down."""
    first = grid[0]
    if len(grid) < 2 or len([cell for cell in first if cell]) < 2:
        return False
    if all(cell and len(cell) <= _LONGEST_HEADER and not _DATA.search(cell) for cell in first):
        return True
    bare = _bare(first)
    return all(bare) and any(_bare(cells) == bare for cells in grid[1:])


def _number(cell: str) -> int | None:
    """The Arabic number that a cell begins with: (30), 30., 30."""
    match = _NUMBERED.match(cell)
    if match is None or match[3]:
        return None
    return int(match[1] or match[2])


def _numbered_column(grid: Sequence[Sequence[str]]) -> int | None:
    """The column whose numbers count the rows up by one."""
    best, most = None, 0
    for column in range(max(map(len, grid), default=0)):
        previous, steps, filled = None, 0, 0
        for cells in grid:
            number = _number(cells[column]) if column < len(cells) else None
            if number is None:
                continue
            filled += 1
            steps += previous is None or number == previous + 1 or number == previous + 2
            previous = number
        if filled >= _LEAST_SHARE * len(grid) and steps >= 0.7 * filled and steps > most:
            best, most = column, steps
    return best


def _is_shifted(cells: Sequence[str], column: int, expected: int | None, above: Sequence[str]) -> bool:
    """Whether recognition put a row one cell to the right.

    The row's number stands one column further than every other row's, it is the one that is due, and what stands
    before it has the form (（一）, 1.) that the columns before it have in the rows above.
    """
    if cells[0] or column + 1 >= len(cells) or _number(cells[column + 1]) is None:
        return False
    if expected is not None and _number(cells[column + 1]) != expected:
        return False
    if _number(cells[column]) == expected:
        return False
    return all(
        not cells[place + 1] or place >= len(above) or _form(cells[place + 1]) == _form(above[place])
        for place in range(column)
    )


def _form(cell: str) -> str:
    """The shape of the number that a cell begins with."""
    match = _OUTER.match(cell)
    if match is None:
        return ""
    return re.sub(r"\d+", "1", re.sub(r"[一二三四五六七八九十]+", "一", match[1])).translate(
        str.maketrans("()．", "（）.")
    )


def _filled(cells: Sequence[str], above: Sequence[str]) -> list[str]:
    """A row's cells, the empty ones at its beginning taken from the row above, whose merged cell they continue."""
    filled = list(cells)
    if not any(filled):
        return filled
    for column, cell in enumerate(filled):
        if cell:
            break
        if column < len(above):
            filled[column] = above[column]
    return filled
