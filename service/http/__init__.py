"""The HTTP interface: ``create_app`` makes an application, ``serve`` runs it, ``openapi_document`` describes it."""

from service.http.app import create_app, openapi_document
from service.http.serving import serve

__all__ = ["create_app", "openapi_document", "serve"]
