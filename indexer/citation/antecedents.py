"""违反本条例第十七条规定的：（一）违反第五项规定的: a lone 第五项 that continues a citation made before.

A lone 第二项 or 第三款 is first of all the citing article's own. It is the antecedent's when the article has no such
part, or when the words say that it is: （一）违反第五项规定的 under a sentence that cites an article.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from indexer.citation.places import Context, Laws
from indexer.citation.resolve import resolution
from indexer.types import Citation, Node

_LONE = re.compile(r"本(?P<unit>[条款])/(?P<rest>\d.*)")
_RELATIVE_STEM = re.compile(r"(?P<stem>前\d*款|本条/\d+|前条/\d+)(?:/.+)?$")
_AT_HEAD_OF_ITEM = re.compile(
    r"\s*[（(][一二三四五六七八九十]{1,3}[）)]\s*(?:违反|有|具有|实施|从事|属于?)(?:前款|上述)?\s*$"
)
_SENTENCE_END = re.compile(r"[。；\n]")


def joined(citation: Citation, antecedent: Citation) -> Citation | None:
    """What a lone 款 or 项 means behind a citation.

    Args:
        citation: ``本款/5`` or ``本条/2/1``, as ``find`` gives a lone 第五项 or 第二款第一项.
        antecedent: A citation before it.

    Returns:
        The citation below the antecedent's article or 款; None when the two do not fit together.
    """
    match = _LONE.fullmatch(citation.path)
    if match is None:
        return None
    if relative := _RELATIVE_STEM.match(antecedent.path):
        path = f"{relative['stem']}/{match['rest']}" if match["unit"] == "款" else None
    elif antecedent.path[:1].isdecimal():
        steps = antecedent.path.split("/")
        article = steps[0].rpartition("-")[2]
        paragraph = steps[1].rpartition("-")[2] if len(steps) > 1 else ""
        path = f"{article}/{match['rest']}" if match["unit"] == "条" else f"{article}/{paragraph}/{match['rest']}"
    else:
        path = None
    return None if path is None else replace(citation, form=antecedent.form, law=antecedent.law, path=path)


def continued(
    citation: Citation, before: Sequence[Citation], node: Node, text: str, context: Context, laws: Laws
) -> Citation:
    """Read a lone 款, 项 or 条 as a citation made before goes on, where it does.

    Args:
        citation: A citation, its span in ``text``.
        before: The citations before it in the same article, in order.
        node: The node that holds it.
        text: The document's text.
        context: Where it stands.
        laws: What is indexed.

    Returns:
        The citation itself, or one with the antecedent's law and path.
    """
    if not before or text[citation.span.start] not in "第笫":
        return citation
    if citation.form == "self" and citation.law is None and citation.path[:1].isdecimal():
        return _bare_article(citation, before[-1], text, context, laws)
    if citation.form != "relative" or not _LONE.fullmatch(citation.path):
        return citation
    is_own = resolution(citation, context, laws).cause is None
    if is_own and not _AT_HEAD_OF_ITEM.fullmatch(text, node.span.start, citation.span.start):
        return citation
    for antecedent in reversed(before):
        meant = joined(citation, antecedent)
        if meant is not None and resolution(meant, context, laws).cause is None:
            return meant
    return citation


def _bare_article(citation: Citation, last: Citation, text: str, context: Context, laws: Laws) -> Citation:
    """刑法第三条规定的…罪，第五条规定的…罪: a bare article of the same sentence that the citing document has not."""
    if last.law is None or _SENTENCE_END.search(text, last.span.end, citation.span.start):
        return citation
    if resolution(citation, context, laws).cause is None:
        return citation
    return replace(citation, law=last.law)
