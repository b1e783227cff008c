"""Write the reference pages that come from the code: the command line, the settings, the HTTP API.

Run ``python docs/generate.py`` to write them, with ``--check`` to fail when one is out of date.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer
from pydantic_core import PydanticUndefined

from service.cli import app as command_line
from service.http import openapi_document
from service.settings import Settings

FOLDER = Path(__file__).parent
NOTE = "<!-- Written by docs/generate.py from the code: change it there. -->\n"


def _commands(command: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Every command below ``command`` with its full name, groups before their commands."""
    yield path, command
    for name, inner in getattr(command, "commands", {}).items():
        yield from _commands(inner, f"{path} {name}")


def _parameter_rows(command: Any) -> Iterator[str]:
    for parameter in command.params:
        if parameter.name in {"help", "show_version"}:
            continue
        is_argument = parameter.param_type_name == "argument"
        name = parameter.metavar or parameter.name.upper() if is_argument else ", ".join(parameter.opts)
        default = parameter.default
        shown = "" if default in (None, (), []) or parameter.required else f"`{getattr(default, 'value', default)}`"
        yield f"| `{name}` | {parameter.help or ''} | {shown} |"


def command_page() -> str:
    """The reference of the command line, in the words of its own help."""
    lines = ["# 命令行", NOTE]
    lines.append("退出状态：0 完成；1 没有结果或检查未通过；2 用法或输入有误。错误以一行写到标准错误。\n")
    for path, command in _commands(typer.main.get_command(command_line), "fatiao"):
        lines.append(f"## `{path}`\n")
        lines.append((command.help or "").strip() + "\n")
        if rows := list(_parameter_rows(command)):
            lines += ["| 参数 | 说明 | 默认 |", "|---|---|---|", *rows, ""]
    return "\n".join(lines)


def settings_page() -> str:
    """The reference of the settings."""
    lines = ["# Settings", NOTE]
    lines.append("Each is an environment variable; command-line options go before them.\n")
    lines += ["| variable | default | meaning |", "|---|---|---|"]
    prefix = Settings.model_config.get("env_prefix", "")
    for name, field in Settings.model_fields.items():
        default = field.get_default(call_default_factory=False)
        shown = "" if default in (None, "", PydanticUndefined) else f"`{default}`"
        lines.append(f"| `{(prefix + name).upper()}` | {shown} | {field.description} |")
    return "\n".join([*lines, ""])


def _schema_name(schema: dict[str, Any]) -> str:
    """The name of a schema as a reader would say it."""
    if "$ref" in schema:
        return f"`{schema['$ref'].rsplit('/', 1)[-1]}`"
    if "anyOf" in schema:
        return " or ".join(_schema_name(option) for option in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {_schema_name(schema.get('items', {}))}"
    return str(schema.get("type", "any"))


def _operation(method: str, path: str, operation: dict[str, Any]) -> Iterator[str]:
    yield f"## `{method.upper()} {path}`\n"
    yield f"{operation.get('summary', '')}\n"
    if description := operation.get("description", "").strip():
        yield f"{description}\n"
    if parameters := operation.get("parameters"):
        yield "| parameter | in | type | meaning |\n|---|---|---|---|"
        for parameter in parameters:
            schema = _schema_name(parameter.get("schema", {})).replace("|", "\\|")
            required = "" if not parameter.get("required") else " (required)"
            meaning = parameter.get("description", parameter.get("schema", {}).get("description", ""))
            yield f"| `{parameter['name']}`{required} | {parameter['in']} | {schema} | {meaning} |"
        yield ""
    if body := operation.get("requestBody"):
        for media_type, content in body["content"].items():
            yield f"Body (`{media_type}`): {_schema_name(content.get('schema', {}))}\n"
    yield "| status | body |\n|---|---|"
    for status, response in operation["responses"].items():
        content = next(iter(response.get("content", {}).values()), {})
        body_name = _schema_name(content["schema"]) if content.get("schema") else ""
        yield f"| {status} | {body_name} |"
    yield ""


def api_page() -> str:
    """The reference of the HTTP API, from its OpenAPI document."""
    document = openapi_document()
    lines = ["# HTTP API", NOTE, "Shapes are in full at `/docs` of a running service.\n"]
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            lines += _operation(method, path, operation)
    return "\n".join(lines)


PAGES = {"cli.md": command_page, "settings.md": settings_page, "api.md": api_page}


def main() -> int:
    """Write the pages, or compare them.

    Returns:
        The exit status: 1 when ``--check`` finds a page out of date.
    """
    stale = []
    for name, page in PAGES.items():
        path, text = FOLDER / name, page().rstrip() + "\n"
        if "--check" in sys.argv[1:]:
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                stale.append(name)
        else:
            path.write_text(text, encoding="utf-8")
    for name in stale:
        print(f"docs/{name} is out of date: run make docs", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
