"""The quoted text of an amendment: 将第三条修改为：“第三条 …”.

What stands between these quotation marks belongs to another instrument: it is 引文, and the articles in it are not
articles of the document. A quotation may run over paragraphs, each of which may begin with “ again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from indexer.structure.drafts import Draft
from indexer.structure.marks import Mark
from indexer.structure.runin import next_ordinals
from indexer.types import Ordinal

_AMENDS: Final = re.compile(
    r"(?:修改为|改为|修正为|更改为|表述为|规定为|调整为|替换为|增加[^，。；“”]{0,24}|补充[^，。；“”]{0,16}|[作成改]为第?[^，。；“”]{1,24}|如下[^，。；“”]{0,8}|后续为|[条款项目段句]为)(?:如下)?$"
)
_OPENINGS: Final = re.compile("[：:] ?“")

_INSTRUCTION: Final = re.compile(r"将|删|增加|修改|改为|相应|顺延|作为|第.{1,9}[条款项]|本(?:决定|修正案)|《")
_UNMARKED: Final = re.compile(r"(?:增加|修改|改).{0,80}(?:内容如下|如下|为)[：:]$")
_UNMARKED_KINDS: Final = frozenset(("条", "编", "分编", "章", "节"))
_MARKS: Final = re.compile("[“”]")

_REACH: Final = 60


@dataclass(frozen=True, slots=True)
class Quote:
    """A quotation inside one paragraph.

    Attributes:
        start: Offset of the opening mark.
        end: Offset after the closing mark, or the end of the paragraph.
        is_open: It goes on in the next paragraph.
    """

    start: int
    end: int
    is_open: bool


def introduces_quote(text: str) -> bool:
    """Whether a paragraph ends with the words that introduce amended text: …修改为：."""
    return text[-1:] in "：:" and _AMENDS.search(text[-_REACH - 1 : -1]) is not None


def find_quotes(text: str) -> tuple[Quote, ...]:
    """The quotations of amended text that begin inside a paragraph.

    Args:
        text: A paragraph of an amendment.

    Returns:
        The quotations in order; only the last can be open.
    """
    quotes: list[Quote] = []
    done = 0
    for match in _OPENINGS.finditer(text):
        if match.start() < done or not _AMENDS.search(text[max(match.start() - _REACH, done) : match.start()]):
            continue
        start = match.end() - 1
        end = _closing(text, start)
        quotes.append(Quote(start, len(text) if end is None else end, end is None))
        if end is None:
            break
        done = end
    return tuple(quotes)


def goes_on(text: str) -> bool:
    """Whether an open quotation is still open behind a paragraph; a “ at its beginning only says that it goes on."""
    depth = 1
    for match in _MARKS.finditer(text, 1 if text.startswith("“") else 0):
        depth += 1 if match.group() == "“" else -1
        if depth == 0:
            return False
    return True


def _closing(text: str, start: int) -> int | None:
    """The offset after the mark that closes the quotation opened at ``start``; None when it stays open."""
    depth = 0
    for match in _MARKS.finditer(text, start):
        depth += 1 if match.group() == "“" else -1
        if depth == 0:
            return match.end()
    return None


@dataclass(slots=True)
class Quotation:
    """The quotation that is open while an amendment is read.

    Attributes:
        draft: The 引文 that goes on; None when none is open.
        was_before: The paragraph before was quoted: a further “ goes on with it.
        is_marked: It has quotation marks; without them it ends where the amendment goes on.
        numbers: The last number of each form of mark inside the quotation.
    """

    draft: Draft | None = None
    was_before: bool = False
    is_marked: bool = True
    numbers: dict[str, int] = field(default_factory=dict)

    def begin(self, draft: Draft, text: str, mark: Mark | None, *, is_marked: bool) -> None:
        """Begin with a paragraph that is quoted from its first character."""
        self.was_before = True
        self.is_marked = is_marked
        self.numbers = {}
        self._count(mark)
        self.draft = draft if not is_marked or goes_on(text) else None

    def begin_inside(self, draft: Draft, *, is_open: bool) -> None:
        """Begin with a quotation that stands behind other words in its paragraph."""
        self.was_before = True
        self.is_marked = True
        self.numbers = {}
        self.draft = draft if is_open else None

    def extend(self, text: str, mark: Mark | None, end: int) -> None:
        """Go on with a paragraph that ends at ``end`` in the document."""
        if self.draft is None:
            return
        self._count(mark)
        self.draft.end = end
        if self.is_marked and not goes_on(text):
            self.draft = None
            self.was_before = True

    def ends_before(self, text: str, mark: Mark | None, parts: Sequence[Draft], last_article: Ordinal | None) -> bool:
        """Whether the amendment itself goes on with a paragraph, though no mark has closed the quotation.

        Args:
            text: The paragraph.
            mark: Its mark.
            parts: The open parts of the amendment, outermost first.
            last_article: Its last article.

        Returns:
            True when the paragraph is the amendment's next item or article.
        """
        if not self.is_marked:
            if mark is not None and mark.kind == "条":
                return mark.ordinal in next_ordinals(last_article)
            if _INSTRUCTION.search(text[:40]) and (mark is None or mark.kind not in _UNMARKED_KINDS):
                return True
        if mark is None or mark.ordinal is None or text.startswith("“"):
            return False
        if self.numbers.get(mark.kind) == mark.ordinal.number - 1 or not _INSTRUCTION.search(text):
            return False
        for part in reversed(parts):
            if part.style == mark.kind and part.ordinal is not None:
                return mark.ordinal.number == part.ordinal.number + 1
        return False

    def begins_unmarked(self, previous: str, mark: Mark | None, last_article: Ordinal | None) -> bool:
        """Whether articles are quoted without a quotation mark: 增加五条…内容如下： and then another law's numbers."""
        if mark is None or mark.kind not in _UNMARKED_KINDS or previous[-1:] not in ("：", ":"):
            return False
        if not _UNMARKED.search(previous[-120:]):
            return False
        return mark.kind != "条" or mark.ordinal not in next_ordinals(last_article)

    def _count(self, mark: Mark | None) -> None:
        if mark is not None and mark.ordinal is not None:
            self.numbers[mark.kind] = mark.ordinal.number
