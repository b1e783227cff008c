"""The JSON of ``fatiao parse`` has the agreed fields, and its numbers agree with one another."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

from indexer.document_json import document_json, error_json
from indexer.types import Audit, Commencement, Dropped, Note, Repair
from indexer.workers import FileError
from tests.indexer.builders import article, build, chapter, fictional_law, paragraph, table


def test_the_fields_are_the_agreed_ones() -> None:
    law = replace(
        fictional_law(),
        adopted=date(2021, 1, 5),
        published=date(2021, 1, 6),
        issuers=("云泽省人民政府",),
        region="云泽省",
        repeals=("云泽省旧灯办法",),
        basis=("云泽省油灯法",),
        implements=("云泽省灯火法",),
        expires=date(2025, 12, 31),
        commencements=(Commencement(date(2022, 1, 1), "第二条"),),
        effective_by="乙@2020-01-01",
        audit=Audit(
            characters=9,
            missing=("第五条",),
            dropped=(Dropped(44, "· 15 ·", "page number"),),
            repairs=(Repair("joined lines", (10, 12)),),
            notes=(Note("平均置信度 0.82", page=3, confidence=0.82),),
        ),
    )
    values = json.loads(json.dumps(document_json(law), ensure_ascii=False))
    assert list(values)[:12] == [
        *("source", "id", "title", "number", "issuers", "kind", "region"),
        *("adopted", "published", "effective", "repeals", "amends"),
    ]
    assert (values["source"], values["id"], values["number"]) == (f"{law.title}.md", law.id, None)
    assert (values["adopted"], values["published"], values["effective"]) == ("2021-01-05", "2021-01-06", "2021-03-01")
    assert (values["basis"], values["implements"]) == (["云泽省油灯法"], ["云泽省灯火法"])
    assert values["effective_by"] == "乙@2020-01-01"
    assert values["expires"] == "2025-12-31"
    assert values["commencements"] == [{"on": "2022-01-01", "provisions": "第二条"}]
    assert values["audit"] == {
        "characters": 9,
        "uncovered": 0,
        "missing": ["第五条"],
        "duplicate": [],
        "out_of_order": [],
        "dropped": [{"line": 44, "text": "· 15 ·", "reason": "page number"}],
        "repairs": [{"kind": "joined lines", "at": [10, 12], "detail": None}],
        "notes": [{"text": "平均置信度 0.82", "line": None, "page": 3, "confidence": 0.82}],
    }


def test_nodes_are_in_document_order_with_address_parent_span_and_text() -> None:
    law = build(
        "云泽省灯典", chapter("一", "总则", article(8, paragraph("下列灯免税：", "（一）油灯；", "（二）河灯。")))
    )
    values = document_json(law)
    nodes = {node["address"].removeprefix(f"{law.id}/"): node for node in values["nodes"]}
    assert list(nodes) == ["章1", "8", "8/1", "8/1/1", "8/1/2"]
    for node in nodes.values():
        start, end = node["span"]
        assert node["text"] == values["text"][start:end]
        assert set(node) == {
            *("address", "kind", "number", "ordinal", "heading", "citation", "span", "text", "cells", "parent")
        }
    assert nodes["章1"]["parent"] is None
    assert nodes["章1"]["heading"] == "总则"
    assert nodes["8"]["parent"] == f"{law.id}/章1"
    assert nodes["8/1/2"] == {
        "address": f"{law.id}/8/1/2",
        "kind": "项",
        "number": "2",
        "ordinal": [2, 0],
        "heading": None,
        "citation": "《云泽省灯典》第八条第（二）项",
        "span": nodes["8/1/2"]["span"],
        "text": "（二）河灯。",
        "cells": None,
        "parent": f"{law.id}/8/1",
    }


def test_rows_keep_their_cells_and_undated_documents_have_null() -> None:
    plan = build("云泽省点灯计划", table("任务清单", ["序号", "时限"], ["1", None]), effective=None)
    values = document_json(plan, source="给出的路径.md")
    assert values["source"] == "给出的路径.md"
    assert values["effective"] is None
    assert values["nodes"][-1]["cells"] == {"序号": "1", "时限": None}
    assert values["nodes"][-1]["ordinal"] is None


def test_a_failed_file_has_a_line_of_its_own() -> None:
    assert error_json("甲.pdf", FileError("unreadable_source", "文件是空的：甲.pdf")) == {
        "source": "甲.pdf",
        "error": {"code": "unreadable_source", "message": "文件是空的：甲.pdf"},
    }
