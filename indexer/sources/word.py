"""DOCX: paragraphs and tables in document order, with the numbers that Word counts itself written out."""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from indexer.errors import SourceError
from indexer.sources.decoding import clean
from indexer.sources.numbering import Numbering, W, load_numbering
from indexer.sources.reading import Limits, Reading
from indexer.sources.tables import Cell, lay_out
from indexer.types import SourceLine

_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}oMath"
# What was deleted or moved away under change tracking is no longer in the text; instructions of fields never were.
_GONE = frozenset({f"{W}del", f"{W}moveFrom", f"{W}instrText", f"{W}delText", f"{W}delInstrText", _FALLBACK})
_HEADING_STYLE = re.compile(r"(?:heading|标题) ?([1-9])", re.IGNORECASE)
_COUNTED = {
    f"{W}footnoteReference": "脚注",
    f"{W}endnoteReference": "尾注",
    f"{W}commentReference": "批注",
    f"{W}drawing": "图片或图形",
    f"{W}pict": "图片或图形",
    f"{W}object": "嵌入的对象",
    f"{W}sym": "符号字体的字符",
    _MATH: "公式",
}
_BODY_LEVELS = 9


def read_word(content: bytes, source: str, limits: Limits) -> Reading:
    """Read a DOCX file.

    Args:
        content: The whole file.
        source: Its path, for messages.
        limits: ``decompressed`` is the size of its members unpacked, ``nesting`` the depth of tables and boxes.

    Returns:
        A line a paragraph, numbered by position; automatic numbers are written out, heading styles give levels,
        tables rows. The text of a text box follows the paragraph that it is anchored in, and is noted.

    Raises:
        SourceError: It is no DOCX file, it is damaged or protected, or it is too large when unpacked.
    """
    _check_package(content, source, limits)
    import docx

    try:
        package: Any = docx.Document(io.BytesIO(content))
        walk = _Body(source, limits, load_numbering(package), _heading_levels(package.styles.element))
        walk.read(package.element.body, 0)
    except SourceError:
        raise
    # The package is a stranger's: whatever python-docx and lxml stumble on in it means that it is damaged.
    except Exception as damage:
        raise SourceError(f"DOCX 文件已损坏：{source}，请用 Word 或 WPS 打开后另存一份") from damage
    if not any(line.text.strip() for line in walk.lines):
        raise SourceError(f"DOCX 文件里没有文字：{source}，请检查文件是否完整")
    notes = [f"{what} {count} 处未作为正文读入" for what, count in walk.counted.items()]
    if walk.boxes:
        notes.append(f"文本框 {walk.boxes} 个，文字接在所在段落之后")
    return Reading(tuple(walk.lines), tuple(notes))


def _check_package(content: bytes, source: str, limits: Limits) -> None:
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise SourceError(f"文件已加密或是旧版 DOC 格式：{source}，请解除密码并另存为 DOCX")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            members = package.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, RuntimeError, EOFError) as damage:
        raise SourceError(f"不是有效的 DOCX 文件：{source}，请用 Word 或 WPS 打开后另存一份") from damage
    # zipfile never unpacks more of a member than its entry states, so the statement can be trusted as a bound.
    size = sum(member.file_size for member in members)
    if size > limits.decompressed:
        raise SourceError(f"DOCX 解压后有 {size} 字节，超过上限 {limits.decompressed}：{source}，请拆分文件或调高上限")
    if any(member.flag_bits & 1 for member in members):
        raise SourceError(f"DOCX 文件已加密：{source}，请解除密码后再试")


@dataclass(slots=True)
class _Body:
    """The lines of a document as they are found."""

    source: str
    limits: Limits
    numbering: Numbering
    levels: dict[str, int]
    lines: list[SourceLine] = field(default_factory=list)
    counted: dict[str, int] = field(default_factory=dict)
    boxes: int = 0
    carried: str = ""

    def read(self, container: Any, depth: int) -> None:
        """Read the paragraphs and tables of a body, a cell or a text box."""
        if depth > self.limits.nesting:
            raise SourceError(
                f"DOCX 的表格或文本框嵌套超过 {self.limits.nesting} 层：{self.source}，请简化文件或调高上限"
            )
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
            self.boxes += 1
            self.read(box, depth + 1)

    def _line(self, text: str, *, level: int = 0, is_row: bool = False) -> None:
        text = clean(text)[0]
        self.lines.append(SourceLine(len(self.lines) + 1, text, level=level, is_row=is_row))

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
            elif tag in {f"{W}tab", f"{W}ptab"}:
                # A tab inside a paragraph is a space: a tab in a line separates the cells of a row.
                pieces.append(" ")
            elif tag in {f"{W}br", f"{W}cr"}:
                pieces.append("\n")
            elif tag == f"{W}noBreakHyphen":
                pieces.append("-")
            elif tag == f"{W}txbxContent":
                boxes.append(element)
            elif tag not in _GONE and tag != f"{W}pPr":
                stack.append(iter(element))
        properties = paragraph.find(f"{W}pPr")
        style = _style(properties)
        text = "".join(pieces)
        # Word counts an empty paragraph of a list too, but shows no words to number.
        mark = self.numbering.mark(properties, style) or ""
        return (mark + text.lstrip() if mark and text.strip() else text), boxes

    def _level(self, paragraph: Any) -> int:
        properties = paragraph.find(f"{W}pPr")
        outline = properties.find(f"{W}outlineLvl") if properties is not None else None
        if outline is not None:
            value = outline.get(f"{W}val") or ""
            # 9 is body text.
            return int(value) + 1 if value.isdigit() and int(value) < _BODY_LEVELS else 0
        return self.levels.get(_style(properties) or "", 0)

    def _table(self, table: Any, depth: int) -> None:
        rows = [row for row in _blocks(table, f"{W}tr") if row.find(f"{W}trPr/{W}del") is None]
        stored = [list(_blocks(row, f"{W}tc")) for row in rows]
        if not any(len(cells) > 1 for cells in stored):
            # A table of one column is a frame around paragraphs.
            for cells in stored:
                for cell in cells:
                    self.read(cell, depth + 1)
            return
        written = []
        for row, cells in zip(rows, stored, strict=True):
            before = _count(row.find(f"{W}trPr"), "gridBefore", 0)
            written.append([Cell("", before)] * (before > 0) + [self._cell(cell, depth) for cell in cells])
        for text in lay_out(written):
            self._line(text, is_row=True)

    def _cell(self, cell: Any, depth: int) -> Cell:
        properties = cell.find(f"{W}tcPr")
        merge = properties.find(f"{W}vMerge") if properties is not None else None
        # A cell that goes on from above is stored again, empty; only ``restart`` begins one.
        goes_on = merge is not None and merge.get(f"{W}val") != "restart"
        return Cell("" if goes_on else self._cell_text(cell, depth), _count(properties, "gridSpan", 1))

    def _cell_text(self, cell: Any, depth: int) -> str:
        inner = _Body(self.source, self.limits, self.numbering, self.levels, counted=self.counted)
        inner.read(cell, depth + 1)
        self.boxes += inner.boxes
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
