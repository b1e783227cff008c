"""Records of the index as what a search or a look-up returns."""

from __future__ import annotations

from datetime import date

from indexer.numerals import chinese, ordinal, printed
from indexer.storage import Cells, ClauseRecord, Index, LinkRecord, NodeRecord, UnitRecord
from service.retrieval.collection import Collection
from service.retrieval.results import ClauseHit, Hit, HitCitation, LinkView, NodeView


def cells_of(cells: Cells | None) -> dict[str, str | None] | None:
    """A row's cells by header; of two columns with one header, the first that has a value."""
    if cells is None:
        return None
    found: dict[str, str | None] = {}
    for header, value in cells:
        if found.get(header) is None:
            found[header] = value
    return found


def node_view(node: NodeRecord) -> NodeView:
    """A node as shown."""
    ordinal = (node.ordinal.number, node.ordinal.suffix) if node.ordinal else None
    return NodeView(
        address=node.address,
        kind=node.kind,
        number=node.number,
        ordinal=ordinal,
        heading=node.heading,
        citation=node.citation,
        text=node.text,
        cells=cells_of(node.cells),
        parent=node.parent,
    )


def link_view(link: LinkRecord, *, outgoing: bool) -> LinkView:
    """A link seen from one of its ends.

    Args:
        link: The link.
        outgoing: Seen from the article that cites; else from the one that is cited.

    Returns:
        The other end.
    """
    if outgoing:
        return LinkView(link.target, link.target_citation or link.text, link.text)
    return LinkView(link.source, link.source_citation, link.text)


def clause_hit(clause: ClauseRecord, score: float) -> ClauseHit:
    """A clause of a hit."""
    return ClauseHit(clause.address, clause.citation, clause.text.strip(), round(float(score), 4))


def called(path: str) -> str:
    """How a provision is called: 第一百三十三条之一第一款第（二）项 for ``133_1/1/2``.

    Args:
        path: A path; an empty step is left out, so that ``/3`` is 第三款.

    Returns:
        Its name by 立法法第六十五条; steps that are no numbers as they are.
    """
    found = []
    for unit, step in zip(("条", "款", "项", "目"), path.split("/"), strict=False):
        number = ordinal(step)
        if number is None:
            found.append(step)
        elif unit == "项":
            found.append(f"第（{chinese(number.number)}）项")
        else:
            found.append(printed(number, unit))
    return "".join(found)


class HitMaker:
    """Makes hits of units.

    Args:
        index: The index.
        collection: Its documents.
    """

    def __init__(self, index: Index, collection: Collection) -> None:
        self._index = index
        self._collection = collection

    def hit(
        self,
        unit: UnitRecord,
        day: date,
        *,
        rank: int,
        score: float,
        scores: dict[str, float],
        clauses: tuple[ClauseHit, ...],
        highlights: tuple[tuple[int, int], ...],
    ) -> Hit:
        """A unit as a hit.

        Args:
            unit: The unit.
            day: The day that its law's status is about.
            rank: From 1.
            score: In 0–1.
            scores: Parts of the score.
            clauses: Its best clauses.
            highlights: Ranges of its text.

        Returns:
            The hit.
        """
        record = self._collection.documents[unit.document_row]
        number = (unit.ordinal.number, unit.ordinal.suffix) if unit.ordinal else None
        return Hit(
            rank=rank,
            score=round(float(score), 4),
            id=unit.address,
            citation=HitCitation(unit.citation, record.title, record.number, unit.mark, number),
            law=self._collection.summary(record, day),
            headings=unit.headings,
            text=unit.text,
            highlights=highlights,
            clauses=clauses,
            scores={name: round(float(value), 4) for name, value in scores.items()},
            cells=cells_of(unit.cells),
        )
