"""Pages of a PDF, read or recognised each for itself, as one reading with its lines counted through."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from indexer.sources.decoding import clean
from indexer.sources.layout import Columns, Fragment
from indexer.sources.reading import Reading
from indexer.types import Dropped, Note, SourceLine

_DOUBTFUL = 0.6
"""A line that a recogniser was less sure of is listed by itself."""


@dataclass(frozen=True, slots=True)
class Page:
    """What a page holds.

    Attributes:
        lines: Its lines in reading order, not yet counted.
        notes: What is to be said of it.
        folios: Places among ``lines`` of printed page numbers.
    """

    lines: Sequence[SourceLine] = ()
    notes: Sequence[Note] = ()
    folios: frozenset[int] = field(default_factory=frozenset)


def page_line(line: Fragment, page: int, columns: Columns | None) -> SourceLine:
    """A line of a page, not yet counted.

    Args:
        line: Its words and edges.
        page: The page, counted from 1.
        columns: The page's columns. The edges of a line in the second are counted from where it begins, so that both
            have the same margins.

    Returns:
        The line with the number 0.
    """
    left, right = columns.edges(line.left, line.right) if columns else (line.left, line.right)
    text = clean(line.text)[0]
    return SourceLine(0, text, page, 0, round(left, 1), round(right, 1), confidence=line.confidence)


def put_together(pages: Iterable[Page]) -> Reading:
    """Count the lines of pages through.

    Args:
        pages: In order.

    Returns:
        Their lines without the page numbers, which are listed as dropped; their notes, and one for every line that
        a recogniser was not sure of.
    """
    lines: list[SourceLine] = []
    notes: list[Note] = []
    dropped: list[Dropped] = []
    number = 0
    for page in pages:
        notes += page.notes
        for place, line in enumerate(page.lines):
            number += 1
            if place in page.folios:
                dropped.append(Dropped(number, line.text.strip(), "page number"))
                continue
            lines.append(replace(line, number=number))
            if line.confidence is not None and line.confidence < _DOUBTFUL:
                text = f"识别置信度 {line.confidence:.2f}，请对照原件核实：{line.text.strip()}"
                notes.append(Note(text, number, line.page, line.confidence))
    return Reading(tuple(lines), tuple(notes), tuple(dropped))
