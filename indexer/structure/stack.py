"""The parts of a document that are open while it is read, outermost first, ordered by rank."""

from __future__ import annotations

from typing import Final

from indexer.structure.drafts import Draft
from indexer.structure.marks import Mark
from indexer.types import NodeKind

RANKS: Final[dict[str, int]] = {"附件": 1, "题": 2, "编": 3, "分编": 4, "序言": 5, "章": 5, "节": 6}
"""Ranks of the divisions (立法法第六十五条第二款); above them all the annex, and in it an instrument that it holds."""

DIVISION: Final = RANKS["编"]
"""Closing everything from this rank on leaves open the document, its annex, or the instrument in the annex."""

GROUP: Final = 7
"""Rank of a group of a list in an annex: 第一类."""

HEADING_RANKS: Final[dict[str, int]] = {"一、": 8, "（一）": 9, "1.": 10, "（1）": 11, "①": 12}
"""Ranks of numbered headings that articles stand under."""

ARTICLE: Final = 13
CLAUSE: Final = 14
LIST: Final = 15
LEAF: Final = 99

STYLES: Final = ("一、", "（一）", "1.", "（1）", "①")
"""The marks of lists in the order of GB/T 9704-2012, 7.3.3."""


class OpenParts:
    """A stack of drafts; a part closes every open part of the same or a higher rank."""

    def __init__(self) -> None:
        self.root = Draft("题", 0, 0, 0)
        self.drafts: list[Draft] = [self.root]
        self.seen_under: dict[str, str | None] = {}

    @property
    def top(self) -> Draft:
        """The innermost open part."""
        return self.drafts[-1]

    def close_to(self, rank: int) -> None:
        """Close every open part of ``rank`` or below it."""
        drafts = self.drafts
        while drafts[-1].rank >= rank:
            drafts.pop()

    def close_to_part(self, part: Draft) -> None:
        """Close everything inside an open part."""
        while self.top is not part:
            self.drafts.pop()

    def open(self, draft: Draft) -> Draft:
        """Close what the part cannot stand in, and open it."""
        self.close_to(draft.rank)
        self.top.add(draft)
        self.drafts.append(draft)
        return draft

    def find(self, kind: NodeKind) -> Draft | None:
        """The innermost open part of a kind."""
        return next((draft for draft in reversed(self.drafts) if draft.kind == kind), None)

    @property
    def article(self) -> Draft | None:
        """The open article; None outside articles."""
        for draft in reversed(self.drafts):
            if draft.rank <= ARTICLE:
                return draft if draft.kind == "条" else None
        return None

    @property
    def items(self) -> list[Draft]:
        """The open items of lists, outermost first."""
        return [draft for draft in self.drafts if draft.rank >= LIST]

    def above(self, part: Draft) -> Draft:
        """The open part that holds ``part``."""
        return self.drafts[self.drafts.index(part) - 1]

    def item_kind(self, mark: NodeKind) -> NodeKind:
        """What an item opened now is: in an article 项 and inside it 目, whatever mark it bears; elsewhere its mark."""
        if self.article is None:
            return mark
        kinds: tuple[NodeKind, ...] = ("项", "目")
        depth = len(self.items)
        return kinds[depth] if depth < len(kinds) else mark

    def close_list(self, mark: Mark) -> None:
        """Close the open items that an item with this mark does not belong to.

        A mark of a form that is open goes on with that list. Another form opens a list inside the innermost item when
        it stands lower in the official order, or when it begins with 1 behind a colon or where it did so before.
        """
        for place in range(len(self.drafts) - 1, 0, -1):
            draft = self.drafts[place]
            if draft.rank < LIST:
                break
            if draft.style == mark.kind:
                del self.drafts[place:]
                return
        rank = STYLES.index(mark.kind)
        begins = mark.ordinal is not None and mark.ordinal.number == 1
        while self.top.rank >= LIST and self.top.kind != "题":
            style = self.top.style or ""
            is_lower = style in STYLES and rank > STYLES.index(style)
            is_nested = begins and (self.top.text[-1:] == "：" or self.seen_under.get(mark.kind) == style)
            if is_lower or is_nested:
                break
            self.drafts.pop()
        self.seen_under.setdefault(mark.kind, self.top.style)
