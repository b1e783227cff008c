"""What every reader takes and gives: the limits against hostile files, and the lines with their notes."""

from dataclasses import dataclass

from indexer.errors import SourceError
from indexer.types import Dropped, Note, SourceLine

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What a source file may be at most; a file over one of them is refused, never cut short.

    Attributes:
        bytes: Size of the file.
        pages: Pages of a PDF.
        decompressed: Bytes that the members of a DOCX, or the streams of a PDF that are no pictures, take when
            unpacked (a bomb is small when packed).
        nesting: Depth of HTML elements, and of tables and text boxes inside each other in a DOCX. libxml2 stops
            reading at 2,048, so a larger value would lose text silently.
        entities: Entities that an HTML page or a part of a DOCX may declare for itself. None is ever expanded;
            no word processor writes any (ECMA-376 part 2 forbids it), and a bomb needs a dozen.
        pixels: Pixels of a picture on a page that is recognised (an A3 page at 600 dpi has 70 million).
        characters: Characters on one page of a PDF (a full page of small type has some ten thousand).
    """

    bytes: int = 64 * MIB
    pages: int = 5000
    decompressed: int = 512 * MIB
    nesting: int = 500
    entities: int = 0
    pixels: int = 200_000_000
    characters: int = 500_000


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader found in the bytes of one file.

    Attributes:
        lines: The lines in reading order.
        notes: What could not be carried over, and how sure the recognition of a page is.
        dropped: Lines of the source that are not among ``lines``: marks of the format, printed page numbers.
    """

    lines: tuple[SourceLine, ...]
    notes: tuple[Note, ...] = ()
    dropped: tuple[Dropped, ...] = ()


def check_entities(count: int, source: str, limits: Limits) -> None:
    """Refuse a file that declares entities of its own beyond the limit.

    Args:
        count: How many it declares.
        source: Its path, for the message.
        limits: ``entities`` are allowed.

    Raises:
        SourceError: There are more.
    """
    if count > limits.entities:
        raise SourceError(
            f"文件自行定义了 {count} 个实体，超过上限 {limits.entities}：{source}，可能是恶意文件，请检查来源或调高上限"
        )


def row_text(cells: list[str]) -> str:
    """The cells of a table row as one line: separated by tabs, with no tab or line end inside a cell."""
    return "\t".join(" ".join(cell.split()) for cell in cells)
