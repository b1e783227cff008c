"""One error shape on every route, whatever goes wrong, with the right status and without inner workings."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from indexer.errors import IndexMissingError
from service.answer import Answerer, Message
from service.backend import Backend, LiveBackend
from service.http import create_app
from service.settings import Settings


def assert_shape(response: Any, status: int) -> dict[str, Any]:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/json"
    assert list(response.json()) == ["error"]
    error: dict[str, Any] = response.json()["error"]
    assert list(error) == ["code", "message", "field"]
    assert error["code"].isascii()
    assert error["message"]
    assert not error["message"].isascii()
    assert "\n" not in error["message"]
    assert "Traceback" not in response.text
    return error


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "field"),
    [
        ("GET", "/v1/search", None, 422, "q"),
        ("GET", "/v1/search?q=", None, 422, "q"),
        ("GET", "/v1/search?q=%20%E3%80%80", None, 422, "q"),
        ("GET", "/v1/search?q=" + "a" * 10_000, None, 422, "q"),
        ("GET", "/v1/search?q=a&limit=-1", None, 422, "limit"),
        ("GET", "/v1/search?q=a&limit=0", None, 422, "limit"),
        ("GET", "/v1/search?q=a&limit=101", None, 422, "limit"),
        ("GET", "/v1/search?q=a&limit=ten", None, 422, "limit"),
        ("GET", "/v1/search?q=a&limit=" + "9" * 5000, None, 422, "limit"),
        ("GET", "/v1/search?q=a&offset=-1", None, 422, "offset"),
        ("GET", "/v1/search?q=a&offset=99999999999999999999", None, 422, "offset"),
        ("GET", "/v1/search?q=a&mode=psychic", None, 422, "mode"),
        ("GET", "/v1/search?q=a&as_of=2019-02-30", None, 422, "as_of"),
        ("GET", "/v1/search?q=a&kind=没有的级别", None, 422, "kind"),
        ("GET", "/v1/laws?limit=1000", None, 422, "limit"),
        ("GET", "/v1/laws?q=" + "a" * 2001, None, 422, "q"),
        ("GET", "/v1/laws/none@2000-01-01", None, 404, None),
        ("GET", "/v1/laws/", None, 404, None),
        ("GET", "/v1/articles/none@2000-01-01/1", None, 404, None),
        ("GET", "/v1/nothing", None, 404, None),
        ("GET", "/static/none.css", None, 404, None),
        ("GET", "/static/..%2fpages.py", None, 404, None),
        ("POST", "/v1/search", None, 405, None),
        ("DELETE", "/v1/laws/x", None, 405, None),
        ("GET", "/v1/ask", None, 405, None),
        ("POST", "/v1/ask", b"{", 400, None),
        ("POST", "/v1/ask", b'{"question": "\xff"}', 400, None),
        ("POST", "/v1/ask", b"[" * 100_000, 400, None),
        ("POST", "/v1/ask", b"", 422, None),
        ("POST", "/v1/ask", b"[]", 422, None),
        ("POST", "/v1/ask", b"{}", 422, "question"),
        ("POST", "/v1/ask", b'{"question": " "}', 422, "question"),
        ("POST", "/v1/ask", b'{"question": "\\ud800"}', 422, "question"),
        ("POST", "/v1/ask", b'{"question": "a", "limit": NaN}', 422, "limit"),
        ("POST", "/v1/ask", b'{"question": "a", "limit": 101}', 422, "limit"),
        ("POST", "/v1/ask", b'{"question": "a", "filter": {}}', 422, "filter"),
        ("POST", "/v1/ask", b'{"question": "a", "filters": {"as_of": "x"}}', 422, "filters.as_of"),
        ("POST", "/v1/ask", b'{"question": "a", "history": [{"role": "cat", "content": ""}]}', 422, "history.0.role"),
        ("POST", "/v1/chat/completions", b"{}", 422, "messages"),
        ("POST", "/v1/chat/completions", b'{"messages": []}', 422, "messages"),
        ("POST", "/v1/chat/completions", b'{"messages": [{"role": "assistant", "content": "a"}]}', 422, "messages"),
        ("POST", "/v1/chat/completions", b'{"messages": [{"role": "user", "content": null}]}', 422, "messages"),
    ],
)
def test_bad_input_is_answered_in_the_one_shape(
    client: TestClient, method: str, path: str, body: bytes | None, status: int, field: str | None
) -> None:
    headers = {"Content-Type": "application/json"} if body is not None else {}
    error = assert_shape(client.request(method, path, content=body, headers=headers), status)
    assert error["field"] == field


def every_operation(app: Any) -> Iterator[tuple[str, str]]:
    for path, methods in app.openapi()["paths"].items():
        for method in methods:
            yield method.upper(), path


def test_every_route_keeps_the_shape_under_bad_input(client: TestClient) -> None:
    """Walks over all routes, so that one added later is held to it as well."""
    walked = list(every_operation(client.app))
    assert len(walked) >= 11
    for method, pattern in walked:
        path = pattern.replace("{id}", "没有").replace("{address}", "没有")
        assert_shape(client.request("PATCH", path), 405)
        if method == "POST":
            headers = {"Content-Type": "application/json"}
            for bad in (b"{", b"[]", b"{}", b'"text"', b"\xff\xfe", b"null"):
                response = client.post(path, content=bad, headers=headers)
                assert_shape(response, response.status_code)
                assert response.status_code in {400, 422}
        else:
            response = client.get(path, params={"q": "", "limit": "x", "offset": "x", "as_of": "x"})
            if response.status_code != 200:
                assert_shape(response, response.status_code)
                assert response.status_code in {404, 422}


def test_every_status_that_is_seen_is_declared(client: TestClient) -> None:
    declared = client.app.openapi()["paths"]  # type: ignore[attr-defined]
    for path, seen in {
        "/v1/search": {"200", "422", "429", "500", "503"},
        "/v1/ask": {"200", "400", "413", "422", "429", "500", "503"},
        "/v1/chat/completions": {"200", "400", "413", "422", "429", "500", "503"},
        "/v1/articles/{address}": {"200", "404", "422", "429", "500", "503"},
    }.items():
        (operation,) = declared[path].values()
        assert set(operation["responses"]) == seen
        for status in seen - {"200"}:
            schema = operation["responses"][status]["content"]["application/json"]["schema"]
            assert schema == {"$ref": "#/components/schemas/ErrorBody"}


def test_the_unexpected_is_told_without_inner_workings(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    response = client.get("/v1/search", params={"q": "炸"})
    assert assert_shape(response, 500)["code"] == "internal_error"
    assert "秘密" not in response.text
    assert "秘密的内部情况" in caplog.text
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_a_missing_index_is_503_on_every_route_that_needs_it(backend: Backend) -> None:
    def gone() -> Backend:
        raise IndexMissingError("没有索引：请运行 fatiao index build")

    client = TestClient(create_app(Settings(), LiveBackend(backend, gone, every=0)))
    for path in ("/readyz", "/v1/search?q=a", "/v1/laws", "/v1/laws/a", "/v1/articles/a"):
        response = client.get(path)
        assert assert_shape(response, 503)["code"] == "index_missing"
        assert response.headers["Retry-After"] == "5"
    assert client.get("/healthz").status_code == 200


def test_no_index_at_the_start_is_an_error_that_names_the_command(tmp_path: Any) -> None:
    with pytest.raises(IndexMissingError, match="fatiao index build"):
        create_app(Settings(index=tmp_path / "none"))


def test_a_body_over_the_limit_is_413_declared_or_not(backend: Backend) -> None:
    client = TestClient(create_app(Settings(max_body_bytes=100), LiveBackend(backend)))
    body = b'{"question": "' + b"a" * 200 + b'"}'
    headers = {"Content-Type": "application/json"}
    declared = client.post("/v1/ask", content=body, headers=headers)
    streamed = client.post("/v1/ask", content=iter([body[:50], body[50:]]), headers=headers)
    for response in (declared, streamed):
        assert assert_shape(response, 413)["code"] == "body_too_large"
    assert client.post("/v1/ask", json={"question": "a"}).status_code == 200


def test_too_many_requests_are_429_with_the_time_to_wait(backend: Backend) -> None:
    client = TestClient(create_app(Settings(requests_per_minute=3), LiveBackend(backend)))
    statuses = [client.get("/v1/search", params={"q": "a"}).status_code for _ in range(4)]
    assert statuses == [200, 200, 200, 429]
    refused = client.get("/v1/laws")
    assert assert_shape(refused, 429)["code"] == "too_many_requests"
    assert 1 <= int(refused.headers["Retry-After"]) <= 120
    assert [client.get(path).status_code for path in ("/healthz", "/readyz", "/metrics")] == [200, 200, 200]


class Breaking:
    """A language model that fails in the middle of an answer."""

    def complete(self, messages: Sequence[Message]) -> Iterator[str]:
        assert messages[-1].role == "user"
        yield "依照规定[1]。还"
        raise RuntimeError("秘密的内部情况")


def test_a_stream_that_breaks_off_says_so_and_ends(backend: Backend) -> None:
    broken = replace(backend, answerer=Answerer(backend.searcher, Breaking()))
    client = TestClient(create_app(Settings(), LiveBackend(broken)))
    asked = {"messages": [{"role": "user", "content": "养犬"}], "stream": True}
    response = client.post("/v1/chat/completions", json=asked)
    assert response.status_code == 200
    *_, error, done, end = response.text.split("\n\n")
    assert json.loads(error.removeprefix("data: "))["error"]["code"] == "internal_error"
    assert (done, end) == ("data: [DONE]", "")
    assert "秘密" not in response.text
    assert_shape(client.post("/v1/chat/completions", json={**asked, "stream": False}), 500)
