"""``/v1/laws`` and ``/v1/articles``: instruments and their parts, by id, address or citation."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import JSONResponse

from indexer.errors import QueryError
from service.http.parameters import (
    AsOf,
    FiltersQuery,
    Limit,
    Offset,
    backend_of,
    check_limit,
    errors,
    settings_of,
)
from service.http.schemas import (
    ArticleResponse,
    LawListResponse,
    LawResponse,
    OutlineResponse,
    VersionsResponse,
)
from service.retrieval.presentation import plain

router = APIRouter(prefix="/v1", tags=["法律与条文"])

# Ids and addresses hold @, / and 《》: they travel percent-encoded, and a route takes them whole.
LawId = Annotated[
    str, Path(description="文件编号（标题@日期），百分号编码", examples=["云岭省养犬管理条例@2020-11-20"])
]
Address = Annotated[
    str,
    Path(
        description="条文地址或引用，百分号编码",
        openapi_examples={
            "address": {"summary": "地址", "value": "云岭省养犬管理条例@2020-11-20/5"},
            "citation": {"summary": "引用", "value": "云岭省养犬管理条例第五条"},
        },
    ),
]


@router.get(
    "/laws",
    summary="法律一览",
    description="列出收录的法律文件，可按标题、文号、效力级别、制定机关、省份、时效状态筛选。",
    response_model=LawListResponse,
    responses=errors(422),
)
def list_laws(
    request: Request,
    filters: FiltersQuery,
    q: Annotated[str, Query(description="标题或文号中的字句；不填为全部")] = "",
    limit: Limit = 20,
    offset: Offset = 0,
) -> JSONResponse:
    """The indexed instruments, by title, number and filters."""
    settings = settings_of(request)
    if len(q) > settings.max_query_characters:
        raise QueryError(f"“q” 不能超过 {settings.max_query_characters:,} 字", "q")
    page = backend_of(request).library.laws(filters, q.strip(), offset, check_limit(limit, settings))
    return JSONResponse(plain(page))


@router.get(
    "/laws/{id:path}/outline",
    summary="法律的目录",
    description="编、章、节、条，按原文顺序。",
    response_model=OutlineResponse,
    responses=errors(404, 422),
)
def law_outline(request: Request, id: LawId) -> JSONResponse:  # noqa: A002 - the parameter's public name
    """The chapters and articles of an instrument, in order."""
    return JSONResponse({"id": id, "outline": plain(backend_of(request).library.outline(id))})


@router.get(
    "/laws/{id:path}/versions",
    summary="法律的各个版本",
    description="同一文件的各个版本，每个版本附时效状态。",
    response_model=VersionsResponse,
    responses=errors(404, 422),
)
def law_versions(request: Request, id: LawId) -> JSONResponse:  # noqa: A002
    """Every version of an instrument, each with its status."""
    return JSONResponse({"id": id, "versions": plain(backend_of(request).library.versions(id))})


@router.get(
    "/laws/{id:path}",
    summary="一部法律",
    description="一个文件的基本情况：文号、机关、日期、时效状态、沿革、版本。",
    response_model=LawResponse,
    responses=errors(404, 422),
)
def law(request: Request, id: LawId, as_of: AsOf = None) -> JSONResponse:  # noqa: A002
    """The facts of an instrument."""
    return JSONResponse(plain(backend_of(request).library.law(id, as_of)))


@router.get(
    "/articles/{address:path}",
    summary="一条条文",
    description="一条（款、项、表格行）及其上下文：所属法律、章节、前后条、它引用的和引用它的。可用地址，也可用引用。",
    response_model=ArticleResponse,
    responses=errors(404, 422),
)
def article(request: Request, address: Address, as_of: AsOf = None) -> JSONResponse:
    """A node in its context, by address or by citation."""
    return JSONResponse(plain(backend_of(request).library.article(address, as_of)))
