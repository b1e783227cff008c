"""The frozen types that the rest of the project shares. This module knows nothing else of the project."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

NodeKind = Literal[
    "编", "分编", "章", "节", "条", "款", "项", "目",
    "一、", "（一）", "1.", "（1）", "①",
    "序言", "附件", "表", "行",
    "题", "文号", "主送", "段", "署名", "日期", "目录", "引文",
]  # fmt: skip
"""What a node is. The first line follows 立法法第六十五条, the second GB/T 9704-2012 7.3.3."""

DocumentKind = Literal[
    "宪法", "法律", "法律解释", "行政法规", "监察法规", "司法解释", "部门规章", "地方性法规",
    "自治条例", "单行条例", "地方政府规章", "规范性文件", "修改废止决定", "公报", "非法规",
]  # fmt: skip
"""The rank of an instrument (效力级别); a closed list."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of code points in a document's normalised text."""

    start: int
    end: int

    def shifted(self, offset: int) -> Span:
        """The same range, ``offset`` code points later."""
        return Span(self.start + offset, self.end + offset)


@dataclass(frozen=True, slots=True, order=True)
class Ordinal:
    """A printed number: 第一百三十三条之一 is ``Ordinal(133, 1)``, 第八条 is ``Ordinal(8)``."""

    number: int
    suffix: int = 0


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One line as a reader found it.

    Attributes:
        number: Position in the source, counted from 1.
        text: The line without its end; the cells of a table row are separated by tabs, an empty cell is empty.
        page: Page, counted from 1, where the format has pages.
        level: Heading level that the format states (``#``, ``h1``, a heading style); 0 for none.
        left: Left edge in points, where the format has a layout; of a line in a page's second column, as if that
            column were the first.
        right: Right edge in points, likewise.
        is_row: The format itself says that this line is a row of a table.
        merged: Of a row: column, counted from 0, and words of the merged cell that covers it, for every place of a
            merged cell but its first, where the line has the words themselves. Empty where the format says that no
            cell is merged, None where it cannot say.
        confidence: How sure a recogniser was of the words, from 0 to 1; None where they were read.
    """

    number: int
    text: str
    page: int | None = None
    level: int = 0
    left: float | None = None
    right: float | None = None
    is_row: bool = False
    merged: tuple[tuple[int, str], ...] | None = None
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Dropped:
    """A source line that is in no document, and why (``page number``, ``running head``, ``repeated table header``)."""

    line: int
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Note:
    """What a reader has to say of a source: what it could not carry over, or how sure it is of what it recognised.

    Attributes:
        text: One sentence in Chinese.
        line: The source line that it is about; None for a page or the whole file.
        page: The page that it is about, counted from 1; None for the whole file, or where the format has no pages.
        confidence: How sure a recogniser was of the line, or of the page on average, from 0 to 1; None where nothing
            was recognised.
    """

    text: str
    line: int | None = None
    page: int | None = None
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class RawDocument:
    """A file as read, before any structure is seen in it.

    Attributes:
        source: The path as the user gave it.
        media_type: ``text/plain``, ``text/markdown``, ``text/html``, ``application/pdf`` or the DOCX type.
        lines: The lines in reading order.
        sha256: Hexadecimal digest of the file's bytes.
        notes: What the reader could not carry over (a footnote, a picture), and how sure it is of recognised pages.
        dropped: Lines of the source that are marks of its format or of its printing, and so not among ``lines``.
    """

    source: str
    media_type: str
    lines: tuple[SourceLine, ...]
    sha256: str
    notes: tuple[Note, ...] = ()
    dropped: tuple[Dropped, ...] = ()


@dataclass(frozen=True, slots=True)
class Node:
    """A part of a document.

    Attributes:
        kind: What it is.
        path: Its address inside the document, unique there: ``8/1/2``, ``章2/节1``, ``一/（二）``, ``表1/30``; an
            instrument printed inside an annex, and a group of what it lists (第一类), is a 题 with parts of its own:
            ``附件3/题2/一``.
        span: Its mark and all its children.
        number: The printed number, without its frame: ``二`` of （二）, ``一百三十三之一`` of 第一百三十三条之一.
        ordinal: The number read; a 款 is counted from 1; None where there is none.
        heading: The title of a chapter, a table or a plan's section; None where there is none.
        children: Parts in document order.
        cells: Of a row: header and value in column order, the value None where the source has none.
    """

    kind: NodeKind
    path: str
    span: Span
    number: str | None = None
    ordinal: Ordinal | None = None
    heading: str | None = None
    children: tuple[Node, ...] = ()
    cells: tuple[tuple[str, str | None], ...] | None = None

    def walk(self, ancestors: tuple[Node, ...] = ()) -> Iterator[tuple[Node, tuple[Node, ...]]]:
        """This node and all below it in document order, each with its ancestors from the outermost in."""
        yield self, ancestors
        below = (*ancestors, self)
        for child in self.children:
            yield from child.walk(below)


@dataclass(frozen=True, slots=True)
class Origin:
    """A place in a source file: line and column counted from 1, page where there is one."""

    line: int
    column: int
    page: int | None = None


@dataclass(frozen=True, slots=True)
class OffsetMap:
    """Leads from an offset of the normalised text back to the source.

    Run ``i`` covers the offsets from ``starts[i]`` up to ``starts[i + 1]``; inside a run, text and source advance
    together.

    Attributes:
        starts: First offset of each run, ascending, beginning with 0.
        origins: Where each run begins in the source.
    """

    starts: tuple[int, ...]
    origins: tuple[Origin, ...]

    def origin(self, offset: int) -> Origin:
        """The source place of the character at ``offset``.

        Args:
            offset: Code point offset in the normalised text.

        Returns:
            The line, column and page it was read from.

        Raises:
            IndexError: The map is empty.
        """
        run = max(bisect_right(self.starts, offset) - 1, 0)
        first = self.origins[run]
        return Origin(first.line, first.column + max(offset - self.starts[run], 0), first.page)


@dataclass(frozen=True, slots=True)
class Repair:
    """A change made to the source's text: what was done and the source lines (first, last) it touched."""

    kind: str
    at: tuple[int, int]
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Audit:
    """The account of a parse.

    Attributes:
        characters: Non-space characters of the normalised text.
        uncovered: How many of them no top-level node covers.
        missing: Article numbers skipped after the first, as printed (``第五条``).
        duplicate: Article numbers that occur twice.
        out_of_order: Article numbers that come after a larger one.
        dropped: Source lines left out, with reasons.
        repairs: Changes made to the source's text.
        notes: What the reader said of the lines and pages that the document holds, and of the whole file.
    """

    characters: int = 0
    uncovered: int = 0
    missing: tuple[str, ...] = ()
    duplicate: tuple[str, ...] = ()
    out_of_order: tuple[str, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    repairs: tuple[Repair, ...] = ()
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Revision:
    """One step of a law's history as its head states it: 2018年10月26日 … 第三次修正."""

    on: date
    action: Literal["通过", "公布", "修改", "废止", "批准"]
    text: str


@dataclass(frozen=True, slots=True)
class Commencement:
    """A day from which only some provisions apply: 第三条自2024年7月1日起施行.

    Attributes:
        on: The day.
        provisions: Which, as printed: ``第三条、第五条第二款``.
    """

    on: date
    provisions: str


@dataclass(frozen=True, slots=True)
class Document:
    """One version of one instrument.

    Attributes:
        id: ``title@date`` as the address rules say (``title@undated`` where nothing is stated).
        title: The instrument's full title, without 《》 and without spaces.
        number: Document number (文号), normalised: ``宁政办发〔2023〕53号``; None where there is none.
        issuers: Issuing bodies.
        kind: 效力级别.
        region: Province, or None for national instruments.
        adopted: 通过 date of this version.
        published: Signing (成文) date.
        effective: 施行 date of this version; None where unknown.
        text: Normalised text.
        root: A node of kind 题 whose children are the top-level parts.
        offsets: From ``text`` back to the source.
        sources: Paths the document was read from.
        repeals: Titles that it declares repealed.
        history: Dated steps stated in its head.
        amends: Titles that it amends.
        basis: Titles of what it says it is made under (根据《…》).
        implements: Titles of what it carries out (…法实施条例, 为实施《…》).
        expires: The last day of its stated validity (有效期至); None where it states none.
        commencements: Days from which only some of its provisions apply.
        effective_by: Id of the decision that ``effective`` was taken from; None when the document itself states it.
        audit: What was repaired, dropped or found wanting.
    """

    id: str
    title: str
    kind: DocumentKind
    text: str
    root: Node
    offsets: OffsetMap
    sources: tuple[str, ...]
    number: str | None = None
    issuers: tuple[str, ...] = ()
    region: str | None = None
    adopted: date | None = None
    published: date | None = None
    effective: date | None = None
    repeals: tuple[str, ...] = ()
    history: tuple[Revision, ...] = ()
    amends: tuple[str, ...] = ()
    basis: tuple[str, ...] = ()
    implements: tuple[str, ...] = ()
    expires: date | None = None
    commencements: tuple[Commencement, ...] = ()
    effective_by: str | None = None
    audit: Audit = Audit()

    @property
    def nodes(self) -> Iterator[tuple[Node, tuple[Node, ...]]]:
        """Every node below the root in document order, with its ancestors (the root left out)."""
        for child in self.root.children:
            yield from child.walk()

    def slice(self, span: Span) -> str:
        """The text that ``span`` covers."""
        return self.text[span.start : span.end]

    def origin(self, span: Span) -> Origin:
        """Where ``span`` begins in the source."""
        return self.offsets.origin(span.start)

    def address(self, node: Node) -> str:
        """The node's permanent address, ``<document id>/<path>``."""
        return f"{self.id}/{node.path}"


@dataclass(frozen=True, slots=True)
class Unit:
    """What is ranked and shown: an article (条), a numbered paragraph that stands alone, or a row of a table.

    Attributes:
        address: Permanent address.
        document_id: The document it belongs to.
        kind: Kind of its node.
        mark: As cited: ``第八条``, ``一、（二）``, ``第30项`` of a table.
        ordinal: The article number for a 条, else None.
        headings: Headings above it, outermost first: ``第二章 残疾预防``.
        text: Its whole text.
        span: In the document's text.
    """

    address: str
    document_id: str
    kind: NodeKind
    mark: str
    ordinal: Ordinal | None
    headings: tuple[str, ...]
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Clause:
    """What is embedded: a 款, a 项 with the words that introduce it, a paragraph or a row.

    Attributes:
        address: Permanent address of its node.
        unit: Address of the unit that it belongs to.
        document_id: The document it belongs to.
        headings: Title and headings above it, outermost first.
        text: The words to embed, without headings.
        span: In the document's text.
    """

    address: str
    unit: str
    document_id: str
    headings: tuple[str, ...]
    text: str
    span: Span


CitationForm = Literal["full", "alias", "self", "relative", "number"]
"""How an instrument is named: in full, by a short name, 本法, 前款, or by its document number."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A citation found in a text.

    Attributes:
        span: Where it stands.
        form: How the instrument is named.
        law: The name as written, or None for 本法 and relative forms.
        path: Path inside the instrument, ``133_1/1/2``; empty when only the instrument is named.
        target: Address it resolves to; None when unresolved, never guessed.
    """

    span: Span
    form: CitationForm
    law: str | None
    path: str
    target: str | None = None
