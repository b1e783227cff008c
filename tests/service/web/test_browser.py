"""A person at a real browser: types a question, follows a hit, copies a citation."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from service.backend import Backend, LiveBackend
from service.http import create_app
from service.http.serving import server
from service.settings import Settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: install the package chromium"),
]


@pytest.fixture
def address(backend: Backend) -> Iterator[str]:
    settings = Settings(port=0)
    running = server(create_app(settings, LiveBackend(backend)), settings)
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    while not running.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{running.servers[0].sockets[0].getsockname()[1]}"
    running.should_exit = True
    thread.join(10)


@pytest.fixture
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    flags = ["--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--no-first-run", *flags])
        yield made
        made.close()


def test_a_question_a_hit_and_a_copied_citation(address: str, browser: Browser) -> None:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("requestfailed", lambda request: complaints.append(f"{request.url} {request.failure}"))

    page.goto(address)
    # Leaving before the icon has come cancels it, which would look like a failure of the page.
    page.wait_for_load_state("networkidle")
    page.keyboard.type("遛狗不牵绳怎么办")
    page.keyboard.press("Enter")
    hit = page.get_by_role("heading", name="《云岭省养犬管理条例》第五条").get_by_role("link")
    hit.wait_for()
    page.wait_for_load_state("networkidle")
    hit.click()
    assert page.title() == "《云岭省养犬管理条例》第五条 · 法条检索"

    page.get_by_role("button", name="复制引用：《云岭省养犬管理条例》第五条第二款", exact=True).click()
    page.get_by_text("已复制：").wait_for(state="attached")
    assert page.evaluate("navigator.clipboard.readText()") == "《云岭省养犬管理条例》第五条第二款"
    assert complaints == []


@pytest.mark.parametrize("width", [390, 1280])
def test_no_page_is_wider_than_the_window(address: str, browser: Browser, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800})
    for path in ("/", "/?q=遛狗", "/article?id=养犬条例第5条", "/law?id=云岭省养犬管理条例@2030-05-01", "/docs"):
        page.goto(address + path)
        page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, path


def test_the_search_works_without_scripts(address: str, browser: Browser) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(address)
    page.get_by_role("searchbox").fill("遛狗")
    page.get_by_role("button", name="检索", exact=True).click()
    assert page.locator("ol.hits > li").count() == 2
    assert page.get_by_role("button", name="复制引用").count() == 0
