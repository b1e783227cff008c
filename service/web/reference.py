"""The OpenAPI description as something to read: operations by subject, for ``/docs`` and ``docs/api.md``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter or a field of a body: its dotted name, its type in words, whether it must be given, what it means."""

    name: str
    type: str
    required: bool
    description: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path.

    Attributes:
        method: ``GET`` and so on.
        path: With its parameters in braces.
        summary: A few words.
        description: A sentence or two.
        parameters: Of path and query.
        body: Fields of the request body.
        response: Fields of the body of a 200.
        statuses: Status code and meaning.
    """

    method: str
    path: str
    summary: str
    description: str
    parameters: tuple[Field, ...]
    body: tuple[Field, ...]
    response: tuple[Field, ...]
    statuses: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The operations of one subject."""

    name: str
    description: str
    operations: tuple[Operation, ...]


def groups(openapi: Mapping[str, Any]) -> tuple[Group, ...]:
    """The operations of a description by their first tag.

    Args:
        openapi: The OpenAPI description.

    Returns:
        A group a tag, in the order of the description.
    """
    found: dict[str, list[Operation]] = {tag["name"]: [] for tag in openapi["tags"]}
    for path, methods in openapi["paths"].items():
        for method, operation in methods.items():
            found[operation["tags"][0]].append(_operation(openapi, method, path, operation))
    return tuple(Group(tag["name"], tag["description"], tuple(found[tag["name"]])) for tag in openapi["tags"])


def _operation(openapi: Mapping[str, Any], method: str, path: str, operation: Mapping[str, Any]) -> Operation:
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    success = operation["responses"].get("200", {})
    response = success.get("content", {}).get("application/json", {}).get("schema", {})
    return Operation(
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        description=operation.get("description", ""),
        parameters=tuple(
            Field(one["name"], _type(openapi, one["schema"]), one.get("required", False), one.get("description", ""))
            for one in operation.get("parameters", ())
        ),
        body=_fields(openapi, body),
        response=_fields(openapi, response),
        statuses=tuple((status, one["description"]) for status, one in operation["responses"].items()),
    )


def _resolve(openapi: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """A schema with its reference followed and the alternative ``null`` set aside."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        found: Mapping[str, Any] = openapi["components"]["schemas"][name]
        return found
    choices = [one for one in schema.get("anyOf", ()) if one.get("type") != "null"]
    return _resolve(openapi, choices[0]) if len(choices) == 1 else schema


def _fields(
    openapi: Mapping[str, Any], schema: Mapping[str, Any], prefix: str = "", depth: int = 0
) -> tuple[Field, ...]:
    """The fields of an object, those of objects inside it after it by their dotted names."""
    shape = _resolve(openapi, schema)
    found: list[Field] = []
    for name, inner in shape.get("properties", {}).items():
        resolved = _resolve(openapi, inner)
        below = _resolve(openapi, resolved.get("items", {})) if resolved.get("type") == "array" else resolved
        many = "[]" if resolved.get("type") == "array" else ""
        description = inner.get("description") or ""
        found.append(Field(prefix + name, _type(openapi, inner), name in shape.get("required", ()), description))
        # Four levels show a whole answer; what a law is, is said once a response.
        if "properties" in below and depth < 3:
            found.extend(_fields(openapi, below, f"{prefix}{name}{many}.", depth + 1))
    return tuple(found)


_TYPES = {"string": "文字", "integer": "整数", "number": "数", "boolean": "是否", "object": "对象", "null": "null"}


def _type(openapi: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    """A schema's type in a few words: ``文字``, ``日期 或 null``, ``列表（对象）``."""
    choices = schema.get("anyOf")
    if choices:
        return " 或 ".join(dict.fromkeys(_type(openapi, one) for one in choices))
    shape = _resolve(openapi, schema)
    if "const" in shape:
        return str(shape["const"])
    if "enum" in shape:
        return "｜".join(str(one) for one in shape["enum"])
    if shape.get("format") == "date":
        return "日期"
    if shape.get("type") == "array":
        items = shape.get("items") or {}
        return f"列表（{_type(openapi, items)}）" if items else "列表"
    return _TYPES.get(shape.get("type", ""), "任意")
