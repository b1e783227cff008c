"""The same routes over a real index of the sample documents: shapes, addresses, concurrency, renewal."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from indexer.embedding import load_embedder
from indexer.pipeline import build
from service.backend import open_backend
from service.http import create_app, schemas
from service.settings import Settings

QUESTIONS = ("养犬人应当遵守什么规定", "云岭省养犬管理条例第五条", "云政办发〔2021〕8号", "红烧肉怎么做")


@pytest.fixture(scope="module")
def real(sample_index: Path) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(index=sample_index))) as client:
        yield client


def search(client: TestClient, **parameters: Any) -> dict[str, Any]:
    response = client.get("/v1/search", params=parameters)
    assert response.status_code == 200, response.text
    body: dict[str, Any] = response.json()
    schemas.SearchResponse.model_validate(body)
    return body


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_hit_leads_to_an_article_a_law_and_a_page(real: TestClient, question: str) -> None:
    body = search(real, q=question, limit=5)
    assert bool(body["hits"]) is (question != "红烧肉怎么做")
    for hit in body["hits"]:
        for address in (hit["id"], *(clause["id"] for clause in hit["clauses"])):
            article = real.get(f"/v1/articles/{quote(address, safe='')}")
            assert article.status_code == 200
            schemas.ArticleResponse.model_validate(article.json())
            assert article.json()["node"]["address"] == address
            assert real.get("/article", params={"id": address}).status_code == 200
        law = quote(hit["law"]["id"], safe="")
        schemas.LawResponse.model_validate(real.get(f"/v1/laws/{law}").json())
        schemas.OutlineResponse.model_validate(real.get(f"/v1/laws/{law}/outline").json())
        schemas.VersionsResponse.model_validate(real.get(f"/v1/laws/{law}/versions").json())
        assert real.get("/law", params={"id": hit["law"]["id"]}).status_code == 200


def test_an_exact_citation_comes_first_with_score_one(real: TestClient) -> None:
    first = search(real, q="云岭省养犬管理条例第五条")["hits"][0]
    assert (first["score"], first["citation"]["article_number"]) == (1, [5, 0])
    assert first["citation"]["text"] == "《云岭省养犬管理条例》第五条"


def test_every_law_is_listed_once_over_the_pages(real: TestClient) -> None:
    total = real.get("/v1/laws").json()["total"]
    pages = [real.get("/v1/laws", params={"limit": 3, "offset": at}).json() for at in range(0, total, 3)]
    ids = [law["id"] for page in pages for law in page["laws"]]
    assert len(ids) == len(set(ids)) == total
    for page in pages:
        schemas.LawListResponse.model_validate(page)


def test_a_page_follows_the_one_before(real: TestClient) -> None:
    whole = search(real, q="养犬人应当遵守什么规定", limit=6)["hits"]
    parts = [hit for at in (0, 2, 4) for hit in search(real, q="养犬人应当遵守什么规定", limit=2, offset=at)["hits"]]
    assert len(whole) == 6
    assert [(hit["rank"], hit["id"]) for hit in parts] == [(hit["rank"], hit["id"]) for hit in whole]


def test_an_answer_quotes_what_it_cites(real: TestClient) -> None:
    body = real.post("/v1/ask", json={"question": "养犬人应当遵守什么规定"}).json()
    schemas.AskResponse.model_validate(body)
    assert body["grounded"]
    for citation in body["citations"]:
        cited = real.get(f"/v1/articles/{quote(citation['id'], safe='')}").json()
        assert citation["quote"].strip("…") in cited["article"]["text"]


@pytest.mark.parametrize(
    ("parameters", "field"),
    [({"kind": "不是级别"}, "kind"), ({"status": "不是状态"}, "status"), ({"region": "不是地方"}, "region")],
)
def test_a_filter_outside_its_closed_list_is_refused(real: TestClient, parameters: dict[str, str], field: str) -> None:
    response = real.get("/v1/search", params={"q": "养犬", **parameters})
    assert response.status_code == 422
    assert response.json()["error"]["field"] == field


def test_many_clients_at_once_get_what_one_gets(real: TestClient) -> None:
    def found(question: str) -> list[str]:
        return [hit["id"] for hit in search(real, q=question)["hits"]]

    alone = {question: found(question) for question in QUESTIONS}
    with ThreadPoolExecutor(16) as pool:
        together = list(pool.map(lambda question: (question, found(question)), QUESTIONS * 20))
    assert all(alone[question] == ids for question, ids in together)


def test_the_first_page_offers_what_the_index_answers(real: TestClient) -> None:
    assert "可以这样问" in real.get("/").text


def test_an_amended_version_takes_its_day_from_its_decision(real: TestClient) -> None:
    decision = "云岭省人民代表大会常务委员会关于修改《云岭省养犬管理条例》的决定@2020-11-20"
    amended = real.get("/v1/laws/云岭省养犬管理条例@2020-11-20", params={"as_of": "2021-06-01"}).json()

    assert (amended["law"]["effective"], amended["effective_by"]) == ("2021-01-01", decision)
    assert "据《云岭省人民代表大会常务委员会关于修改" in amended["law"]["status_basis"]
    assert (amended["expires"], amended["commencements"]) == (None, [])


def test_what_a_document_is_made_under_is_told(real: TestClient) -> None:
    answers = "云岭省高级人民法院关于审理房屋租赁押金纠纷案件若干问题的解答@2019-04-08"

    assert real.get(f"/v1/laws/{answers}").json()["basis"] == ["云岭省商事与劳务总条例"]


def test_a_new_generation_answers_without_a_restart(sample_index: Path, tmp_path: Path) -> None:
    folder = tmp_path / "index"
    shutil.copytree(sample_index, folder)
    live = open_backend(Settings(index=folder), every=0)
    client = TestClient(create_app(Settings(index=folder), live))
    before = client.get("/readyz").json()
    text = tmp_path / "云岭省风筝放飞管理办法.md"
    text.write_text(
        "# 云岭省风筝放飞管理办法\n\n第一条 放飞风筝不得靠近机场。\n\n第二条 本办法自2031年1月1日起施行。\n",
        encoding="utf-8",
    )
    build([text], folder, load_embedder())
    after = client.get("/readyz").json()
    assert after["generation"] != before["generation"]
    assert after["counts"]["documents"] == 1
    assert search(client, q="云岭省风筝放飞管理办法第一条")["index"]["generation"] == after["generation"]


def test_an_index_that_goes_away_is_503_and_comes_back(sample_index: Path, tmp_path: Path) -> None:
    folder = tmp_path / "index"
    shutil.copytree(sample_index, folder)
    live = open_backend(Settings(index=folder), every=0)
    client = TestClient(create_app(Settings(index=folder), live))
    away = folder.rename(tmp_path / "away")
    response = client.get("/v1/search", params={"q": "养犬"})
    assert (response.status_code, response.json()["error"]["code"]) == (503, "index_missing")
    away.rename(folder)
    assert client.get("/v1/search", params={"q": "养犬"}).status_code == 200
