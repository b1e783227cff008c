"""PDF: lines with their edges in points and their page, from the text layer; without one, by recognition.

Where a law is printed in the official layout, a paragraph begins two characters further in (GB/T 9704-2012, 7.3.3):
the left edge of a line says whether it goes on or begins, so it is kept.
"""

import ctypes
from collections.abc import Sequence
from dataclasses import replace
from enum import Enum, auto
from typing import Any

from indexer.errors import SourceError
from indexer.sources import ocr
from indexer.sources.decoding import clean
from indexer.sources.layout import Fragment, Glyph, Line, find_columns, gather, in_reading_order
from indexer.sources.packed import check_streams, too_many_characters
from indexer.sources.pages import Page, page_line, put_together
from indexer.sources.reading import Limits, Reading
from indexer.sources.ruled import Table, carry_over, find_tables
from indexer.sources.tables import Row
from indexer.types import Note, SourceLine

_PASSWORD_ERROR = 4
_UNMAPPED = frozenset("\ufffd\ufffe\uffff")
_WITHOUT_TEXT = "PDF 没有文字层（可能是扫描件）：{}，请安装 fatiao[ocr] 后重试，或换用有文字层的文件"
_GARBLED = "PDF 的文字层是乱码（字体没有编码表）：{}，请安装 fatiao[ocr] 后重试，或换用其他文件"
_GARBLED_SHARE = 0.3
_FEW_GLYPHS = 30
_PICTURE_SHARE = 0.5
_EDGE = 0.1
"""Share of a page's height, at its head and its foot, where running heads and page numbers stand."""


class _State(Enum):
    READABLE = auto()
    BLANK = auto()
    WITHOUT_TEXT = auto()
    GARBLED = auto()


_UNREAD = {
    _State.WITHOUT_TEXT: "第 {} 页没有文字层（可能是扫描件），未能读入：请安装 fatiao[ocr] 后重试",
    _State.GARBLED: "第 {} 页的文字层是乱码（字体没有编码表）：请安装 fatiao[ocr] 后重试",
}


def read_pdf(content: bytes, source: str, limits: Limits) -> Reading:
    """Read the text layer of a PDF; on pages where there is none, or none of use, the text is recognised.

    Args:
        content: The whole file.
        source: Its path, for messages.
        limits: ``pages`` is the number of pages allowed, ``characters`` what one may have, ``decompressed`` the size
            of the streams unpacked, ``pixels`` the size of a picture that is recognised.

    Returns:
        Its lines, counted through all pages, with page, left and right edge in points. Two columns are read one
        after the other; a ruled table gives rows. Pages that cannot be read and were not recognised are named in a
        note.

    Raises:
        SourceError: It is no PDF, damaged, protected by a password, too long, or has no text layer and the
            extra ``fatiao[ocr]`` is not installed.
    """
    import pypdfium2

    check_streams(content, source, limits)
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as damage:
        if getattr(damage, "err_code", None) == _PASSWORD_ERROR:
            raise SourceError(f"PDF 已加密：{source}，请解除密码后再试") from damage
        raise SourceError(f"不是有效的 PDF 文件或已损坏：{source}，请检查文件是否完整") from damage
    try:
        return _read(document, source, limits)
    except pypdfium2.PdfiumError as damage:
        raise SourceError(f"PDF 已损坏：{source}（{damage}），请检查文件是否完整") from damage
    finally:
        document.close()


def _read(document: Any, source: str, limits: Limits) -> Reading:
    if len(document) > limits.pages:
        raise SourceError(f"PDF 有 {len(document)} 页，超过上限 {limits.pages} 页：{source}，请拆分文件或调高上限")
    pages: list[Page] = []
    unread: dict[int, _State] = {}
    above: Table | None = None
    for number in range(1, len(document) + 1):
        page = document[number - 1]
        try:
            glyphs = _glyphs(page, source, limits)
            state = _state(page, glyphs)
            if state is _State.BLANK:
                pages.append(Page(notes=[Note("空白页", page=number)]))
                continue
            if state is not _State.READABLE:
                unread[number] = state
            found, above = _page(page, glyphs, number, above)
            pages.append(found)
        finally:
            page.close()
    if unread:
        _recognise(document, source, limits, pages, unread)
    reading = put_together(pages)
    if not reading.lines:
        raise SourceError(
            f"PDF 没有文字层，也没有识别出文字：{source}，请检查扫描是否清晰"
            if unread
            else f"PDF 里没有文字：{source}，请检查文件是否完整"
        )
    return reading


def _recognise(document: Any, source: str, limits: Limits, pages: list[Page], unread: dict[int, _State]) -> None:
    """Put recognised pages in the place of those that cannot be read, or say which these are."""
    recogniser = ocr.load_recogniser()
    if recogniser is not None:
        for number, page in ocr.recognise(document, tuple(unread), source, recogniser, limits).items():
            pages[number - 1] = page
        return
    is_scan = all(number in unread or not page.lines for number, page in enumerate(pages, 1))
    if is_scan:
        garbled = all(state is _State.GARBLED for state in unread.values())
        raise SourceError((_GARBLED if garbled else _WITHOUT_TEXT).format(source))
    first = min(unread)
    notes = [
        Note(words.format(_ranges(numbers)))
        for wanted, words in _UNREAD.items()
        if (numbers := [number for number, state in unread.items() if state is wanted])
    ]
    pages[first - 1] = replace(pages[first - 1], notes=(*notes, *pages[first - 1].notes))


def _state(page: Any, glyphs: list[Glyph]) -> _State:
    """Whether the text layer of a page is all there is to read on it."""
    import pypdfium2.raw as pdfium

    if not glyphs:
        return _State.BLANK if next(page.get_objects(), None) is None else _State.WITHOUT_TEXT
    if sum(_is_unmapped(glyph.text) for glyph in glyphs) > len(glyphs) * _GARBLED_SHARE:
        return _State.GARBLED
    if len(glyphs) <= _FEW_GLYPHS:
        # A page number or a stamp over a scanned page is no text layer.
        width, height = page.get_size()
        for picture in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=3):
            left, bottom, right, top = picture.get_bounds()
            if (right - left) * (top - bottom) > width * height * _PICTURE_SHARE:
                return _State.WITHOUT_TEXT
    return _State.READABLE


def _ranges(numbers: Sequence[int]) -> str:
    """Ascending numbers as written: 1、3–5."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return "、".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


def _page(page: Any, glyphs: list[Glyph], number: int, above: Table | None) -> tuple[Page, Table | None]:
    """What a page holds, and the table at its foot that may go on overleaf.

    Args:
        page: The page.
        glyphs: Its characters.
        number: Its number, counted from 1.
        above: The table at the foot of the page before.

    Returns:
        The page, and the table.
    """
    tables = find_tables(page, glyphs)
    inside = {id(glyph) for table in tables for glyph in table.glyphs}
    rows = gather([glyph for glyph in glyphs if id(glyph) not in inside])
    columns = find_columns(rows)
    placed: list[Line | Table] = [*rows, *tables]
    placed.sort(key=lambda each: -(each.top if isinstance(each, Table) else each[0].bottom))
    lines: list[SourceLine] = []
    foot: Table | None = None
    for part in in_reading_order(placed, columns):
        if isinstance(part, Table):
            table = carry_over(above, part) if above is not None else part
            lines += [
                SourceLine(0, clean(row.text)[0], number, 0, part.left, part.right, is_row=True, merged=_filled(row))
                for row in table.rows
            ]
            foot = above = table
        else:
            lines.append(page_line(part, number, columns))
            # A line between the tables of two pages parts them, unless it is a running head or a page number.
            if not _is_at_edge(part, page):
                foot = above = None
    return Page(lines, [Note("按两栏阅读", page=number)] if columns is not None else []), foot


def _filled(row: Row) -> tuple[tuple[int, str], ...]:
    """The places of a row that a merged cell with words covers."""
    return tuple((place, words) for place, words in row.merged if words)


def _is_at_edge(line: Fragment, page: Any) -> bool:
    height = page.get_size()[1]
    return not height * _EDGE < line.bottom < height * (1 - _EDGE)


def _glyphs(page: Any, source: str, limits: Limits) -> list[Glyph]:
    import pypdfium2.raw as pdfium

    text_page = page.get_textpage()
    try:
        handle = text_page.raw
        box = pdfium.FS_RECTF()
        baseline, across = ctypes.c_double(), ctypes.c_double()
        glyphs: list[Glyph] = []
        high = 0
        if text_page.count_chars() > limits.characters:
            raise too_many_characters(source, limits)
        for index in range(text_page.count_chars()):
            code = pdfium.FPDFText_GetUnicode(handle, index)
            if 0xD800 <= code < 0xDC00:
                high = code
                continue
            if 0xDC00 <= code < 0xE000 and high:
                code, high = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00), 0
            # Spaces and line ends that pdfium adds are guesses from gaps; the gaps themselves are looked at later.
            if code < 0x20 or 0xD800 <= code < 0xE000 or pdfium.FPDFText_IsGenerated(handle, index) == 1:
                continue
            if not pdfium.FPDFText_GetLooseCharBox(handle, index, box):
                continue
            pdfium.FPDFText_GetCharOrigin(handle, index, across, baseline)
            height = box.top - box.bottom
            # The box's foot depends on the font; the baseline does not, so that mixed fonts stay on one line.
            glyphs.append(Glyph(chr(code), box.left, box.right, baseline.value, baseline.value + max(height, 1.0)))
        return glyphs if any(not glyph.text.isspace() for glyph in glyphs) else []
    finally:
        text_page.close()


def _is_unmapped(character: str) -> bool:
    return character in _UNMAPPED or "\ue000" <= character <= "\uf8ff"
