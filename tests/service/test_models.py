"""Other models from the command line: adapted, used, and missing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from service.cli import run
from service.models import embedder_of, reranking_of
from service.settings import Settings
from tests.indexer.embedding.tiny import bert, cross_encoder

pytest.importorskip("sentence_transformers")

SUBJECTS = (
    "养犬人应当清除犬只排泄物",
    "摊主应当办理登记",
    "用人单位应当按月支付劳动报酬",
    "渡船禁止超载",
    "温泉应当检测水质",
)
ASKED = ("狗随地拉屎", "想摆地摊", "老板扣钱", "摆渡挤太多人", "泡汤池子不干净")


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"FATIAO_{name.upper()}", raising=False)


@pytest.fixture
def law(tmp_path: Path) -> Path:
    articles = [f"第{number}条 {text}。" for number, text in zip("一二三四五", SUBJECTS, strict=True)]
    path = tmp_path / "云岭省便民条例(2030-05-01).md"
    path.write_text("# 云岭省便民条例\n\n<!-- INFO END -->\n\n" + "\n\n".join(articles) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def queries(tmp_path: Path) -> Path:
    lines = [
        {"id": f"{at}{tail}", "query": asked + tail, "gold": [{"law": "云岭省便民条例", "article": f"第{number}条"}]}
        for at, (asked, number) in enumerate(zip(ASKED, "一二三四五", strict=True))
        for tail in ("", "怎么办", "呢")
    ]
    path = tmp_path / "questions.jsonl"
    path.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), encoding="utf-8")
    return path


def test_a_model_is_trained_on_local_law_alone_and_then_used(
    law: Path, queries: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    passed = "2020年5月1日 云岭省第四届人民代表大会常务委员会第十次会议通过\n\n<!-- INFO END -->"
    local = tmp_path / "云岭省便民条例(2020-05-01).md"
    local.write_text(law.read_text(encoding="utf-8").replace("<!-- INFO END -->", passed), encoding="utf-8")
    output, index = tmp_path / "own", tmp_path / "index"
    arguments = ["--queries", str(queries), "--output", str(output), "--epochs", "1", "--name", "自训"]
    assert run(["train", str(local), *arguments]) == 0
    assert capsys.readouterr().out.startswith(f"模型已写入 {output}：词 ")
    events = [json.loads(line) for line in (output / "training.jsonl").read_text(encoding="utf-8").splitlines()]
    assert events[-1]["questions"] == 15
    assert 0 < events[-1]["untaught"]["recall"]["10"] <= 1
    monkeypatch.setenv("FATIAO_MODEL", str(output))
    assert run(["index", "build", str(local), "--index", str(index)]) == 0
    capsys.readouterr()
    assert run(["search", "云岭省便民条例第二条", "--index", str(index), "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["index"]["model"], found["hits"][0]["law"]["region"]) == ("自训", "云岭省")


@pytest.mark.parametrize("kind", ["default", "tiny"])
def test_a_model_is_adapted_and_then_used(
    kind: str,
    law: Path,
    queries: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    base = str(bert(tmp_path / "tiny")) if kind == "tiny" else "default"
    output, index = tmp_path / "new", tmp_path / "index"
    arguments = ["--queries", str(queries), "--base", base, "--output", str(output), "--epochs", "1", "--batch", "4"]
    assert run(["train", str(law), *arguments]) == 0
    said = capsys.readouterr().out
    assert "用 13 个问题训练，用留出的 2 个检验，R@10 1.000 → 1.000" in said
    assert said.startswith(f"模型已写入 {output}") or f"请继续使用原模型 {base}" in said
    monkeypatch.setenv("FATIAO_MODEL", str(output))
    assert run(["index", "build", str(law), "--index", str(index)]) == 0
    assert run(["search", "云岭省便民条例第二条", "--index", str(index), "--format", "json"]) == 0
    capsys.readouterr()
    monkeypatch.setenv("FATIAO_MODEL", str(bert(tmp_path / "other", {"query": "甲"})))
    assert run(["search", "登记", "--index", str(index)]) == 2
    assert "请改用原来的模型，或用 fatiao index build 重建索引" in capsys.readouterr().err


def test_the_reranker_is_an_option_too(sample_index: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    judge = cross_encoder(tmp_path / "judge")
    question = ["search", "老板一直拖着工资不发怎么办", "--index", str(sample_index)]
    assert run([*question, "--reranker", str(judge), "--format", "json"]) == 0
    body = json.loads(capsys.readouterr().out)
    assert body["index"]["reranker"] == str(judge)
    assert run([*question, "--reranker", str(judge)]) == 0
    assert "其中重排" in capsys.readouterr().out
    assert run(question) == 0
    assert "重排" not in capsys.readouterr().out


def test_a_missing_model_is_one_line(
    law: Path, sample_index: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FATIAO_MODEL", "/没有/这个模型")
    assert run(["index", "build", str(law), "--index", "unused"]) == 2
    assert run(["search", "登记", "--index", str(sample_index)]) == 2
    monkeypatch.delenv("FATIAO_MODEL")
    assert run(["search", "登记", "--index", str(sample_index), "--reranker", "/没有/重排"]) == 2
    lines = [line for line in capsys.readouterr().err.splitlines() if line.startswith("fatiao: ")]
    assert [line.split("：")[0] for line in lines] == ["fatiao: 找不到模型 /没有/这个模型"] * 2 + [
        "fatiao: 找不到模型 /没有/重排"
    ]
    assert ["FATIAO_RERANKER" in line for line in lines] == [False, False, True]


def test_without_settings_there_is_the_default_and_no_reranker() -> None:
    assert reranking_of(Settings()) is None
    assert embedder_of(Settings()).name == "fatiao-default"
