"""What stands around the body of a document, and the state of reading one.

Titles, numbers, addressees, signatures and dates; tables of contents; annexes with their titles; tables; quotations of
amendments. `tree` reads the body itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from indexer.structure.drafts import Draft
from indexer.structure.enclosed import is_group
from indexer.structure.joining import Paragraph
from indexer.structure.marks import Mark, is_closed
from indexer.structure.quotes import Quotation, introduces_quote
from indexer.structure.stack import CLAUSE, DIVISION, GROUP, LEAF, LIST, RANKS, OpenParts
from indexer.structure.survey import Survey
from indexer.structure.tables import Table
from indexer.types import NodeKind, Ordinal, Repair

ROLE_KINDS: Final[dict[str, NodeKind]] = {
    "题": "题", "文号": "文号", "主送": "主送", "署名": "署名", "日期": "日期", "目录": "目录", "刊头": "段",
}  # fmt: skip
_GROUPED: Final = frozenset(("题", "署名", "目录"))
_GROUP_STYLE: Final = "类"
_ENTRY_OF_LIST: Final = re.compile(r"(\d{1,2})[.．、]")
_LIST_MARK: Final = re.compile(r"附[件表录图]?[：:] ?")


class Frame:
    """Reads the parts around the body; the base of `tree.TreeBuilder`.

    Args:
        paragraphs: The paragraphs.
        starts: Offset of each in the document's text.
        seen: What the whole document tells.
        tables: The table that begins at a paragraph, with the number of paragraphs it takes.
    """

    def __init__(
        self,
        paragraphs: Sequence[Paragraph],
        starts: Sequence[int],
        seen: Survey,
        tables: Mapping[int, tuple[Table, int]],
    ) -> None:
        self.paragraphs = paragraphs
        self.starts = starts
        self.seen = seen
        self.tables = tables
        self.open = OpenParts()
        self.quotation = Quotation()
        self.last_article: Ordinal | None = None
        self.previous = ""
        self.annexes: set[int] = set()
        self.last_annex = 0
        self.inferred: dict[int, tuple[Mark, Ordinal]] = {}
        self.is_colophon = False
        self.repairs: list[Repair] = []

    def _draft(self, kind: NodeKind, position: int, rank: int, mark: Mark | None = None) -> Draft:
        """A draft that covers the paragraph at ``position``."""
        text = self.paragraphs[position].text
        start = self.starts[position]
        end = start + len(text)
        if mark is None:
            return Draft(kind, start, end, rank, text=text)
        own = text[mark.length :]
        return Draft(kind, start, end, rank, mark.number, mark.ordinal, style=mark.kind, text=own)

    def _forget(self) -> None:
        """Nothing that was open before goes on."""
        self.quotation, self.previous, self.is_colophon = Quotation(), "", False

    def _empty_clause(self, position: int) -> None:
        """Open a 款 without words of its own, for a list or a table right under an article's mark or heading."""
        start = self.starts[position]
        self.open.open(Draft("款", start, start, CLAUSE, ordinal=next_clause(self.open.top)))

    # Parts that are not body text

    def _with_role(self, position: int) -> int:
        """A title, number, addressee, signature or date; lines of one title or signature are one node."""
        role = self.paragraphs[position].role or ""
        annex = self.open.find("附件")
        if annex is not None and role in ("署名", "日期"):
            self.open.close_to(DIVISION)
        else:
            self.open.close_to(1)
            self.last_article = None
        self._forget()
        draft = self.open.top.add(self._draft(ROLE_KINDS[role], position, LEAF))
        end = position + 1
        while role in _GROUPED and end < len(self.paragraphs) and self.paragraphs[end].role == role:
            draft.end = self.starts[end] + len(self.paragraphs[end].text)
            end += 1
        return end

    def _contents(self, position: int) -> int:
        """A table of contents, its entries in it."""
        self.open.close_to(1)
        draft = self.open.top.add(self._draft("目录", position, LEAF))
        end = self.seen.contents[position]
        draft.end = self.starts[end - 1] + len(self.paragraphs[end - 1].text)
        self._forget()
        return end

    def _attached(self, position: int, mark: Mark | None) -> int:
        """An annex, an instrument inside one, or the list of annexes at the end of a text."""
        if mark is None:
            return self._enclosed(position)
        return self._annex(position, mark) if position in self.seen.annexes else self._listed_annexes(position)

    def _annex(self, position: int, mark: Mark) -> int:
        """An annex and the lines of its title."""
        draft = self._draft("附件", position, RANKS["附件"], mark)
        number = mark.ordinal.number if mark.ordinal is not None else 0
        if not number or number in self.annexes:
            number = max(self.last_annex + 1, 1)
        self.annexes.add(number)
        self.last_annex = max(self.last_annex, number)
        draft.ordinal = Ordinal(number)
        self.open.open(draft)
        self.last_article = None
        self._forget()
        titles = [draft.text] if draft.text else []
        end = position + 1
        while end < min(position + 4, len(self.paragraphs)) and self._is_annex_title(end, titles):
            if self.paragraphs[end].text != "续表":
                titles.append(self.paragraphs[end].text)
            draft.add(self._draft("题", end, LEAF))
            end += 1
        draft.heading = "".join(titles) or None
        return end

    def _enclosed(self, position: int) -> int:
        """An instrument that an annex holds: its title, under which everything counts anew."""
        end = self.seen.enclosed[position]
        lines = [paragraph.text for paragraph in self.paragraphs[position:end]]
        draft = self._draft("题", position, RANKS["题"])
        draft.end = self.starts[end - 1] + len(lines[-1])
        draft.heading = "".join(lines)
        self.open.open(draft)
        self.last_article = None
        self._forget()
        return end

    def _group(self, position: int) -> None:
        """A group of what an annex lists: 第一类, inside the item right above it or below the annex itself."""
        top = self.open.top
        group = next((draft for draft in reversed(self.open.drafts) if draft.style == _GROUP_STYLE), None)
        rank = GROUP
        if group is not None:
            rank = group.rank
        elif top.rank >= LIST and not top.children and self.previous.endswith(top.text):
            rank = top.rank + 1
        draft = self._draft("题", position, rank)
        draft.style, draft.heading = _GROUP_STYLE, draft.text
        self.open.open(draft)

    def _is_group(self, position: int) -> bool:
        """Whether a paragraph names a group of what the open annex lists."""
        return is_group(self.paragraphs[position].text) and self.open.find("附件") is not None

    def _is_annex_title(self, position: int, titles: Sequence[str]) -> bool:
        """Whether a line goes on with an annex's title."""
        paragraph = self.paragraphs[position]
        if paragraph.is_row or position in self.seen.contents or position in self.seen.enclosed:
            return False
        if paragraph.role is not None:
            return paragraph.role == "题"
        text = paragraph.text
        if self.seen.marks[position] is not None or is_group(text):
            return False
        if len(text) > 40 or position + 1 >= len(self.paragraphs):
            return False
        if titles and titles[-1][-1:] in "表录单准图书法定则案":
            return text == "续表"
        return not is_closed(text) and "，" not in text and text[0] not in "（0123456789"

    def _listed_annexes(self, position: int) -> int:
        """「附件：1.…」 at the end of a text only lists what is attached (GB/T 9704-2012, 7.3.4)."""
        self.open.close_to(DIVISION)
        draft = self.open.top.add(self._draft("段", position, LEAF))
        end = position + 1
        while end < len(self.paragraphs):
            following = self.paragraphs[end]
            if following.role is not None or following.is_row:
                break
            if not (_ENTRY_OF_LIST.match(following.text) or self._is_inside_list(end)):
                break
            if is_closed(following.text) and not following.text.endswith(("）", "》")):
                break
            draft.end = self.starts[end] + len(following.text)
            end += 1
        self._forget()
        self.is_colophon = self.seen.next_mark[end - 1] >= len(self.paragraphs)
        return end

    def _is_inside_list(self, position: int) -> bool:
        """Whether a line goes on with the entry above it: the next one is the entry that is due."""
        above = _ENTRY_OF_LIST.match(_LIST_MARK.sub("", self.paragraphs[position - 1].text))
        if above is None or self.seen.marks[position] is not None or position + 1 >= len(self.paragraphs):
            return False
        below = _ENTRY_OF_LIST.match(self.paragraphs[position + 1].text)
        return below is not None and int(below[1]) == int(above[1]) + 1

    def _table(self, position: int) -> int:
        """A table with its rows."""
        table, count = self.tables[position]
        quoted = self.quotation.draft
        if quoted is None and self.open.top.kind == "条":
            self._empty_clause(position)
        parent = quoted if quoted is not None else self.open.top
        start = self.starts[position]
        draft = parent.add(Draft("表", start, start, LEAF, heading=_caption(parent)))
        if table.header is not None:
            draft.end = self.starts[position + table.header] + len(self.paragraphs[position + table.header].text)
        for row in table.rows:
            place = position + row.paragraph
            text = self.paragraphs[place].text
            first = self.starts[place] + len(text) - len(text.lstrip())
            node = draft.add(Draft("行", first, self.starts[place] + len(text.rstrip()), LEAF, cells=row.cells))
            if row.number is not None:
                node.number, node.ordinal = str(row.number), Ordinal(row.number)
        self.previous = ""
        return position + count

    # Quotations of amendments

    def _quoted(self, position: int, mark: Mark | None) -> bool:
        """Whether the paragraph is quoted text of an amendment; then it is read here."""
        text = self.paragraphs[position].text
        quotation = self.quotation
        if quotation.draft is not None:
            if not quotation.ends_before(text, mark, self.open.drafts, self.last_article):
                quotation.extend(text, mark, self.starts[position] + len(text))
                return True
            quotation.draft = None
        begins = text.startswith("“") and (quotation.was_before or introduces_quote(self.previous))
        if begins or quotation.begins_unmarked(self.previous, mark, self.last_article):
            draft = self.open.top.add(self._draft("引文", position, LEAF))
            quotation.begin(draft, text, mark, is_marked=begins)
            return True
        quotation.was_before = False
        return False


def _caption(parent: Draft) -> str | None:
    """The title of a table: the short line above it, else the annex's."""
    above = parent.last
    if above is not None and above.kind == "段" and len(above.text) <= 40 and not is_closed(above.text):
        return above.text
    return parent.heading if parent.kind == "附件" else None


def next_clause(article: Draft) -> Ordinal:
    """The number of an article's next 款."""
    for child in reversed(article.children):
        if child.kind == "款" and child.ordinal is not None:
            return Ordinal(child.ordinal.number + 1)
    return Ordinal(1)
