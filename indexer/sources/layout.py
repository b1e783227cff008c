"""From glyphs on a page to lines in reading order: baselines, gaps that are spaces, two columns."""

from collections.abc import Sequence
from dataclasses import dataclass

_SAME_BASELINE = 0.4
"""Baselines closer than this share of the taller glyph's height are one line (a superscript stays on it)."""
_SPACE_BETWEEN_WORDS = 0.18
_SPACE_IN_CHINESE = 0.5
"""Justified Chinese text spreads its glyphs; a gap of half a glyph and more was meant."""
_COLUMN_GAP = 1.2
_FEWEST_LINES = 5
_FULL = 2.5
"""A line whose end is at most this many glyphs from its column's edge fills it."""


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character and the box of its advance, in points from the page's lower left corner."""

    text: str
    left: float
    right: float
    bottom: float
    top: float

    @property
    def height(self) -> float:
        """Height of the box in points; about the size of the font."""
        return self.top - self.bottom


@dataclass(frozen=True, slots=True)
class Fragment:
    """Glyphs that stand together on one line, with no gap as wide as one between columns.

    Attributes:
        text: Its characters, with spaces where gaps are.
        left: Left edge in points.
        right: Right edge in points.
        bottom: Lower edge in points, from the foot of the page.
        height: Height of its tallest glyph in points.
    """

    text: str
    left: float
    right: float
    bottom: float
    height: float


Line = tuple[Fragment, ...]
"""Fragments on one baseline, from left to right; at least one."""


def gather(glyphs: Sequence[Glyph]) -> list[Line]:
    """Put glyphs together into lines.

    Args:
        glyphs: The visible characters of a page, and the spaces that the file itself has, in any order.

    Returns:
        The lines from the top of the page down.
    """
    rows: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda g: (-g.bottom, g.left)):
        if rows:
            last = rows[-1][-1]
            tallest = max(last.height, glyph.height)
            if abs(rows[-1][0].bottom - glyph.bottom) <= _SAME_BASELINE * tallest:
                rows[-1].append(glyph)
                continue
        rows.append([glyph])
    return [line for row in rows if (line := _split(sorted(row, key=lambda g: g.left)))]


def in_reading_order(lines: Sequence[Line]) -> tuple[list[Fragment], bool]:
    """Order the lines of a page as they are read: of two columns the left one first.

    A line that runs across the gap between the columns (a title, a page number) ends what stands above it.

    Args:
        lines: From the top down.

    Returns:
        The lines in order, and whether two columns were seen.
    """
    gap = _column_gap(lines)
    if gap is None:
        return [_join(line) for line in lines], False
    ordered: list[Fragment] = []
    left: list[Fragment] = []
    right: list[Fragment] = []
    for line in lines:
        if any(part.left < gap < part.right for part in line):
            ordered += [*left, *right, _join(line)]
            left, right = [], []
            continue
        before = tuple(part for part in line if part.right <= gap)
        after = line[len(before) :]
        left += [_join(before)] if before else []
        right += [_join(after)] if after else []
    return [*ordered, *left, *right], True


def _split(row: Sequence[Glyph]) -> Line:
    """Cut the glyphs of a line at wide gaps and write the narrower ones as spaces."""
    fragments: list[Fragment] = []
    pieces: list[str] = []
    first = last = None
    for glyph in row:
        if glyph.text.isspace():
            if pieces and pieces[-1] != " ":
                pieces.append(" ")
            continue
        if first is not None and last is not None:
            gap = glyph.left - last.right
            size = max(last.height, glyph.height)
            if gap > _COLUMN_GAP * size:
                fragments.append(_fragment(pieces, first, last))
                pieces, first = [], glyph
            elif pieces[-1] != " " and gap > size * _space(last.text, glyph.text):
                pieces.append(" ")
        first = first or glyph
        # A glyph may reach over the next one: what counts is how far the line has come.
        last = glyph if last is None or not pieces or glyph.right >= last.right else last
        pieces.append(glyph.text)
    if first is not None and last is not None:
        fragments.append(_fragment(pieces, first, last))
    return tuple(fragments)


def _fragment(pieces: list[str], first: Glyph, last: Glyph) -> Fragment:
    height = max(first.height, last.height)
    return Fragment("".join(pieces).strip(), first.left, last.right, first.bottom, height)


def _space(before: str, after: str) -> float:
    return _SPACE_BETWEEN_WORDS if before.isascii() and after.isascii() else _SPACE_IN_CHINESE


def _join(line: Sequence[Fragment]) -> Fragment:
    return Fragment(
        " ".join(part.text for part in line),
        line[0].left,
        line[-1].right,
        line[0].bottom,
        max(part.height for part in line),
    )


def _column_gap(lines: Sequence[Line]) -> float | None:
    """The x position between two columns, or None on a page that has one.

    Two columns are there when lines begin at the right of a strip as often as they end at its left, and most of them
    fill their side: the cells of a table seldom do.
    """
    parts = [part for line in lines for part in line]
    if len(parts) < 2 * _FEWEST_LINES:
        return None
    low, high = min(part.left for part in parts), max(part.right for part in parts)
    size = sorted(part.height for part in parts)[len(parts) // 2]
    starts = {int(part.left) for part in parts if low + (high - low) * 0.3 < part.left < low + (high - low) * 0.7}
    best: tuple[int, float] | None = None
    for start in sorted(starts):
        gap = start - size * 0.3
        left = [part for part in parts if part.right <= gap]
        right = [part for part in parts if part.left >= gap]
        crossing = len(parts) - len(left) - len(right)
        if min(len(left), len(right)) < _FEWEST_LINES or crossing > len(parts) * 0.25:
            continue
        edge = max(part.right for part in left)
        if edge > gap - size * 0.5 or not (_mostly_full(left, edge, size) and _mostly_full(right, high, size)):
            continue
        if best is None or crossing < best[0]:
            best = (crossing, gap)
    return None if best is None else best[1]


def _mostly_full(parts: Sequence[Fragment], edge: float, size: float) -> bool:
    return 2 * sum(part.right > edge - _FULL * size for part in parts) >= len(parts)
