"""What every request passes: metrics, security headers, the limits, and a last resort for what nobody foresaw."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Mapping

from fastapi import HTTPException, Request
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from prometheus_client import CollectorRegistry, Counter, Histogram
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.http.errors import INTERNAL, Problem, answer

_log = logging.getLogger(__name__)

SECURITY_HEADERS: Mapping[str, str] = {
    # Nothing is loaded from elsewhere, and no script or style stands inside a page.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # A question may be confidential: no other site learns it from the address of the page.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}

UNLIMITED = ("/healthz", "/readyz", "/metrics", "/static/")
"""What monitors and pages load; none of it asks the index for anything."""


class SecurityHeaders:
    """Adds the security headers to every response that does not set them itself.

    Args:
        app: The application inside.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one connection, as ASGI says."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)


class LastResort:
    """Turns an exception that nobody foresaw into a 500 of the usual shape; the traceback goes to the log only.

    Args:
        app: The application inside.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one connection, as ASGI says."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception:
            _log.exception("%s %s", scope["method"], scope["path"])
            # Half a response cannot be taken back: the connection is closed on it.
            if started:
                raise
            await answer(Request(scope), INTERNAL)(scope, receive, send)


class RequestLimits:
    """Refuses requests that come too often (429) and bodies that are too large (413).

    Args:
        app: The application inside.
        requests_per_minute: Requests that one client address may make a minute; 0 sets no limit.
        max_body_bytes: Largest body.
    """

    def __init__(self, app: ASGIApp, requests_per_minute: int, max_body_bytes: int) -> None:
        self._app = app
        self._max_body_bytes = max_body_bytes
        self._rate = RateLimitItemPerMinute(requests_per_minute) if requests_per_minute else None
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one connection, as ASGI says."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        problem = self._too_often(scope) or self._declared_too_large(scope)
        if problem is not None:
            await answer(Request(scope), problem)(scope, receive, send)
            return
        read = 0

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > self._max_body_bytes:
                raise HTTPException(413)
            return message

        await self._app(scope, counted, send)

    def _too_often(self, scope: Scope) -> Problem | None:
        if self._rate is None or scope["path"].startswith(UNLIMITED):
            return None
        client = scope["client"][0] if scope.get("client") else "unknown"
        if self._limiter.hit(self._rate, client):
            return None
        wait = max(math.ceil(self._limiter.get_window_stats(self._rate, client).reset_time - time.time()), 1)
        message = f"请求太频繁：每分钟不超过 {self._rate.amount} 次，请 {wait} 秒后再试"
        return Problem(429, "too_many_requests", message, headers={"Retry-After": str(wait)})

    def _declared_too_large(self, scope: Scope) -> Problem | None:
        length = Headers(scope=scope).get("content-length", "")
        if length.isdecimal() and int(length) > self._max_body_bytes:
            return Problem(413, "body_too_large", f"请求体太大：不能超过 {self._max_body_bytes:,} 字节")
        return None


class Metrics:
    """Counts requests and times them, by route.

    Args:
        app: The application inside.
        registry: Where the figures are kept, for ``/metrics``.
    """

    def __init__(self, app: ASGIApp, registry: CollectorRegistry) -> None:
        self._app = app
        self._requests = Counter(
            "fatiao_http_requests", "Requests answered.", ["method", "route", "status"], registry=registry
        )
        self._seconds = Histogram(
            "fatiao_http_request_seconds",
            "Seconds from a request to the end of its response.",
            ["route"],
            registry=registry,
            buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one connection, as ASGI says."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status, begun = 500, time.perf_counter()

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watched)
        finally:
            # The route's pattern, never the path: addresses would make a series each.
            route = getattr(scope.get("route"), "path", "") or "unknown"
            method = scope["method"] if scope["method"] in _METHODS else "other"
            self._requests.labels(method, route, str(status)).inc()
            self._seconds.labels(route).observe(time.perf_counter() - begun)


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
