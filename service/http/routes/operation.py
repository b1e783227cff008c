"""What those who run the service ask: is it alive, is it ready, how is it doing."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from service.http.parameters import backend_of
from service.http.schemas import ErrorBody, HealthResponse, ReadyResponse

router = APIRouter(tags=["运行"])

_FAILS: dict[int | str, dict[str, Any]] = {500: {"model": ErrorBody, "description": "服务内部出错"}}


# These stay on the event loop: a busy thread pool must not make the process look dead.
@router.get(
    "/healthz",
    summary="进程存活",
    description="进程在运行就回答 200。",
    response_model=HealthResponse,
    responses={**_FAILS},
)
async def healthz() -> JSONResponse:
    """Alive: answered on the event loop, whatever the thread pool does."""
    return JSONResponse({"status": "ok"})


@router.get(
    "/readyz",
    summary="可以检索",
    description="索引已打开、可以检索时回答 200，并给出索引的代次和规模；否则 503。",
    response_model=ReadyResponse,
    responses={**_FAILS, 503: {"model": ErrorBody, "description": "索引不可用"}},
)
def readyz(request: Request) -> JSONResponse:
    """Ready: the index is open."""
    backend = backend_of(request)
    return JSONResponse(
        {
            "status": "ready",
            "generation": backend.generation,
            "model": backend.model,
            "counts": dict(backend.counts),
        }
    )


@router.get(
    "/metrics",
    summary="监控指标",
    description="请求数与用时，Prometheus 格式。",
    response_class=PlainTextResponse,
    responses={200: {"description": "Prometheus 文本格式", "content": {"text/plain": {}}}, **_FAILS},
)
def metrics(request: Request) -> PlainTextResponse:
    """Request counts and times for Prometheus."""
    return PlainTextResponse(generate_latest(request.app.state.registry), media_type=CONTENT_TYPE_LATEST)
