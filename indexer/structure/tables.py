"""Tables: rows of cells with their headers, folded over pages, filled from merged cells, put right when shifted.

Reads the row paragraphs of one table, writes a `Table`: what its rows say (each readable alone), which lines repeat
the header, and what was repaired. A value that the source does not have is None; it is never guessed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from indexer.structure.joining import Paragraph
from indexer.structure.normalise import normalise_line
from indexer.types import Repair, SourceLine

_NUMBERED: Final = re.compile(r"[（(](\d{1,4})[)）]|(\d{1,4})(?:[.．、](?!\d)|$)|第?([一二三四五六七八九十]{1,4})、")
_OUTER: Final = re.compile(r"([（(][一二三四五六七八九十]+[)）]|[一二三四五六七八九十]+、|\d{1,3}[.．、](?!\d))")
_DATA: Final = re.compile(r"\d|[。；]")

_COUNTERS: Final = ("序号", "编号", "项次", "行次")
"""What a head calls the column that counts the rows."""
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
        header: Position of the header's last row among the row paragraphs; None where there is none.
        repeated: Positions of lines that repeat a row of the header.
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
    merged = [_merged(paragraph) for paragraph in paragraphs]
    whole = [_spread(cells, covered) for cells, covered in zip(grid, merged, strict=True)]
    width = max(Counter(map(len, grid)).most_common(1)[0][0], len(grid[0])) if grid else 0
    head = _head(grid, merged, whole)
    printed = [_bare(grid[place]) for place in head]
    repeated = tuple(
        place for place in range(head[-1] + 1 if head else 0, len(grid)) if printed and _bare(grid[place]) in printed
    )
    names = _names([whole[place] for place in head], max(map(len, grid), default=0))
    left_out = {*range(head[-1] + 1 if head else 0), *repeated}
    body = [place for place in range(len(grid)) if place not in left_out]
    column = _numbered_column([whole[place] for place in body])
    rows: list[Row] = []
    repairs: list[Repair] = []
    above: list[str] = []
    expected = None
    for place in body:
        cells = whole[place]
        if merged[place] is None:
            if column is not None and _is_shifted(cells, column, expected, above):
                cells = cells[1:]
                line = paragraphs[place].number
                repairs.append(Repair("shifted row", (line, line), f"第{_number(cells[column])}项左移一格"))
            cells = _filled(cells, above)
        number = _number(cells[column]) if column is not None and column < len(cells) else None
        if number is not None:
            expected = number + 1
        above = cells
        count = max(width, len(cells))
        values = [cell or None for cell in cells] + [None] * (count - len(cells))
        rows.append(Row(place, number, tuple(zip(names, values, strict=False))))
    return Table(head[-1] if head else None, repeated, tuple(rows), tuple(repairs))


def is_of_another_table(before: Paragraph, row: Paragraph) -> bool:
    """Whether a row cannot belong to the table of the row before it.

    Args:
        before: A row.
        row: The next one, with nothing between.

    Returns:
        True where the format knows its tables, whose rows all have the same number of cells, and the two rows differ
        in it.
    """
    one, other = before.pieces[0][1].source, row.pieces[0][1].source
    is_known = one.merged is not None and other.merged is not None
    return is_known and one.text.count("\t") != other.text.count("\t")


def table_starts(paragraphs: Sequence[Paragraph]) -> tuple[int, ...]:
    """Where tables begin in a run of rows: another head begins another table.

    A row is another head when it looks like one, and its first cell says so (序号, or what the first head begins with)
    or the rows behind it count from 1 again. A head that is repeated with errors of recognition is not another: none of
    its cells is wholly different, or the rows behind it count on.

    Args:
        paragraphs: Row paragraphs with nothing between them, at least one.

    Returns:
        The position of each table's first row, a title that runs across it included; the first is 0.
    """
    grid = [[cell.strip() for cell in paragraph.text.split("\t")] for paragraph in paragraphs]
    merged = [_merged(paragraph) for paragraph in paragraphs]
    whole = [_spread(cells, covered) for cells, covered in zip(grid, merged, strict=True)]
    head = _head(grid, merged, whole)
    starts = [0]
    if not head:
        return (0,)
    names, last = _bare(whole[head[-1]]), head[-1]
    for place in range(head[-1] + 2, len(grid) - 1):
        cells = whole[place]
        if place < last + 2 or not _looks_like_header(cells) or not _differs(_bare(cells), names):
            continue
        before, after = _first_number(grid[place - 1]), _first_number(grid[place + 1])
        if before is not None and after is not None and after > before:
            continue
        if _bare(cells)[0] in {*_COUNTERS, names[0]} or (before is not None and after == 1):
            starts.append(place - 1 if _runs_across(merged[place - 1], whole[place - 1]) else place)
            names, last = _bare(cells), place
    return tuple(starts)


def _differs(cells: Sequence[str], names: Sequence[str]) -> bool:
    """Whether a head has another number of columns, or a column whose name has no character of the other's."""
    return len(cells) != len(names) or any(not set(cell) & set(name) for cell, name in zip(cells, names, strict=True))


def _first_number(cells: Sequence[str]) -> int | None:
    """The number that the first filled cell of a row begins with."""
    return next((_number(cell) for cell in cells if cell), None)


def _merged(paragraph: Paragraph) -> dict[int, str] | None:
    """The words of the merged cell that covers a place of a row, by column; None where the format cannot say."""
    merged = paragraph.pieces[0][1].source.merged
    if merged is None:
        return None
    return {column: normalise_line(SourceLine(1, words), is_row=True)[0].text for column, words in merged}


def _spread(cells: Sequence[str], merged: Mapping[int, str] | None) -> list[str]:
    """A row's cells, the words of a merged cell in every place that it covers."""
    if not merged:
        return list(cells)
    return [cell or merged.get(column, "") for column, cell in enumerate(cells)]


def _head(
    grid: Sequence[Sequence[str]], merged: Sequence[Mapping[int, str] | None], whole: Sequence[Sequence[str]]
) -> range:
    """The rows that name the columns: the first, below a title that runs across the table, and those under it.

    A further row belongs to the head when it divides columns that the row above has together (单位 into 牵头 and 配合),
    and has nothing of its own anywhere else.
    """
    first = 0
    while first < len(grid) and _runs_across(merged[first], whole[first]):
        first += 1
    if first == len(grid) or not _is_header(whole[first:]):
        return range(0)
    last = first
    while last + 1 < len(grid) and _divides(grid[last + 1], merged[last + 1], whole[last]):
        last += 1
    return range(first, last + 1)


def _runs_across(merged: Mapping[int, str] | None, cells: Sequence[str]) -> bool:
    """Whether a row is one merged cell: a title above the head."""
    return bool(merged) and len(set(cells)) == 1 and len(cells) > 1


def _divides(cells: Sequence[str], merged: Mapping[int, str] | None, above: Sequence[str]) -> bool:
    """Whether a row names parts of columns that the row above it has together."""
    own = [column for column, cell in enumerate(cells) if cell]
    if not own or not merged or len(cells) != len(above):
        return False
    is_below = all(merged.get(column) == above[column] for column in range(len(cells)) if not cells[column])
    return is_below and all(
        above.count(above[column]) > 1 and len(cells[column]) <= _LONGEST_HEADER and not _DATA.search(cells[column])
        for column in own
    )


def _names(head: Sequence[Sequence[str]], width: int) -> list[str]:
    """The name of each column: 序号; 单位·牵头 where 单位 is divided; 第3列 where it has none."""
    names = []
    for column in range(width):
        parts = dict.fromkeys(cells[column] for cells in head if column < len(cells) and cells[column])
        names.append("·".join(parts) or f"第{column + 1}列")
    return _distinct(names)


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
    if _looks_like_header(first):
        return True
    bare = _bare(first)
    return all(bare) and any(_bare(cells) == bare for cells in grid[1:])


def _looks_like_header(cells: Sequence[str]) -> bool:
    """Whether all cells of a row are short words without numbers."""
    return len(cells) > 1 and all(cell and len(cell) <= _LONGEST_HEADER and not _DATA.search(cell) for cell in cells)


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
    """A row's cells, the empty ones at its beginning taken from the row above, whose merged cell they continue.

    This is for sources that do not say which cells are merged.
    """
    filled = list(cells)
    if not any(filled):
        return filled
    for column, cell in enumerate(filled):
        if cell:
            break
        if column < len(above):
            filled[column] = above[column]
    return filled
