import codecs
from pathlib import Path

import pytest

from indexer.errors import SourceError
from indexer.sources import read

TEXT = "青桐市公园管理办法\n\n第一条 公园里的长椅供人休息。\n"


def written(folder: Path, content: bytes, name: str = "文.txt") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("gb18030"),
        TEXT.encode("utf-16"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
        TEXT.encode("utf-32"),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace("\n", "\r").encode("gb18030"),
    ],
)
def test_encodings_and_line_ends(tmp_path: Path, content: bytes) -> None:
    raw = read(written(tmp_path, content))
    assert [(line.number, line.text) for line in raw.lines] == [
        (1, "青桐市公园管理办法"),
        (2, ""),
        (3, "第一条 公园里的长椅供人休息。"),
    ]
    assert raw.media_type == "text/plain"
    assert raw.notes == ()
    assert all(line.page is None and line.level == 0 and not line.is_row for line in raw.lines)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "文件是空的"),
        (b" \r\n\t\n", "文件是空的"),
        (codecs.BOM_UTF8, "文件是空的"),
        ("第一条".encode() + b"\0\0" + b"x", "第 9 字节是 NUL"),
        ("公园里的长椅".encode() * 20 + b"\xe4\xb8" + "供人休息".encode(), "第 360 字节不是有效的 UTF-8"),
        ("公园".encode("gb18030") * 3 + b"\xff\xff", "第 12 字节不是有效的 GB18030"),
        (codecs.BOM_UTF16_LE + b"\x00\xd8", "UTF-16"),
        (b"\x80\x81\x82\x83", "第 0 字节"),
        (b"\x01\x02\x03\xb0\xa1\x04\x05", "二进制"),
    ],
)
def test_what_is_no_text_is_refused(tmp_path: Path, content: bytes, words: str) -> None:
    with pytest.raises(SourceError, match=words) as refused:
        read(written(tmp_path, content))
    assert "\n" not in str(refused.value)
    assert "文.txt" in str(refused.value)


def test_invisible_characters_are_taken_out_and_counted(tmp_path: Path) -> None:
    raw = read(written(tmp_path, "第一\u200b条\x07 长椅\ufeff\u2028第二条".encode()))
    assert [line.text for line in raw.lines] == ["第一条 长椅", "第二条"]
    assert [note.text for note in raw.notes] == ["去掉了 3 个不可见的控制字符"]


def test_form_feeds_count_pages(tmp_path: Path) -> None:
    raw = read(written(tmp_path, "一页\n\f二页\n末\f三页".encode()))
    assert [(line.number, line.page, line.text) for line in raw.lines] == [
        (1, 1, "一页"),
        (2, 1, ""),
        (2, 2, "二页"),
        (3, 2, "末"),
        (3, 3, "三页"),
    ]


def test_tabs_stay(tmp_path: Path) -> None:
    raw = read(written(tmp_path, "事项\t单位\n\t市政\n".encode()))
    assert [line.text for line in raw.lines] == ["事项\t单位", "\t市政"]
