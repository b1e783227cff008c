"""What holds for every format: one error class, one line, and limits."""

import hashlib
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.errors import SourceError
from indexer.sources import SUFFIXES, Limits, read

# Beginnings that lead the readers into their parsers.
STARTS = [
    b"",
    b"PK\x03\x04",
    b"PK\x05\x06" + b"\0" * 18,
    b"%PDF-1.7\n",
    b"<html>",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"| a |\n|-|\n",
]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(SUFFIXES)), st.sampled_from(STARTS), st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(suffix: str, start: bytes, rest: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, f"文{suffix}")
        path.write_bytes(start + rest)
        try:
            raw = read(path)
        except SourceError as refusal:
            message = str(refusal)
        else:
            message = ""
    if message:
        assert "\n" not in message
        assert f"文{suffix}" in message
        return
    assert raw.sha256 == hashlib.sha256(start + rest).hexdigest()
    for line in raw.lines:
        assert not set(line.text) & {"\n", "\r", "\0", "\f"}
    numbers = [line.number for line in raw.lines]
    assert numbers == sorted(numbers)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from([".txt", ".md", ".html"]), st.text(max_size=200))
def test_any_text_is_read_or_refused(suffix: str, text: str) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, f"文{suffix}")
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        try:
            raw = read(path)
        except SourceError:
            return
    if suffix == ".txt":
        kept = {character for line in raw.lines for character in line.text}
        assert {c for c in text if "\u4e00" <= c <= "\u9fff" or c.isalnum()} <= kept


@pytest.mark.parametrize("suffix", sorted(SUFFIXES))
def test_missing_empty_and_large_files(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"文{suffix}"
    with pytest.raises(SourceError, match="没有这个文件"):
        read(path)
    path.write_bytes(b"")
    with pytest.raises(SourceError, match="文件是空的"):
        read(path)
    path.write_bytes(b"x" * 2001)
    with pytest.raises(SourceError, match="文件超过上限"):
        read(path, Limits(bytes=2000))


def test_what_is_no_readable_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "夹.txt").mkdir()
    with pytest.raises(SourceError, match="这是文件夹"):
        read(tmp_path / "夹.txt")
    with pytest.raises(SourceError, match=r"不支持的文件格式：.*图.png"):
        read(tmp_path / "图.png")

    def refuse(*_: object) -> object:
        raise PermissionError

    (tmp_path / "密.txt").write_text("密", encoding="utf-8")
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(SourceError, match=r"没有权限读取：.*密.txt"):
        read(tmp_path / "密.txt")


def test_the_package_imports_no_parser() -> None:
    code = "import sys, indexer.sources; print(sorted({'docx', 'lxml', 'pypdfium2'} & set(sys.modules)))"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"
