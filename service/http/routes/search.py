"""``GET /v1/search``: ranked articles."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse

from service.http.parameters import (
    FiltersQuery,
    Limit,
    Offset,
    backend_of,
    check_limit,
    check_text,
    errors,
    settings_of,
)
from service.http.schemas import SearchResponse
from service.retrieval.presentation import search_body
from service.retrieval.results import Mode, SearchRequest

router = APIRouter(prefix="/v1", tags=["检索"])


@router.get(
    "/search",
    summary="检索条文",
    description=(
        "按问题、条文引用或文号检索，返回排好序的条文，每条附准确引用、时效状态和依据。"
        "查不到时 `hits` 为空，`notice` 说明原因。"
    ),
    response_model=SearchResponse,
    responses=errors(422),
)
def search(
    request: Request,
    filters: FiltersQuery,
    q: Annotated[
        str,
        Query(
            min_length=1,
            description="问题、条文引用或文号",
            openapi_examples={
                "question": {"summary": "提问", "value": "老板拖欠工资怎么办"},
                "citation": {"summary": "引用条文", "value": "刑法133之1"},
                "number": {"summary": "查文号", "value": "云政办发〔2021〕8号"},
            },
        ),
    ],
    limit: Limit = 10,
    offset: Offset = 0,
    mode: Annotated[Mode, Query(description="混合、只用语义、只用字词")] = "hybrid",
) -> JSONResponse:
    """Ranked articles for a question, a citation or a document number."""
    settings = settings_of(request)
    asked = SearchRequest(
        text=check_text(q, "q", settings),
        limit=check_limit(limit, settings),
        offset=offset,
        mode=mode,
        filters=filters,
    )
    # The body is sent as it is: putting it through the model once more would cost more than the search.
    return JSONResponse(search_body(backend_of(request).searcher.search(asked)))
