"""``POST /v1/ask``: an answer with the articles that it rests on."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from service.answer.results import Answer, Message
from service.http.parameters import backend_of, check_limit, check_text, errors, settings_of
from service.http.schemas import AskRequest, AskResponse
from service.retrieval.presentation import plain

router = APIRouter(prefix="/v1", tags=["问答"])


def ask_body(answer: Answer) -> dict[str, Any]:
    """The body of ``POST /v1/ask``.

    Args:
        answer: An answer.

    Returns:
        JSON types in the order and with the names of the interface.
    """
    body: dict[str, Any] = plain(answer)
    return {("answer" if name == "text" else name): value for name, value in body.items()}


@router.post(
    "/ask",
    summary="提问",
    description="用条文作答并注明出处；可带此前的对话。查不到时 `grounded` 为 false，`notice` 说明原因。",
    response_model=AskResponse,
    responses=errors(400, 413, 422),
)
def ask(request: Request, asked: AskRequest) -> JSONResponse:
    """An answer in the articles' own words, with citations."""
    settings = settings_of(request)
    answer = backend_of(request).answerer.ask(
        check_text(asked.question, "question", settings),
        tuple(Message(turn.role, turn.content) for turn in asked.history),
        asked.filters.filters(),
        check_limit(asked.limit, settings),
    )
    return JSONResponse(ask_body(answer))
