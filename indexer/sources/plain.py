"""Plain text: one source line a line; a form feed begins a new page."""

from indexer.sources.decoding import clean, decode
from indexer.sources.reading import Limits, Reading
from indexer.types import SourceLine


def read_plain(content: bytes, source: str, limits: Limits) -> Reading:
    """Read a text file.

    Args:
        content: The whole file.
        source: Its path, for messages.
        limits: Not needed beyond the size, which is checked before.

    Returns:
        Its lines, blank ones included; pages are counted where form feeds separate them.

    Raises:
        SourceError: The file is binary or its encoding is broken.
    """
    del limits
    text, notes = clean(decode(content, source))
    rows = text.removesuffix("\n").split("\n")
    if "\f" not in text:
        return Reading(tuple(SourceLine(number, row) for number, row in enumerate(rows, 1)), notes)
    lines = []
    page = 1
    for number, row in enumerate(rows, 1):
        for position, part in enumerate(row.split("\f")):
            page += position > 0
            if part or not position:
                lines.append(SourceLine(number, part, page))
    return Reading(tuple(lines), notes)
