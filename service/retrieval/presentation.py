"""The JSON of a search result: one shape for the command line and for HTTP."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

from service.retrieval.results import SearchResult


def plain(value: object) -> Any:
    """A result as JSON types.

    Args:
        value: A result dataclass, or anything inside one.

    Returns:
        Dataclasses as dictionaries in field order, tuples as lists, dates as ``YYYY-MM-DD``.
    """
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: plain(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, tuple | list):
        return [plain(inner) for inner in value]
    return value


def search_body(result: SearchResult) -> dict[str, Any]:
    """The body of ``GET /v1/search`` and of ``fatiao search --format json``.

    Args:
        result: What a search found.

    Returns:
        JSON types in the order and with the names of the interface.
    """
    body: dict[str, Any] = plain(result)
    body["index"] = {name: body.pop(name) for name in ("generation", "model", "reranker")}
    return body
