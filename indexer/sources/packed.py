"""Streams of a PDF, measured before its parser unpacks them: a bomb is small when packed (ISO 32000-1, 7.4)."""

import base64
import re
import zlib
from collections.abc import Iterable, Iterator

from indexer.errors import SourceError
from indexer.sources.reading import MIB, Limits

_STREAM = re.compile(rb"\bstream\r?\n")
_FILTER = re.compile(rb"/(?:FlateDecode|Fl|ASCII85Decode|A85)\b")
_IMAGE = re.compile(rb"/Subtype\s*/Image\b")
_STRING = re.compile(rb"\([^()]*\)|<[0-9A-Fa-f\s]+>")
_LONGEST_DICTIONARY = 4096
_PIECE = 64 * 1024
_BYTES_PER_CHARACTER = 2
"""Of a string in a font with many characters."""


def check_streams(content: bytes, source: str, limits: Limits) -> None:
    """Refuse a PDF whose streams are too large when unpacked. Pictures are left out: they are not read as text.

    Args:
        content: The whole file.
        source: Its path, for messages.
        limits: ``decompressed`` is the size of all streams together, ``characters`` what one of them may show.

    Raises:
        SourceError: The streams are larger, or one shows more characters.
    """
    size = 0
    for mark in _STREAM.finditer(content):
        dictionary = content[max(mark.start() - _LONGEST_DICTIONARY, 0) : mark.start()].rpartition(b"obj")[2]
        filters = _FILTER.findall(dictionary)
        if not filters or _IMAGE.search(dictionary):
            continue
        shown = 0
        for piece in _unpacked(content, mark.end(), filters):
            size += len(piece)
            if size > limits.decompressed:
                raise SourceError(f"PDF 解压后超过上限 {limits.decompressed} 字节：{source}，请拆分文件或调高上限")
            if b"Tj" in piece or b"TJ" in piece:
                shown += sum(map(len, _STRING.findall(piece)))
            if shown > _BYTES_PER_CHARACTER * limits.characters:
                raise too_many_characters(source, limits)


def too_many_characters(source: str, limits: Limits) -> SourceError:
    """The error for a page with more characters than allowed."""
    return SourceError(f"PDF 的一页超过上限 {limits.characters} 字：{source}，可能是恶意文件，请检查来源或调高上限")


def _unpacked(content: bytes, start: int, filters: list[bytes]) -> Iterator[bytes]:
    pieces: Iterable[bytes] = (content[at : at + _PIECE] for at in range(start, len(content), _PIECE))
    for name in filters:
        pieces = _from_letters(content, start) if name in {b"/ASCII85Decode", b"/A85"} else _inflated(pieces)
    yield from pieces


def _from_letters(content: bytes, start: int) -> Iterator[bytes]:
    end = content.find(b"~>", start)
    try:
        yield base64.a85decode(content[start : end if end >= 0 else None])
    except ValueError:
        return


def _inflated(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """What a packed stream holds; nothing more where it is damaged, which the parser will see for itself."""
    unpacker = zlib.decompressobj()
    for packed in pieces:
        waiting = packed
        while waiting and not unpacker.eof:
            try:
                yield unpacker.decompress(waiting, MIB)
            except zlib.error:
                return
            waiting = unpacker.unconsumed_tail
        if unpacker.eof:
            return
