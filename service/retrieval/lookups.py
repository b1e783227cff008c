"""Exact requests: a provision by its citation, a document by its number or title."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from indexer.citation.resolve import existing_path
from indexer.storage import ClauseRecord, DocumentRecord, Index, NodeRecord, UnitRecord
from service.retrieval.collection import Collection
from service.retrieval.laws import Laws
from service.retrieval.query import Understood
from service.retrieval.renumbering import Renumbering
from service.retrieval.results import ClauseHit, Hit, Notice
from service.retrieval.status import start_date
from service.retrieval.views import HitMaker, called, clause_hit

_MOST_CLAUSES = 3
_CERTAIN = {"semantic": 1.0, "lexical": 1.0}


@dataclass(frozen=True, slots=True)
class Found:
    """What an exact request leads to.

    Attributes:
        units: Rows of the units, in the order in which they are shown.
        node: The node asked for, when it is one inside a unit.
        citation: The full citation that was understood; None when nothing was.
        notice: What there is to know about it; None when it is simply found.
    """

    units: tuple[int, ...]
    node: NodeRecord | None
    citation: str | None
    notice: Notice | None


class Lookups:
    """Answers exact requests from one generation of an index.

    Args:
        index: The index.
        collection: Its documents.
        laws: Finds them by name.
    """

    def __init__(self, index: Index, collection: Collection, laws: Laws) -> None:
        self._index = index
        self._collection = collection
        self._laws = laws
        self._hits = HitMaker(index, collection)
        self._renumbering = Renumbering(index, collection)

    def find(self, understood: Understood, day: date) -> Found:
        """Looks up what a query asks for.

        Args:
            understood: A query whose intent is a look-up.
            day: The day that statuses are about.

        Returns:
            What was found, or why nothing was.
        """
        if not understood.laws:
            return Found((), None, None, self.absent(understood, day))
        if understood.intent == "document_lookup":
            record = understood.laws[0]
            return Found(self._units(record), None, self._title(record), self.repealed(record, day))
        return self._provision(understood, day)

    def _units(self, record: DocumentRecord) -> tuple[int, ...]:
        """A document's units in order, its plain paragraphs (what issues a plan, 此件公开发布) behind the rest."""
        if record.articles:
            return tuple(record.units)
        plain = [row for row in record.units if self._index.unit(row).kind == "段"]
        rest = sorted(set(record.units) - set(plain))
        return (*rest, *plain)

    def _provision(self, understood: Understood, day: date) -> Found:
        """The first of the instruments that has the provision; else as much of it as exists, and what is missing."""
        written, path = understood.provision
        for record in understood.laws:
            node = self._node(record, written, path)
            unit = None if node is None else self._index.unit_of(node.address)
            if node is not None and unit is not None:
                notice = self.repealed(record, day) or self._renumbered(understood, record, written)
                return Found((unit,), node, node.citation, notice)
            if node is not None:
                units = self._below(node)
                return Found(units, None, node.citation, self.repealed(record, day))
        return self._part(understood.laws[0], written, day)

    def _renumbered(self, understood: Understood, record: DocumentRecord, written: str) -> Notice | None:
        """The notice that the number was another article's in the version before; none when a version was named."""
        if understood.day is not None or (understood.citation is not None and understood.citation.version):
            return None
        moved = self._renumbering.moved(record, written.split("/", maxsplit=1)[0])
        if moved is None:
            return None
        before, old, now = moved
        version = before.id.rpartition("@")[2]
        new = now.citation.partition("》")[2]
        return Notice("renumbered", f"{version} 版本的{old.citation}在本版本中为{new}；此处为现在的该条")

    def _node(self, record: DocumentRecord, written: str, path: str) -> NodeRecord | None:
        steps = existing_path(written, lambda at: self._index.node(f"{record.id}/{at}") is not None)
        return self._index.node(f"{record.id}/{steps or path}")

    def _below(self, node: NodeRecord) -> tuple[int, ...]:
        """The units of a chapter or a numbered section."""
        found: list[int] = []
        for child in self._index.children(node.address):
            unit = self._index.unit_row(child.address)
            found.extend([unit] if unit is not None else self._below(child))
        return tuple(found)

    def _part(self, record: DocumentRecord, written: str, day: date) -> Found:
        """The widest part of the path that exists, with a notice that says what does."""
        steps = written.split("/")
        for length in range(len(steps) - 1, 0, -1):
            node = self._index.node("/".join([record.id, *steps[:length]]))
            unit = self._index.unit_of(node.address) if node else None
            if node is not None and unit is not None:
                missing = called("/".join(["", *steps[length:]]))
                message = f"{node.citation}没有{missing}：{self._parts_of(node)}，以下是该条全文"
                return Found((unit,), None, node.citation, Notice("article_not_found", message))
        return Found((), None, None, self._no_article(record, steps[0], day))

    def _parts_of(self, node: NodeRecord) -> str:
        children = self._index.children(node.address)
        for kind in ("款", "项", "目"):
            count = sum(child.kind == kind for child in children)
            if count:
                return f"共{count}{kind}"
        return "该款不分项"

    def _no_article(self, record: DocumentRecord, step: str, day: date) -> Notice:
        """No such article: how many there are, and which other version has it."""
        title = self._title(record)
        asked = called(step)
        others = [
            version
            for version in self._collection.versions(record)
            if version.id != record.id and self._index.node(f"{version.id}/{step}") is not None
        ]
        count = f"该法共{record.articles}条" if record.articles else "该文件不分条"
        where = f"；{others[-1].id.rpartition('@')[2]} 版本中有该条" if others else ""
        if self._collection.is_repealed(record, day):
            where += "；该法已废止"
        return Notice("article_not_found", f"{title}没有{asked}：{count}{where}")

    def absent(self, understood: Understood, day: date) -> Notice:
        """Why an instrument that a query names is not there: unknown, or not in the version of the day."""
        name = understood.unknown or ""
        if understood.missing:
            record = understood.missing[0]
            versions = [version.id.rpartition("@")[2] for version in self._collection.versions(record)]
            listed = "、".join(versions)
            return Notice(
                "law_not_indexed", f"{self._title(record)}在 {day.isoformat()} 的版本未收录：已收录的版本为 {listed}"
            )
        if understood.citation is not None and understood.citation.number:
            near = self._similar_numbers(understood.citation.number)
            suffix = f"；同一发文字号的文件有 {near}" if near else ""
            return Notice("document_not_found", f"没有收录文号为 {understood.citation.number} 的文件{suffix}")
        title = self._laws.full_title(name)
        repealing = self._laws.repealing(title, day)
        if repealing is not None:
            begun = start_date(repealing)
            on = f"（{begun.isoformat()}）" if begun else ""
            return Notice("only_repealed", f"《{title}》已被《{repealing.title}》废止{on}，其文本未收录：请查阅后者")
        return Notice("law_not_indexed", f"没有收录《{title}》：可用 fatiao index add 加入该法文本")

    def _similar_numbers(self, number: str) -> str:
        sign = re.split(r"[〔\d第]", number, maxsplit=1)[0]
        near = [record.number for record in self._collection.documents if record.number and sign]
        return "、".join(sorted({n for n in near if n.startswith(sign)})[:3])

    def repealed(self, record: DocumentRecord, day: date) -> Notice | None:
        """The notice that an instrument stood repealed on a day; None when it did not."""
        status, basis = self._collection.standing(day).statuses[record.row]
        if status == "已废止":
            return Notice("only_repealed", f"{self._title(record)}{basis}，以下条文仅供查考")
        return None

    def _title(self, record: DocumentRecord) -> str:
        number = f"（{record.number}）" if record.number and not record.articles else ""
        return f"《{record.title.replace('《', '〈').replace('》', '〉')}》{number}"

    def hits(self, found: Found, day: date, offset: int, limit: int) -> tuple[Hit, ...]:
        """The hits of an exact request, each with score 1.

        Args:
            found: What was found.
            day: The day that statuses are about.
            offset: How many to pass over.
            limit: How many to make.

        Returns:
            A page of hits.
        """
        page = found.units[offset : offset + limit]
        return tuple(
            self.hit(self._index.unit(row), found.node, day, rank) for rank, row in enumerate(page, offset + 1)
        )

    def hit(self, unit: UnitRecord, node: NodeRecord | None, day: date, rank: int) -> Hit:
        """A unit that was asked for, the node asked for first among its clauses and highlighted."""
        clauses: list[ClauseHit] = []
        highlights: tuple[tuple[int, int], ...] = ()
        if node is not None and node.address != unit.address:
            clauses.append(ClauseHit(node.address, node.citation, node.text.strip(), 1.0))
            start = node.span.start - unit.span.start
            highlights = ((max(start, 0), min(node.span.end - unit.span.start, len(unit.text))),)
        records: Sequence[ClauseRecord] = [self._index.clause(row) for row in self._index.clauses_of(unit.row)]
        for record in records:
            if len(clauses) < _MOST_CLAUSES and record.address not in {clause.id for clause in clauses}:
                clauses.append(clause_hit(record, 1.0))
        return self._hits.hit(
            unit, day, rank=rank, score=1.0, scores=_CERTAIN, clauses=tuple(clauses), highlights=highlights
        )
