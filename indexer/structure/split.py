"""From normalised lines to segments: one an instrument, and one for the masthead and contents of a gazette.

Reads lines in source order; writes segments in source order whose lines are all of them, each once. An order or a
notice and the instrument that it issues are one segment. Where it is not sure, everything is one segment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from indexer.structure import gazettes, roles
from indexer.structure.lines import Line
from indexer.structure.roles import Role

__all__ = ["Role", "Segment", "split"]


@dataclass(frozen=True, slots=True)
class Segment:
    """The lines of one document.

    Attributes:
        role: An instrument, or what a gazette prints around its instruments.
        lines: The lines, blank ones included.
        roles: For each line what it is where that does not depend on the tree; None for body text.
    """

    role: Literal["instrument", "gazette"]
    lines: tuple[Line, ...]
    roles: tuple[Role | None, ...]


def split(lines: Sequence[Line]) -> tuple[Segment, ...]:
    """Split a file into its documents.

    Args:
        lines: Its normalised lines.

    Returns:
        The segments in the order of their first lines; a plain law file is one, and so is an empty file.
    """
    parts = gazettes.divide(lines)
    if parts is None:
        return (Segment("instrument", tuple(lines), roles.of_instrument(lines)),)
    around = tuple(lines[position] for position in parts.around)
    segments = [Segment("gazette", around, roles.of_masthead(around))] if any(line.text for line in around) else []
    for start, end in parts.instruments:
        own = tuple(lines[start:end])
        segments.append(Segment("instrument", own, roles.of_instrument(own)))
    return tuple(segments)
