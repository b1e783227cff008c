"""From a file as read to documents: the stages of this package, one behind the other."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from itertools import accumulate, pairwise

from indexer.structure.audit import audit
from indexer.structure.drafts import freeze
from indexer.structure.facts import document_id, find_facts
from indexer.structure.joining import Paragraph, join
from indexer.structure.normalise import Normalised, normalise
from indexer.structure.remarks import deal
from indexer.structure.runin import separate
from indexer.structure.split import Segment, split
from indexer.structure.survey import survey
from indexer.structure.tables import Table, is_of_another_table, read_table, table_starts
from indexer.structure.tree import TreeBuilder
from indexer.types import Document, Dropped, Note, OffsetMap, Origin, RawDocument, Repair

_END_OF_HEAD = "<!-- INFO END -->"


def parse(raw: RawDocument) -> tuple[Document, ...]:
    """Recover the documents of a file, with their structure, facts and account.

    Args:
        raw: A file as a reader found it; any text parses.

    Returns:
        One document for a law; for a gazette one of kind 公报 and one an instrument, in the file's order.
    """
    normalised = normalise(raw)
    head = next((line.number for line in raw.lines if line.text.strip() == _END_OF_HEAD), 0)
    segments = split(normalised.lines)
    bounds = _bounds(segments)
    notes = deal(raw.notes, segments, bounds)
    return tuple(
        _document(raw, segment, normalised, head, bound, said)
        for segment, bound, said in zip(segments, bounds, notes, strict=True)
    )


def _bounds(segments: Sequence[Segment]) -> tuple[tuple[int, int], ...]:
    """The source lines (first, last) whose drops and repairs each segment reports: up to where the next begins."""
    first = [segment.lines[0].number if segment.lines else 0 for segment in segments]
    order = sorted(range(len(segments)), key=lambda place: first[place])
    bounds = [(0, 0)] * len(segments)
    for position, place in enumerate(order):
        start = first[place] if position else 0
        end = first[order[position + 1]] - 1 if position + 1 < len(order) else 1 << 62
        bounds[place] = (start, end)
    return tuple(bounds)


def _document(
    raw: RawDocument,
    segment: Segment,
    normalised: Normalised,
    head: int,
    bound: tuple[int, int],
    notes: Sequence[Note],
) -> Document:
    """One document of one segment."""
    joined = join(segment.lines, segment.roles, raw.media_type, head)
    separated, divided = separate(joined.paragraphs)
    paragraphs, tables, headers, shifted = _with_tables(separated)
    starts = [0, *accumulate(len(paragraph.text) + 1 for paragraph in paragraphs)][: len(paragraphs)]
    text = "\n".join(paragraph.text for paragraph in paragraphs)
    seen = survey(paragraphs, head)
    builder = TreeBuilder(paragraphs, starts, seen, tables)
    frozen = freeze(builder.build(), len(text))
    facts = find_facts(segment, text, frozen.root, raw)
    first, last = bound
    dropped = [line for line in (*raw.dropped, *normalised.dropped) if first <= line.line <= last]
    repairs = [repair for repair in normalised.repairs if first <= repair.at[0] <= last]
    repairs.extend(Repair("joined lines", at) for at in joined.joins)
    account = audit(
        text,
        frozen.root,
        frozen.repeated,
        sorted([*dropped, *headers], key=lambda line: line.line),
        sorted([*repairs, *divided, *shifted, *builder.repairs], key=lambda repair: repair.at),
        notes,
    )
    values = {field.name: getattr(facts, field.name) for field in dataclasses.fields(facts)}
    return Document(
        id=document_id(facts, raw),
        text=text,
        root=frozen.root,
        offsets=_offsets(paragraphs, starts),
        sources=(raw.source,),
        audit=account,
        **values,
    )


def _with_tables(
    paragraphs: Sequence[Paragraph],
) -> tuple[list[Paragraph], dict[int, tuple[Table, int]], list[Dropped], list[Repair]]:
    """Read runs of rows as tables and leave out the headers that they repeat.

    Args:
        paragraphs: All paragraphs of a segment.

    Returns:
        The paragraphs that stay, the table at each position where one begins with the number of its paragraphs, the
        headers left out, and the rows put right.
    """
    kept: list[Paragraph] = []
    tables: dict[int, tuple[Table, int]] = {}
    dropped: list[Dropped] = []
    repairs: list[Repair] = []
    position = 0
    while position < len(paragraphs):
        end = position
        while end < len(paragraphs) and paragraphs[end].is_row and paragraphs[end].role is None:
            if end > position and is_of_another_table(paragraphs[end - 1], paragraphs[end]):
                break
            end += 1
        if end == position:
            kept.append(paragraphs[position])
            position += 1
            continue
        run = paragraphs[position:end]
        for first, last in pairwise((*table_starts(run), len(run))):
            rows = run[first:last]
            repeated = set(read_table(rows).repeated)
            stay = [row for place, row in enumerate(rows) if place not in repeated]
            table = read_table(stay) if repeated else read_table(rows)
            tables[len(kept)] = (table, len(stay))
            dropped.extend(
                Dropped(row.number, row.pieces[0][1].source.text.strip(), "repeated table header")
                for place, row in enumerate(rows)
                if place in repeated
            )
            repairs.extend(table.repairs)
            kept.extend(stay)
        position = end
    return kept, tables, dropped, repairs


def _offsets(paragraphs: Sequence[Paragraph], starts: Sequence[int]) -> OffsetMap:
    """The map from the document's text to the source."""
    places: list[int] = []
    origins: list[Origin] = []
    for paragraph, start in zip(paragraphs, starts, strict=True):
        for offset, line in paragraph.pieces:
            number, page = line.source.number, line.source.page
            for place, column in line.runs:
                places.append(start + offset + place)
                origins.append(Origin(number, column + 1, page))
    if not places or places[0]:
        places.insert(0, 0)
        origins.insert(0, Origin(1, 1))
    return OffsetMap(tuple(places), tuple(origins))
