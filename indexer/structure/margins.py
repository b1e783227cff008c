"""The margins of a source whose lines have edges: a PDF, or plain text set in with spaces."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from indexer.structure.lines import Line

_WIDE: Final = frozenset("WFA")
_LEAST_LINES: Final = 8
_SET_IN_SHARE: Final = 0.15
_FULL_SHARE: Final = 0.15


@dataclass(frozen=True, slots=True)
class Margins:
    """The edges of a text block.

    Attributes:
        left: Where an unindented line begins.
        right: Where a full line ends.
        em: Width of one Chinese character, in the same unit.
        edges: Left and right edge of each source line, by its number.
    """

    left: float
    right: float
    em: float
    edges: dict[int, tuple[float, float]]

    def is_indented(self, line: Line) -> bool:
        """Whether the line is set in, as a paragraph's first line is."""
        edge = self.edges.get(line.number)
        return edge is not None and edge[0] > self.left + 0.8 * self.em

    def is_full(self, line: Line) -> bool:
        """Whether the line reaches the right margin, less a mark or two that typesetting moves to the next line."""
        edge = self.edges.get(line.number)
        return edge is not None and edge[1] >= self.right - 1.7 * self.em

    def is_centred(self, line: Line) -> bool:
        """Whether the line stands in the middle, as titles and headings do."""
        edge = self.edges.get(line.number)
        if edge is None:
            return False
        before, behind = edge[0] - self.left, self.right - edge[1]
        tolerance = max(2.2 * self.em, 0.2 * before)
        return before > 2.6 * self.em and behind > 1.7 * self.em and abs(before - behind) < tolerance


def find_margins(lines: Sequence[Line], media_type: str) -> Margins | None:
    """Find the margins of a text.

    Args:
        lines: The lines of a segment.
        media_type: The source's type.

    Returns:
        Its margins; None where the source has no layout, or one that does not set paragraphs in.
    """
    if media_type == "application/pdf":
        edges = {
            line.number: (line.source.left, line.source.right)
            for line in lines
            if line.text and line.source.left is not None and line.source.right is not None
        }
        ems = Counter(
            round((right - left) / width, 1)
            for line in lines
            if line.number in edges and (width := _width(line.text) / 2) >= 10
            for left, right in (edges[line.number],)
        )
        return _fit(edges, ems.most_common(1)[0][0] if ems else 0.0)
    if media_type == "text/plain":
        printed = [line for line in lines if line.text]
        if sum(1 for line in printed if line.source.text[0].isspace()) < _SET_IN_SHARE * len(printed) + 1:
            return None
        return _fit({line.number: _columns(line) for line in printed}, 2.0)
    return None


def _fit(edges: dict[int, tuple[float, float]], em: float) -> Margins | None:
    """The most usual left edge that others are set in from, and the right edge that many lines reach."""
    if len(edges) < _LEAST_LINES or em <= 0:
        return None
    lefts = Counter(round(left) for left, _ in edges.values())
    least = max(2, len(edges) // 20)
    left = min((edge for edge, count in lefts.items() if count >= least), default=None)
    if left is None:
        return None
    rights = sorted(right for _, right in edges.values())
    right = rights[-max(1, len(rights) // 20)]
    margins = Margins(left, right, em, edges)
    set_in = sum(1 for edge in edges.values() if left + 0.8 * em < edge[0] < left + 3.2 * em)
    full = sum(1 for edge in edges.values() if edge[1] >= right - 1.7 * em)
    if set_in < _SET_IN_SHARE * len(edges) or full < _FULL_SHARE * len(edges):
        return None
    return margins


def _columns(line: Line) -> tuple[float, float]:
    """The first and the last column of a line of plain text, a Chinese character two columns wide."""
    raw = line.source.text.rstrip()
    body = raw.lstrip()
    left = _width(raw[: len(raw) - len(body)])
    return left, left + _width(body)


def _width(text: str) -> float:
    """Columns that a text takes in a fixed pitch."""
    if text.isascii():
        return float(len(text))
    return float(sum(2 if unicodedata.east_asian_width(character) in _WIDE else 1 for character in text))
