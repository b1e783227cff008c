"""One line of a source, normalised, that still knows where each of its characters came from."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from operator import itemgetter

from indexer.types import Origin, SourceLine

Runs = tuple[tuple[int, int], ...]
"""Pairs (offset in the normalised text, column in the source text, counted from 0), ascending, beginning with offset 0.

Inside a run text and source advance together.
"""


_offset = itemgetter(0)


@dataclass(frozen=True, slots=True)
class Line:
    """The normalised text of one source line, or of a part of it.

    Attributes:
        text: The text without surrounding space; empty for a blank line, which is kept as evidence. The cells of a
            table row are separated by tabs.
        source: The line as the reader found it.
        runs: From the text back to the source's columns.
    """

    text: str
    source: SourceLine
    runs: Runs = ((0, 0),)

    @property
    def number(self) -> int:
        """The line's position in the source, counted from 1."""
        return self.source.number

    @property
    def cells(self) -> tuple[str, ...]:
        """The cells of a table row, each without surrounding space; the whole text where there is no tab."""
        return tuple(cell.strip() for cell in self.text.split("\t"))

    def column(self, offset: int) -> int:
        """The source column, counted from 0, of the character at ``offset``."""
        start, column = self.runs[max(bisect_right(self.runs, offset, key=_offset) - 1, 0)]
        return column + offset - start

    def origin(self, offset: int) -> Origin:
        """The source place of the character at ``offset``: line and column counted from 1, page where there is one."""
        return Origin(self.source.number, self.column(offset) + 1, self.source.page)

    def part(self, start: int, end: int | None = None) -> Line:
        """The piece of this line between two offsets, without surrounding space.

        Args:
            start: First offset.
            end: Offset after the last character; None for the end of the line.

        Returns:
            A line of the same source whose runs begin at the piece's first character.
        """
        stop = len(self.text) if end is None else end
        piece = self.text[start:stop]
        stripped = piece.strip()
        if not stripped:
            return Line("", self.source, ((0, self.column(start)),))
        start += len(piece) - len(piece.lstrip())
        stop = start + len(stripped)
        inner = self.runs[bisect_right(self.runs, start, key=_offset) : bisect_left(self.runs, stop, key=_offset)]
        later = tuple((offset - start, column) for offset, column in inner)
        return Line(stripped, self.source, ((0, self.column(start)), *later))
