"""The pages as a browser without scripts gets them."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from lxml import html

from service.web.rendering import STATIC, STATUS_CLASS, TEMPLATES

LAW = "云岭省养犬管理条例@2030-05-01"
PAGES = (
    "/",
    "/?q=遛狗",
    "/?q=红烧肉怎么做",
    "/article?id=养犬条例第5条",
    f"/law?id={LAW}",
    "/docs",
    "/article?id=none",
)


def read(client: TestClient, path: str, status: int = 200) -> html.HtmlElement:
    response = client.get(path, headers={"Accept": "text/html"})
    assert response.status_code == status
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    page: html.HtmlElement = html.fromstring(response.content.decode())
    return page


def text(page: html.HtmlElement, path: str) -> list[str]:
    return [" ".join(one.text_content().split()) for one in page.xpath(path)]


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_self_contained_and_accessible(client: TestClient, path: str) -> None:
    page = read(client, path, 404 if path.endswith("none") else 200)
    assert page.get("lang") == "zh-CN"
    assert not page.xpath("//style | //script[not(@src)] | //*[@style] | //@*[starts-with(name(), 'on')]")
    loaded = page.xpath("//script/@src | //link/@href | //img/@src")
    assert loaded
    assert all(address.startswith("/static/") for address in loaded)
    assert all(client.get(address).status_code == 200 for address in loaded)
    assert len(page.xpath("//h1")) == 1
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    for field in page.xpath("//input[not(@type='hidden')] | //select"):
        assert field.xpath("ancestor::label") or page.xpath("//label[@for=$id]", id=field.get("id")), field.get("name")
    for named in page.xpath("//@aria-labelledby"):
        assert named in ids


@pytest.mark.parametrize("path", PAGES)
def test_the_policy_forbids_what_a_page_does_not_need(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_no_template_or_static_file_names_another_site() -> None:
    for path in (*TEMPLATES.iterdir(), *STATIC.iterdir()):
        outside = set(re.findall(r"https?://[^\s\"'<>]+", path.read_text(encoding="utf-8")))
        assert outside <= {"http://www.w3.org/2000/svg"}, path.name


def test_the_empty_page_offers_questions_that_can_be_followed(client: TestClient) -> None:
    page = read(client, "/")
    examples = page.xpath("//section[@class='examples']//a/@href")
    assert len(examples) >= 5
    assert all(client.get(address).status_code == 200 for address in examples)
    assert "1,234" in text(page, "//p[@class='holds']")[0]


def test_hits_show_rank_citation_status_and_marks(client: TestClient) -> None:
    page = read(client, "/?q=遛狗")
    assert text(page, "//ol[@class='hits']//h2") == [
        "《云岭省养犬管理条例》第五条",
        "《云岭省夜市培育方案》（云政办发〔2031〕8号）任务表第30项",
    ]
    badge = page.xpath("//span[contains(@class, 'badge')]")[0]
    assert (badge.text, badge.get("class"), badge.get("title")) == (
        "现行有效",
        "badge in-force",
        "2030年7月1日起施行，未见废止",
    )
    assert text(page, "//span[@class='basis']")[0] == "2030年7月1日起施行，未见废止"
    assert text(page, "//mark") == ["出户时用不超过一米五的犬绳牵领；"]
    levels = page.xpath("(//div[@class='statute'])[1]/p/@class")
    assert levels == ["level0", "level1", "level1", "level2", "level1", "level0"]
    assert text(page, "//p[@class='summary']")[0].startswith("共 35 条相关")
    assert text(page, "//p[@class='crumbs']") == ["第二章 养犬行为", "任务表"]


def test_a_row_is_shown_as_headers_and_values(client: TestClient) -> None:
    page = read(client, "/?q=夜市")
    assert text(page, "//dl[@class='cells']//dt") == ["序号", "任务", "牵头单位", "完成时限"]
    assert text(page, "//dl[@class='cells']//dd")[-2:] == ["云岭省夜间经济办公室", "原文空缺"]


def test_every_exact_citation_can_be_copied(client: TestClient) -> None:
    page = read(client, "/?q=遛狗")
    buttons = page.xpath("//button[@class='copy']")
    assert [button.get("data-copy") for button in buttons][:3] == [
        "《云岭省养犬管理条例》第五条",
        "《云岭省养犬管理条例》第五条第一款第（一）项",
        "《云岭省养犬管理条例》第五条第二款",
    ]
    # Without scripts a button that does nothing would be a lie.
    assert all(button.get("hidden") is not None for button in buttons)


def test_pages_go_on_with_the_same_question_and_filters(client: TestClient) -> None:
    page = read(client, "/?q=遛狗&kind=地方性法规&as_of=2031-01-01&page=2")
    assert page.xpath("//ol[@class='hits']/@start") == ["11"]
    onward = page.xpath("//a[@rel='next']/@href")[0]
    assert read(client, onward).xpath("//ol[@class='hits']/@start") == ["21"]
    assert page.xpath("//input[@name='kind'][@checked]/@value") == ["地方性法规"]
    assert page.xpath("//input[@name='as_of']/@value") == ["2031-01-01"]
    searcher = client.app.state.live.current().searcher  # type: ignore[attr-defined]
    assert searcher.asked[-1].filters.kind == ("地方性法规",)
    assert searcher.asked[-1].filters.as_of == date(2031, 1, 1)


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/?q=" + "问" * 2001, "2,001"),
        ("/?q=a&as_of=昨天", "昨天"),
        ("/?q=a&kind=没有的级别", "没有的级别"),
    ],
)
def test_a_bad_form_is_answered_on_the_form(client: TestClient, path: str, says: str) -> None:
    page = read(client, path, 422)
    assert says in text(page, "//p[@role='alert']")[0]
    assert page.xpath("//form//input[@name='q']")


def test_nothing_found_is_said_plainly(client: TestClient) -> None:
    page = read(client, "/?q=红烧肉怎么做&kind=法律")
    assert text(page, "//p[@class='notice']") == ["没有找到与问题相关的条文。"]
    assert "/?q=%E7%BA%A2%E7%83%A7%E8%82%89%E6%80%8E%E4%B9%88%E5%81%9A" in page.xpath("//section//a/@href")


def test_an_article_stands_in_its_context(client: TestClient) -> None:
    page = read(client, f"/article?id={LAW}/5&as_of=2031-01-01")
    assert text(page, "//h1") == ["《云岭省养犬管理条例》第五条"]
    assert text(page, "//p[@class='crumbs']") == ["云岭省养犬管理条例 › 第二章 养犬行为"]
    assert text(page, "//nav[@class='neighbours']/a") == ["上一条《云岭省养犬管理条例》第四条"]
    assert "as_of=2031-01-01" in page.xpath("//nav[@class='neighbours']/a/@href")[0]
    assert text(page, "//ul[@class='pieces']//a") == [
        "《云岭省养犬管理条例》第五条第一款",
        "《云岭省养犬管理条例》第五条第一款第（一）项",
        "《云岭省养犬管理条例》第五条第二款",
    ]
    cites = page.xpath("//section[@aria-labelledby='cites']")[0]
    assert text(cites, ".//a") == ["《云岭省养犬管理条例》第十二条"]
    assert "未收录" in cites.text_content()
    assert "/law?" in page.xpath("//section[@aria-labelledby='cited-by']//a/@href")[0]
    assert text(page, "//section[@aria-labelledby='law']//li/strong") == [LAW]
    assert not page.xpath("//mark")


def test_a_part_of_an_article_is_marked_in_it(client: TestClient) -> None:
    page = read(client, f"/article?id={LAW}/5/1/1")
    assert text(page, "//mark") == ["（一）出户时用不超过一米五的犬绳牵领；"]
    assert text(page, "//h1") == ["《云岭省养犬管理条例》第五条第一款第（一）项"]


def test_a_law_shows_its_facts_and_outline(client: TestClient) -> None:
    page = read(client, f"/law?id={LAW}")
    facts = dict(zip(text(page, "//dl[@class='facts']//dt"), text(page, "//dl[@class='facts']//dd"), strict=True))
    assert (facts["公布"], facts["施行"], facts["同时废止"]) == (
        "2030年5月6日",
        "2030年7月1日",
        "《云岭省限制养犬办法》",
    )
    assert text(page, "//ol[@class='outline']/li") == ["第二章 养犬行为", "第五条养犬人应当遵守下列规定"]
    assert page.xpath("//form//input[@name='law']/@value") == [LAW]


def test_the_id_of_a_law_leads_to_its_page(client: TestClient) -> None:
    response = client.get(f"/article?id={LAW}", follow_redirects=False)
    assert response.status_code == 303
    assert response.headers["location"].startswith("/law?id=")


def test_a_browser_gets_errors_as_pages_and_a_program_as_json(client: TestClient) -> None:
    page = read(client, "/article?id=没有", 404)
    assert "没有 没有 这一条" in text(page, "//p[@role='alert']")[0]
    assert text(read(client, "/nowhere", 404), "//h1") == ["没有找到"]
    assert client.get("/nowhere").json()["error"]["code"] == "route_not_found"
    api = client.get("/v1/laws/none", headers={"Accept": "text/html"})
    assert api.json()["error"]["code"] == "not_found"


def test_nothing_that_is_typed_or_indexed_becomes_markup(client: TestClient) -> None:
    attack = "\"><script>alert(1)</script><img src=x onerror='alert(1)'>"
    for path, parameters in (
        ("/", {"q": attack}),
        ("/", {"q": "a", "law": attack, "region": attack, "as_of": attack}),
        ("/article", {"id": attack}),
        ("/law", {"id": attack}),
        ("/article", {"id": f"{LAW}/5"}),
    ):
        body = client.get(path, params=parameters, headers={"Accept": "text/html"}).text
        page = html.fromstring(body)
        assert "<script>alert" not in body
        assert [script.get("src") for script in page.xpath("//script")] == page.xpath("//script/@src")
        assert not page.xpath("//img | //@onerror")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;排泄物" in client.get("/?q=a").text


def test_every_status_has_a_colour(client: TestClient) -> None:
    sheet = (Path(STATIC) / "site.css").read_text(encoding="utf-8")
    assert all(f".{name}" in sheet for name in STATUS_CLASS.values())


def test_the_reference_lists_every_operation(client: TestClient) -> None:
    shown = text(read(client, "/docs"), "//details/summary/code")
    described = client.get("/openapi.json").json()["paths"]
    assert sorted(shown) == sorted(
        f"{method.upper()} {path}" for path, methods in described.items() for method in methods
    )
    assert "hits[].citation.article_number" in text(read(client, "/docs"), "//td/code")
