"""The application: everything is put together here, and nothing is decided elsewhere at import."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from prometheus_client import CollectorRegistry

from service.backend import LiveBackend, open_backend
from service.http.errors import install
from service.http.middleware import LastResort, Metrics, RequestLimits, SecurityHeaders
from service.http.openapi import describe
from service.http.routes import answers, chat, laws, operation, search
from service.settings import Settings
from service.web import pages
from service.web.examples import Examples
from service.web.rendering import STATIC

_DESCRIPTION = (
    "中文法律文本的语义检索：返回排好序的条文，每条附准确引用、时效状态及其依据。\n\n"
    "地址含有 `@`、`/`、`《》`，放进路径时须百分号编码。"
    '出错时一律返回 `{"error": {"code", "message", "field"}}` 和相应的状态码。'
)


def create_app(settings: Settings, backend: LiveBackend | None = None) -> FastAPI:
    """Makes the application over the index that the settings name.

    Args:
        settings: The settings in force.
        backend: What answers, instead of the index that the settings name.

    Returns:
        An ASGI application: HTTP interface and web page.

    Raises:
        IndexMissingError: There is no index; the message names ``fatiao index build``.
        FatiaoError: The index or the embedding model cannot be opened.
    """
    return _assemble(settings, backend if backend is not None else open_backend(settings))


def openapi_document() -> dict[str, Any]:
    """The OpenAPI description under the default settings; it needs no index.

    Returns:
        What ``/openapi.json`` answers.
    """
    # model_construct reads no environment: the reference must not depend on who generates it.
    return _assemble(Settings.model_construct(), None).openapi()


def _assemble(settings: Settings, live: LiveBackend | None) -> FastAPI:
    app = FastAPI(
        title="fatiao 法条",
        description=_DESCRIPTION,
        version=version("fatiao"),
        # FastAPI's own page loads scripts from elsewhere; pages.py has one that does not.
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.settings = settings
    app.state.live = live
    app.state.registry = CollectorRegistry()
    app.state.examples = Examples()
    install(app)
    for module in (search, laws, answers, chat, operation, pages):
        app.include_router(module.router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    describe(app, settings)
    # The last one added is the outermost.
    app.add_middleware(
        RequestLimits,
        requests_per_minute=settings.requests_per_minute,
        max_body_bytes=settings.max_body_bytes,
    )
    app.add_middleware(LastResort)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(Metrics, registry=app.state.registry)
    return app
