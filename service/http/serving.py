"""Running the application in this process."""

from __future__ import annotations

import uvicorn
from fastapi import FastAPI

from service.settings import Settings

_HEAD_BYTES = 1024 * 1024
"""Room for a request's first line and headers. A query of 10,000 characters is 90,000 bytes when percent-encoded, more
than uvicorn's own limit: it must reach the application, which says in its own words that it is too long."""


def server(app: FastAPI, settings: Settings) -> uvicorn.Server:
    """A server that is ready to run.

    Args:
        app: The application.
        settings: Where it listens.

    Returns:
        A server; ``run()`` blocks until it is told to stop.
    """
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        log_level="warning",
        access_log=False,
        server_header=False,
        http="h11",
        ws="none",
        h11_max_incomplete_event_size=_HEAD_BYTES,
    )
    return uvicorn.Server(config)


def serve(app: FastAPI, settings: Settings) -> None:
    """Serves until interrupted.

    Args:
        app: The application.
        settings: Where it listens.
    """
    server(app, settings).run()
