"""PDF: lines with their edges in points and their page, from the text layer; without one, by recognition.

Where a law is printed in the official layout, a paragraph begins two characters further in (GB/T 9704-2012, 7.3.3):
the left edge of a line says whether it goes on or begins, so it is kept.
"""

import ctypes
from collections.abc import Iterator
from typing import Any

from indexer.errors import SourceError
from indexer.sources import ocr
from indexer.sources.decoding import clean
from indexer.sources.layout import Glyph, gather, in_reading_order
from indexer.sources.reading import Limits, Reading
from indexer.sources.ruled import Table, find_tables
from indexer.types import SourceLine

_PASSWORD_ERROR = 4
_UNMAPPED = frozenset("\ufffd\ufffe\uffff")
_WITHOUT_TEXT = "PDF 没有文字层（可能是扫描件）：{}，请安装 fatiao[ocr] 后重试，或换用有文字层的文件"
_GARBLED = "PDF 的文字层是乱码（字体没有编码表）：{}，请安装 fatiao[ocr] 后重试，或换用其他文件"
_GARBLED_SHARE = 0.3


def read_pdf(content: bytes, source: str, limits: Limits) -> Reading:
    """Read the text layer of a PDF; where there is none, or none of use, the text is recognised in its pages.

    Args:
        content: The whole file.
        source: Its path, for messages.
        limits: ``pages`` is the number of pages allowed.

    Returns:
        Its lines, counted through all pages, with page, left and right edge in points. Two columns are read one
        after the other; a ruled table gives rows.

    Raises:
        SourceError: It is no PDF, damaged, protected by a password, too long, or has no text layer and the
            extra ``fatiao[ocr]`` is not installed.
    """
    import pypdfium2

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
    lines: list[SourceLine] = []
    notes: list[str] = []
    seen = unmapped = 0
    for number in range(1, len(document) + 1):
        page = document[number - 1]
        try:
            glyphs = _glyphs(page)
            seen += len(glyphs)
            unmapped += sum(_is_unmapped(glyph.text) for glyph in glyphs)
            if not glyphs:
                notes.append(f"第 {number} 页没有文字")
            lines += _page_lines(page, glyphs, number, len(lines), notes)
        finally:
            page.close()
    if not seen:
        return _recognised(document, source, _WITHOUT_TEXT)
    if unmapped > seen * _GARBLED_SHARE:
        return _recognised(document, source, _GARBLED)
    return Reading(tuple(lines), tuple(notes))


def _recognised(document: Any, source: str, otherwise: str) -> Reading:
    recogniser = ocr.load_recogniser()
    if recogniser is None:
        raise SourceError(otherwise.format(source))
    return ocr.recognise(document, source, recogniser)


def _page_lines(page: Any, glyphs: list[Glyph], number: int, count: int, notes: list[str]) -> Iterator[SourceLine]:
    tables = find_tables(page, glyphs)
    inside = {id(glyph) for table in tables for glyph in table.glyphs}
    rows = gather([glyph for glyph in glyphs if id(glyph) not in inside])
    below = list(tables)
    for part in [*_cut_at_tables(rows, below)]:
        if isinstance(part, Table):
            for row in part.rows:
                count += 1
                yield SourceLine(count, clean(row)[0], number, 0, part.left, part.right, is_row=True)
            continue
        ordered, has_columns = in_reading_order(part)
        if has_columns:
            notes.append(f"第 {number} 页按两栏阅读")
        for line in ordered:
            count += 1
            yield SourceLine(count, clean(line.text)[0], number, 0, round(line.left, 1), round(line.right, 1))


def _cut_at_tables(rows: list[Any], tables: list[Table]) -> Iterator[Any]:
    """The lines above a table, the table, the lines below it, down the page."""
    for table in sorted(tables, key=lambda table: -table.top):
        above = [row for row in rows if row[0].bottom >= table.top]
        rows = rows[len(above) :]
        if above:
            yield above
        yield table
    if rows:
        yield rows


def _glyphs(page: Any) -> list[Glyph]:
    import pypdfium2.raw as pdfium

    text_page = page.get_textpage()
    try:
        handle = text_page.raw
        box = pdfium.FS_RECTF()
        baseline, across = ctypes.c_double(), ctypes.c_double()
        glyphs: list[Glyph] = []
        high = 0
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
