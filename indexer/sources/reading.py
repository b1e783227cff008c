"""What every reader takes and gives: the limits against hostile files, and the lines with their notes."""

from dataclasses import dataclass

from indexer.types import SourceLine

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What a source file may be at most; a file over one of them is refused, never cut short.

    Attributes:
        bytes: Size of the file.
        pages: Pages of a PDF.
        decompressed: Bytes that the members of a DOCX take when unpacked (a zip bomb is small when packed).
        nesting: Depth of HTML elements, and of tables and text boxes inside each other in a DOCX. libxml2 stops
            reading at 2,048, so a larger value would lose text silently.
    """

    bytes: int = 64 * MIB
    pages: int = 5000
    decompressed: int = 512 * MIB
    nesting: int = 500


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader found in the bytes of one file.

    Attributes:
        lines: The lines in reading order.
        notes: What could not be carried over, one Chinese sentence each.
    """

    lines: tuple[SourceLine, ...]
    notes: tuple[str, ...] = ()


def row_text(cells: list[str]) -> str:
    """The cells of a table row as one line: separated by tabs, with no tab or line end inside a cell."""
    return "\t".join(" ".join(cell.split()) for cell in cells)
