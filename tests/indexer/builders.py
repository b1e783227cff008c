"""Documents built by hand: a nested list of parts becomes a text and the tree over it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Regex, Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Split

from indexer.storage import Contents, EmbedderInfo, Link
from indexer.types import Clause, Document, Node, NodeKind, OffsetMap, Ordinal, Origin, Span, Unit


@dataclass(frozen=True)
class Part:
    """A node to be: its own words, then its children, each on a line of its own unless ``inline``."""

    kind: NodeKind
    text: str = ""
    children: tuple[Part, ...] = ()
    number: str | None = None
    ordinal: Ordinal | None = None
    heading: str | None = None
    cells: tuple[tuple[str, str | None], ...] | None = None
    inline: bool = False
    closing: str = ""


def article(number: int, *paragraphs: str | Part, suffix: int = 0, heading: str | None = None) -> Part:
    """第n条 with its 款; a plain string is a 款 without items."""
    parts = [part if isinstance(part, Part) else Part("款", part) for part in paragraphs]
    first, *rest = parts
    children = (Part(first.kind, first.text, first.children, inline=True, closing=first.closing), *rest)
    mark = f"第{number}条" + (f"之{suffix}" if suffix else "")
    return Part("条", mark + "　", children, number=str(number), ordinal=Ordinal(number, suffix), heading=heading)


def paragraph(lead: str, *items: str | Part, closing: str = "") -> Part:
    """A 款 with its 项."""
    children = tuple(
        item if isinstance(item, Part) else Part("项", item, number=str(at), ordinal=Ordinal(at))
        for at, item in enumerate(items, 1)
    )
    return Part("款", lead, children, closing=closing)


def chapter(number: str, heading: str, *children: Part, kind: NodeKind = "章", ordinal: int = 1) -> Part:
    """A 编, 章 or 节 with its heading."""
    text = f"第{number}{kind}　{heading}"
    return Part(kind, text, children, number=number, ordinal=Ordinal(ordinal), heading=heading)


def numbered(kind: NodeKind, number: str, text: str, *children: Part) -> Part:
    """A numbered paragraph of an official document; ``text`` begins with its mark."""
    return Part(kind, text, children, number=number)


def table(heading: str, headers: Sequence[str], *rows: Sequence[str | None]) -> Part:
    """A table with a header line; the first column is the rows' number."""
    children = tuple(
        Part("行", "\t".join(cell or "" for cell in row), number=row[0], cells=tuple(zip(headers, row, strict=True)))
        for row in rows
    )
    return Part("表", heading + "\n" + "\t".join(headers), children, heading=heading)


@dataclass
class _Text:
    lines: list[str] = field(default_factory=list)
    length: int = 0

    def add(self, text: str, *, inline: bool = False) -> int:
        if self.length and not inline:
            self.lines.append("\n")
            self.length += 1
        start = self.length
        self.lines.append(text)
        self.length += len(text)
        return start


def build(title: str, *parts: Part, day: str = "2020-01-01", **more: Any) -> Document:
    """A document whose text is that of its parts, one after the other."""
    text = _Text()
    nodes = tuple(_place(part, "", text, counts) for counts in [Counter[str]()] for part in parts)
    root = Node("题", "", Span(0, text.length), children=nodes)
    facts: dict[str, Any] = {"kind": "法律", "effective": date.fromisoformat(day), "sources": (f"{title}.md",)} | more
    offsets = OffsetMap((0,), (Origin(1, 1),))
    return Document(id=f"{title}@{day}", title=title, text="".join(text.lines), root=root, offsets=offsets, **facts)


def _place(part: Part, above: str, text: _Text, counts: Counter[str]) -> Node:
    start = text.add(part.text, inline=part.inline)
    counts[part.kind] += 1
    path = _path(part, above, counts)
    inner: Counter[str] = Counter()
    container = part.kind in {"编", "章", "节"}
    children = []
    for child in part.children:
        base = (above if container else path) if child.kind == "条" else path
        children.append(_place(child, base, text, inner))
    if part.closing:
        text.add(part.closing)
    span = Span(start, text.length)
    return Node(part.kind, path, span, part.number, part.ordinal, part.heading, tuple(children), part.cells)


def _path(part: Part, above: str, counts: Counter[str]) -> str:
    count = counts[part.kind]
    if part.kind == "条" and part.ordinal:
        own = f"{part.ordinal.number}_{part.ordinal.suffix}" if part.ordinal.suffix else str(part.ordinal.number)
    elif part.kind in {"款", "项", "目"}:
        own = str(count)
    elif part.kind in {"一、", "1."}:
        own = part.number or str(count)
    elif part.kind == "（一）":
        own = f"（{part.number}）"
    elif part.kind == "行":
        own = part.number or str(count)
    else:
        own = f"{part.kind}{count}"
    return f"{above}/{own}" if above else own


class HashEmbedder:
    """A model without a model: the vector of a text is the sum of random vectors of its characters."""

    name = "characters"
    dimension = 32

    def __init__(self, revision: str = "1") -> None:
        self.revision = revision
        self.calls: list[int] = []

    def embed(self, texts: Sequence[str], *, is_query: bool) -> NDArray[np.float32]:  # noqa: ARG002 - the protocol
        self.calls.append(len(texts))
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in enumerate(texts):
            for character in text:
                vectors[row] += _vector(character, self.dimension)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(vectors / np.maximum(lengths, 1e-9), np.float32)


def _vector(character: str, dimension: int) -> NDArray[np.float32]:
    seed = int.from_bytes(hashlib.sha256(character.encode()).digest()[:8], "big")
    return np.random.default_rng(seed).standard_normal(dimension).astype(np.float32)


def simple_citations(document: Document) -> dict[str, str]:
    """A citation for every node, formed simply: storage does not care how."""
    return {node.path: f"《{document.title}》{node.path}" for node, _ in document.nodes}


def simple_units(document: Document) -> tuple[tuple[Unit, ...], tuple[Clause, ...]]:
    """Every 条 is a unit and every 款 a clause: enough to have something to store."""
    units: list[Unit] = []
    clauses: list[Clause] = []
    for node, ancestors in document.nodes:
        address, text = document.address(node), document.slice(node.span)
        headings = tuple(above.heading for above in ancestors if above.heading)
        if node.kind in {"条", "行"}:
            units.append(Unit(address, document.id, node.kind, address, node.ordinal, headings, text, node.span))
        if node.kind in {"款", "行"}:
            clauses.append(
                Clause(address, units[-1].address, document.id, (document.title, *headings), text, node.span)
            )
    return tuple(units), tuple(clauses)


def contents(documents: Sequence[Document], tokenizer: Path, links: Sequence[Link] = (), **more: Any) -> Contents:
    """All that a generation of these documents is made of."""
    embedder = HashEmbedder()
    pairs = [simple_units(document) for document in documents]
    units = [unit for unit_part, _ in pairs for unit in unit_part]
    clauses = [clause for _, clause_part in pairs for clause in clause_part]
    values: dict[str, Any] = {
        "documents": documents,
        "units": units,
        "clauses": clauses,
        "words": [unit.text for unit in units],
        "links": links,
        "vectors": embedder.embed([clause.text for clause in clauses], is_query=False).astype(np.float16),
        "embedder": EmbedderInfo.of(embedder),
        "tokenizer": tokenizer,
        "citations": simple_citations,
    }
    return Contents(**(values | more))


def character_tokenizer(path: Path) -> Path:
    """Writes a tokenizer whose words are single characters; token 0 is the unknown one."""
    characters = [chr(code) for code in range(0x4E00, 0x9FA6)]
    vocabulary = {"<unk>": 0} | {character: at for at, character in enumerate(characters, 1)}
    tokenizer = Tokenizer(WordLevel(vocabulary, unk_token="<unk>"))  # noqa: S106 - a token of text
    tokenizer.pre_tokenizer = Split(Regex("."), "isolated")
    tokenizer.save(str(path))
    return path


def fictional_law(
    title: str = "云泽省星灯管理条例", day: str = "2021-03-01", articles: int = 3, **facts: Any
) -> Document:
    """A small law in one chapter; its second article has a list, its last one is 之一 of the one before."""
    return build(
        title,
        chapter(
            "一",
            "总则",
            article(1, f"为了规范星灯的悬挂，制定{title}。"),
            article(2, paragraph("有下列情形之一的，不得悬挂星灯：", "（一）风力超过七级；", "（二）灯油不足的。")),
            *(article(n, f"第{n}盏星灯由守灯人看护。", "守灯人应当每日巡查。") for n in range(3, articles + 1)),
            article(articles, "本条例所称星灯，包括河灯。", suffix=1),
        ),
        day=day,
        **facts,
    )
