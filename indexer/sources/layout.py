"""From glyphs on a page to lines in reading order: baselines, gaps that are spaces, two columns."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

_SAME_BASELINE = 0.4
"""Baselines closer than this share of the taller glyph's height are one line (a superscript stays on it)."""
_SPACE_BETWEEN_WORDS = 0.18
_SPACE_IN_CHINESE = 0.5
"""Justified Chinese text spreads its glyphs; a gap of half a glyph and more was meant."""
_COLUMN_GAP = 1.2
_FEWEST_LINES = 5
_MOST_STARTS = 64
"""Places where a column may begin that are tried, the most usual first."""
_UNEVEN = 0.45
"""By this share of a glyph the lines of a column may begin further left or end further right than most do."""
_LONGEST_NUMBER = 12
_DASHES = r"[-‐\u2013-\u2015－一_~～·•・＊*|｜]"
_PAGE_NUMBER = re.compile(rf"(?:{_DASHES}\s*){{0,3}}[\dlI]{{1,4}}(?:\s*{_DASHES}){{0,3}}|[.·•]\s*\d{{1,4}}\s*[.·•]")
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
        confidence: How sure a recogniser was of its least certain part, from 0 to 1; None where it was read.
    """

    text: str
    left: float
    right: float
    bottom: float
    height: float
    confidence: float | None = None


class Placed(Protocol):
    """What has a place on the page and stays whole, as a table does."""

    @property
    def left(self) -> float:
        """Left edge in points."""

    @property
    def right(self) -> float:
        """Right edge in points."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The two columns of a page.

    Attributes:
        gap: Where the gap between them is, in points from the left.
        shift: How far the second column begins to the right of the first, in points.
    """

    gap: float
    shift: float

    def edges(self, left: float, right: float) -> tuple[float, float]:
        """The edges of what stands between two places, as if its column were the first."""
        return (left - self.shift, right - self.shift) if left >= self.gap else (left, right)


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


Block = TypeVar("Block", bound=Placed)


def in_reading_order(lines: Sequence[Line | Block], columns: Columns | None) -> list[Fragment | Block]:
    """Order the lines of a page as they are read: of two columns the left one first.

    What runs across the gap between the columns (a title, a wide table) ends what stands above it; so does a page
    number, wherever it stands.

    Args:
        lines: From the top down; a block stands among them by its top.
        columns: The page's two columns, as ``find_columns`` gives them.

    Returns:
        The lines, each put together, and the blocks, in order.
    """
    if columns is None:
        return [join(line) if isinstance(line, tuple) else line for line in lines]
    gap = columns.gap
    ordered: list[Fragment | Block] = []
    left: list[Fragment | Block] = []
    right: list[Fragment | Block] = []
    for place, line in enumerate(lines):
        if not isinstance(line, tuple):
            if line.left < gap < line.right:
                ordered += [*left, *right, line]
                left, right = [], []
            else:
                (left if line.right <= gap else right).append(line)
            continue
        is_number = place in (0, len(lines) - 1) and is_page_number(line)
        if is_number or any(part.left < gap < part.right for part in line):
            ordered += [*left, *right, join(line)]
            left, right = [], []
            continue
        before = tuple(part for part in line if part.right <= gap)
        after = line[len(before) :]
        left += [join(before)] if before else []
        right += [join(after)] if after else []
    return [*ordered, *left, *right]


def is_page_number(line: Line) -> bool:
    """Whether a line at a page's edge can be its number: ``15``, ``· 15 ·``, ``— 1 —``, misread ``-1一``.

    A recogniser takes a dash for 一 and a 1 for l or I. A number with a point behind it (``1.``) begins a paragraph.
    """
    return all(len(part.text) <= _LONGEST_NUMBER and _PAGE_NUMBER.fullmatch(part.text) is not None for part in line)


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


def join(line: Sequence[Fragment]) -> Fragment:
    """Fragments of one line as one.

    Args:
        line: From left to right, at least one.

    Returns:
        The fragment that reaches over all of them, a space between each two.
    """
    sure = [part.confidence for part in line if part.confidence is not None]
    return Fragment(
        " ".join(part.text for part in line),
        line[0].left,
        line[-1].right,
        line[0].bottom,
        max(part.height for part in line),
        min(sure, default=None),
    )


def find_columns(lines: Sequence[Line]) -> Columns | None:
    """Find the two columns of a page.

    Two columns are there when, between lines that run across the gap, enough lines begin at its right and end at its
    left, and most of them fill their side: the cells of a table seldom do.

    Args:
        lines: The lines of a page from the top down, without those of ruled tables.

    Returns:
        The columns; None on a page that has one.
    """
    parts = [part for line in lines for part in line]
    if len(parts) < 2 * _FEWEST_LINES:
        return None
    low, high = min(part.left for part in parts), max(part.right for part in parts)
    size = sorted(part.height for part in parts)[len(parts) // 2]
    starts = Counter(
        int(part.left) for part in parts if low + (high - low) * 0.3 < part.left < low + (high - low) * 0.7
    )
    best: tuple[int, Columns] | None = None
    for start, _ in starts.most_common(_MOST_STARTS):
        gap = start - size * _UNEVEN
        left, right = _beside(lines, gap)
        if not left:
            continue
        edge = max(part.right for part in left)
        if edge > gap - size * _UNEVEN or not (_mostly_full(left, edge, size) and _mostly_full(right, high, size)):
            continue
        if best is None or len(left) + len(right) > best[0]:
            best = (
                len(left) + len(right),
                Columns((edge + min(part.left for part in right)) / 2, _first_edge(right) - _first_edge(left)),
            )
    return None if best is None else best[1]


def _first_edge(parts: Sequence[Fragment]) -> float:
    """Where the lines of a column begin that are not set in: the leftmost place that is no exception."""
    edges = Counter(round(part.left) for part in parts)
    usual = [edge for edge, count in edges.items() if count > 1] or list(edges)
    return min(part.left for part in parts if round(part.left) == min(usual))


def _beside(lines: Sequence[Line], gap: float) -> tuple[list[Fragment], list[Fragment]]:
    """The fragments at the left and the right of a gap, where enough stand there with none across it in between."""
    left: list[Fragment] = []
    right: list[Fragment] = []
    begun: tuple[list[Fragment], list[Fragment]] = ([], [])
    for line in [*lines, None]:
        if line is not None and not any(part.left < gap < part.right for part in line):
            for part in line:
                begun[part.left >= gap].append(part)
            continue
        if min(map(len, begun)) >= _FEWEST_LINES:
            left += begun[0]
            right += begun[1]
        begun = ([], [])
    return left, right


def _mostly_full(parts: Sequence[Fragment], edge: float, size: float) -> bool:
    return 2 * sum(part.right > edge - _FULL * size for part in parts) >= len(parts)
