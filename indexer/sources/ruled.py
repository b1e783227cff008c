"""Tables drawn with lines on a PDF page: the grid from its rules, the cells from the glyphs between them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from indexer.sources.layout import Glyph, gather, join
from indexer.sources.reading import row_text
from indexer.sources.tables import Row

_THIN = 2.5
"""A path no wider than this, in points, is a rule."""
_NEAR = 3.0
"""Rules at most this far apart, in points, meet or are the same."""
_MOST_RULES = 4000
_MOST_PLACES = 5000
"""More rules or places than these are a drawing, and would take long to look through."""


_Place = tuple[int, int]
"""Row and column of a grid, counted from 0."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A line drawn on the page: at ``at`` across its direction, from ``low`` to ``high`` along it, in points."""

    at: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Table:
    """A ruled table.

    Attributes:
        top: Upper edge in points from the foot of the page.
        left: Left edge in points.
        right: Right edge in points.
        rows: Its rows from the top down; a place that an empty merged cell covers is among ``merged`` too.
        glyphs: The glyphs inside it.
    """

    top: float
    left: float
    right: float
    rows: tuple[Row, ...]
    glyphs: tuple[Glyph, ...]


def find_tables(page: Any, glyphs: Sequence[Glyph]) -> list[Table]:
    """Find the ruled tables of a page.

    Args:
        page: A ``pypdfium2`` page.
        glyphs: The characters of the page.

    Returns:
        Tables of at least two rows and two columns that hold words.
    """
    across, down = _rules(page)
    if len(across) < 3 or len(down) < 3 or len(across) + len(down) > _MOST_RULES:
        return []
    tables = []
    for horizontal, vertical in _groups(across, down):
        rows = _edges(rule.at for rule in horizontal)[::-1]
        columns = _edges(rule.at for rule in vertical)
        if len(rows) < 3 or len(columns) < 3 or len(rows) * len(columns) > _MOST_PLACES:
            continue
        inside = tuple(
            glyph
            for glyph in glyphs
            if columns[0] < (glyph.left + glyph.right) / 2 < columns[-1]
            and rows[-1] < (glyph.bottom + glyph.top) / 2 < rows[0]
        )
        if any(not glyph.text.isspace() for glyph in inside):
            written = _write(rows, columns, horizontal, vertical, inside)
            tables.append(Table(rows[0], round(columns[0], 1), round(columns[-1], 1), tuple(written), inside))
    return tables


def _rules(page: Any) -> tuple[list[Rule], list[Rule]]:
    """Horizontal and vertical rules: thin paths, and the sides of boxes."""
    import pypdfium2.raw as pdfium

    across: list[Rule] = []
    down: list[Rule] = []
    for path in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH], max_depth=3):
        left, bottom, right, top = path.get_bounds()
        if top - bottom <= _THIN and right - left > _THIN:
            across.append(Rule((top + bottom) / 2, left, right))
        elif right - left <= _THIN and top - bottom > _THIN:
            down.append(Rule((left + right) / 2, bottom, top))
        elif right - left > _THIN and top - bottom > _THIN:
            across += [Rule(top, left, right), Rule(bottom, left, right)]
            down += [Rule(left, bottom, top), Rule(right, bottom, top)]
    return across, down


def _groups(across: list[Rule], down: list[Rule]) -> list[tuple[list[Rule], list[Rule]]]:
    """Rules that hang together: those of one table."""
    parent = list(range(len(across) + len(down)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    for i, rule in enumerate(across):
        for j, other in enumerate(down, len(across)):
            meets_across = rule.low - _NEAR <= other.at <= rule.high + _NEAR
            if meets_across and other.low - _NEAR <= rule.at <= other.high + _NEAR:
                parent[root(j)] = root(i)
    groups: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for index, rule in enumerate([*across, *down]):
        groups.setdefault(root(index), ([], []))[index >= len(across)].append(rule)
    return list(groups.values())


def _edges(places: Iterable[float]) -> list[float]:
    edges: list[float] = []
    for place in sorted(places):
        if not edges or place - edges[-1] > _NEAR:
            edges.append(place)
    return edges


def _write(
    rows: list[float], columns: list[float], across: list[Rule], down: list[Rule], glyphs: Sequence[Glyph]
) -> list[Row]:
    height, width = len(rows) - 1, len(columns) - 1
    first = {(row, column): (row, column) for row in range(height) for column in range(width)}
    for row in range(height):
        middle = (rows[row] + rows[row + 1]) / 2
        for column in range(width):
            centre = (columns[column] + columns[column + 1]) / 2
            # Where no rule stands between two places, they are one merged cell.
            if column and not _is_drawn(down, columns[column], middle):
                first[row, column] = first[row, column - 1]
            elif row and not _is_drawn(across, rows[row], centre):
                first[row, column] = first[row - 1, column]
    held: dict[tuple[int, int], list[Glyph]] = {}
    for glyph in glyphs:
        row = sum(edge > (glyph.bottom + glyph.top) / 2 for edge in rows) - 1
        column = sum(edge < (glyph.left + glyph.right) / 2 for edge in columns) - 1
        held.setdefault(first[min(max(row, 0), height - 1), min(max(column, 0), width - 1)], []).append(glyph)
    words = {place: _words(inside) for place, inside in held.items()}
    return [_row([((row, column), first[row, column]) for column in range(width)], words) for row in range(height)]


def _row(places: list[tuple[_Place, _Place]], words: dict[_Place, str]) -> Row:
    """A row of a grid: its places, each with the first place of the cell that covers it, and the words by place."""
    own = [words.get(place, "") if place == first else "" for place, first in places]
    merged = [(column, words.get(first, "")) for column, (place, first) in enumerate(places) if place != first]
    return Row(row_text(own), tuple(merged))


def carry_over(before: Table, after: Table) -> Table:
    """Let the cells of a table go on at the top of the next page.

    A merged cell that a page's end divides has its words on the first page alone; on the next it is empty. That is so
    of the empty cells that the first row begins with, and in columns that have merged cells on the page before.

    Args:
        before: The table at the foot of a page.
        after: The table at the head of the next page.

    Returns:
        The second table, the words of the first one's last row in the cells that go on from there; unchanged where
        the two have different columns.
    """
    names, above = before.rows[0].text, [_whole(row) for row in before.rows]
    width = len(above[-1])
    if len(_whole(after.rows[0])) != width:
        return after
    first = next((place for place, row in enumerate(after.rows) if row.text != names), len(after.rows))
    rows = list(after.rows)
    for column in range(width):
        is_leading = first < len(rows) and not any(_whole(rows[first])[: column + 1])
        if not above[-1][column] or not (is_leading or _is_merged(before, above, column)):
            continue
        for place in range(first, len(rows)):
            covered = dict(rows[place].merged)
            if _whole(rows[place])[column] or (place > first and column not in covered):
                break
            covered[column] = above[-1][column]
            rows[place] = replace(rows[place], merged=tuple(sorted(covered.items())))
    return replace(after, rows=tuple(rows))


def _is_merged(table: Table, whole: Sequence[Sequence[str]], column: int) -> bool:
    """Whether a column of a table has cells over several rows."""
    return any(
        words and words == whole[place][column]
        for place, row in enumerate(table.rows[1:])
        for words in [dict(row.merged).get(column)]
    )


def _whole(row: Row) -> list[str]:
    merged = dict(row.merged)
    return [cell or merged.get(place, "") for place, cell in enumerate(row.text.split("\t"))]


def _is_drawn(rules: list[Rule], at: float, place: float) -> bool:
    return any(abs(rule.at - at) <= _NEAR and rule.low - _NEAR <= place <= rule.high + _NEAR for rule in rules)


def _words(glyphs: list[Glyph]) -> str:
    """The words of a cell: its wrapped lines joined, with a space only between Latin words."""
    joined = ""
    for line in gather(glyphs):
        text = join(line).text
        apart = bool(joined) and joined[-1].isascii() and joined[-1].isalnum() and text[:1].isascii()
        joined += (" " if apart and text[:1].isalnum() else "") + text
    return joined
