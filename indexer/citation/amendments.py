"""What the words of an amendment cite: the law that is amended, as it was before or as it is after.

将第三条修改为：“…依照本法第五条…”: 第三条 is the amended law's, counted as it was before; 本法第五条 is that law's,
counted as it is after. 作为第四款 and 改为第六条 give new numbers, too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from indexer.citation.antecedents import joined
from indexer.citation.names import simplify
from indexer.types import Citation, Document, Node

_ITSELF = ("本决定", "本修正案", "本通知")
_NEW = re.compile(r"为(?:修[改订]后)?的?(?:《[^《》]{1,40}》)?[“‘]?$")
_OLD_QUOTED = re.compile(r"(?:中的?|将|删[去除])[“‘]$")
_AND = re.compile(r"[、和与及至]|以及")
_LOOK_BACK = 48
_LONGEST_QUOTE = 20_000
_LIST_LINE = re.compile(r"[“‘]?\s*(?:[（(]|\d+[.．])")
_PARAGRAPHS_BACK = re.compile(r"前(?P<count>\d*)款(?:/(?P<rest>.+))?")
_OF_ARTICLE = re.compile(r"本条/(?P<paragraph>\d+)(?:/.+)?")


@dataclass(frozen=True, slots=True)
class Quoted:
    """A citation in the words of an amendment, as it is to be resolved.

    Attributes:
        citation: The citation with the law that is meant.
        before: The version before the amendment is meant.
        left_out: It cites the very words that are quoted.
        unknown: Nothing tells which law or which provision is meant.
    """

    citation: Citation
    before: bool = False
    left_out: bool = False
    unknown: bool = False


class Amendment:
    """Reads the citations of one paragraph of an amendment, in order.

    Args:
        document: The document that amends, or quotes.
    """

    def __init__(self, document: Document) -> None:
        self.document = document
        self._instruction: Citation | None = None
        self._paragraph = ""
        self._last: tuple[int, bool] = (-1, False)

    def concerns(self, citation: Citation, nodes: tuple[Node, ...]) -> bool:
        """Whether a citation stands in an amendment's words or in what is quoted; ``nodes``: outermost first."""
        if self.document.slice(citation.span).startswith(_ITSELF):
            return False
        return bool(self.document.amends) or self.document.kind == "修改废止决定" or quote_of(nodes) is not None

    def read(self, citation: Citation, nodes: tuple[Node, ...]) -> Quoted:
        """The law, the provision and the version that a citation means.

        Args:
            citation: Its span in the document's text.
            nodes: The node that holds it and those around it, outermost first.

        Returns:
            The citation, and what is to be done with it.
        """
        law = self._law(nodes)
        paragraph = next((each.path for each in reversed(nodes) if each.kind not in ("引文", "段", "款")), "")
        if paragraph != self._paragraph:
            self._paragraph, self._instruction = paragraph, None
        quote = quote_of(nodes)
        before = self._is_old(citation, quote)
        self._last = (citation.span.end, before)
        named = citation.law is not None and (law is None or simplify(_plain(citation.law)) != simplify(law))
        if named:
            return Quoted(citation)
        if law is None:
            return Quoted(citation, unknown=True)
        if citation.form == "relative" and citation.law is None:
            return self._relative(citation, law, quote, before=before)
        meant = replace(citation, law=law)
        if quote is None and meant.path:
            self._instruction = meant
        return Quoted(meant, before=before)

    def _relative(self, citation: Citation, law: str, quote: Node | None, *, before: bool) -> Quoted:
        if quote is None:
            meant = joined(citation, self._instruction) if self._instruction else None
            if meant is None:
                return Quoted(citation, unknown=True)
            self._instruction = meant
            return Quoted(meant, before=before)
        path = self._quoted_path(citation, quote)
        if path is None:
            return Quoted(citation, unknown=True)
        if not path:
            return Quoted(citation, left_out=True)
        return Quoted(replace(citation, form="self", law=law, path=path))

    def _quoted_path(self, citation: Citation, quote: Node) -> str | None:
        """前款 in a quoted text: the path in the amended law; empty when it is in the quotation; None when unknown."""
        article, _, number = (self._instruction.path if self._instruction else "").partition("/")
        first = int(number) if number.isdecimal() else None
        here, last = self._lines(quote, citation.span.start)
        path: str | None = "" if citation.path.startswith(("本款", "前项", "本项")) else None
        if match := _PARAGRAPHS_BACK.fullmatch(citation.path):
            back = here - int(match["count"] or 1)
            if back >= 0:
                path = ""
            elif first is not None and first + back >= 1:
                path = "/".join(filter(None, (article, str(first + back), match["rest"])))
        elif (match := _OF_ARTICLE.fullmatch(citation.path)) and article:
            inside = first is None or first <= int(match["paragraph"]) <= first + last
            path = "" if inside else citation.path.replace("本条", article, 1)
        return path

    def _lines(self, quote: Node, at: int) -> tuple[int, int]:
        """In which 款 of a quotation an offset lies, and which is its last, counted from 0; a list is in its 款."""
        text = self.document.text
        whole = text[quote.span.start : min(quote.span.end, quote.span.start + _LONGEST_QUOTE)].split("\n")
        ahead = text[quote.span.start : min(at, quote.span.start + _LONGEST_QUOTE)].split("\n")
        here, last = (sum(not _LIST_LINE.match(line) for line in lines[1:]) for lines in (ahead, whole))
        return here, last

    def _law(self, nodes: tuple[Node, ...]) -> str | None:
        """The law that a passage amends: the only one, or the one that a paragraph around it names at its head."""
        if len(self.document.amends) == 1:
            return self.document.amends[0]
        for node in reversed(nodes):
            line = simplify(self.document.slice(node.span).partition("\n")[0].partition("“")[0])
            named = [each for each in self.document.amends if simplify(each) in line]
            if named:
                longest = max(named, key=len)
                return longest if all(simplify(each) in simplify(longest) for each in named) else None
        return None

    def _is_old(self, citation: Citation, quote: Node | None) -> bool:
        """Whether the words count as before the amendment: not in what is quoted, nor behind 改为 and 作为."""
        text, start = self.document.text, citation.span.start
        ahead = text[max(0, start - _LOOK_BACK) : start]
        if _OLD_QUOTED.search(ahead):
            return True
        if quote is not None or _NEW.search(ahead):
            return False
        end, old = self._last
        return old or not (0 <= end <= start and _AND.fullmatch(text[end:start].strip()))


def quote_of(nodes: tuple[Node, ...]) -> Node | None:
    """The quoted text that the innermost of ``nodes`` lies in; None when it lies in none."""
    return next((each for each in reversed(nodes) if each.kind == "引文"), None)


def _plain(law: str) -> str:
    return law.removesuffix("（修改前）")
