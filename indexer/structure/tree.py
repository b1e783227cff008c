"""The tree of a document, by a stack of ranks.

Reads the paragraphs of a segment with the offsets at which they stand in the document's text, writes the draft of the
root. Every paragraph opens a part or belongs to the one that is open: so everything is covered.

The ranks follow 立法法第六十五条: 编, 分编, 章, 节, 条. A 款 is a natural paragraph of an article, counted from 1;
项 and 目 belong to the 款 that introduces them. Elsewhere 一、 （一） 1. （1） stand in the order in which a document
uses them, and levels may be skipped (GB/T 9704-2012, 7.3.3).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from indexer.structure.belonging import (
    announced_lines,
    earlier_siblings,
    holding_item,
    is_same_clause,
    unnumbered_items,
)
from indexer.structure.drafts import Draft
from indexer.structure.frame import ROLE_KINDS, Frame, next_clause
from indexer.structure.marks import Mark, ends_sentence, is_closed, is_mention
from indexer.structure.quotes import Quote, find_quotes
from indexer.structure.runin import Item, next_ordinals, run_in_items
from indexer.structure.stack import ARTICLE, CLAUSE, DIVISION, HEADING_RANKS, LEAF, LIST, RANKS, STYLES
from indexer.structure.survey import DIVISIONS, is_heading
from indexer.types import NodeKind, Ordinal, Repair

_CLOSING: Final = re.compile(
    r"(?:本|以上|特此|此复|专此|自\d{4}年|《.{2,60}》根据本)[^。]{0,160}?(?:施行|执行|实施|生效|通知|公告|批复|此复|答复|公布|复函)"
)
_FORMULA: Final = re.compile(r"(?:特此|专此|此复)[^，；。]{0,10}。?$")
_REMARKS: Final = re.compile(r"(?:填[表写]|编制|有关)?说明[：:]?$|备?注[：:]$")
_COLOPHON: Final = re.compile(r"（?新华社\w{0,12}\d{1,2}日电|[抄主报]?[送报][：:]|抄送|附(?:图|件|表|录)?[：:]?$")
_FIRST_SENTENCE: Final = re.compile(r"([^，；：。？！]{2,30})。(?=.)")
_WHOLE_SENTENCE: Final = re.compile(r"(?!将|删)([^；：。？！]{2,40})。$")
_PART: Final = re.compile(r"第[一二三四五六七八九十]{1,3}部分(?: |$)")


class TreeBuilder(Frame):
    """Builds the tree of one document; use it once."""

    def build(self) -> Draft:
        """Read all paragraphs.

        Returns:
            The draft of the root, with the top-level parts as children.
        """
        position = 0
        while position < len(self.paragraphs):
            position = self._read(position)
        _complete(self.open.root)
        return self.open.root

    def _read(self, position: int) -> int:
        """Read the paragraph at ``position``, and those that belong to it; the position after them."""
        paragraph = self.paragraphs[position]
        if position in self.tables:
            return self._table(position)
        if position in self.seen.contents:
            return self._contents(position)
        if paragraph.role is not None and paragraph.role in ROLE_KINDS:
            return self._with_role(position)
        mark = self.seen.marks[position]
        if self._quoted(position, mark):
            return position + 1
        if position in self.seen.enclosed or (mark is not None and mark.kind == "附件"):
            return self._attached(position, mark)
        self._body(position, mark)
        self.previous = paragraph.text
        return position + 1

    def _body(self, position: int, mark: Mark | None) -> None:
        paragraph = self.paragraphs[position]
        if position in self.seen.headings:
            self._unnumbered_heading(position)
        elif mark is None and self._is_group(position):
            self._group(position)
        elif mark is None:
            is_titled = bool(paragraph.level) or _PART.match(paragraph.text) is not None
            if is_titled and len(paragraph.text) <= 60 and paragraph.text[-1] not in "。；：":
                self._unnumbered_heading(position)
            else:
                self._plain(position)
        elif mark.kind in DIVISIONS or mark.kind == "序言":
            self._division(position, mark)
        elif mark.kind == "条":
            if self._is_article(position, mark):
                self._open_article(position, mark)
            else:
                self._plain(position)
        elif mark.kind in STYLES:
            self._numbered(position, mark)
        else:
            self._plain(position)

    def _division(self, position: int, mark: Mark) -> None:
        """编, 分编, 章, 节, 序言; 附则 alone is a division of the highest sort that the document has."""
        kind = mark.kind
        if kind == "章" and mark.ordinal is None and self.seen.has_books and self.paragraphs[position].level <= 2:
            kind = "编"
        draft = self._draft(kind, position, RANKS[kind], mark)
        draft.heading = (draft.text or self.paragraphs[position].text).strip() if kind != "序言" else None
        self.open.open(draft)

    def _unnumbered_heading(self, position: int) -> None:
        """A heading that the source marks as one, or that stands as one, without a number."""
        paragraph = self.paragraphs[position]
        kind: NodeKind = "章"
        if paragraph.level == 1 and (paragraph.text.endswith("编") or paragraph.text in ("总则", "附则")):
            kind = "编"
        elif self.open.find("章") is not None:
            is_section = self._is_section(position) if position in self.seen.headings else paragraph.level > 2
            kind = "节" if is_section else "章"
        draft = self._draft(kind, position, RANKS[kind])
        draft.heading = draft.text
        self.open.open(draft)

    def _is_section(self, position: int) -> bool:
        """Whether a heading without a number is a 节: the numbered headings around it leave no chapter out."""
        section, chapter = self.open.find("节"), self.open.find("章")
        if section is None or chapter is None or chapter.ordinal is None:
            return False
        for mark in self.seen.marks[position + 1 :]:
            if mark is not None and mark.ordinal is not None and mark.kind in ("章", "节"):
                if mark.kind == "章":
                    return mark.ordinal.number == chapter.ordinal.number + 1
                return mark.ordinal.number > 1
        return False

    def _is_article(self, position: int, mark: Mark) -> bool:
        """Whether a 条 mark opens an article, or a sentence only begins with its number."""
        paragraph = self.paragraphs[position]
        if is_mention(paragraph.text, mark):
            return False
        if mark.is_spaced or paragraph.level:
            return True
        due = next_ordinals(self.last_article)
        return mark.ordinal in due or (self.last_article is None and not self.seen.has_articles)

    def _open_article(self, position: int, mark: Mark) -> None:
        article = self.open.open(self._draft("条", position, ARTICLE, mark))
        self.last_article = mark.ordinal
        self.is_colophon = False
        if not article.text:
            return
        if self.seen.has_headed_articles and is_heading(article.text) and not self._is_last_of_article(position):
            article.heading = article.text
            return
        self._clause(position, mark.length)

    def _is_last_of_article(self, position: int) -> bool:
        """Whether nothing follows that could be the text under an article's heading."""
        after = position + 1
        if after >= len(self.paragraphs) or self.paragraphs[after].role is not None:
            return True
        mark = self.seen.marks[after]
        return mark is not None and mark.kind not in STYLES

    def _clause(self, position: int, offset: int = 0) -> None:
        """Open a 款 of the open article; it begins ``offset`` characters into the paragraph."""
        self.open.close_to(CLAUSE)
        draft = self._draft("款", position, CLAUSE)
        draft.start += offset
        draft.text = draft.text[offset:]
        draft.ordinal = next_clause(self.open.top)
        self.open.open(draft)
        self._inner(position, None, draft)

    def _numbered(self, position: int, mark: Mark) -> None:
        """An item: of a list in an article, of an official document, or a heading above articles."""
        if self._is_heading_above_articles(position, mark):
            draft = self._draft(mark.kind, position, HEADING_RANKS[mark.kind], mark)
            draft.heading = draft.text
            self.open.open(draft)
            return
        if self.open.top.kind == "条":
            self._empty_clause(position)
        self.open.close_list(mark)
        rank = max(self.open.top.rank + 1, LIST)
        draft = self._draft(self.open.item_kind(mark.kind), position, rank, mark)
        if self.open.article is None:
            draft.heading = _item_heading(draft.text)
        self.open.open(draft)
        self._inner(position, mark, draft)

    def _is_heading_above_articles(self, position: int, mark: Mark) -> bool:
        """Whether an item is a heading that articles or headings stand under."""
        if not self.seen.has_articles or mark.kind not in ("一、", "（一）"):
            return False
        paragraph = self.paragraphs[position]
        text = paragraph.text[mark.length :]
        if len(text) > 60 or (text and text[-1] in "。；：，"):
            return False
        if any(item.style == mark.kind and mark.ordinal in next_ordinals(item.ordinal) for item in self.open.items):
            return False
        if paragraph.level or self._follows_heading(mark):
            return True
        after = self.seen.marks[position + 1] if position + 1 < len(self.paragraphs) else None
        if after is not None and after.kind == "（一）" and mark.kind == "一、" and position + 2 < len(self.paragraphs):
            after = self.seen.marks[position + 2]
        is_due = after is not None and after.kind == "条" and after.ordinal in next_ordinals(self.last_article)
        return is_due and self.previous[-1:] not in ("：", "；")

    def _follows_heading(self, mark: Mark) -> bool:
        """Whether an item outside articles bears the number due after the open heading of its form."""
        if self.open.article is not None:
            return False
        rank = HEADING_RANKS[mark.kind]
        return any(draft.rank == rank and mark.ordinal in next_ordinals(draft.ordinal) for draft in self.open.drafts)

    def _plain(self, position: int) -> None:
        """A paragraph without a mark."""
        text = self.paragraphs[position].text
        if self._is_at_end(position, text):
            self.open.close_to(DIVISION)
            self.open.top.add(self._draft("段", position, LEAF))
        elif self.open.article is None:
            self._loose(position)
        else:
            self._in_article(position, text)

    def _is_at_end(self, position: int, text: str) -> bool:
        """Whether nothing but a dateline, a distribution list or the like follows here, which no article holds."""
        if not self.is_colophon and _COLOPHON.match(text):
            self.is_colophon = self.seen.next_mark[position] >= len(self.paragraphs)
        return self.is_colophon or (
            text[0] in "特专此" and _FORMULA.match(text) is not None and self._is_last(position)
        )

    def _in_article(self, position: int, text: str) -> None:
        """A plain paragraph of an article: part of an item, of the 款 before it, or a new 款."""
        if position not in self.inferred:
            self.inferred.update(unnumbered_items(self.paragraphs, self.seen, self.open, position, self.previous))
        if position in self.inferred:
            self._unnumbered_item(position)
            return
        item = holding_item(self.seen, self.open, position) or announced_lines(self.open, self.previous, text)
        if item is not None:
            self.open.close_to_part(item)
            self._inner(position, None, item.add(self._draft("段", position, LEAF)))
        elif self.open.top.kind != "条" and is_same_clause(self.open, self.previous, text):
            if self.previous[-1:] not in ("，", "、"):
                self.open.close_to(LIST)
            self.open.top.end = self.starts[position] + len(text)
        else:
            self._clause(position)

    def _unnumbered_item(self, position: int) -> None:
        """An item whose number the source has lost, told by the items around it."""
        mark, ordinal = self.inferred[position]
        self.open.close_list(mark)
        draft = self._draft(self.open.item_kind(mark.kind), position, max(self.open.top.rank + 1, LIST))
        draft.style, draft.ordinal = mark.kind, ordinal
        self.open.open(draft)
        line = self.paragraphs[position].number
        self.repairs.append(Repair("item without its number", (line, line), str(ordinal.number)))

    def _is_last(self, position: int) -> bool:
        """Whether no mark follows in the document, but those of its annexes and of the list of them."""
        after = self.seen.next_mark[position]
        if after >= len(self.paragraphs) or after in self.seen.enclosed:
            return True
        mark = self.seen.marks[after]
        return mark is not None and mark.kind == "附件"

    def _loose(self, position: int) -> None:
        """A paragraph outside articles: of the open item, division or annex, or of the document's end."""
        text = self.paragraphs[position].text
        is_closing = _CLOSING.match(text) is not None and self._is_last(position)
        if is_closing or (_REMARKS.match(text) and holding_item(self.seen, self.open, position) is None):
            self.open.close_to(DIVISION)
        else:
            self._leave_finished_list(position)
        self._inner(position, None, self.open.top.add(self._draft("段", position, LEAF)))

    def _leave_finished_list(self, position: int) -> None:
        """Close a list that a sentence announced with a colon and that has ended with 。 behind ；."""
        while self.open.top.rank >= LIST:
            top = self.open.top
            above = self.open.above(top)
            before = earlier_siblings(above, top)
            if not before or before[0].text[-1:] != "；" or not ends_sentence(top.text):
                return
            first = above.children.index(before[-1], max(len(above.children) - 2 * len(before) - 2, 0))
            announced = above.children[first - 1].text if first else above.text
            if announced[-1:] != "：" or holding_item(self.seen, self.open, position) is top:
                return
            self.open.drafts.pop()

    # What stands inside a paragraph

    def _inner(self, position: int, mark: Mark | None, draft: Draft) -> None:
        """The quotations and run-in items of a paragraph become parts of its draft."""
        text, start = self.paragraphs[position].text, self.starts[position]
        for quote in find_quotes(text) if "“" in text else ():
            self._add_quote(quote, start, draft)
        if draft.children or draft.kind == "段":
            return
        items = run_in_items(text, mark)
        if items:
            self._add_items(items, position, mark, draft)

    def _add_quote(self, quote: Quote, start: int, draft: Draft) -> None:
        child = draft.add(Draft("引文", start + quote.start, start + quote.end, LEAF))
        self.quotation.begin_inside(child, is_open=quote.is_open)

    def _add_items(self, items: Sequence[Item], position: int, mark: Mark | None, draft: Draft) -> None:
        """Run-in items: children of the paragraph, or siblings behind the item that the paragraph begins with."""
        text, start = self.paragraphs[position].text, self.starts[position]
        if mark is not None and items[0].mark.kind == mark.kind:
            draft.end = start + len(text[: items[0].start].rstrip())
            draft.text = text[mark.length : items[0].start].rstrip()
        for item in items:
            self.open.close_list(item.mark)
            kind = self.open.item_kind(item.mark.kind)
            child = Draft(kind, start + item.start, start + item.end, max(self.open.top.rank + 1, LIST))
            child.number, child.ordinal, child.style = item.mark.number, item.mark.ordinal, item.mark.kind
            child.text = text[item.start + item.mark.length : item.end]
            self.open.open(child)


def _item_heading(text: str) -> str | None:
    """The title of a numbered paragraph: all of a short line, or the short first sentence of a longer one."""
    if not text:
        return None
    if len(text) <= 60 and not is_closed(text):
        return text
    match = _FIRST_SENTENCE.match(text)
    return match[1] if match else None


def _complete(draft: Draft) -> None:
    """What only shows when all parts are known.

    An article that has no words below its mark gets the one 款 that every article has; a numbered paragraph that is
    one short sentence with parts below it has that sentence for its heading.
    """
    for child in draft.children:
        if child.children:
            _complete(child)
        if child.kind == "条" and not any(part.kind == "款" for part in child.children):
            clause = Draft("款", child.start, child.end, CLAUSE, ordinal=Ordinal(1))
            clause.children, child.children = child.children, [clause]
        elif child.kind in STYLES and child.heading is None and any(part.kind != "引文" for part in child.children):
            match = _WHOLE_SENTENCE.match(child.text)
            child.heading = match[1] if match else None
