"""The OpenAI-compatible language model, against a server of its protocol made of a few lines."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from indexer.errors import FatiaoError
from service.answer import Message, OpenAILanguageModel

pytest.importorskip("openai")


class Handler(BaseHTTPRequestHandler):
    asked: list[dict[str, Any]] = []  # noqa: RUF012 - one server a test run

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.asked.append(body)
        if body["model"] == "broken":
            self.send_error(400, "no such model")
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        for piece in ("处", "二百元罚款", "[1]。"):
            chunk = {
                "id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m",
                "choices": [{"index": 0, "delta": {"content": piece}, "finish_reason": None}],
            }  # fmt: skip
            self.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
        self.wfile.write(b"data: [DONE]\n\n")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    thread.join()


def test_pieces_come_as_the_endpoint_sends_them(url: str) -> None:
    model = OpenAILanguageModel(url, "m", "key")
    messages = [Message("system", "规则"), Message("user", "问"), Message("assistant", "答"), Message("user", "再问")]
    assert list(model.complete(messages)) == ["处", "二百元罚款", "[1]。"]
    sent = Handler.asked[-1]
    assert [(m["role"], m["content"]) for m in sent["messages"]] == [(m.role, m.content) for m in messages]
    assert sent["stream"] is True


def test_a_refusal_is_an_error_that_names_the_endpoint(url: str) -> None:
    with pytest.raises(FatiaoError, match="broken") as caught:
        list(OpenAILanguageModel(url, "broken").complete([Message("user", "问")]))
    assert "\n" not in str(caught.value)


def test_an_endpoint_that_is_not_there() -> None:
    with pytest.raises(FatiaoError, match="没有应答"):
        list(OpenAILanguageModel("http://127.0.0.1:9/v1", "m", timeout=0.5).complete([Message("user", "问")]))
