"""Files are parsed in processes; one that kills its process costs only itself, and nothing ever hangs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from indexer import workers
from indexer.sources import Limits
from indexer.workers import parse_file, parse_files

ROOT = Path(__file__).parents[2]


def _files(folder: Path, count: int) -> list[Path]:
    files = []
    for number in range(count):
        path = folder / f"第{number:02}号.md"
        path.write_text(f"# 云泽省第{number}号点灯办法\n\n第一条 第{number}盏灯应当明亮。\n", encoding="utf-8")
        files.append(path)
    return files


def test_an_unreadable_file_is_an_error_and_not_an_exception(tmp_path: Path) -> None:
    empty = tmp_path / "空.md"
    empty.write_bytes(b"")
    parsed = parse_file(empty)
    assert parsed.documents == ()
    assert parsed.error is not None
    assert parsed.error.code == "unreadable_source"
    assert "空.md" in parsed.error.message


def test_a_failing_parser_is_an_error_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> None:
        raise ValueError("two\nlines")

    monkeypatch.setattr("indexer.structure.parse", fail)
    parsed = parse_file(_files(tmp_path, 1)[0])
    assert parsed.error is not None
    assert parsed.error.code == "parse_failed"
    assert "\n" not in parsed.error.message
    assert "ValueError" in parsed.error.message


def test_processes_give_what_one_process_gives(tmp_path: Path) -> None:
    files = _files(tmp_path, 30)
    alone = dict(parse_files(files, 1))
    together = dict(parse_files(files, 2))
    assert list(alone) == list(range(30))
    assert together == alone


@pytest.mark.parametrize("processes", [1, 2])
def test_every_process_keeps_to_the_limits(tmp_path: Path, processes: int) -> None:
    files = _files(tmp_path, 10)
    files[3].write_text("# 云泽省点灯办法\n" + "灯" * 1000, encoding="utf-8")
    parsed = dict(parse_files(files, processes, Limits(bytes=1000)))
    assert [at for at in sorted(parsed) if parsed[at].error] == [3]
    error = parsed[3].error
    assert error is not None
    assert "超过上限" in error.message


def test_stopping_early_ends_the_processes(tmp_path: Path) -> None:
    import multiprocessing

    results = parse_files(_files(tmp_path, 40), 2)
    next(results)
    results.close()  # type: ignore[attr-defined]
    assert multiprocessing.active_children() == []


_DEADLY = """
import os, sys
from pathlib import Path
from indexer import workers

real = workers.parse_file

def deadly(path, limits):
    if path.name == sys.argv[2] and os.getppid() == int(os.environ["PARENT"]):
        os.kill(os.getpid(), 9)
    return real(path, limits)

workers.parse_file = deadly

if __name__ == "__main__":
    os.environ["PARENT"] = str(os.getpid())
    files = sorted(Path(sys.argv[1]).glob("*.md"))
    for at, parsed in sorted(workers.parse_files(files, 2), key=lambda result: result[0]):
        print(at, len(parsed.documents), parsed.error.code if parsed.error else "", flush=True)
"""


def test_a_file_that_kills_its_process_costs_only_itself(tmp_path: Path) -> None:
    _files(tmp_path, 30)
    script = tmp_path / "deadly.py"
    script.write_text(_DEADLY, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(script), str(tmp_path), "第11号.md"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    lines = done.stdout.splitlines()
    assert len(lines) == 30
    assert [line for line in lines if not line.endswith(" 1 ")] == ["11 0 parse_failed"]


def test_a_program_that_cannot_be_imported_again_still_gets_its_files(tmp_path: Path) -> None:
    _files(tmp_path, 20)
    # No guard: each worker would start workers of its own, which Python refuses, and the worker ends.
    program = (
        "import sys\nfrom pathlib import Path\nfrom indexer import workers\n"
        "files = sorted(Path(sys.argv[1]).glob('*.md'))\n"
        "print(len(list(workers.parse_files(files, 2))))\n"
    )
    script = tmp_path / "unguarded.py"
    script.write_text(program, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(script), str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert done.stdout.split() == ["20"]


def test_workers_end_with_their_parent(tmp_path: Path) -> None:
    _files(tmp_path, 60)
    program = (
        "import sys, time, multiprocessing\nfrom pathlib import Path\nfrom indexer import workers\n"
        "if __name__ == '__main__':\n"
        "    results = workers.parse_files(sorted(Path(sys.argv[1]).glob('*.md')), 2)\n"
        "    next(results)\n"
        "    print(*[child.pid for child in multiprocessing.active_children()], flush=True)\n"
        "    time.sleep(60)\n"
    )
    script = tmp_path / "parent.py"
    script.write_text(program, encoding="utf-8")
    parent = subprocess.Popen(
        [sys.executable, str(script), str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert parent.stdout is not None
    children = [int(pid) for pid in parent.stdout.readline().split()]
    assert len(children) == 2
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    deadline = time.monotonic() + 20
    while any(_alive(child) for child in children) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not any(_alive(child) for child in children)


def _alive(pid: int) -> bool:
    try:
        # The state follows the name, which stands in brackets; a zombie has ended.
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_small_jobs_start_no_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a pool was started")

    monkeypatch.setattr(workers, "_Pool", refuse)
    assert len(list(parse_files(_files(tmp_path, 3), 2))) == 3
