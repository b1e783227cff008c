"""The pages: search, an article in its context, an instrument's outline, the interface's reference, errors."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from indexer.errors import NotFoundError, QueryError
from service.backend import Backend
from service.retrieval import Library
from service.retrieval.results import ArticleView, LinkView, NodeView, SearchRequest, SearchResult
from service.settings import Settings
from service.web.forms import PAGE_SIZE, SearchForm, choices, read_form
from service.web.reference import groups
from service.web.rendering import link, render

router = APIRouter(include_in_schema=False)

_HEADINGS: Mapping[int, str] = {404: "没有找到", 422: "请求不对", 429: "请求太频繁", 503: "暂时不能检索"}


def _page(
    template: str, status: int = 200, headers: Mapping[str, str] | None = None, **context: object
) -> HTMLResponse:
    return HTMLResponse(render(template, **context), status, {"Cache-Control": "no-store", **(headers or {})})


def error_page(request: Request, status: int, message: str, headers: Mapping[str, str]) -> HTMLResponse:
    """A problem told to somebody who reads pages.

    Args:
        request: The request that failed.
        status: HTTP status code.
        message: What is wrong and what to do.
        headers: Headers that go with the status.

    Returns:
        The page.
    """
    heading = _HEADINGS.get(status, "出错了")
    return _page(
        "error.html", status, headers, heading=heading, message=message, query=request.query_params.get("q", "")
    )


def _backend(request: Request) -> Backend:
    backend: Backend = request.app.state.live.current()
    return backend


@router.get("/")
def search(request: Request) -> Response:
    """The search page: the box alone, or with what was found."""
    settings: Settings = request.app.state.settings
    backend = _backend(request)
    form = read_form(request.query_params)
    context: dict[str, Any] = {"form": form, "result": None, "problem": form.problem, "pages": None}
    context |= {"choices": choices(form), "counts": backend.counts}
    context |= {"max_characters": settings.max_query_characters}
    context |= {"examples": () if form.q else request.app.state.examples.of(backend)}
    status = 422 if form.problem else 200
    if form.q and not form.problem:
        try:
            context["result"] = _search(backend, form, settings)
            context["pages"] = form.pages(context["result"].total)
        except QueryError as error:
            context["problem"], status = str(error), 422
    return _page("search.html", status, **context)


def _search(backend: Backend, form: SearchForm, settings: Settings) -> SearchResult:
    if len(form.q) > settings.max_query_characters:
        raise QueryError(f"问题有 {len(form.q):,} 字，不能超过 {settings.max_query_characters:,} 字：请缩短问题", "q")
    asked = SearchRequest(form.q, PAGE_SIZE, (form.page - 1) * PAGE_SIZE, form.mode, form.filters)
    return backend.searcher.search(asked)


@router.get("/article")
def article(
    request: Request,
    id: Annotated[str, Query(min_length=1)],  # noqa: A002 - the parameter's public name
    as_of: date | None = None,
) -> Response:
    """An article in its context."""
    library = _backend(request).library
    try:
        view = library.article(id, as_of)
    except NotFoundError as error:
        # A citation may lead to an instrument as a whole.
        try:
            whole = library.law(id)
        except NotFoundError:
            raise error from None
        if whole.law.id != id:
            raise
        return RedirectResponse(link("/law", id=whole.law.id), 303)
    return _page(
        "article.html",
        view=view,
        marked=_marked(view),
        pieces=_pieces(library, view),
        cites=_once(view.cites),
        cited_by=_once(view.cited_by),
        versions=library.versions(view.law.id),
        as_of=as_of,
    )


def _marked(view: ArticleView) -> tuple[tuple[int, int], ...]:
    """Where the part that was asked for stands in its article; nothing when it is the article."""
    if view.node.address == view.article.address:
        return ()
    start = view.article.text.find(view.node.text)
    return ((start, start + len(view.node.text)),) if start >= 0 else ()


def _pieces(library: Library, view: ArticleView) -> tuple[NodeView, ...]:
    """The parts at every depth that have a citation of their own: a single 款 is cited as its article."""
    found: list[NodeView] = []
    for piece in view.children:
        if piece.citation != view.node.citation:
            found.append(piece)
        # A part of one line has no parts.
        if "\n" in piece.text.strip():
            below = library.article(piece.address, None)
            found.extend(one for one in _pieces(library, below) if one.citation != view.node.citation)
    return tuple(found)


def _once(links: tuple[LinkView, ...]) -> tuple[LinkView, ...]:
    """The links, each other end once."""
    return tuple({(one.address or one.text, one.citation): one for one in reversed(links)}.values())[::-1]


@router.get("/law")
def law(
    request: Request,
    id: Annotated[str, Query(min_length=1)],  # noqa: A002
    as_of: date | None = None,
) -> Response:
    """An instrument: its facts, versions and outline."""
    library = _backend(request).library
    view = library.law(id, as_of)
    return _page("law.html", view=view, outline=library.outline(view.law.id))


@router.get("/docs")
def reference(request: Request) -> Response:
    """The reference of the HTTP interface, from the OpenAPI description."""
    description = request.app.openapi()
    return _page("docs.html", info=description["info"], groups=groups(description))
