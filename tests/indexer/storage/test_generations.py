"""Whatever interrupts a writer, the index before it stays whole and answers; one writer at a time."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from indexer.errors import IndexFormatError, IndexLockedError, IndexMissingError
from indexer.storage import Index, open_writer
from indexer.storage.generations import replace_file
from tests.indexer.builders import contents, fictional_law


def _write(folder: Path, tokenizer: Path, articles: int) -> str:
    with open_writer(folder) as writer:
        return writer.write(contents([fictional_law(articles=articles)], tokenizer)).generation


def _generations(folder: Path) -> set[str]:
    return {path.name for path in (folder / "generations").iterdir()}


def test_the_same_content_is_the_same_generation_byte_for_byte(tmp_path: Path, tokenizer: Path) -> None:
    first, second = (_write(tmp_path / name, tokenizer, 5) for name in ("a", "b"))
    assert first == second
    files = [
        {path.name: path.read_bytes() for path in (tmp_path / name / "generations" / first).iterdir()}
        for name in ("a", "b")
    ]
    assert files[0] == files[1]
    assert _write(tmp_path / "c", tokenizer, 6) != first


def test_writing_the_same_again_changes_nothing(tmp_path: Path, tokenizer: Path) -> None:
    generation = _write(tmp_path, tokenizer, 5)
    created = Index.open(tmp_path).manifest.created
    assert _write(tmp_path, tokenizer, 5) == generation
    assert _generations(tmp_path) == {generation}
    assert Index.open(tmp_path).manifest.created == created


def test_the_previous_generation_is_kept_and_older_ones_go(tmp_path: Path, tokenizer: Path) -> None:
    written = [_write(tmp_path, tokenizer, articles) for articles in (4, 5, 6)]
    assert (tmp_path / "CURRENT").read_text().strip() == written[-1]
    assert _generations(tmp_path) == set(written[1:])


def test_going_back_to_an_earlier_content(tmp_path: Path, tokenizer: Path) -> None:
    written = [_write(tmp_path, tokenizer, articles) for articles in (4, 5, 4)]
    assert written[0] == written[2] == Index.open(tmp_path).manifest.generation
    assert _generations(tmp_path) == {written[1], written[2]}


def test_a_damaged_generation_of_the_same_content_is_repaired(tmp_path: Path, tokenizer: Path) -> None:
    generation = _write(tmp_path, tokenizer, 5)
    catalog = tmp_path / "generations" / generation / "catalog.sqlite"
    catalog.write_bytes(b"\0" * catalog.stat().st_size)
    with pytest.raises(IndexFormatError):
        Index.open(tmp_path)
    assert _write(tmp_path, tokenizer, 5) == generation
    assert list(Index.open(tmp_path).check()) == []
    assert _generations(tmp_path) == {generation}


def test_debris_is_removed_by_the_next_writer(tmp_path: Path, tokenizer: Path) -> None:
    first = _write(tmp_path, tokenizer, 5)
    (tmp_path / "generations" / "staging-1").mkdir()
    (tmp_path / "generations" / "staging-1" / "half").write_bytes(b"x")
    (tmp_path / "generations" / "orphan").mkdir()
    (tmp_path / "CURRENT.new").write_text("nonsense")
    second = _write(tmp_path, tokenizer, 6)
    assert _generations(tmp_path) == {first, second}
    assert not (tmp_path / "CURRENT.new").exists()


class _Stop(BaseException):
    """As Ctrl-C: not an Exception."""


@pytest.mark.parametrize("error", [_Stop(), OSError(errno.ENOSPC, "no space"), RuntimeError("faiss: write error")])
@pytest.mark.parametrize(
    "place",
    [
        "writing.new_staging",
        "writing.build_lexical",
        "writing.write_catalog",
        "writing.build_vectors",
        "writing.describe",
        "writing.write_manifest",
        "generations._sync_tree",
        "generations.replace_file",
        "generations.sync_folder",
    ],
)
def test_an_interruption_anywhere_leaves_the_index_as_it_was(
    tmp_path: Path, tokenizer: Path, monkeypatch: pytest.MonkeyPatch, place: str, error: BaseException
) -> None:
    before = _write(tmp_path, tokenizer, 4)

    def fail(*_: Any, **__: Any) -> Any:
        raise error

    with monkeypatch.context() as patched:
        patched.setattr(f"indexer.storage.{place}", fail)
        with pytest.raises(_Stop if isinstance(error, _Stop) else IndexFormatError):
            _write(tmp_path, tokenizer, 5)
    index = Index.open(tmp_path)
    assert index.manifest.generation == before
    assert list(index.check()) == []
    after = _write(tmp_path, tokenizer, 5)
    assert _generations(tmp_path) == {before, after}


def test_an_interrupted_first_build_leaves_no_index(
    tmp_path: Path, tokenizer: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> Any:
        raise OSError(errno.ENOSPC, "no space")

    with monkeypatch.context() as patched:
        patched.setattr("indexer.storage.writing.write_manifest", fail)
        with pytest.raises(IndexFormatError, match="磁盘空间"):
            _write(tmp_path, tokenizer, 5)
    with pytest.raises(IndexMissingError):
        Index.open(tmp_path)


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(IndexFormatError, match="换一个目录"), open_writer(tmp_path / "file" / "index"):
        pass


def test_a_second_writer_is_told_who_the_first_is(tmp_path: Path, tokenizer: Path) -> None:
    with open_writer(tmp_path), pytest.raises(IndexLockedError, match=f"进程 {os.getpid()}"), open_writer(tmp_path):
        pass
    _write(tmp_path, tokenizer, 4)


def test_a_lock_whose_holder_has_died_is_no_lock(tmp_path: Path, tokenizer: Path) -> None:
    (tmp_path / "LOCK").write_text(json.dumps({"pid": 1, "host": "elsewhere", "started": "2020-01-01T00:00:00"}))
    _write(tmp_path, tokenizer, 4)


def test_readers_need_no_lock(tmp_path: Path, tokenizer: Path) -> None:
    _write(tmp_path, tokenizer, 4)
    with open_writer(tmp_path):
        assert len(Index.open(tmp_path).documents) == 1


def test_the_pointer_is_never_seen_half_written(tmp_path: Path) -> None:
    path = tmp_path / "CURRENT"
    values = [bytes([letter]) * 4096 for letter in b"ab"]
    replace_file(path, values[0])
    stop = threading.Event()
    seen: set[bytes] = set()

    def read() -> None:
        while not stop.is_set():
            seen.add(path.read_bytes())

    reader = threading.Thread(target=read)
    reader.start()
    for turn in range(200):
        replace_file(path, values[turn % 2])
    stop.set()
    reader.join()
    assert seen <= set(values)


def test_readers_open_whole_generations_while_a_writer_publishes(tmp_path: Path, tokenizer: Path) -> None:
    _write(tmp_path, tokenizer, 4)
    stop = threading.Event()
    problems: list[str] = []

    def read() -> None:
        while not stop.is_set():
            try:
                index = Index.open(tmp_path)
                if index.unit(0).text[:1] != "第" or len(index.clauses_of(0)) != 1:
                    problems.append("wrong answer")
            except BaseException as error:  # noqa: BLE001 - handed to the test's own thread
                problems.append(repr(error))

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for articles in range(5, 20):
        _write(tmp_path, tokenizer, articles)
    stop.set()
    for reader in readers:
        reader.join()
    assert problems == []


_KILLED = """
import sys
from pathlib import Path
from indexer.storage import open_writer
from tests.indexer.builders import contents, fictional_law
folder, tokenizer, articles = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
what = contents([fictional_law(articles=articles)], tokenizer)
print("ready", flush=True)
sys.stdin.readline()
with open_writer(folder) as writer:
    writer.write(what)
"""


def test_kill_at_any_moment_leaves_an_index_that_opens_and_answers(tmp_path: Path, tokenizer: Path) -> None:
    folder = tmp_path / "index"
    _write(folder, tokenizer, 4)
    root = Path(__file__).parents[3]
    started = time.perf_counter()
    _write(tmp_path / "timed", tokenizer, 40)
    lasts = time.perf_counter() - started
    before = Index.open(folder).documents[0].articles
    for turn in range(12):
        articles = 30 + turn
        command = [sys.executable, "-c", _KILLED, str(folder), str(tokenizer), str(articles)]
        process = subprocess.Popen(
            command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=os.environ | {"PYTHONPATH": str(root)}
        )
        assert process.stdout is not None
        assert process.stdin is not None
        assert process.stdout.readline() == b"ready\n"
        process.stdin.write(b"\n")
        process.stdin.flush()
        time.sleep(lasts * turn / 11)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdin.close()
        process.stdout.close()
        index = Index.open(folder)
        assert index.documents[0].articles in {before, articles + 1}
        before = index.documents[0].articles
        assert index.lexical.search("守灯人", 3)[0].size >= 2
        assert list(index.check()) == []
        index.close()
    last = _write(folder, tokenizer, 50)
    assert last in _generations(folder)
    assert len(_generations(folder)) <= 2
