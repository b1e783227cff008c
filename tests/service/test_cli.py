"""The command line as a person or a script meets it: output, exit status, one line for each error."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from service.cli import run


def fatiao(*arguments: str, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, as a shell does."""
    return subprocess.run(
        [sys.executable, "-c", "from service.cli import main; main()", *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
        env={**os.environ, "FATIAO_INDEX": "", **environment},
    )


def one_line(text: str) -> str:
    lines = text.splitlines()
    assert len(lines) == 1, text
    assert lines[0].startswith("fatiao: ")
    assert "Traceback" not in text
    return lines[0]


def search_json(capsys: pytest.CaptureFixture[str], index: Path, *arguments: str) -> tuple[int, dict[str, Any]]:
    status = run(["search", *arguments, "--index", str(index), "--format", "json"])
    body = json.loads(capsys.readouterr().out)
    assert isinstance(body, dict)
    return status, body


def test_search_prints_the_body_of_the_interface(sample_index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, body = search_json(capsys, sample_index, "云岭省养犬管理条例第五条")
    assert status == 0
    assert list(body) == ["query", "hits", "total", "took_ms", "notice", "rerank_ms", "index"]
    hits = body["hits"]
    assert isinstance(hits, list)
    assert hits[0]["score"] == 1
    assert body["query"]["rewritten"] == body["query"]["citation"] == "《云岭省养犬管理条例》第五条"
    assert hits[0]["citation"]["article_number"] == [5, 0]
    assert set(hits[0]) >= {
        "rank",
        "score",
        "id",
        "citation",
        "law",
        "headings",
        "text",
        "highlights",
        "clauses",
        "scores",
    }
    assert set(hits[0]["law"]) >= {
        "id",
        "title",
        "number",
        "kind",
        "issuers",
        "published",
        "effective",
        "status",
        "status_basis",
    }


def test_search_as_a_table_names_citation_and_status(sample_index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["search", "云岭省养犬管理条例第五条", "--index", str(sample_index)]) == 0
    out = capsys.readouterr().out
    assert "《云岭省养犬管理条例》第五条" in out
    assert "现行有效" in out


def test_nothing_found_is_said_and_exits_1(sample_index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, body = search_json(capsys, sample_index, "红烧肉怎么做")
    assert status == 1
    assert body["hits"] == []
    notice = body["notice"]
    assert isinstance(notice, dict)
    assert notice["code"] == "no_relevant_article"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["search", ""], "问题"),
        (["search", "字" * 10_000], "2000"),
        (["search", "押金", "--limit", "-1"], "limit"),
        (["search", "押金", "--limit", "101"], "limit"),
        (["search", "押金", "--kind", "天条"], "天条"),
        (["search", "押金", "--as-of", "昨天"], "2019-06-01"),
        (["search", "押金", "--mode", "psychic"], "--mode"),
        (["search"], "QUERY"),
        (["search", "押金", "--bogus"], "--bogus"),
        (["no-such-command"], "no-such-command"),
        (["show", "云岭省养犬管理条例第九百条"], "第九百条"),
        (["index", "build", "no/such/file.md"], "no/such/file.md"),
    ],
)
def test_bad_input_gets_one_line_and_status_2(sample_index: Path, arguments: list[str], expected: str) -> None:
    done = fatiao(*arguments, FATIAO_INDEX=str(sample_index))
    assert done.returncode == 2
    assert expected in one_line(done.stderr)
    assert done.stdout == ""


@pytest.mark.parametrize("arguments", [["search", "押金"], ["show", "民法典第1条"], ["index", "info"], ["serve"]])
def test_a_missing_index_names_the_command_that_makes_one(tmp_path: Path, arguments: list[str]) -> None:
    done = fatiao(*arguments, "--index", str(tmp_path / "none"))
    assert done.returncode == 2
    assert "fatiao index build" in one_line(done.stderr)


def test_index_is_the_option_then_the_environment_then_data_index(sample_index: Path, tmp_path: Path) -> None:
    assert fatiao("index", "info", FATIAO_INDEX=str(sample_index)).returncode == 0
    assert fatiao("index", "info", "--index", str(sample_index), FATIAO_INDEX="nowhere").returncode == 0
    assert str(Path("data") / "index") in fatiao("index", "info", cwd=tmp_path).stderr


def test_a_bad_source_is_named_and_the_others_are_parsed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.md").write_text("# 甲市测试办法\n\n第一条 甲。\n\n第二条 乙。\n", encoding="utf-8")
    (tmp_path / "b.md").write_bytes(b"\x00\x01\x02" * 50)
    (tmp_path / "c.md").write_bytes(b"")
    paths = [str(tmp_path / name) for name in ("a.md", "b.md", "c.md")]
    assert run(["parse", *paths, "--format", "json"]) == 2
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["source"] for line in lines] == paths
    assert lines[0]["title"] == "甲市测试办法"
    assert [node["address"].rsplit("@", 1)[1] for node in lines[0]["nodes"] if node["kind"] == "条"] == [
        "undated/1",
        "undated/2",
    ]
    assert [set(line) for line in lines[1:]] == [{"source", "error"}] * 2


def test_parse_tree_and_audit_are_readable(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "a.md"
    source.write_text("# 甲市测试办法\n\n第一条 甲。\n\n第三条 乙。\n", encoding="utf-8")
    assert run(["parse", str(source)]) == 0
    assert "[条 三]" in capsys.readouterr().out
    assert run(["parse", str(source), "--format", "audit"]) == 0
    assert "缺号：第二条" in capsys.readouterr().out


def test_parse_says_what_the_reader_noted_and_dropped(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "a.html"
    source.write_text("<h1>甲市测试办法</h1><nav>首页</nav><p>第一条 甲。</p>", encoding="utf-8")
    assert run(["parse", str(source), "--format", "audit"]) == 0
    assert "说明：略去导航栏（nav）1 处" in capsys.readouterr().out
    assert run(["parse", str(source), "--format", "json"]) == 0
    notes = json.loads(capsys.readouterr().out)["audit"]["notes"]
    assert notes == [{"text": "略去导航栏（nav）1 处", "line": None, "page": None, "confidence": None}]
    table = tmp_path / "b.md"
    table.write_text("# 甲市测试办法\n\n|事项|时限|\n|---|---|\n|甲|三月|\n", encoding="utf-8")
    assert run(["parse", str(table), "--format", "audit"]) == 0
    assert "略去 第 4 行（table separator）：|---|---|" in capsys.readouterr().out


def test_evaluation_says_which_rankings_counted(
    sample_index: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    queries = tmp_path / "queries.jsonl"
    gold = [{"law": "云岭省养犬管理条例", "article": "第五条"}]
    queries.write_text(json.dumps({"id": "1", "query": "养犬登记", "gold": gold}), encoding="utf-8")
    arguments = ["evaluate", "--queries", str(queries), "--index", str(sample_index), "--mode", "lexical"]
    assert run([*arguments, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["mode"] == "lexical"


def test_build_reports_what_it_did(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.md").write_text("# 甲市测试办法\n\n第一条 甲。\n\n第二条 乙。\n", encoding="utf-8")
    (tmp_path / "in" / "empty.md").write_bytes(b"")
    assert run(["index", "build", str(tmp_path / "in"), "--index", str(tmp_path / "index")]) == 0
    captured = capsys.readouterr()
    assert "文书 1" in captured.out
    assert "empty.md" in captured.out
    assert captured.err  # progress
    assert run(["index", "check", "--index", str(tmp_path / "index")]) == 0
    assert run(["index", "list", "--index", str(tmp_path / "index")]) == 0
    assert "甲市测试办法@undated" in capsys.readouterr().out


def test_check_finds_a_damaged_file(sample_index: Path, tmp_path: Path) -> None:
    import shutil

    copy = tmp_path / "index"
    shutil.copytree(sample_index, copy)
    victim = max((path for path in copy.rglob("*") if path.suffix == ".npy"), key=lambda path: path.stat().st_size)
    body = bytearray(victim.read_bytes())
    body[-1] ^= 0xFF
    victim.chmod(0o644)
    victim.write_bytes(body)
    done = fatiao("index", "check", "--index", str(copy))
    assert done.returncode == 1
    assert victim.name in done.stderr


def test_ask_answers_with_citations(sample_index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["ask", "老板一直拖着工资不发怎么办", "--index", str(sample_index)]) == 0
    out = capsys.readouterr().out
    assert "[1]" in out
    assert "依据：" in out
    assert run(["ask", "红烧肉怎么做", "--index", str(sample_index)]) == 1


def test_help_and_version_are_chinese_and_quick(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0
    assert "中文法律文本" in capsys.readouterr().out
    assert run(["--version"]) == 0
    assert capsys.readouterr().out.startswith("fatiao ")
