"""``fatiao questions`` as a person or a script meets it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from service.cli import run

LAW = "云岭省养犬管理条例"
ASKED = "我家毛孩子出门非得拴着吗"


@pytest.fixture
def index(sample_index: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "index"
    shutil.copytree(sample_index, copy)
    return copy


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "log.tsv"
    path.write_text(f"问题\t法律\t条号\n{ASKED}\t{LAW}\t第五条\n狗\t{LAW}\t5\n", encoding="utf-8")
    return path


def _json(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, Any]]:
    status = run([*arguments, "--json"])
    body = json.loads(capsys.readouterr().out)
    assert isinstance(body, dict)
    return status, body


def test_add_list_remove(index: Path, log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    where = ("--index", str(index))
    assert run(["questions", "add", str(log), *where]) == 1
    captured = capsys.readouterr()
    assert captured.out == "已加入 1 个问题，未加入 1 行；索引里现有自带问题 1 个\n"
    assert captured.err == f"fatiao: {log} 第 3 行未加入：问题太短：1 字，至少 3 字\n"
    assert run(["questions", "list", *where]) == 0
    assert capsys.readouterr().out == f"自带问题 1 个\n{LAW}\t1\n"
    status, body = _json(capsys, "questions", "list", *where)
    assert (status, body["count"], body["laws"]) == (0, 1, {LAW: 1})
    (question,) = body["questions"]
    assert question == {
        "id": question["id"],
        "query": ASKED,
        "gold": [{"law": LAW, "article": "第五条"}],
        "in_use": True,
    }
    assert run(["questions", "list", "--law", "养犬", *where]) == 0
    assert f"{question['id']}\t{ASKED}\t《{LAW}》第五条" in capsys.readouterr().out
    assert _json(capsys, "questions", "list", "--law", "垂钓", *where)[1]["count"] == 0
    assert run(["questions", "remove", "none", question["id"], *where]) == 1
    captured = capsys.readouterr()
    assert captured.out == "已去掉 1 个问题；索引里现有自带问题 0 个\n"
    assert captured.err == "fatiao: 没有编号为 none 的问题：可用 fatiao questions list 查看\n"


def test_what_was_added_is_found(index: Path, log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def score() -> float:
        run(["search", ASKED, "--index", str(index), "--format", "json", "--limit", "100"])
        hits = json.loads(capsys.readouterr().out)["hits"]
        return next((hit["score"] for hit in hits if hit["citation"]["text"] == f"《{LAW}》第五条"), 0.0)

    before = score()
    run(["questions", "add", str(log), "--index", str(index)])
    capsys.readouterr()
    assert score() > before


def test_a_service_that_is_running_picks_it_up(index: Path, log: Path) -> None:
    from service.backend import open_backend
    from service.settings import load_settings

    live = open_backend(load_settings(index=index), every=0)
    before = live.current()
    run(["questions", "add", str(log), "--index", str(index)])
    after = live.current()
    assert after.generation != before.generation
    assert (after.counts["questions"], after.counts["own"]) == (1, 1)


def test_dry_run_changes_nothing(index: Path, log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, body = _json(capsys, "questions", "add", str(log), "--dry-run", "--index", str(index))
    assert status == 1
    assert [len(body["added"]), body["refused"], body["total"], body["dry_run"]] == [
        1,
        [{"line": 3, "reason": "问题太短：1 字，至少 3 字"}],
        0,
        True,
    ]
    assert not (index / "questions.jsonl").exists()
    assert _json(capsys, "questions", "list", "--index", str(index))[1]["count"] == 0


def test_a_file_without_fault_exits_0(index: Path, log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = log.with_suffix(".jsonl")
    log.write_text(f'{{"id":"desk-1","query":"{ASKED}","gold":[{{"law":"{LAW}","article":"5"}}]}}', encoding="utf-8")
    assert run(["questions", "add", str(log), "--index", str(index)]) == 0
    assert capsys.readouterr().err == ""
    assert _json(capsys, "questions", "remove", "desk-1", "--index", str(index)) == (
        0,
        {"removed": ["desk-1"], "unknown": [], "total": 0, "generation": (index / "CURRENT").read_text().strip()},
    )


@pytest.mark.parametrize("arguments", [("add", "none.tsv"), ("list",), ("remove", "q")])
def test_what_cannot_be_done_is_one_line_and_exits_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    assert run(["questions", *arguments, "--index", str(tmp_path / "none")]) == 2
    error = capsys.readouterr().err
    assert error.startswith("fatiao: ")
    assert error.count("\n") == 1


def test_a_build_and_info_count_them(
    index: Path, log: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    run(["questions", "add", str(log), "--index", str(index)])
    run(["index", "info", "--index", str(index)])
    assert "已知问题\t1，其中自带 1" in capsys.readouterr().out
    source = tmp_path / "a.md"
    source.write_text("# 甲市测试办法\n\n第一条 甲。\n\n第二条 乙。\n", encoding="utf-8")
    assert run(["index", "build", str(source), "--index", str(index)]) == 0
    assert "自带问题 0 个；另有 1 个的条文不在索引里或已改写" in capsys.readouterr().out


def test_evaluate_compares_with_an_earlier_run(
    sample_index: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    queries, details = tmp_path / "queries.jsonl", tmp_path / "before.jsonl"
    record = {"id": "1", "query": "小狗满三个月要打狂犬病疫苗吗", "gold": [{"law": LAW, "article": "第五条"}]}
    queries.write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
    command = ["evaluate", "--queries", str(queries), "--index", str(sample_index)]
    assert run([*command, "--details", str(details)]) == 0
    judged = json.loads(details.read_text(encoding="utf-8").splitlines()[-1])
    worse = judged | {"ranks": [None], "measures": dict.fromkeys(judged["measures"], 0.0)}
    details.write_text(json.dumps(worse, ensure_ascii=False), encoding="utf-8")
    capsys.readouterr()
    assert run([*command, "--compare", str(details)]) == 0
    out = capsys.readouterr().out
    assert f"与 {details} 相比" in out
    assert "R@10 上升 1 个，下降 0 个" in out
    after = tmp_path / "after.jsonl"
    assert run([*command, "--details", str(after), "--compare", str(details), "--format", "json"]) == 0
    comparison = json.loads(capsys.readouterr().out)["comparison"]
    assert comparison["measure"] == "R@10"
    (row,) = comparison["rows"]
    assert row["differences"]["R@10"]["mean"] == 1
    assert [change["id"] for change in row["gained"]] == ["1"]
    assert after.exists()
    assert run([*command, "--compare", str(queries)]) == 2
    assert "--details" in capsys.readouterr().err
