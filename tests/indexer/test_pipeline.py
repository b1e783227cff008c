"""A build from files to an index that answers, and its account of what it did."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from indexer import caching, pipeline
from indexer.errors import IndexLockedError, SourceError
from indexer.pipeline import build, parse_paths
from indexer.questions import BankQuestion, Gold, fingerprint
from indexer.reporting import STAGES, BuildReport
from indexer.storage import Index, open_writer
from tests.indexer.builders import HashEmbedder, character_tokenizer

ROOT = Path(__file__).parents[2]

LAW = """# 云泽省星灯管理条例

2021年3月1日 云泽省第一届人民代表大会常务委员会第二次会议通过

<!-- INFO END -->

## 第一章 总则

第一条 为了规范星灯的悬挂，制定本条例。

第二条 有下列情形之一的，不得悬挂星灯：

（一）风力超过七级的；

（二）灯油不足的。

## 第二章 附则

第三条 违反本条例第二条规定的，由灯务厅责令改正。

第四条 本条例自2021年5月1日起施行。
"""
OTHER = """# 云泽省河灯管理办法

2022年1月1日 云泽省人民政府公布

<!-- INFO END -->

第一条 河灯的放流适用本办法；本办法没有规定的，适用《云泽省星灯管理条例》第二条。

第二条 本办法自2022年2月1日起施行。
"""


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return character_tokenizer(tmp_path_factory.mktemp("tokenizer") / "tokenizer.json")


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "星灯.md").write_text(LAW, encoding="utf-8")
    (folder / "河灯.md").write_text(OTHER, encoding="utf-8")
    (folder / "星灯副本.md").write_text(LAW, encoding="utf-8")
    (folder / "空.md").write_bytes(b"")
    (folder / "图.png").write_bytes(b"\x89PNG")
    return folder


def _build(sources: Path, folder: Path, tokenizer: Path, **more: object) -> BuildReport:
    return build([sources], folder, HashEmbedder(), tokenizer=tokenizer, **more)  # type: ignore[arg-type]


def test_the_report_accounts_for_every_file(sources: Path, tmp_path: Path, tokenizer: Path) -> None:
    report = _build(sources, tmp_path / "index", tokenizer)
    assert (report.files, report.documents, report.articles, report.units) == (4, 2, 6, 6)
    assert report.clauses == 8
    assert [Path(source).name for _, source in report.duplicates] == ["星灯副本.md"]
    assert [Path(path).name for path, _ in report.skipped] == ["图.png"]
    assert [Path(source).name for source, _ in report.errors] == ["空.md"]
    assert report.links >= 2
    assert report.resolved >= 2
    assert set(report.seconds) == set(STAGES)


def test_the_index_answers(sources: Path, tmp_path: Path, tokenizer: Path) -> None:
    report = _build(sources, tmp_path / "index", tokenizer)
    index = Index.open(tmp_path / "index")
    assert index.manifest.generation == report.generation
    assert list(index.check()) == []
    laws = {record.title: record.id for record in index.documents}
    star, river = laws["云泽省星灯管理条例"], laws["云泽省河灯管理办法"]
    item = index.node(f"{star}/2/1/2")
    assert item is not None
    assert item.citation == "《云泽省星灯管理条例》第二条第（二）项"
    assert [link.target for link in index.cites(f"{river}/1")][-1] == f"{star}/2"
    assert f"{river}/1" in {index.unit(index.unit_of(link.source) or 0).address for link in index.cited_by(f"{star}/2")}
    query = HashEmbedder().embed(["灯油不足"], is_query=True)[0]
    rows, _ = index.vectors.search(query, 1)
    assert index.clause(int(rows[0])).address == f"{star}/2/1/2"
    rows, _ = index.lexical.search("灯务厅责令改正", 1)
    assert index.unit(int(rows[0])).address == f"{star}/3"
    kept = next(record for record in index.documents if record.id == star)
    assert len(kept.sources) == 2


def test_a_second_build_is_the_same_generation_from_the_cache(sources: Path, tmp_path: Path, tokenizer: Path) -> None:
    first = _build(sources, tmp_path / "index", tokenizer)
    second = _build(sources, tmp_path / "index", tokenizer)
    elsewhere = _build(sources, tmp_path / "other", tokenizer)
    assert first.generation == second.generation == elsewhere.generation
    assert (first.reused, second.reused) == (0, first.clauses)


def test_only_new_clauses_are_embedded(sources: Path, tmp_path: Path, tokenizer: Path) -> None:
    first = _build(sources, tmp_path / "index", tokenizer)
    (sources / "新.md").write_text("# 云泽省新灯办法\n\n第一条 新灯应当登记。\n", encoding="utf-8")
    embedder = HashEmbedder()
    second = build([sources], tmp_path / "index", embedder, tokenizer=tokenizer)
    assert second.clauses == first.clauses + 1
    assert second.reused == first.clauses
    assert embedder.calls[0] == 1
    assert second.generation != first.generation


def test_a_model_of_another_revision_finds_nothing_in_the_cache(sources: Path, tmp_path: Path, tokenizer: Path) -> None:
    _build(sources, tmp_path / "index", tokenizer)
    report = build([sources], tmp_path / "index", HashEmbedder("2"), tokenizer=tokenizer)
    assert report.reused == 0
    assert Index.open(tmp_path / "index").manifest.embedder.revision == "2"


def test_progress_begins_at_nothing_and_ends_at_all(sources: Path, tmp_path: Path, tokenizer: Path) -> None:
    calls: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    _build(
        sources, tmp_path / "index", tokenizer, progress=lambda stage, done, total: calls[stage].append((done, total))
    )
    # No question of the bank that ships is about these documents.
    assert list(calls) == [stage for stage in STAGES if stage != "questions"]
    for stage, told in calls.items():
        assert told[0][0] <= told[-1][0] == told[-1][1], stage
        assert [done for done, _ in told] == sorted(done for done, _ in told), stage


def test_many_files_go_through_processes_to_the_same_index(tmp_path: Path, tokenizer: Path) -> None:
    folder = tmp_path / "sources"
    folder.mkdir()
    for number in range(20):
        text = OTHER.replace("河灯管理办法", f"第{number}号河灯办法")
        (folder / f"{number:02}.md").write_text(text, encoding="utf-8")
    alone = _build(folder, tmp_path / "alone", tokenizer, workers=1)
    together = _build(folder, tmp_path / "together", tokenizer, workers=2)
    assert alone.generation == together.generation
    assert together.documents == 20


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02" * 50])
def test_nothing_to_index_is_an_error_and_keeps_the_index(
    sources: Path, tmp_path: Path, tokenizer: Path, content: bytes
) -> None:
    before = _build(sources, tmp_path / "index", tokenizer)
    bad = tmp_path / "bad"
    bad.mkdir()
    (bad / "坏.md").write_bytes(content)
    with pytest.raises(SourceError, match=r"坏\.md") as caught:
        _build(bad, tmp_path / "index", tokenizer)
    assert "\n" not in str(caught.value)
    assert Index.open(tmp_path / "index").manifest.generation == before.generation


def test_a_source_that_does_not_exist_is_an_error(tmp_path: Path, tokenizer: Path) -> None:
    with pytest.raises(SourceError):
        _build(tmp_path / "nothing", tmp_path / "index", tokenizer)


def test_an_index_that_is_being_written_is_left_alone(sources: Path, tmp_path: Path, tokenizer: Path) -> None:
    with open_writer(tmp_path / "index"), pytest.raises(IndexLockedError):
        _build(sources, tmp_path / "index", tokenizer)


def test_a_document_that_cannot_be_stored_is_reported_and_the_others_go_on(
    sources: Path, tmp_path: Path, tokenizer: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = pipeline._flaw
    monkeypatch.setattr(pipeline, "_flaw", lambda d: "坏了" if d.title == "云泽省河灯管理办法" else real(d))
    report = _build(sources, tmp_path / "index", tokenizer)
    assert report.documents == 1
    assert ("坏了") in [reason for _, reason in report.errors]


def test_an_interrupted_embedding_goes_on_where_it_was(
    sources: Path, tmp_path: Path, tokenizer: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(caching, "paced", lambda total: (slice(at, min(at + 2, total)) for at in range(0, total, 2)))
    monkeypatch.setattr(caching, "_SAVE_EVERY", 0.0)

    class Interrupted(HashEmbedder):
        def embed(self, texts: Sequence[str], *, is_query: bool) -> NDArray[np.float32]:
            if len(self.calls) == 2:
                raise KeyboardInterrupt
            return super().embed(texts, is_query=is_query)

    with pytest.raises(KeyboardInterrupt):
        build([sources], tmp_path / "index", Interrupted(), tokenizer=tokenizer)
    report = _build(sources, tmp_path / "index", tokenizer)
    assert report.reused == 4


def test_interrupted_questions_go_on_where_they_were_and_stay_in_the_cache(
    sources: Path, tmp_path: Path, tokenizer: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(caching, "paced", lambda total: (slice(at, min(at + 2, total)) for at in range(0, total, 2)))
    monkeypatch.setattr(caching, "_SAVE_EVERY", 0.0)
    gold = Gold("云泽省星灯管理条例", "第三条", fingerprint("违反本条例第二条规定的，由灯务厅责令改正。"))
    bank = [BankQuestion(f"q{at}", f"第{at}盏灯挂错了谁来管", (gold,)) for at in range(30)]
    asked: list[str] = []

    class Questions(HashEmbedder):
        most = 10

        def embed(self, texts: Sequence[str], *, is_query: bool) -> NDArray[np.float32]:
            asked.extend(text for text in texts if is_query and "挂错" in text)
            if len(asked) > self.most:
                raise KeyboardInterrupt
            return super().embed(texts, is_query=is_query)

    class Patient(Questions):
        most = 1000

    told: list[tuple[int, int]] = []

    def progress(stage: str, done: int, total: int) -> None:
        if stage == "questions":
            told.append((done, total))

    def run(embedder: HashEmbedder) -> None:
        build([sources], tmp_path / "index", embedder, progress, tokenizer=tokenizer, bank=bank)

    with pytest.raises(KeyboardInterrupt):
        run(Questions())
    assert told == [(at, 30) for at in (2, 4, 6, 8, 10)]
    asked.clear()
    run(Patient())
    assert asked == [question.text for question in bank[10:]]
    assert told[-1] == (30, 30)
    asked.clear()
    # More questions than three times the clauses: tidying does not take them for waste.
    run(Patient())
    assert asked == []


def test_parse_paths_gives_files_in_order_with_their_errors(sources: Path) -> None:
    names = [(Path(parsed.source).name, len(parsed.documents), bool(parsed.error)) for parsed in parse_paths([sources])]
    assert sorted(names) == [
        ("星灯.md", 1, False),
        ("星灯副本.md", 1, False),
        ("河灯.md", 1, False),
        ("空.md", 0, True),
    ]
    again = [parsed.source for parsed in parse_paths([sources / "河灯.md", sources / "星灯.md"])]
    assert [Path(source).name for source in again] == ["河灯.md", "星灯.md"]


_BUILD = """
import sys, time
from pathlib import Path
from indexer.pipeline import build
from tests.indexer.builders import HashEmbedder

if __name__ == "__main__":
    def progress(stage, done, total):
        if stage == sys.argv[4]:
            print("here", flush=True)
            time.sleep(30)
    workers = 2 if sys.argv[4] == "parse" else 1
    build([sys.argv[1]], sys.argv[2], HashEmbedder(), progress, workers, Path(sys.argv[3]))
"""


@pytest.mark.parametrize(
    ("kill", "stage"),
    [
        (signal.SIGKILL, "parse"),
        (signal.SIGKILL, "embed"),
        (signal.SIGKILL, "catalog"),
        (signal.SIGKILL, "vectors"),
        (signal.SIGINT, "parse"),
        (signal.SIGINT, "catalog"),
    ],
)
def test_a_build_that_is_killed_leaves_the_index_before_it(
    sources: Path, tmp_path: Path, tokenizer: Path, kill: signal.Signals, stage: str
) -> None:
    folder = tmp_path / "index"
    before = _build(sources, folder, tokenizer).generation
    many = tmp_path / "many"
    many.mkdir()
    for number in range(12):
        (many / f"{number:02}.md").write_text(LAW.replace("星灯", f"第{number}号星灯"), encoding="utf-8")
    script = tmp_path / "build.py"
    script.write_text(_BUILD, encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, str(script), str(many), str(folder), str(tokenizer), stage],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "here\n"
    process.send_signal(kill)
    assert process.wait(timeout=30) != 0
    process.stdout.close()
    index = Index.open(folder)
    assert index.manifest.generation == before
    assert list(index.check()) == []
    report = build([many], folder, HashEmbedder(), tokenizer=tokenizer)
    assert Index.open(folder).manifest.generation == report.generation
    assert {path.name for path in (folder / "generations").iterdir()} == {before, report.generation}


def test_questions_of_a_bank_stand_beside_the_articles_that_answer_them(
    sources: Path, tmp_path: Path, tokenizer: Path
) -> None:
    answer = "违反本条例第二条规定的，由灯务厅责令改正。"
    bank = [
        BankQuestion("q1", "灯挂错了谁来管", (Gold("云泽省星灯管理条例", "第三条", fingerprint(answer)),)),
        BankQuestion("q2", "船停错了谁来管", (Gold("云泽省星船管理条例", "第三条", fingerprint(answer)),)),
    ]
    _build(sources, tmp_path / "index", tokenizer, bank=bank)
    index = Index.open(tmp_path / "index")
    assert index.known.store.size == 1
    assert [index.unit(int(row)).mark for row in index.known.unit] == ["第三条"]
    asked = HashEmbedder().embed(["灯挂错了谁来管"], is_query=True)[0]
    assert float(index.known.vectors[0] @ asked) == pytest.approx(1, abs=1e-2)
