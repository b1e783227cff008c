"""The OpenAPI description, with the limits that the settings set."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from service.settings import Settings

TAGS = [
    {"name": "检索", "description": "提问、引用条文、查文号"},
    {"name": "法律与条文", "description": "按编号、地址或引用读取"},
    {"name": "问答", "description": "带出处的回答，供对话程序使用"},
    {"name": "运行", "description": "健康检查与监控"},
]


def describe(app: FastAPI, settings: Settings) -> None:
    """Makes ``/openapi.json`` say what the application does under its settings.

    Args:
        app: The application, its routes in place.
        settings: The settings in force.
    """
    made: dict[str, Any] = {}

    def openapi() -> dict[str, Any]:
        if not made:
            schema = get_openapi(
                title=app.title, version=app.version, description=app.description, routes=app.routes, tags=TAGS
            )
            _set_limits(schema, settings)
            made.update(schema)
        return made

    app.openapi = openapi  # type: ignore[method-assign]


def _set_limits(schema: dict[str, Any], settings: Settings) -> None:
    """A declaration is made at import, before there are settings: their limits are written in here."""
    for parameter in _parameters(schema):
        if parameter["name"] == "limit":
            parameter["schema"]["maximum"] = settings.max_limit
        elif parameter["name"] == "q":
            parameter["schema"]["maxLength"] = settings.max_query_characters
    shapes = schema["components"]["schemas"]
    for name in ("AskRequest", "ChatRequest"):
        shapes[name]["properties"]["limit"]["maximum"] = settings.max_limit
    shapes["AskRequest"]["properties"]["question"]["maxLength"] = settings.max_query_characters
    # FastAPI adds its own shape of a validation error to every route that has parameters; ours replaced it.
    for name in ("HTTPValidationError", "ValidationError"):
        shapes.pop(name, None)


def _parameters(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path in schema["paths"].values():
        for operation in path.values():
            yield from operation.get("parameters", ())
