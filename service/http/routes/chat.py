"""``POST /v1/chat/completions``: the OpenAI shape, so that any chat client can ask; whole or streamed."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

from indexer.errors import FatiaoError, QueryError
from service.answer.answering import AnswerStream
from service.answer.results import Answer
from service.http.chat_schemas import MODEL, ChatRequest, ChatResponse, ModelsResponse
from service.http.errors import INTERNAL, problem_of
from service.http.parameters import backend_of, check_limit, check_text, errors, settings_of
from service.retrieval.presentation import plain

_log = logging.getLogger(__name__)

router = APIRouter(prefix="/v1", tags=["问答"])


def _extras(answer: Answer) -> dict[str, Any]:
    """The fields that fatiao adds to the OpenAI shape."""
    return {
        "citations": plain(answer.citations),
        "grounded": answer.grounded,
        "rewritten": answer.rewritten,
        "notice": plain(answer.notice),
    }


def _event(data: object) -> str:
    return f"data: {json.dumps(data, ensure_ascii=False)}\n\n"


def _events(head: dict[str, Any], stream: AnswerStream) -> Iterator[str]:
    """The server-sent events of an answer: its pieces, then its citations, then ``[DONE]``."""

    def chunk(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return {**head, "object": "chat.completion.chunk", "choices": [choice]}

    yield _event(chunk({"role": "assistant", "content": ""}))
    try:
        for piece in stream:
            yield _event(chunk({"content": piece}))
        yield _event({**chunk({}, "stop"), **_extras(stream.answer())})
    except FatiaoError as error:
        # The status is sent already: the error travels as an event, in the shape of every error.
        yield _event(problem_of(error).body())
    except Exception:  # noqa: BLE001 - nobody is left to raise it to: it is logged, and the reader is told
        _log.exception("the answer's stream broke off")
        yield _event(INTERNAL.body())
    yield "data: [DONE]\n\n"


@router.post(
    "/chat/completions",
    summary="对话（OpenAI 格式）",
    description="与 OpenAI 的 Chat Completions 相同的格式，另有 `citations` 等字段；任何 OpenAI 客户端都可以直接使用。",
    response_model=ChatResponse,
    responses={
        **errors(400, 413, 422),
        200: {
            "description": "回答；`stream` 为 true 时是 SSE，以 `[DONE]` 结束，末块带 `citations`",
            "content": {"text/event-stream": {"schema": {"type": "string"}}},
        },
    },
)
def chat(request: Request, asked: ChatRequest) -> Response:
    """An answer in the OpenAI shape, whole or as server-sent events."""
    settings = settings_of(request)
    question = asked.question()
    if question is None:
        raise QueryError("“messages” 的最后一条应当是用户（user）的问题", "messages")
    limit = check_limit(asked.limit, settings)
    head = {"id": f"chatcmpl-{uuid4().hex}", "created": int(time.time()), "model": asked.model}
    # The search is done here, so that an error still has a status of its own.
    stream = backend_of(request).answerer.stream(
        check_text(question, "messages", settings), asked.history(), asked.filters.filters(), limit
    )
    if asked.stream:
        headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
        return StreamingResponse(_events(head, stream), media_type="text/event-stream", headers=headers)
    answer = stream.answer()
    choice = {
        "index": 0,
        "message": {"role": "assistant", "content": answer.text, "refusal": None},
        "logprobs": None,
        "finish_reason": "stop",
    }
    body = {**head, "object": "chat.completion", "choices": [choice], "usage": None, **_extras(answer)}
    return JSONResponse(body)


@router.get(
    "/models",
    summary="可用的模型（OpenAI 格式）",
    description="只有一个：fatiao。供对话客户端选择模型时读取。",
    response_model=ModelsResponse,
    responses=errors(),
)
def models() -> JSONResponse:
    """The one model, for clients that want to choose."""
    model = {"id": MODEL, "object": "model", "created": 0, "owned_by": MODEL}
    return JSONResponse({"object": "list", "data": [model]})
