"""The application behind a real server on a free port: the official OpenAI client, a query too long for a header."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from urllib.parse import quote

import httpx
import pytest
from openai import OpenAI, UnprocessableEntityError
from openai.types.chat import ChatCompletionUserMessageParam

from service.backend import Backend, LiveBackend
from service.http import create_app
from service.http.serving import server
from service.settings import Settings


@pytest.fixture
def address(backend: Backend) -> Iterator[str]:
    settings = Settings(port=0)
    running = server(create_app(settings, LiveBackend(backend)), settings)
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not running.started:
        assert time.monotonic() < deadline, "the server did not start"
        time.sleep(0.02)
    port = running.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    running.should_exit = True
    thread.join(10)
    assert not thread.is_alive()


@pytest.fixture
def chat(address: str) -> Iterator[OpenAI]:
    with OpenAI(base_url=f"{address}/v1", api_key="none", max_retries=0) as client:
        yield client


def test_a_chat_completion_carries_its_citations(chat: OpenAI) -> None:
    answer = chat.chat.completions.create(
        model="fatiao", messages=[{"role": "user", "content": "遛狗不牵绳怎么办"}], temperature=0
    )
    assert answer.choices[0].finish_reason == "stop"
    assert "[1]" in (answer.choices[0].message.content or "")
    assert answer.model_extra is not None
    assert answer.model_extra["citations"][0]["mark"] == 1
    assert answer.model_extra["grounded"] is True


def test_a_stream_gives_the_same_answer_and_ends(chat: OpenAI) -> None:
    question: ChatCompletionUserMessageParam = {
        "role": "user",
        "content": [{"type": "text", "text": "遛狗不牵绳怎么办"}],
    }
    whole = chat.chat.completions.create(model="fatiao", messages=[question])
    chunks = list(chat.chat.completions.create(model="fatiao", messages=[question], stream=True))
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
    assert text == whole.choices[0].message.content
    assert chunks[0].choices[0].delta.role == "assistant"
    assert [chunk.choices[0].finish_reason for chunk in chunks[-2:]] == [None, "stop"]
    assert len({chunk.id for chunk in chunks}) == 1
    assert chunks[-1].model_extra is not None
    assert whole.model_extra is not None
    assert chunks[-1].model_extra["citations"] == whole.model_extra["citations"]


def test_the_last_event_says_that_it_is_done(address: str) -> None:
    body = {"messages": [{"role": "user", "content": "a"}], "stream": True}
    response = httpx.post(f"{address}/v1/chat/completions", json=body)
    assert response.headers["Content-Type"].startswith("text/event-stream")
    events = response.text.split("\n\n")
    assert events[-2:] == ["data: [DONE]", ""]
    assert all(event.startswith("data: ") for event in events[:-1])


def test_a_conversation_may_hold_what_other_servers_expect(chat: OpenAI) -> None:
    answer = chat.chat.completions.create(
        model="gpt-4o",
        messages=[
            {"role": "system", "content": "你是助手"},
            {"role": "user", "content": "养犬要登记吗"},
            {"role": "assistant", "content": "要。"},
            {"role": "user", "content": "不登记怎么处罚"},
        ],
        user="somebody",
        max_tokens=50,
    )
    assert answer.model == "gpt-4o"


def test_an_error_is_one_that_the_client_knows(chat: OpenAI) -> None:
    with pytest.raises(UnprocessableEntityError, match="不能为空"):
        chat.chat.completions.create(model="fatiao", messages=[{"role": "user", "content": " "}])


def test_models_can_be_listed(chat: OpenAI) -> None:
    assert [model.id for model in chat.models.list()] == ["fatiao"]


def test_a_query_of_ten_thousand_characters_is_refused_in_our_own_words(address: str) -> None:
    connection = HTTPConnection(address.removeprefix("http://"))
    connection.request("GET", f"/v1/search?q={quote('问' * 10_000)}")
    response = connection.getresponse()
    assert response.status == 422
    assert "10,000" in json.load(response)["error"]["message"]
    connection.close()
