"""Questions that users bring: what is accepted, that it takes effect at once, and what a kill or a rebuild does."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from indexer.errors import (
    EmbedderMismatchError,
    IndexFormatError,
    IndexLockedError,
    IndexMissingError,
    NotFoundError,
    SourceError,
)
from indexer.pipeline import build
from indexer.questions import BankQuestion, Gold, fingerprint
from indexer.questions.own import Addition, Find, add, listing, remove
from indexer.reporting import BuildReport
from indexer.storage import Index, UnitRecord, open_writer
from tests.indexer.builders import HashEmbedder, character_tokenizer

ROOT = Path(__file__).parents[3]
TITLE = "云泽省星灯管理条例"
THIRD = "违反本条例规定的，由灯务厅责令改正。"
OLD = f"""# {TITLE}

2021年3月1日 云泽省第一届人民代表大会常务委员会第二次会议通过

<!-- INFO END -->

第一条 为了规范星灯的悬挂，制定本条例。

第二条 风力超过七级的，不得悬挂星灯。

第三条 {THIRD}
"""
# A new second article: the old one is the third now, and what was the third is the fourth.
NEW = f"""# {TITLE}

2031年3月1日 云泽省第三届人民代表大会常务委员会第四次会议修订

<!-- INFO END -->

第一条 为了规范星灯的悬挂，制定本条例。

第二条 星灯应当登记。

第三条 风力超过七级的，不得悬挂星灯。

第四条 {THIRD}
"""
BANK = (BankQuestion("b1", "灯挂错了谁来管", (Gold(TITLE, "第三条", fingerprint(THIRD)),)),)


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return character_tokenizer(tmp_path_factory.mktemp("tokenizer") / "tokenizer.json")


def _build(folder: Path, tokenizer: Path, *texts: str, embedder: HashEmbedder | None = None) -> BuildReport:
    sources = folder.parent / "sources"
    sources.mkdir(exist_ok=True)
    for old in sources.iterdir():
        old.unlink()
    for number, text in enumerate(texts):
        (sources / f"{number}.md").write_text(text, encoding="utf-8")
    return build([sources], folder, embedder or HashEmbedder(), tokenizer=tokenizer, bank=BANK, workers=1)


@pytest.fixture
def folder(tmp_path: Path, tokenizer: Path) -> Path:
    _build(tmp_path / "index", tokenizer, OLD)
    return tmp_path / "index"


def finder(index: Index) -> Find:
    """Finds an article by its number in the last document of a title."""

    def find(law: str, article: str) -> UnitRecord:
        for document in reversed(index.documents):
            row = index.unit_row(f"{document.id}/{article}")
            if document.title == law and row is not None:
                return index.unit(row)
        raise NotFoundError(f"没有{law}{article}")

    return find


def _file(folder: Path, *lines: tuple[str, str] | tuple[str, str, str]) -> Path:
    """A file of questions, each with the number of its article and perhaps an id."""
    path = folder.parent / "questions.jsonl"
    records = [
        {"id": "".join(rest), "query": text, "gold": [{"law": TITLE, "article": article}]}
        for text, article, *rest in lines
    ]
    path.write_text("\n".join(json.dumps(each, ensure_ascii=False) for each in records), encoding="utf-8")
    return path


def _add(folder: Path, *lines: tuple[str, str] | tuple[str, str, str], **more: Any) -> Addition:
    return add(folder, _file(folder, *lines), HashEmbedder(), finder, **more)


def _marks(index: Index, question: str) -> list[str]:
    """The articles that an index knows to answer a question."""
    vector = HashEmbedder().embed([question], is_query=True)[0]
    same = np.flatnonzero(index.known.vectors @ vector > 0.999)
    rows = np.unique(index.known.unit[np.isin(index.known.question, same)])
    return [index.unit(int(row)).mark for row in rows]


WIND = "大风天还能挂吗"


def test_an_added_question_counts_at_once_and_a_reader_picks_it_up(folder: Path) -> None:
    reader = Index.open(folder)
    assert _marks(reader, WIND) == []
    done = _add(folder, (WIND, "2"))
    assert [question.text for question in done.added] == [WIND]
    assert (done.refused, done.total) == ((), 1)
    assert _marks(reader, WIND) == []
    fresh = reader.refresh()
    assert fresh.manifest.generation == done.generation
    assert _marks(fresh, WIND) == ["第二条"]
    assert _marks(fresh, "灯挂错了谁来管") == ["第三条"]
    assert (fresh.manifest.counts.questions, fresh.manifest.counts.own) == (2, 1)
    assert list(fresh.check()) == []


def test_everything_but_the_known_questions_is_shared(folder: Path) -> None:
    before = folder / "generations" / Index.open(folder).manifest.generation
    after = folder / "generations" / _add(folder, (WIND, "2")).generation
    own = {path.name for path in after.iterdir() if not path.samefile(before / path.name)}
    assert own == {"known_flat.faiss", "known_pairs.npy", "manifest.json"}


def test_a_file_system_without_hard_links_gets_copies(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise PermissionError(errno.EPERM, "no links")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    _add(folder, (WIND, "2"))
    index = Index.open(folder)
    assert list(index.check()) == []
    assert _marks(index, WIND) == ["第二条"]


def test_a_rebuild_reads_them_again_and_gives_the_same_generation(folder: Path, tokenizer: Path) -> None:
    added = _add(folder, (WIND, "2"), ("挂灯有什么目的", "1"))
    report = _build(folder, tokenizer, OLD)
    assert report.generation == added.generation
    assert (report.questions, report.own, report.unanswered) == (3, 2, ())


def test_a_renumbered_article_keeps_its_questions_and_takes_no_others(folder: Path, tokenizer: Path) -> None:
    _add(folder, (WIND, "2"))
    _build(folder, tokenizer, NEW)
    assert _marks(Index.open(folder), WIND) == ["第三条"]


def test_of_two_versions_the_words_decide(folder: Path, tokenizer: Path) -> None:
    _add(folder, (WIND, "2"))
    _build(folder, tokenizer, OLD, NEW)
    assert _marks(Index.open(folder), WIND) == ["第二条", "第三条"]
    done = _add(folder, ("新灯要去哪里报备", "2"))
    index = Index.open(folder)
    assert done.added[0].gold[0].fingerprint == fingerprint("星灯应当登记。")
    assert [index.unit(int(row)).document_id[-10:] for row in index.known.unit[-1:]] == ["2031-03-01"]
    assert _marks(index, WIND) == ["第二条", "第三条"]


def test_a_question_without_its_article_is_kept_and_told(folder: Path, tokenizer: Path) -> None:
    _add(folder, (WIND, "2", "wind"), ("挂灯有什么目的", "1"))
    report = _build(folder, tokenizer, OLD.replace("七级", "八级"))
    assert (report.own, report.unanswered) == (1, ("wind",))
    assert listing(folder).unanswered == ("wind",)
    assert len(listing(folder).questions) == 2
    done = _add(folder, ("挂灯出了事找谁", "3"))
    assert done.total == 3
    assert Index.open(folder).manifest.counts.own == 2
    assert _build(folder, tokenizer, OLD).own == 3


def test_removing_gives_the_generation_before(folder: Path) -> None:
    before = Index.open(folder).manifest.generation
    first = _add(folder, (WIND, "2", "wind"))
    _add(folder, ("挂灯有什么目的", "1", "why"))
    done = remove(folder, ["why", "none", "why"], HashEmbedder())
    assert (done.removed, done.unknown, done.total) == (("why",), ("none",), 1)
    assert done.generation == first.generation
    assert remove(folder, ["wind"], HashEmbedder()).generation == before
    assert (folder / "questions.jsonl").read_bytes() == b""
    assert remove(folder, ["wind"], HashEmbedder()).unknown == ("wind",)


def test_every_refused_line_has_its_reason_and_the_others_come_in(folder: Path) -> None:
    _add(folder, (WIND, "2", "wind"))
    path = _file(
        folder,
        ("挂灯有什么目的", "1"),
        ("大风天，还能挂吗？", "2"),
        ("灯", "1"),
        ("第一条怎么说", "1"),
        ("没有这一条怎么办", "9"),
        ("为了规范星灯的悬挂制定本条例吗", "1"),
        ("灯挂错了谁来管", "3"),
        ("挂灯有什么目的？", "1"),
        ("编号重复的问题", "1", "wind"),
        ("灯挂错了谁来管", "2"),
    )
    path.write_text(path.read_text(encoding="utf-8") + "\n{\n" + '{"query":"没有答案","gold":[]}', encoding="utf-8")
    done = add(folder, path, HashEmbedder(), finder)
    reasons = {refused.line: refused.reason for refused in done.refused}
    assert list(reasons) == sorted(reasons)
    for line, words in {
        2: "与已加入的问题 wind 重复",
        3: "太短",
        4: "第一条",
        5: "没有云泽省星灯管理条例9",
        6: "照抄了",
        8: "与第 1 行重复",
        9: "编号 wind 已被",
        11: "格式不对",
        12: "由哪一条回答",
    }.items():
        assert words in reasons.pop(line)
    # The bank knows that the third article answers line 7; line 10 names another, and both are one question.
    assert reasons == {}
    assert [question.text for question in done.added] == ["挂灯有什么目的", "灯挂错了谁来管"]
    assert [gold.article for gold in done.added[1].gold] == ["第三条", "第二条"]


def test_what_the_bank_knows_is_refused(folder: Path) -> None:
    done = _add(folder, ("灯挂错了谁来管", "3"))
    assert done.added == ()
    assert "与题库重复" in done.refused[0].reason
    assert done.generation == Index.open(folder).manifest.generation
    assert not (folder / "questions.jsonl").exists()


def test_a_question_whose_words_the_model_lacks_is_refused(folder: Path) -> None:
    class Deaf(HashEmbedder):
        def embed(self, texts: Sequence[str], *, is_query: bool) -> NDArray[np.float32]:
            return super().embed(texts, is_query=is_query) * 0

    done = add(folder, _file(folder, (WIND, "2")), Deaf(), finder)
    assert "没有模型认识的词" in done.refused[0].reason


def test_a_dry_run_says_the_same_and_writes_nothing(folder: Path) -> None:
    def files() -> dict[str, bytes]:
        return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    before = files()
    with open_writer(folder):  # it does not even want the lock
        tried = _add(folder, (WIND, "2"), ("灯", "1"), dry_run=True)
    assert files() == before
    done = _add(folder, (WIND, "2"), ("灯", "1"))
    assert (tried.added, tried.refused) == (done.added, done.refused)


def test_questions_are_embedded_once(folder: Path) -> None:
    embedder = HashEmbedder()
    add(folder, _file(folder, (WIND, "2")), embedder, finder)
    assert embedder.calls == [1]
    add(folder, _file(folder, ("挂灯有什么目的", "1")), embedder, finder)
    remove(folder, [listing(folder).questions[0].id], embedder)
    assert embedder.calls == [1, 1]


def test_what_stands_in_the_way(folder: Path, tmp_path: Path) -> None:
    path = _file(folder, (WIND, "2"))
    with pytest.raises(IndexMissingError, match="index build"):
        add(tmp_path / "none", path, HashEmbedder(), finder)
    assert not (tmp_path / "none").exists()
    with pytest.raises(EmbedderMismatchError):
        add(folder, path, HashEmbedder("2"), finder)
    with open_writer(folder):
        with pytest.raises(IndexLockedError, match=f"进程 {os.getpid()}"):
            add(folder, path, HashEmbedder(), finder)
        with pytest.raises(IndexLockedError):
            remove(folder, ["wind"], HashEmbedder())
        assert listing(folder).questions == ()


def test_a_line_that_was_edited_badly_stops_a_build_before_it_begins(folder: Path, tokenizer: Path) -> None:
    _add(folder, (WIND, "2"))
    with (folder / "questions.jsonl").open("a", encoding="utf-8") as file:
        file.write("{\n")
    generation = Index.open(folder).manifest.generation
    for attempt in (lambda: _build(folder, tokenizer, NEW), lambda: _add(folder, ("挂灯有什么目的", "1"))):
        with pytest.raises(SourceError, match=r"questions\.jsonl 第 2 行"):
            attempt()
    assert Index.open(folder).manifest.generation == generation


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError(errno.ENOSPC, "no space")])
@pytest.mark.parametrize(
    "place",
    ["writing.new_staging", "writing.describe", "writing.write_beside", "generations._sync_tree"],
)
def test_an_interruption_leaves_index_and_questions_as_they_were(
    folder: Path, monkeypatch: pytest.MonkeyPatch, place: str, error: BaseException
) -> None:
    before = _add(folder, (WIND, "2"))
    stored = (folder / "questions.jsonl").read_bytes()

    def fail(*_: Any, **__: Any) -> Any:
        raise error

    with monkeypatch.context() as patched:
        patched.setattr(f"indexer.storage.{place}", fail)
        with pytest.raises(KeyboardInterrupt if isinstance(error, KeyboardInterrupt) else IndexFormatError):
            _add(folder, ("挂灯有什么目的", "1"))
    assert (folder / "questions.jsonl").read_bytes() == stored
    assert Index.open(folder).manifest.generation == before.generation
    assert not list(folder.glob("**/staging-*"))
    assert not list(folder.glob("*.new"))
    assert _add(folder, ("挂灯有什么目的", "1")).total == 2


def test_several_writers_lose_nothing(folder: Path) -> None:
    """Threads that add at the same time: those that find the index locked try again."""
    problems: list[BaseException] = []

    def write(number: int) -> None:
        path = folder.parent / f"{number}.tsv"
        path.write_text(f"问题甲乙丙{'丁' * number}\t{TITLE}\t2", encoding="utf-8")
        for _ in range(2000):
            try:
                add(folder, path, HashEmbedder(), finder)
            except IndexLockedError:
                time.sleep(0.005)
            except BaseException as error:  # noqa: BLE001 - handed to the test's own thread
                problems.append(error)
                return
            else:
                return
        problems.append(TimeoutError())

    writers = [threading.Thread(target=write, args=(number,)) for number in range(6)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert problems == []
    assert len(listing(folder).questions) == 6
    assert Index.open(folder).manifest.counts.own == 6
    assert len(list((folder / "generations").iterdir())) == 2


_KILLED = """
import sys, time
from pathlib import Path
from indexer.questions.own import add
from tests.indexer.builders import HashEmbedder
from tests.indexer.questions.test_own import finder
import indexer.storage.generations, indexer.storage.writing

module, _, name = sys.argv[3].partition(".")

def stop(*_, **__):
    print("here", flush=True)
    time.sleep(60)

setattr(getattr(indexer.storage, module), name, stop)
add(Path(sys.argv[1]), Path(sys.argv[2]), HashEmbedder(), finder)
"""


@pytest.mark.parametrize(
    ("place", "is_live"),
    [
        ("writing.new_staging", False),
        ("writing._share", False),
        ("writing.describe", False),
        ("writing.write_manifest", False),
        ("writing.write_beside", False),
        ("writing.publish", False),
        ("generations._sync_tree", False),
        ("generations.replace_file", False),
        ("writing.move_into_place", True),
        ("generations._remove_others", True),
    ],
)
def test_a_kill_leaves_a_whole_generation_and_the_same_command_again_finishes(
    folder: Path, place: str, *, is_live: bool
) -> None:
    before = _add(folder, ("挂灯有什么目的", "1"))
    path = _file(folder, (WIND, "2"))
    process = subprocess.Popen(
        [sys.executable, "-c", _KILLED, str(folder), str(path), place],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "here\n"
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    index = Index.open(folder)
    assert (index.manifest.generation != before.generation) is is_live
    assert list(index.check()) == []
    assert _marks(index, WIND) == (["第二条"] if is_live else [])
    index.close()
    done = add(folder, path, HashEmbedder(), finder)
    assert done.total == 2
    assert len(listing(folder).questions) == Index.open(folder).manifest.counts.own == 2
    assert not list(folder.glob("*.new"))
    after = _add(folder, ("挂灯出了事找谁", "3"))
    assert {path.name for path in (folder / "generations").iterdir()} == {done.generation, after.generation}
