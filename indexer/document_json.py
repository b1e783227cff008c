"""A document as ``fatiao parse --format json`` prints it; the shape is a contract with people's programs."""

from __future__ import annotations

from datetime import date
from typing import Any

from indexer import citation
from indexer.types import Audit, Document, Node
from indexer.workers import FileError


def document_json(document: Document, source: str | None = None) -> dict[str, Any]:
    """A document in the shape of ``docs/`` and of every release.

    Args:
        document: A parsed document.
        source: The path as given; else the first that the document was read from.

    Returns:
        Plain values, ready for ``json.dumps``.
    """
    citations = citation.node_citations(document)
    return {
        "source": source or (document.sources[0] if document.sources else None),
        "id": document.id,
        "title": document.title,
        "number": document.number,
        "issuers": list(document.issuers),
        "kind": document.kind,
        "region": document.region,
        "adopted": _day(document.adopted),
        "published": _day(document.published),
        "effective": _day(document.effective),
        "repeals": list(document.repeals),
        "amends": list(document.amends),
        "history": [{"on": _day(step.on), "action": step.action, "text": step.text} for step in document.history],
        "basis": list(document.basis),
        "implements": list(document.implements),
        "expires": _day(document.expires),
        "commencements": [{"on": _day(part.on), "provisions": part.provisions} for part in document.commencements],
        "effective_by": document.effective_by,
        "text": document.text,
        "nodes": [
            _node(document, node, ancestors[-1] if ancestors else None, citations) for node, ancestors in document.nodes
        ],
        "audit": audit_json(document.audit),
    }


def error_json(source: str, error: FileError) -> dict[str, Any]:
    """A file that failed, in the same stream as the documents of the others."""
    return {"source": source, "error": {"code": error.code, "message": error.message}}


def audit_json(audit: Audit) -> dict[str, Any]:
    """The account of a parse."""
    return {
        "characters": audit.characters,
        "uncovered": audit.uncovered,
        "missing": list(audit.missing),
        "duplicate": list(audit.duplicate),
        "out_of_order": list(audit.out_of_order),
        "dropped": [{"line": line.line, "text": line.text, "reason": line.reason} for line in audit.dropped],
        "repairs": [
            {"kind": repair.kind, "at": list(repair.at), "detail": repair.detail or None} for repair in audit.repairs
        ],
        "notes": [
            {"text": note.text, "line": note.line, "page": note.page, "confidence": note.confidence}
            for note in audit.notes
        ],
    }


def _node(document: Document, node: Node, parent: Node | None, citations: dict[str, str]) -> dict[str, Any]:
    return {
        "address": document.address(node),
        "kind": node.kind,
        "number": node.number,
        "ordinal": [node.ordinal.number, node.ordinal.suffix] if node.ordinal else None,
        "heading": node.heading,
        "citation": citations.get(node.path),
        "span": [node.span.start, node.span.end],
        "text": document.slice(node.span),
        "cells": None if node.cells is None else dict(node.cells),
        "parent": document.address(parent) if parent else None,
    }


def _day(value: date | None) -> str | None:
    return None if value is None else value.isoformat()
