"""HTML pages: block elements become lines, tables rows; what is not the page's text is left out and noted."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from indexer.errors import SourceError
from indexer.sources.decoding import clean, decode
from indexer.sources.reading import Limits, Reading, check_entities
from indexer.sources.tables import Cell, lay_out
from indexer.types import Note, SourceLine

_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "div", "dl",
    "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr",
    "html", "legend", "li", "main", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th",
    "thead", "tr", "ul",
})  # fmt: skip
_LEFT_OUT = {
    "script": "脚本",
    "style": "样式表",
    "nav": "导航栏",
    "noscript": "备用内容",
    "template": "模板",
    "iframe": "嵌入的页面",
    "object": "嵌入的对象",
    "svg": "图形",
    "math": "公式",
    "select": "选择框",
    "button": "按钮",
    "textarea": "输入框",
}
_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_.:\-]{1,40})""", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9_.:\-]{1,40})""")
_ENTITY = re.compile(r"<!ENTITY\s", re.IGNORECASE)
_SPACES = re.compile("[ \t\n\r\f]+")
_HEADING = re.compile("h([1-6])")
_DECLARED_WITHIN = 4096


def read_webpage(content: bytes, source: str, limits: Limits) -> Reading:
    """Read an HTML page.

    Args:
        content: The whole file.
        source: Its path, for messages.
        limits: ``nesting`` is the depth of elements allowed, ``entities`` the number of the page's own entities.

    Returns:
        A line a block of text, in document order, with its line number in the file; ``h1`` to ``h6`` give levels. A
        table gives rows, unless it only lays out the page (it holds another table, or one column).

    Raises:
        SourceError: The page has a broken encoding, elements too deep inside each other, entities of its own beyond
            the limit, or no text.
    """
    head = content[:_DECLARED_WITHIN]
    declared = _CHARSET.search(head) or _XML_ENCODING.search(head)
    text, notes = clean(decode(content, source, declared[1].decode("ascii") if declared else None))
    check_entities(len(_ENTITY.findall(text)), source, limits)
    walk = _Page(source, limits, list(notes))
    walk.read(_parsed(text, source))
    if not any(line.text.strip() for line in walk.lines):
        raise SourceError(f"网页里没有文字：{source}，请检查文件是否完整")
    return Reading(tuple(walk.lines), tuple(walk.notes))


def read_fragment(text: str, before: int, source: str, limits: Limits) -> Reading:
    """Read a piece of HTML inside a file of another format, a table as a rule.

    Args:
        text: The piece; its tags may be broken.
        before: Lines of the file before it.
        source: The file's path, for messages.
        limits: ``nesting`` is the depth of elements allowed.

    Returns:
        Its lines as ``read_webpage`` gives them, with their line numbers in the file; none where it has no words.

    Raises:
        SourceError: Its elements are too deep inside each other.
    """
    walk = _Page(source, limits, [], before=before, number=before + 1)
    walk.read(_parsed(text, source))
    return Reading(tuple(walk.lines), tuple(walk.notes))


def _parsed(text: str, source: str) -> Any:
    """The root of a page; None for one of comments alone."""
    from lxml import etree

    # Nothing is fetched and no entity of the file's own is expanded: the HTML parser knows only HTML's. ``huge_tree``
    # lifts the limit of 10 MB a text node, beyond which libxml2 would stop reading.
    parser: Any = etree.HTMLParser(encoding="utf-8", huge_tree=True, no_network=True, remove_pis=True)
    try:
        return etree.fromstring(text.encode("utf-8"), parser) if text.strip() else None
    except etree.LxmlError as damage:
        raise SourceError(f"网页已损坏：{source}，请检查文件是否完整") from damage


@dataclass(slots=True)
class _Page:
    """The lines of a page as they are found; ``pending`` holds the pieces of the line that is being read."""

    source: str
    limits: Limits
    notes: list[Note]
    lines: list[SourceLine] = field(default_factory=list)
    pending: list[str] = field(default_factory=list)
    items: dict[Any, int] = field(default_factory=dict)
    before: int = 0
    number: int = 1
    level: int = 0

    def read(self, root: Any) -> None:
        """Read the elements below ``root``, in document order, without recursion."""
        if root is None:
            return
        skipped: dict[str, int] = {}
        stack: list[tuple[Any, Iterator[Any]]] = [(root, iter(root))]
        self._enter(root)
        while stack:
            element, children = stack[-1]
            child = next(children, None)
            if child is None:
                stack.pop()
                self._leave(element)
                if stack:
                    self._add(element.tail)
                continue
            tag = child.tag if isinstance(child.tag, str) else ""
            if tag in {"", "head"} or tag in _LEFT_OUT:
                if tag in _LEFT_OUT:
                    skipped[tag] = skipped.get(tag, 0) + 1
                self._add(child.tail)
            elif tag == "table" and _is_data(child):
                self._table(child)
                self._add(child.tail)
            else:
                if len(stack) >= self.limits.nesting:
                    raise SourceError(
                        f"网页的元素嵌套超过 {self.limits.nesting} 层：{self.source}，请简化页面或调高上限"
                    )
                self._enter(child)
                stack.append((child, iter(child)))
        self._end_line()
        self.notes += [Note(f"略去{_LEFT_OUT[tag]}（{tag}）{count} 处") for tag, count in skipped.items()]

    def _enter(self, element: Any) -> None:
        tag = element.tag
        if tag in _BLOCKS or tag == "br":
            self._end_line()
            self._at(element)
            if match := _HEADING.fullmatch(tag):
                self.level = int(match[1])
        if tag == "li":
            self.pending.append(self._list_number(element))
        if tag == "pre":
            self._add_lines(element.text)
        else:
            self._add(element.text)

    def _at(self, element: Any) -> int:
        """The line of the file that an element begins on, which is remembered for what follows it."""
        if element.sourceline:
            self.number = element.sourceline + self.before
        return self.number

    def _leave(self, element: Any) -> None:
        if element.tag in _BLOCKS:
            self._end_line()
            self.level = 0

    def _list_number(self, item: Any) -> str:
        """The number that a browser puts before an item of an ordered list; empty for other lists."""
        parent = item.getparent()
        if parent is None or parent.tag != "ol" or "none" in (parent.get("style") or ""):
            return ""
        self.items[parent] = number = self.items.get(parent, _span(parent.get("start")) - 1) + 1
        return f"{number}. "

    def _add(self, text: str | None) -> None:
        if text:
            self.pending.append(text)

    def _add_lines(self, text: str | None) -> None:
        for line in (text or "").split("\n"):
            self.pending.append(line)
            self._end_line()
            self.number += 1

    def _end_line(self) -> None:
        text = _SPACES.sub(" ", "".join(self.pending)).strip(" ")
        self.pending.clear()
        if text:
            self.lines.append(SourceLine(self.number, text, level=self.level))

    def _table(self, table: Any) -> None:
        self._end_line()
        self._at(table)
        rows, beside = _rows(table)
        # What stands between the rows, where no cell is, a browser shows above the table.
        self.lines += [SourceLine(self._at(element), words) for element, words in beside]
        cells = [
            [Cell(_words(cell), _span(cell.get("colspan")), _span(cell.get("rowspan"))) for cell in row] for row in rows
        ]
        for row, laid in zip(rows, lay_out(cells), strict=True):
            # The tag of a row may be missing; its first cell has the same line, or the next.
            number = self._at(row[0].getparent() if row[0].getparent().tag == "tr" else row[0])
            if laid.text.strip():
                self.lines.append(SourceLine(number, laid.text, is_row=True, merged=laid.merged))


def _rows(table: Any) -> tuple[list[list[Any]], list[tuple[Any, str]]]:
    """The cells of each row of a table, and the captions and stray words beside them, each with its element."""
    rows: list[list[Any]] = []
    beside: list[tuple[Any, str]] = []
    row: Any = None
    stack = [(table, iter(table))]
    _stray(table, table.text, beside)
    while stack:
        element, children = stack[-1]
        child = next(children, None)
        if child is None:
            stack.pop()
            continue
        if child.tag in {"td", "th"}:
            # A cell whose row has no tag of its own belongs to the row of the cell before it.
            if not rows or element is not row:
                rows.append([])
                row = element
            rows[-1].append(child)
        elif child.tag == "tr":
            row = None
            _stray(child, child.text, beside)
            stack.append((child, iter(child)))
        elif isinstance(child.tag, str) and next(child.iter("td", "th"), None) is not None:
            _stray(child, child.text, beside)
            stack.append((child, iter(child)))
        else:
            _stray(child, _words(child), beside)
        _stray(child, child.tail, beside)
    return rows, beside


def _stray(element: Any, text: str | None, beside: list[tuple[Any, str]]) -> None:
    words = _SPACES.sub(" ", text or "").strip(" ")
    if words:
        beside.append((element, words))


def _is_data(table: Any) -> bool:
    """Whether a table holds data: not another table, and more than one column."""
    if next(table.iterdescendants("table"), None) is not None:
        return False
    return any(cell.getnext() is not None and cell.getnext().tag in {"td", "th"} for cell in table.iter("td", "th"))


def _words(element: Any) -> str:
    """The text of an element with its blocks separated by spaces, without what is left out of a page."""
    pieces: list[str] = []
    # The stack holds elements to read and, as text, the tails that follow them.
    stack: list[Any] = [element]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            pieces.append(item)
        elif isinstance(item.tag, str) and item.tag not in _LEFT_OUT:
            is_apart = item.tag in _BLOCKS or item.tag == "br"
            stack.append(" " if is_apart else "")
            for child in reversed(item):
                stack += [child.tail or "", child]
            stack.append((" " if is_apart else "") + (item.text or ""))
    return _SPACES.sub(" ", "".join(pieces)).strip(" ")


def _span(value: str | None) -> int:
    # rowspan="0" means down to the end of the group, which nobody writes; it is read as 1.
    digits = (value or "").strip()
    return max(int(digits), 1) if digits.isascii() and digits.isdigit() and len(digits) < 7 else 1
