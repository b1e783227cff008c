"""DOCX: paragraphs and tables in document order, with the numbers that Word counts itself written out."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from indexer.errors import SourceError
from indexer.sources.decoding import clean
from indexer.sources.numbering import Numbering, W, load_numbering
from indexer.sources.reading import MIB, Limits, Reading, check_entities
from indexer.sources.tables import Cell, lay_out
from indexer.sources.wordparts import GONE, REFERENCES, Parts, load_parts, words
from indexer.types import Note, SourceLine

_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}oMath"
_HEADING_STYLE = re.compile(r"(?:heading|标题) ?([1-9])", re.IGNORECASE)
_COUNTED = {
    f"{W}drawing": "图片或图形",
    f"{W}pict": "图片或图形",
    f"{W}object": "嵌入的对象",
    f"{W}sym": "符号字体的字符",
    _MATH: "公式",
}
# A tab inside a paragraph is a space: a tab in a line separates the cells of a row.
_SIGNS = {f"{W}tab": " ", f"{W}ptab": " ", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}
_NOTED = frozenset({*REFERENCES, f"{W}rt", f"{W}del"})
_BODY_LEVELS = 9
_ENTITY = re.compile(rb"<!ENTITY\s")


def read_word(content: bytes, source: str, limits: Limits) -> Reading:
    """Read a DOCX file.

    Args:
        content: The whole file.
        source: Its path, for messages.
        limits: ``decompressed`` is the size of its members unpacked, ``nesting`` the depth of tables and boxes,
            ``entities`` the number of entities that its parts declare.

    Returns:
        A line a paragraph, numbered by position; automatic numbers are written out, heading styles give levels,
        tables rows. The text of a text box follows the paragraph that it is anchored in, and is noted; so is, with its
        words, what is no part of the body: footnotes, comments, headers, footers, and what tracked changes deleted.

    Raises:
        SourceError: It is no DOCX file, it is damaged or protected, or it is too large when unpacked.
    """
    _check_package(content, source, limits)
    import docx

    try:
        package: Any = docx.Document(io.BytesIO(content))
        walk = _Body(
            source, limits, load_numbering(package), _heading_levels(package.styles.element), load_parts(package)
        )
        walk.read(package.element.body, 0)
    except SourceError:
        raise
    # The package is a stranger's: whatever python-docx and lxml stumble on in it means that it is damaged.
    except Exception as damage:
        # libxml2 stops at 256 elements inside each other, before the tables can be counted.
        if "Excessive depth" in str(damage):
            raise _too_deep(source, limits) from damage
        raise SourceError(f"DOCX 文件已损坏：{source}，请用 Word 或 WPS 打开后另存一份") from damage
    if not any(line.text.strip() for line in walk.lines):
        raise SourceError(f"DOCX 文件里没有文字：{source}，请检查文件是否完整")
    if chunks := sum(1 for _ in package.element.body.iter(f"{W}altChunk")):
        walk.counted["嵌入的文件"] = chunks
    notes = [*walk.notes, *walk.parts.rest()]
    notes += [Note(f"{what} {count} 处未作为正文读入") for what, count in walk.counted.items()]
    if walk.inserted:
        notes.append(Note(f"修订中插入的文字 {walk.inserted} 处按已接受读入"))
    return Reading(tuple(walk.lines), tuple(notes))


def _too_deep(source: str, limits: Limits) -> SourceError:
    return SourceError(f"DOCX 的表格或文本框嵌套超过 {limits.nesting} 层：{source}，请简化文件或调高上限")


def _check_package(content: bytes, source: str, limits: Limits) -> None:
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise SourceError(f"文件已加密或是旧版 DOC 格式：{source}，请解除密码并另存为 DOCX")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            members = package.infolist()
            # zipfile never unpacks more of a member than its entry states, so the statement can be trusted as a bound.
            size = sum(member.file_size for member in members)
            if size > limits.decompressed:
                raise SourceError(
                    f"DOCX 解压后有 {size} 字节，超过上限 {limits.decompressed}：{source}，请拆分文件或调高上限"
                )
            if any(member.flag_bits & 1 for member in members):
                raise SourceError(f"DOCX 文件已加密：{source}，请解除密码后再试")
            check_entities(sum(_entities(package, member) for member in members), source, limits)
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, NotImplementedError, RuntimeError, EOFError) as damage:
        raise SourceError(f"不是有效的 DOCX 文件或已损坏：{source}，请用 Word 或 WPS 打开后另存一份") from damage


def _entities(package: zipfile.ZipFile, member: zipfile.ZipInfo) -> int:
    """How many entities a part of XML declares: before the parser sees it, which would have to read them."""
    if not member.filename.endswith((".xml", ".rels")):
        return 0
    count, before = 0, b""
    with package.open(member) as part:
        while chunk := part.read(MIB):
            # In UTF-16 every other byte is null. The end of a piece goes before the next: a word may be cut in two.
            text = before + chunk.replace(b"\0", b"")
            count += len(_ENTITY.findall(text))
            before = text[-len("<!ENTITY") :]
    return count


@dataclass(slots=True)
class _Body:
    """The lines of a document as they are found."""

    source: str
    limits: Limits
    numbering: Numbering
    levels: dict[str, int]
    parts: Parts
    lines: list[SourceLine] = field(default_factory=list)
    counted: dict[str, int] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    inserted: int = 0
    carried: str = ""

    def read(self, container: Any, depth: int) -> None:
        """Read the paragraphs and tables of a body, a cell or a text box."""
        if depth > self.limits.nesting:
            raise _too_deep(self.source, self.limits)
        for block in _blocks(container):
            if block.tag == f"{W}p":
                self._paragraph(block, depth)
            else:
                self._table(block, depth)

    def _paragraph(self, paragraph: Any, depth: int) -> None:
        text, boxes = self._words(paragraph)
        text, self.carried = self.carried + text, ""
        if paragraph.find(f"{W}pPr/{W}rPr/{W}del") is not None:
            # The paragraph's end was deleted under change tracking: its text goes on in the next one.
            self.carried, text = text, ""
            if not boxes:
                return
        level = self._level(paragraph)
        for part in text.split("\n"):
            self._line(part, level=level)
        for box in boxes:
            self._note("文本框的文字接在所在段落之后")
            self.read(box, depth + 1)

    def _note(self, text: str) -> None:
        """Says something of the line that comes next."""
        self.notes.append(Note(text, len(self.lines) + 1))

    def _line(self, text: str, *, level: int = 0) -> None:
        self.lines.append(SourceLine(len(self.lines) + 1, clean(text)[0], level=level))

    def _words(self, paragraph: Any) -> tuple[str, list[Any]]:
        """The paragraph's number and text, a line feed for a break inside it, and the text boxes anchored in it."""
        pieces: list[str] = []
        boxes: list[Any] = []
        stack = [iter(paragraph)]
        while stack:
            element = next(stack[-1], None)
            if element is None:
                stack.pop()
                continue
            tag = element.tag
            if tag in _COUNTED and next(element.iter(f"{W}txbxContent"), None) is None:
                self.counted[_COUNTED[tag]] = self.counted.get(_COUNTED[tag], 0) + 1
            if tag == f"{W}t":
                pieces.append(element.text or "")
            elif tag in _SIGNS:
                pieces.append(_SIGNS[tag])
            elif tag == f"{W}txbxContent":
                boxes.append(element)
            elif tag in _NOTED:
                self._beside(element)
            elif tag not in GONE and tag != f"{W}pPr":
                self.inserted += tag == f"{W}ins"
                stack.append(iter(element))
        properties = paragraph.find(f"{W}pPr")
        style = _style(properties)
        text = "".join(pieces)
        # Word counts an empty paragraph of a list too, but shows no words to number.
        mark = self.numbering.mark(properties, style) or ""
        return (mark + text.lstrip() if mark and text.strip() else text), boxes

    def _beside(self, element: Any) -> None:
        """Notes what stands in a paragraph, but is no part of its text."""
        if element.tag in REFERENCES:
            self.notes.append(self.parts.note(element.tag, element.get(f"{W}id") or "", len(self.lines) + 1))
        elif element.tag == f"{W}rt":
            # Ruby: how the characters beside it are read aloud (17.3.3.25).
            self._note(f"注音未读入：{words(element)}")
        else:
            self._deleted(element)

    def _deleted(self, element: Any) -> None:
        if text := words(element, gone=True):
            self._note(f"修订中删除的文字未读入：{text}")

    def _level(self, paragraph: Any) -> int:
        properties = paragraph.find(f"{W}pPr")
        outline = properties.find(f"{W}outlineLvl") if properties is not None else None
        if outline is not None:
            value = outline.get(f"{W}val") or ""
            # 9 is body text.
            return int(value) + 1 if value.isdigit() and int(value) < _BODY_LEVELS else 0
        return self.levels.get(_style(properties) or "", 0)

    def _table(self, table: Any, depth: int) -> None:
        rows = []
        for row in _blocks(table, f"{W}tr"):
            if row.find(f"{W}trPr/{W}del") is None:
                rows.append(row)
            else:
                self._deleted(row)
        stored = [list(_blocks(row, f"{W}tc")) for row in rows]
        if not any(len(cells) > 1 for cells in stored):
            # A table of one column is a frame around paragraphs.
            for cells in stored:
                for cell in cells:
                    self.read(cell, depth + 1)
            return
        for row in lay_out(self._grid(rows, stored, depth)):
            text = clean(row.text)[0]
            self.lines.append(SourceLine(len(self.lines) + 1, text, is_row=True, merged=row.merged))

    def _grid(self, rows: list[Any], stored: list[list[Any]], depth: int) -> list[list[Cell]]:
        """The cells that begin in each row; those that go on from the row above are taken into the one they go on."""
        grid: list[list[Cell]] = []
        # For each column of the grid (17.4.17), the row and the place in it of the cell that may go on below.
        begun: dict[int, tuple[int, int]] = {}
        for position, (row, cells) in enumerate(zip(rows, stored, strict=True)):
            column = _count(row.find(f"{W}trPr"), "gridBefore", 0)
            grid.append([Cell("", column)] if column else [])
            going: dict[int, tuple[int, int]] = {}
            for cell in cells:
                text = self._cell_text(cell, depth, len(self.lines) + 1 + position)
                properties = cell.find(f"{W}tcPr")
                merge = properties.find(f"{W}vMerge") if properties is not None else None
                across = _count(properties, "gridSpan", 1)
                # A cell that goes on from above is stored again; only ``restart`` begins one.
                above = begun.get(column) if merge is not None and merge.get(f"{W}val") != "restart" else None
                if above is not None:
                    first = grid[above[0]][above[1]]
                    grid[above[0]][above[1]] = replace(first, rows=first.rows + 1)
                    if text:
                        note = f"纵向合并的单元格中被遮住的文字未读入：{text}"
                        self.notes.append(Note(note, len(self.lines) + 1 + position))
                else:
                    grid[-1].append(Cell(text, across))
                if merge is not None:
                    going[column] = above or (position, len(grid[-1]) - 1)
                column += across
            begun = going
        return grid

    def _cell_text(self, cell: Any, depth: int, line: int) -> str:
        inner = _Body(self.source, self.limits, self.numbering, self.levels, self.parts, counted=self.counted)
        inner.read(cell, depth + 1)
        self.inserted += inner.inserted
        self.notes += [replace(note, line=line) for note in inner.notes]
        return " ".join(line.text.strip() for line in inner.lines if line.text.strip())


def _blocks(container: Any, *tags: str) -> Iterator[Any]:
    """The elements of ``tags`` (paragraphs and tables) in a container, those inside content controls included."""
    wanted = tags or (f"{W}p", f"{W}tbl")
    wrappers = {f"{W}{name}" for name in ("sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo")}
    stack = [iter(container)]
    while stack:
        element = next(stack[-1], None)
        if element is None:
            stack.pop()
        elif element.tag in wanted:
            yield element
        elif element.tag in wrappers:
            stack.append(iter(element))


def _heading_levels(root: Any) -> dict[str, int]:
    """Heading level of each paragraph style that is a heading, by its name or its outline level."""
    levels: dict[str, int] = {}
    bases: dict[str, str] = {}
    for style in root.iterchildren(f"{W}style"):
        identifier = style.get(f"{W}styleId") or ""
        name = style.find(f"{W}name")
        words = (name.get(f"{W}val") or "") if name is not None else ""
        outline = style.find(f"{W}pPr/{W}outlineLvl")
        base = style.find(f"{W}basedOn")
        if match := _HEADING_STYLE.fullmatch(words):
            levels[identifier] = int(match[1])
        elif words.lower() in {"title", "标题"}:
            levels[identifier] = 1
        elif outline is not None and (outline.get(f"{W}val") or "") in set("012345678"):
            levels[identifier] = int(outline.get(f"{W}val")) + 1
        elif base is not None:
            bases[identifier] = base.get(f"{W}val") or ""
    for identifier in bases:
        ancestor, seen = identifier, {identifier}
        while (ancestor := bases.get(ancestor, "")) in bases and ancestor not in seen:
            seen.add(ancestor)
        if ancestor in levels:
            levels[identifier] = levels[ancestor]
    return levels


def _style(properties: Any) -> str | None:
    element = properties.find(f"{W}pStyle") if properties is not None else None
    return None if element is None else element.get(f"{W}val")


def _count(properties: Any, name: str, default: int) -> int:
    element = properties.find(f"{W}{name}") if properties is not None else None
    value = (element.get(f"{W}val") or "") if element is not None else ""
    return min(int(value), 1000) if value.isascii() and value.isdigit() else default
