"""The parts of a DOCX beside its body: footnotes, endnotes, comments, headers and footers (ECMA-376 part 1, 11.3)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from indexer.sources.numbering import W
from indexer.types import Note

_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
GONE = frozenset({f"{W}del", f"{W}moveFrom", f"{W}instrText", f"{W}delText", f"{W}delInstrText", _FALLBACK})
"""What was deleted or moved away under change tracking is no longer in the text; instructions of fields never were."""
REFERENCES = {
    f"{W}footnoteReference": "脚注",
    f"{W}endnoteReference": "尾注",
    f"{W}commentReference": "批注",
}
"""Elements that point to a text beside the body, and what a reader calls it."""
_REFERRED = {"footnotes": "脚注", "endnotes": "尾注", "comments": "批注"}
_AROUND = {"header": "页眉", "footer": "页脚"}
_SEPARATORS = frozenset({"separator", "continuationSeparator", "continuationNotice"})
_WORDS = re.compile(r"[^\W\d_]")


@dataclass(slots=True)
class Parts:
    """The texts beside the body, each given out once.

    Attributes:
        referred: Text of each footnote, endnote and comment, by what it is called and its id.
        around: Each distinct header and footer.
    """

    referred: dict[tuple[str, str], str] = field(default_factory=dict)
    around: tuple[Note, ...] = ()

    def note(self, tag: str, identifier: str, line: int) -> Note:
        """What to say of a reference in the body.

        Args:
            tag: The element, one of ``REFERENCES``.
            identifier: The id of what it refers to.
            line: The line of the body that it stands in.

        Returns:
            A note with the text referred to.
        """
        kind = REFERENCES[tag]
        text = self.referred.pop((kind, identifier), "")
        return Note(f"{kind}未并入正文：{text}" if text else f"{kind} 1 处没有文字", line)

    def rest(self) -> Iterator[Note]:
        """What no reference has asked for, and the headers and footers."""
        for (kind, _), text in self.referred.items():
            yield Note(f"{kind}未并入正文：{text}")
        yield from self.around


def load_parts(package: Any) -> Parts:
    """Read the parts of an open ``docx.Document``.

    Args:
        package: The document.

    Returns:
        Its footnotes, endnotes, comments, headers and footers as far as they have words.
    """
    from docx.oxml import parse_xml

    parts = Parts()
    around: dict[str, None] = {}
    for relation in package.part.rels.values():
        name = relation.reltype.rsplit("/", 1)[-1]
        if relation.is_external or name not in _REFERRED | _AROUND:
            continue
        root: Any = parse_xml(relation.target_part.blob)
        if name in _AROUND:
            # A page number alone is no text.
            if _WORDS.search(text := words(root)):
                around[f"{_AROUND[name]}未并入正文：{text}"] = None
            continue
        for entry in root.iterchildren(f"{W}{name[:-1]}"):
            if entry.get(f"{W}type") not in _SEPARATORS and (text := words(entry)):
                parts.referred[_REFERRED[name], entry.get(f"{W}id") or ""] = text
    parts.around = tuple(map(Note, around))
    return parts


def words(element: Any, *, gone: bool = False) -> str:
    """The words of an element, its paragraphs separated by spaces.

    Args:
        element: Any element of WordprocessingML.
        gone: Whether what was deleted is wanted too.

    Returns:
        The words; those of fields' instructions and of fallbacks are never among them.
    """
    pieces: list[str] = []
    skipped = GONE - {f"{W}del", f"{W}delText"} if gone else GONE
    stack = [element]
    while stack:
        item = stack.pop()
        if item.tag in skipped:
            continue
        if item.tag in {f"{W}t", f"{W}delText"}:
            pieces.append(item.text or "")
        elif item.tag in {f"{W}p", f"{W}tab", f"{W}br", f"{W}cr"}:
            pieces.append(" ")
        stack.extend(reversed(item))
    return " ".join("".join(pieces).split())
