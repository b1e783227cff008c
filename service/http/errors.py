"""One error shape for every route: ``{"error": {"code", "message", "field"}}``, as JSON or, to a browser, as a page."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from indexer.errors import (
    EmbedderError,
    EmbedderMismatchError,
    FatiaoError,
    IndexFormatError,
    IndexLockedError,
    NotFoundError,
    QueryError,
)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong, ready to be told.

    Attributes:
        status: HTTP status code.
        code: Stable identifier for programs.
        message: One line in Chinese for a person.
        field: The parameter at fault, None where there is none.
        headers: Headers that go with the status.
    """

    status: int
    code: str
    message: str
    field: str | None = None
    headers: Mapping[str, str] | None = None

    def body(self) -> dict[str, Any]:
        """The problem as JSON types."""
        return {"error": {"code": self.code, "message": self.message, "field": self.field}}


INTERNAL = Problem(500, "internal_error", "服务内部出错，已记入日志；请稍后再试")

_STATUS: tuple[tuple[type[FatiaoError], int], ...] = (
    (QueryError, 422),
    (NotFoundError, 404),
    (IndexLockedError, 409),
    (IndexFormatError, 503),
    (EmbedderMismatchError, 503),
    (EmbedderError, 503),
)

_BAD_JSON = ("invalid_json", "请求体不是正确的 JSON")
_HTTP: Mapping[int, tuple[str, str]] = {
    # What FastAPI answers to bytes that are no UTF-8 and to nesting without end.
    400: _BAD_JSON,
    404: ("route_not_found", "没有这个地址；接口一览见 /docs"),
    405: ("method_not_allowed", "这个地址不接受该请求方法；接口一览见 /docs"),
    413: ("body_too_large", "请求体太大"),
}

_INVALID: Mapping[str, str] = {
    "missing": "缺少必填的 {field}",
    "int_parsing": "{field} 应为整数",
    "int_type": "{field} 应为整数",
    "int_from_float": "{field} 应为整数",
    "bool_type": "{field} 应为 true 或 false",
    "bool_parsing": "{field} 应为 true 或 false",
    "string_type": "{field} 应为文字",
    "string_too_short": "{field} 不能为空",
    "string_too_long": "{field} 不能超过 {max_length} 字",
    "too_short": "{field} 不能为空",
    "greater_than_equal": "{field} 不能小于 {ge}",
    "less_than_equal": "{field} 不能大于 {le}",
    "literal_error": "{field} 只能取 {expected}",
    "date_from_datetime_parsing": "{field} 应为日期，如 2019-06-01",
    "date_parsing": "{field} 应为日期，如 2019-06-01",
    "date_type": "{field} 应为日期，如 2019-06-01",
    "list_type": "{field} 应为列表",
    "model_attributes_type": "请求体应为 JSON 对象，并注明 Content-Type: application/json",
    "dict_type": "{field} 应为 JSON 对象",
    "value_error": "{error}",
}


def problem_of(error: FatiaoError) -> Problem:
    """The answer to an error that fatiao raises on purpose.

    Args:
        error: The error.

    Returns:
        Its status, code and message; 500 for an error that is not the asker's doing.
    """
    status = next((status for kind, status in _STATUS if isinstance(error, kind)), 500)
    return Problem(status, error.code, str(error), getattr(error, "field", None))


def _problem_of_http(error: HTTPException) -> Problem:
    code, message = _HTTP.get(
        error.status_code, (f"http_{error.status_code}", f"请求未能完成（状态码 {error.status_code}）")
    )
    return Problem(error.status_code, code, message, headers=error.headers)


def _problem_of_validation(errors: Sequence[Mapping[str, Any]]) -> Problem:
    """The first complaint of a request that does not fit its declaration."""
    first = errors[0]
    place = [str(step) for step in first["loc"][1:]]
    if first["type"] == "json_invalid":
        return Problem(400, *_BAD_JSON)
    field = ".".join(place) or None
    pattern = _INVALID.get(first["type"], "{field} 的值不对")
    message = pattern.format_map({**first.get("ctx", {}), "field": f"“{field}”" if field else "请求体"})
    return Problem(422, QueryError.code, message, field)


def answer(request: Request, problem: Problem) -> Response:
    """A problem as a response: a page for somebody who reads pages, JSON for everybody else.

    Args:
        request: The request that failed.
        problem: What went wrong.

    Returns:
        The response with the problem's status.
    """
    headers = dict(problem.headers or {})
    if problem.status == 503:
        headers.setdefault("Retry-After", "5")
    wants_page = "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/v1/")
    if wants_page:
        # Imported here because the pages are routes, and routes answer their errors with this module.
        from service.web.pages import error_page

        return error_page(request, problem.status, problem.message, headers)
    return JSONResponse(problem.body(), problem.status, headers)


def install(app: FastAPI) -> None:
    """Gives every failure of an application the one shape.

    Args:
        app: The application.
    """

    @app.exception_handler(FatiaoError)
    def on_purpose(request: Request, error: FatiaoError) -> Response:
        problem = problem_of(error)
        if problem.status >= 500:
            _log.error("%s %s: %s", request.method, request.url.path, error)
        return answer(request, problem)

    @app.exception_handler(HTTPException)
    def by_framework(request: Request, error: HTTPException) -> Response:
        return answer(request, _problem_of_http(error))

    @app.exception_handler(RequestValidationError)
    def by_declaration(request: Request, error: RequestValidationError) -> Response:
        return answer(request, _problem_of_validation(error.errors()))
