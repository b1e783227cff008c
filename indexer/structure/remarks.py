"""What the reader said of a file, dealt out to the documents that were found in it."""

from __future__ import annotations

from collections.abc import Sequence

from indexer.structure.split import Segment
from indexer.types import Note


def deal(
    notes: Sequence[Note], segments: Sequence[Segment], bounds: Sequence[tuple[int, int]]
) -> tuple[tuple[Note, ...], ...]:
    """Give each document the notes that concern it.

    A note on a line goes to the document whose part of the file the line is in; one on a page to every document with
    lines on that page, or between whose pages it lies; one on the whole file, or on a page before the first document
    or between two, to all of them: no note is lost.

    Args:
        notes: The reader's notes.
        segments: The documents' lines.
        bounds: Of each segment, the first and the last source line that it answers for.

    Returns:
        For each segment its notes, in the reader's order.
    """
    dealt: list[list[Note]] = [[] for _ in segments]
    if not notes:
        return tuple(() for _ in segments)
    pages = [_pages(segment) for segment in segments]
    everybody = range(len(segments))
    for note in notes:
        if note.line is not None:
            line = note.line
            meant = [place for place in everybody if bounds[place][0] <= line <= bounds[place][1]]
        else:
            page = note.page
            meant = [place for place in everybody if page is not None and pages[place][0] <= page <= pages[place][1]]
        for place in meant or everybody:
            dealt[place].append(note)
    return tuple(map(tuple, dealt))


def _pages(segment: Segment) -> tuple[int, int]:
    """The first and the last page of a segment; an empty range where it has none."""
    pages = [line.source.page for line in segment.lines if line.text and line.source.page is not None]
    return (min(pages), max(pages)) if pages else (1, 0)
