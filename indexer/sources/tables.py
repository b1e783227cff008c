"""Tables whose cells span rows and columns, laid out as plain rows."""

from collections.abc import Sequence
from dataclasses import dataclass

from indexer.sources.reading import row_text

# HTML allows colspan up to 1,000 and rowspan up to 65,534; a hostile file may claim more.
LARGEST_SPAN = 1000
LARGEST_AREA = 1_000_000
"""Places that merged cells may cover in one table; in a larger one, which no person made, spans are not followed."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as written: its words, and how many columns and rows it covers.

    Attributes:
        text: Its words, paragraphs separated by a space.
        columns: Columns it covers, at least 1.
        rows: Rows it covers, at least 1.
    """

    text: str
    columns: int = 1
    rows: int = 1


@dataclass(frozen=True, slots=True)
class Row:
    """A row as laid out.

    Attributes:
        text: Its cells separated by tabs; a merged cell has its words in its first place and is empty in the others.
        merged: Column, counted from 0, and words of the cell that covers it, for these other places.
    """

    text: str
    merged: tuple[tuple[int, str], ...] = ()


def lay_out(rows: Sequence[Sequence[Cell]]) -> list[Row]:
    """Put cells into the columns where they stand on paper.

    Args:
        rows: The cells that begin in each row, from left to right.

    Returns:
        The rows, all with the same number of cells, unless the table is larger than ``LARGEST_AREA``.
    """
    taken: dict[tuple[int, int], str] = {}
    merged: list[dict[int, str]] = [{} for _ in rows]
    widths = [0] * len(rows)
    for top, cells in enumerate(rows):
        column = 0
        for cell in cells:
            while (top, column) in taken:
                column += 1
            across = min(max(cell.columns, 1), LARGEST_SPAN)
            down = min(max(cell.rows, 1), LARGEST_SPAN, len(rows) - top)
            if len(taken) + across * down > LARGEST_AREA:
                across = down = 1
            words = " ".join(cell.text.split())
            for row in range(top, top + down):
                widths[row] = max(widths[row], column + across)
                for place in range(column, column + across):
                    taken.setdefault((row, place), "")
                    # Where two cells claim a place (a broken table), the first has it.
                    if words and (row, place) != (top, column):
                        merged[row].setdefault(place, words)
            taken[top, column] = cell.text
            column += across
    width = max(widths, default=0)
    if width * len(rows) <= LARGEST_AREA:
        widths = [width] * len(rows)
    return [
        Row(
            row_text([taken.get((row, column), "") for column in range(widths[row])]),
            tuple((place, words) for place, words in sorted(merged[row].items()) if not taken.get((row, place))),
        )
        for row in range(len(rows))
    ]
