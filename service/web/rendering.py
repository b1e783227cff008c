"""From results to HTML: paragraphs with their marks, links, dates, and the template environment."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from indexer.citation import format_citation
from indexer.numerals import NUMERAL_CLASS
from service.retrieval.results import Status

TEMPLATES = Path(__file__).parent / "templates"
STATIC = Path(__file__).parent / "static"

STATUS_CLASS: dict[Status, str] = {
    "现行有效": "in-force",
    "尚未生效": "upcoming",
    "已修改": "amended",
    "已废止": "repealed",
    "未核验": "unverified",
}
_LONG = 600
"""Characters beyond which a hit shows only its first paragraph and those that answer; the rest is folded."""

# 立法法第六十五条: 项 are numbered （一）, 目 1.; GB/T 9704-2012 7.3.3 goes on with （1）.
_LEVELS: tuple[tuple[int, re.Pattern[str]], ...] = (
    (1, re.compile(r"（[一二三四五六七八九十百零〇]+）")),
    (2, re.compile(r"\d{1,3}[.．、]")),
    (3, re.compile(r"（\d{1,3}）|[①-⑳]")),
)
_ARTICLE_MARK = re.compile(rf"第{NUMERAL_CLASS}+条(?:之{NUMERAL_CLASS}+)?(?=[\s\u3000]|$)")

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A line of a text as shown.

    Attributes:
        html: The escaped line with ``<mark>`` and the article's mark.
        level: How far it is indented, from 0: a 款, then （一）, 1. and （1） as far as the text has them.
        is_marked: Something in it answers the query.
    """

    html: Markup
    level: int
    is_marked: bool


def paragraphs(text: str, highlights: Sequence[Range] = ()) -> tuple[Paragraph, ...]:
    """A text as paragraphs: its lines kept, its items indented, what answers marked.

    Args:
        text: The text, lines ended by line feeds.
        highlights: Half-open ranges of ``text``; those outside of it are left out.

    Returns:
        The lines that are not blank, in order.
    """
    found: list[Paragraph] = []
    start = 0
    for line in text.split("\n"):
        end = start + len(line)
        inside = [(max(a, start) - start, min(b, end) - start) for a, b in highlights if a < end and b > start]
        if line.strip():
            found.append(_paragraph(line, inside))
        start = end + 1
    # Levels may be skipped, and a measure that stands alone begins with its own mark: only their order counts.
    depth = {level: rank for rank, level in enumerate(sorted({one.level for one in found}))}
    return tuple(replace(one, level=depth[one.level]) for one in found)


def cells(
    row: Mapping[str, str | None], text: str, highlights: Sequence[Range] = ()
) -> tuple[tuple[str, Markup | None], ...]:
    """A table row as shown, with what answers marked.

    Args:
        row: Header and value, the value None where the source has none.
        text: The row's text, which holds the values in order.
        highlights: Half-open ranges of ``text``.

    Returns:
        Header and escaped value, in order.
    """
    shown: list[tuple[str, Markup | None]] = []
    cursor = 0
    for header, value in row.items():
        if value is None:
            shown.append((header, None))
            continue
        start = text.find(value, cursor)
        # A value filled in from a row above stands nowhere in this row's text.
        cursor = start + len(value) if start >= 0 else cursor
        inside = [(max(a - start, 0), b - start) for a, b in highlights if start >= 0 and b > start]
        lines = (one.html for one in paragraphs(value, inside))
        shown.append((header, Markup("<br>").join(lines)))
    return tuple(shown)


def cite(title: str, number: str | None = None) -> str:
    """How an instrument as a whole is cited."""
    return format_citation(title, number, ())


def _paragraph(line: str, highlights: Sequence[Range]) -> Paragraph:
    lead = len(line) - len(line.lstrip())
    level = next((level for level, mark in _LEVELS if mark.match(line, lead)), 0)
    article = _ARTICLE_MARK.match(line, lead)
    bold = article.span() if article else (lead, lead)
    ends = {lead, len(line), *bold, *(max(end, lead) for pair in highlights for end in pair)}
    cuts = sorted(ends)
    pieces: list[Markup] = []
    is_marked = False
    for start, end in pairwise(cuts):
        piece = escape(line[start:end])
        if bold[0] <= start < bold[1]:
            piece = Markup("<b>{}</b>").format(piece)
        if any(a <= start < b for a, b in highlights):
            piece = Markup("<mark>{}</mark>").format(piece)
            is_marked = True
        pieces.append(piece)
    return Paragraph(Markup().join(pieces), level, is_marked)


def excerpt(whole: Sequence[Paragraph]) -> tuple[Paragraph | None, ...]:
    """What a hit shows of a long article: its first paragraph and those that answer.

    Args:
        whole: All paragraphs.

    Returns:
        The paragraphs to show, None where some are left out; empty when the article is short enough to be shown whole.
    """
    if sum(len(paragraph.html.striptags()) for paragraph in whole) <= _LONG:
        return ()
    shown: list[Paragraph | None] = []
    for number, paragraph in enumerate(whole):
        if number == 0 or paragraph.is_marked:
            shown.append(paragraph)
        elif shown[-1] is not None:
            shown.append(None)
    return tuple(shown) if len(shown) < len(whole) else ()


def link(path: str, **parameters: object) -> str:
    """A link of this site.

    Args:
        path: The page, such as ``/article``.
        **parameters: Its parameters; a sequence is repeated, what is empty is left out.

    Returns:
        The path with its query, percent-encoded.
    """
    pairs: list[tuple[str, str]] = []
    for name, value in parameters.items():
        values: Iterable[object] = value if isinstance(value, tuple | list) else (value,)
        pairs.extend((name, str(one)) for one in values if one not in (None, ""))
    return f"{path}?{urlencode(pairs)}" if pairs else path


def link_of(address: str, as_of: date | None = None) -> str:
    """The page of an address: an article, or a whole instrument where the address is an id."""
    return link("/article" if "/" in address else "/law", id=address, as_of=as_of)


def day(value: date | None) -> str:
    """A date as a document writes it: 2023年11月8日; empty for None."""
    return f"{value.year}年{value.month}月{value.day}日" if value else ""


def code(text: str) -> Markup:
    """A text with what stands between backticks set as code, the rest escaped."""
    parts = text.split("`")
    return Markup().join(
        Markup("<code>{}</code>").format(part) if n % 2 else escape(part) for n, part in enumerate(parts)
    )


@cache
def static(name: str) -> str:
    """The address of a static file, which changes when its content does.

    Args:
        name: File name.

    Returns:
        Its path with a part of its digest.
    """
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()
    return f"/static/{name}?v={digest[:10]}"


@cache
def environment() -> Environment:
    """The template environment: everything is escaped, an unknown name is an error."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(
        link=link,
        link_of=link_of,
        static=static,
        cite=cite,
        cells=cells,
        paragraphs=paragraphs,
        excerpt=excerpt,
        status_class=STATUS_CLASS,
    )
    made.filters.update(day=day, code=code, thousands=lambda number: f"{number:,}")
    return made


def render(template: str, **context: object) -> str:
    """A page.

    Args:
        template: File name below ``templates/``.
        **context: What the template names.

    Returns:
        HTML.
    """
    return environment().get_template(template).render(context)
