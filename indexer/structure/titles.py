"""Titles and heads of orders put together from their lines."""

import re
from collections.abc import Sequence

from indexer.structure import bodies, quoted
from indexer.types import Span

ORDER = re.compile(r"((?:(?!关于).)+?)(?:命?令|公告)(?:[（(]?(?:\d{4}年)?第\S+号[）)]?)?$")
"""The head of an order or announcement: its first group is the body that gives it."""

_PARTIAL_BODY = re.compile(r"常务委员会|常委会|办公[厅室]")


def joined(lines: Sequence[str]) -> str:
    """A title of several lines as one, without spaces; joint issuers side by side get a 、 between them.

    Args:
        lines: Its lines: ``最高人民法院 最高人民检察院``, ``关于办理…的解释``.

    Returns:
        ``最高人民法院、最高人民检察院关于办理…的解释``.
    """
    title = last = ""
    for piece in " ".join(lines).split():
        starts_with_body = bodies.is_body(piece) or bool(bodies.in_title(piece))
        joint = bodies.is_body(last) and starts_with_body and not _PARTIAL_BODY.match(piece)
        between = "、" if joint else " " if title[-1:].isascii() and title[-1:].isalnum() and piece[0].isascii() else ""
        title += between + piece
        last = piece if joint or not last else last + piece
    marked = quoted.find(title)
    if marked and marked[0].span == Span(0, len(title)):
        title = title[1:-1]
    return title.replace("〈", "《").replace("〉", "》")


def with_joint_issuers(order: str) -> str:
    """The head of an order with 、 between its issuers."""
    match = ORDER.fullmatch(order)
    pieces = match[1].split() if match else []
    return "、".join(pieces) + order[match.end(1) :] if match and all(map(bodies.is_body, pieces)) else order
