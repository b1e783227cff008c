"""What routes share: the parameters of a query, their limits, and the way to the backend."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from fastapi import Depends, Query, Request
from pydantic import BeforeValidator

from indexer.errors import QueryError
from service.backend import Backend
from service.http.schemas import ErrorBody
from service.retrieval.results import Filters
from service.settings import Settings

_ERRORS: Mapping[int, str] = {
    400: "请求体不是正确的 JSON",
    404: "没有这部法律、这一条或这个地址",
    413: "请求体太大",
    422: "参数不对：为空、太长或超出范围",
    429: "请求太频繁",
    500: "服务内部出错",
    503: "索引不可用",
}


def errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The error responses of a route, for its declaration.

    Args:
        *statuses: The statuses that it can answer with, besides those that every route can.

    Returns:
        What FastAPI's ``responses`` wants.
    """
    return {status: {"model": ErrorBody, "description": _ERRORS[status]} for status in (*statuses, 429, 500, 503)}


def backend_of(request: Request) -> Backend:
    """The backend in force; raises IndexMissingError when the index is gone."""
    backend: Backend = request.app.state.live.current()
    return backend


def settings_of(request: Request) -> Settings:
    """The settings that the application was made with."""
    settings: Settings = request.app.state.settings
    return settings


def check_text(text: str, field: str, settings: Settings) -> str:
    """A question that is neither empty nor too long.

    Args:
        text: As given.
        field: The parameter's name, for the message.
        settings: The settings in force.

    Returns:
        The text without space around it.

    Raises:
        QueryError: It is empty or too long.
    """
    stripped = text.strip()
    if not stripped:
        raise QueryError(f"“{field}” 不能为空：请输入问题、条文引用或文号", field)
    if len(stripped) > settings.max_query_characters:
        raise QueryError(
            f"“{field}” 有 {len(stripped):,} 字，不能超过 {settings.max_query_characters:,} 字：请缩短问题", field
        )
    return stripped


def check_limit(limit: int, settings: Settings) -> int:
    """A number of results that the settings allow; raises QueryError beyond it."""
    if limit > settings.max_limit:
        raise QueryError(f"“limit” 不能大于 {settings.max_limit}", "limit")
    return limit


def split_values(values: list[str] | None) -> tuple[str, ...]:
    """The values of a parameter that may be repeated or hold a comma list; empty ones count for nothing."""
    return tuple(value.strip() for given in values or () for value in given.split(",") if value.strip())


def _blank_is_none(value: object) -> object:
    return None if value == "" else value


Limit = Annotated[int, Query(ge=1, description="最多几条；上限由服务设置，默认 100")]
Offset = Annotated[int, Query(ge=0, le=1_000_000, description="跳过前几条")]
AsOf = Annotated[
    date | None,
    BeforeValidator(_blank_is_none),
    Query(description="按这一天有效的版本（行为时法），如 2019-06-01"),
]


# async although it waits for nothing: a plain function would cost a trip to the thread pool.
async def _filters(
    kind: Annotated[list[str] | None, Query(description="效力级别；可重复，也可用逗号分隔")] = None,
    issuer: Annotated[list[str] | None, Query(description="制定机关；可重复，也可用逗号分隔")] = None,
    region: Annotated[list[str] | None, Query(description="省份；可重复，也可用逗号分隔")] = None,
    status: Annotated[list[str] | None, Query(description="时效状态；可重复，也可用逗号分隔")] = None,
    law: Annotated[list[str] | None, Query(description="法律的全称、简称或编号；可重复，也可用逗号分隔")] = None,
    as_of: AsOf = None,
) -> Filters:
    return Filters(
        kind=split_values(kind),
        issuer=split_values(issuer),
        region=split_values(region),
        status=split_values(status),
        law=split_values(law),
        as_of=as_of,
    )


FiltersQuery = Annotated[Filters, Depends(_filters)]
"""The filters that the parameters of a request state."""
