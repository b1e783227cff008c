"""Articles that bear another number in the version in force than in the one before it."""

from __future__ import annotations

import numpy as np

from indexer.storage import DocumentRecord, Index, NodeRecord
from service.retrieval.collection import Collection

_SAME = 0.6
"""Two texts at least this alike, by the share of their characters in common order, are one article."""
_LOOKED_AT = 5
_LONGEST = 400


class Renumbering:
    """Finds where an article of the version before went.

    Args:
        index: The index.
        collection: Its documents.
    """

    def __init__(self, index: Index, collection: Collection) -> None:
        self._index = index
        self._collection = collection

    def moved(self, record: DocumentRecord, article: str) -> tuple[DocumentRecord, NodeRecord, NodeRecord] | None:
        """Where the article of a number in the version before is now, when the number is now another article's.

        Args:
            record: A version.
            article: The article's step of a path: ``133_1``.

        Returns:
            The version before, its article of that number, and the article of ``record`` that has its text; None when
            the number has not changed hands, there is no version before, or the text is gone.
        """
        before = self._collection.by_id.get(record.predecessor or "")
        old = self._index.node(f"{before.id}/{article}") if before is not None else None
        if before is None or old is None or old.kind != "条":
            return None
        now = self._index.node(f"{record.id}/{article}")
        if now is not None and _alike(old, now) >= _SAME:
            return None
        found = self._find(record, old)
        return (before, old, found) if found is not None else None

    def _find(self, record: DocumentRecord, old: NodeRecord) -> NodeRecord | None:
        """The article of a version that has an older article's text."""
        units = np.arange(record.units.start, record.units.stop)
        scores = self._index.lexical.score(_body(old))[units]
        best: tuple[float, NodeRecord] | None = None
        for row in units[np.argsort(-scores, kind="stable")[:_LOOKED_AT]].tolist():
            node = self._index.node(self._index.unit(row).address)
            likeness = _alike(old, node) if node is not None and node.kind == "条" else 0.0
            if node is not None and likeness >= _SAME and (best is None or likeness > best[0]):
                best = likeness, node
        return best[1] if best is not None else None


def _alike(first: NodeRecord, second: NodeRecord) -> float:
    from rapidfuzz import fuzz

    return float(fuzz.ratio(_body(first), _body(second))) / 100


def _body(node: NodeRecord) -> str:
    """An article's words without its number, as much of them as it takes to know it."""
    words = node.text.split(maxsplit=1)
    return (words[1] if len(words) > 1 else node.text)[:_LONGEST]
