"""The routes over a fictional body of law: parameters in, fields out."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient
from pydantic import BaseModel

from service.answer import results as answer_results
from service.http import chat_schemas, openapi_document, schemas
from service.retrieval import results
from service.retrieval.results import Filters, SearchRequest

LAW = "云岭省养犬管理条例@2030-05-01"


def test_search_has_the_fields_of_the_interface(client: TestClient) -> None:
    body = client.get("/v1/search", params={"q": "遛狗不牵绳"}).json()
    schemas.SearchResponse.model_validate(body)
    assert list(body) == ["query", "hits", "total", "took_ms", "notice", "rerank_ms", "index"]
    assert list(body["query"]) == ["text", "rewritten", "intent", "citation", "filters"]
    assert body["index"] == {"generation": "g1", "model": "默认模型", "reranker": None}
    article, row = body["hits"]
    assert list(article["citation"]) == ["text", "law", "number", "article", "article_number"]
    assert (article["citation"]["article_number"], row["citation"]["article_number"]) == ([5, 0], None)
    assert (article["cells"], row["cells"]["完成时限"], body["notice"]) == (None, None, None)
    assert {"id", "title", "number", "kind", "issuers", "published", "effective", "status", "status_basis"} <= set(
        article["law"]
    )
    assert article["law"]["effective"] == "2030-07-01"


def test_nothing_relevant_is_an_empty_list_with_a_notice(client: TestClient) -> None:
    response = client.get("/v1/search", params={"q": "红烧肉怎么做"})
    assert response.status_code == 200
    assert (response.json()["hits"], response.json()["notice"]["code"]) == ([], "no_relevant_article")


def asked(client: TestClient, query: str) -> SearchRequest:
    response = client.get(f"/v1/search?{query}")
    assert response.status_code == 200, response.text
    searcher: Any = client.app.state.live.current().searcher  # type: ignore[attr-defined]
    request: SearchRequest = searcher.asked[-1]
    return request


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=a", SearchRequest("a")),
        ("q=%20a%20&limit=100&offset=7&mode=lexical", SearchRequest("a", 100, 7, "lexical")),
        ("q=a&kind=&issuer=&region=&status=&law=&as_of=", SearchRequest("a")),
        ("q=a&kind=x&kind=y", SearchRequest("a", filters=Filters(kind=("x", "y")))),
        ("q=a&kind=x,%20y,,&status=z", SearchRequest("a", filters=Filters(kind=("x", "y"), status=("z",)))),
        (
            f"q=a&issuer=i&region=r&law={quote(LAW)}&as_of=2019-06-01",
            SearchRequest("a", filters=Filters(issuer=("i",), region=("r",), law=(LAW,), as_of=date(2019, 6, 1))),
        ),
    ],
)
def test_parameters_reach_the_search(client: TestClient, query: str, expected: SearchRequest) -> None:
    assert asked(client, query) == expected


def test_laws_are_paged_and_found_by_title(client: TestClient) -> None:
    body = client.get("/v1/laws", params={"limit": 1, "offset": 1}).json()
    schemas.LawListResponse.model_validate(body)
    assert ([law["id"] for law in body["laws"]], body["total"]) == (["云岭省养犬管理条例@2019-03-02"], 3)
    assert client.get("/v1/laws", params={"q": "夜市"}).json()["total"] == 1


@pytest.mark.parametrize("encode", [str, lambda text: quote(text, safe="")])
@pytest.mark.parametrize(
    ("pattern", "shape"),
    [
        ("/v1/laws/{}", schemas.LawResponse),
        ("/v1/laws/{}/outline", schemas.OutlineResponse),
        ("/v1/laws/{}/versions", schemas.VersionsResponse),
        ("/v1/articles/{}/5/1/1", schemas.ArticleResponse),
    ],
)
def test_ids_and_addresses_are_taken_whole(
    client: TestClient, pattern: str, shape: type[BaseModel], encode: Any
) -> None:
    head, _, tail = pattern.partition("{}")
    response = client.get(head + encode(LAW) + (encode(tail) if "articles" in head else tail))
    assert response.status_code == 200, response.text
    shape.model_validate(response.json())
    assert response.json().get("id", LAW) == LAW


def test_an_article_is_found_by_its_citation_too(client: TestClient) -> None:
    body = client.get(f"/v1/articles/{quote('养犬条例第5条')}").json()
    assert body["node"]["address"] == f"{LAW}/5"
    assert (body["next"], body["cites"][1]["address"]) == (None, None)


def test_ask_answers_with_citations(client: TestClient) -> None:
    turn = {"role": "user", "content": "养犬要登记吗"}
    filters = {"kind": "地方性法规", "as_of": "2031-01-01"}
    response = client.post("/v1/ask", json={"question": "遛狗不牵绳呢", "history": [turn], "filters": filters})
    body = response.json()
    schemas.AskResponse.model_validate(body)
    assert body["grounded"]
    assert body["citations"][0]["text"].startswith("《云岭省养犬管理条例》第五条")
    assert "[1]" in body["answer"]


def test_ask_says_plainly_that_nothing_was_found(client: TestClient) -> None:
    body = client.post("/v1/ask", json={"question": "红烧肉怎么做"}).json()
    assert (body["grounded"], body["citations"], body["notice"]["code"]) == (False, [], "no_relevant_article")
    assert body["answer"]


def test_health_readiness_and_metrics(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    ready = client.get("/readyz").json()
    schemas.ReadyResponse.model_validate(ready)
    assert (ready["generation"], ready["counts"]["articles"]) == ("g1", 1234)
    client.get(f"/v1/laws/{quote(LAW)}")
    client.get("/nowhere")
    metrics = client.get("/metrics").text
    assert 'fatiao_http_requests_total{method="GET",route="/v1/laws/{id:path}",status="200"} 1.0' in metrics
    assert 'route="unknown",status="404"' in metrics


def test_the_description_needs_no_index_and_says_the_limits(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FATIAO_MAX_LIMIT", "7")
    described = openapi_document()
    assert described == client.get("/openapi.json").json()
    limits = {
        parameter["name"]: parameter["schema"]
        for parameter in described["paths"]["/v1/search"]["get"]["parameters"]
        if parameter["name"] in {"q", "limit"}
    }
    assert (limits["limit"]["minimum"], limits["limit"]["maximum"]) == (1, 100)
    assert (limits["q"]["minLength"], limits["q"]["maxLength"]) == (1, 2000)
    operations = [one for methods in described["paths"].values() for one in methods.values()]
    assert all(not one["summary"].isascii() and not one["description"].isascii() for one in operations)


MIRRORS: list[tuple[type[BaseModel], type, set[str]]] = [
    (schemas.QueryShape, results.Query, set()),
    (schemas.HitCitationShape, results.HitCitation, set()),
    (schemas.LawShape, results.LawSummary, set()),
    (schemas.ClauseShape, results.ClauseHit, set()),
    (schemas.HitShape, results.Hit, set()),
    (schemas.NoticeShape, results.Notice, set()),
    (schemas.SearchResponse, results.SearchResult, {"index", "generation", "model", "reranker"}),
    (schemas.LawListResponse, results.LawPage, set()),
    (schemas.LawResponse, results.LawView, set()),
    (schemas.OutlineEntryShape, results.OutlineEntry, set()),
    (schemas.NodeShape, results.NodeView, set()),
    (schemas.LinkShape, results.LinkView, set()),
    (schemas.ArticleResponse, results.ArticleView, set()),
    (schemas.AnswerCitationShape, answer_results.AnswerCitation, set()),
    (schemas.AskResponse, answer_results.Answer, {"answer", "text"}),
    (schemas.FiltersInput, results.Filters, set()),
]


@pytest.mark.parametrize(("shape", "mirrored", "apart"), MIRRORS, ids=lambda value: getattr(value, "__name__", ""))
def test_a_schema_mirrors_its_dataclass(shape: type[BaseModel], mirrored: type, apart: set[str]) -> None:
    assert set(shape.model_fields) ^ {item.name for item in fields(mirrored)} == apart


def test_chat_shapes_are_closed() -> None:
    assert chat_schemas.ChatResponse.model_config["extra"] == "forbid"
