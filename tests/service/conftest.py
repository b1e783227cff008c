"""A fictional body of law behind the service's own interfaces, so that HTTP and pages are tested without an index."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import cast

import pytest
from fastapi.testclient import TestClient

from indexer.errors import NotFoundError, QueryError
from service.answer import Answerer
from service.backend import Backend, LiveBackend
from service.http import create_app
from service.retrieval import Library, Searcher
from service.retrieval.results import (
    ArticleView,
    ClauseHit,
    Filters,
    Hit,
    HitCitation,
    LawPage,
    LawSummary,
    LawView,
    LinkView,
    NodeView,
    Notice,
    OutlineEntry,
    Query,
    SearchRequest,
    SearchResult,
)
from service.settings import Settings

LAW = LawSummary(
    id="云岭省养犬管理条例@2030-05-01",
    title="云岭省养犬管理条例",
    number=None,
    kind="地方性法规",
    issuers=("云岭省人民代表大会常务委员会",),
    region="云岭省",
    adopted=date(2030, 5, 1),
    published=date(2030, 5, 6),
    effective=date(2030, 7, 1),
    status="现行有效",
    status_basis="2030年7月1日起施行，未见废止",
)
OLD_LAW = replace(
    LAW,
    id="云岭省养犬管理条例@2019-03-02",
    adopted=date(2019, 3, 2),
    published=None,
    effective=None,
    status="已修改",
    status_basis="已被2030年5月1日的版本取代",
)
PLAN = replace(
    LAW,
    id="云岭省夜市培育方案@2031-09-09",
    title="云岭省夜市培育方案",
    number="云政办发〔2031〕8号",
    kind="规范性文件",
    status="未核验",
    status_basis="没有可以判断的日期",
)
ARTICLE_TEXT = (
    "第五条　养犬人应当遵守下列规定：\n"
    "（一）出户时用不超过一米五的犬绳牵领；\n"
    "（二）即时清除犬只<script>alert(1)</script>排泄物；\n"
    "1.　自备清除工具；\n"
    "（三）不得让犬只干扰他人。\n"
    "违反前款规定的，依照本条例第十二条处理。"
)
CELLS = {"序号": "30", "任务": "点亮滨河夜市", "牵头单位": "云岭省夜间经济办公室", "完成时限": None}


def _node(path: str, kind: str, citation: str, text: str, parent: str | None = None, **more: object) -> NodeView:
    made = NodeView(f"{LAW.id}/{path}", "条", None, None, None, f"《{LAW.title}》{citation}", text, None, parent)
    return replace(made, kind=kind, **more)  # type: ignore[arg-type]


ARTICLE = _node("5", "条", "第五条", ARTICLE_TEXT, f"{LAW.id}/章2", number="五", ordinal=(5, 0))
FIRST = _node("5/1", "款", "第五条第一款", ARTICLE_TEXT[: ARTICLE_TEXT.index("违反")].strip(), ARTICLE.address)
ITEM = _node("5/1/1", "项", "第五条第一款第（一）项", "（一）出户时用不超过一米五的犬绳牵领；", FIRST.address)
SECOND = _node("5/2", "款", "第五条第二款", "违反前款规定的，依照本条例第十二条处理。", ARTICLE.address)


def make_hit(rank: int = 1) -> Hit:
    start = ARTICLE_TEXT.index("出户时")
    return Hit(
        rank=rank,
        score=0.83,
        id=ARTICLE.address,
        citation=HitCitation(ARTICLE.citation, LAW.title, None, "第五条", (5, 0)),
        law=LAW,
        headings=("第二章 养犬行为",),
        text=ARTICLE_TEXT,
        highlights=((start, start + 17),),
        clauses=(
            ClauseHit(ITEM.address, ITEM.citation, ITEM.text, 0.8),
            ClauseHit(SECOND.address, SECOND.citation, "违反", 0.5),
        ),
        scores={"semantic": 0.7, "lexical": 0.5},
    )


ROW = Hit(
    rank=2,
    score=0.6,
    id=f"{PLAN.id}/附件1/表1/30",
    citation=HitCitation(f"《{PLAN.title}》（{PLAN.number}）任务表第30项", PLAN.title, PLAN.number, "第30项", None),
    law=PLAN,
    headings=("任务表",),
    text="30\t点亮滨河夜市\t云岭省夜间经济办公室\t",
    highlights=(),
    clauses=(),
    scores={"semantic": 0.6, "lexical": 0.1},
    cells=CELLS,
)


@dataclass
class FakeSearcher:
    """Answers every question with the same two hits; remembers what it was asked."""

    asked: list[SearchRequest] = field(default_factory=list)
    total: int = 35

    def search(self, request: SearchRequest) -> SearchResult:
        self.asked.append(request)
        if request.text == "炸":
            raise RuntimeError("秘密的内部情况")
        if "没有的级别" in request.filters.kind:
            raise QueryError("没有名为「没有的级别」的效力级别", "kind")
        found = (make_hit(request.offset + 1), replace(ROW, rank=request.offset + 2))
        nothing = Notice("no_relevant_article", "没有找到与问题相关的条文。")
        irrelevant = request.text == "红烧肉怎么做"
        return SearchResult(
            query=Query(request.text, request.text, "question", None, {}),
            hits=() if irrelevant else found[: request.limit],
            total=0 if irrelevant else self.total,
            took_ms=4.25,
            notice=nothing if irrelevant else None,
            generation="g1",
            model="默认模型",
        )


class FakeLibrary:
    """One law with two versions and one article that can be looked up."""

    def laws(self, _filters: Filters | None = None, q: str = "", offset: int = 0, limit: int = 50) -> LawPage:
        known = [law for law in (LAW, OLD_LAW, PLAN) if q in law.title]
        return LawPage(tuple(known[offset : offset + limit]), len(known))

    def law(self, id_: str, _as_of: date | None = None) -> LawView:
        found = next((law for law in (LAW, OLD_LAW, PLAN) if law.id == id_), None)
        if found is None:
            raise NotFoundError(f"没有编号为 {id_} 的文件")
        return LawView(found, 12, ("云岭省限制养犬办法",), ("2030年5月1日通过",), ("a.md",), self.versions(id_))

    def outline(self, id_: str) -> tuple[OutlineEntry, ...]:
        return (
            OutlineEntry(f"{id_}/章2", "章", "第二章", "养犬行为", 0, ""),
            OutlineEntry(ARTICLE.address, "条", "第五条", None, 1, "养犬人应当遵守下列规定"),
        )

    def versions(self, id_: str) -> tuple[LawSummary, ...]:
        return (OLD_LAW, LAW) if id_.startswith(LAW.title) else (PLAN,)

    def article(self, address: str, _as_of: date | None = None) -> ArticleView:
        known = {node.address: node for node in (ARTICLE, FIRST, ITEM, SECOND)} | {"养犬条例第5条": ARTICLE}
        if address not in known:
            raise NotFoundError(f"没有 {address} 这一条：请核对条号")
        link = LinkView(f"{LAW.id}/12", f"《{LAW.title}》第十二条", "本条例第十二条")
        return ArticleView(
            node=known[address],
            law=LAW,
            headings=("第二章 养犬行为",),
            article=ARTICLE,
            children=tuple(node for node in (FIRST, ITEM, SECOND) if node.parent == known[address].address),
            previous=_node("4", "条", "第四条", "第四条　略。"),
            next=None,
            cites=(link, LinkView(None, "《防疫法》第九条", "《防疫法》第九条")),
            cited_by=(replace(link, address=PLAN.id, citation=f"《{PLAN.title}》"),),
        )


@pytest.fixture
def searcher() -> FakeSearcher:
    return FakeSearcher()


@pytest.fixture
def backend(searcher: FakeSearcher) -> Backend:
    real = cast(Searcher, searcher)
    counts = {"documents": 3, "articles": 1234}
    return Backend("g1", "默认模型", counts, real, cast(Library, FakeLibrary()), Answerer(real))


@pytest.fixture
def client(backend: Backend) -> TestClient:
    return TestClient(create_app(Settings(), LiveBackend(backend)))
