"""Hostile files: each is refused in one clear Chinese line, soon, or read without harm; every limit can be set."""

from __future__ import annotations

import io
import random
import zipfile
import zlib
from dataclasses import fields
from pathlib import Path

import docx
import pytest

from indexer.errors import SourceError
from indexer.sources import SUFFIXES, Limits, read
from service.commands.indexing import source_limits
from service.settings import load_settings

pytestmark = pytest.mark.timeout(60)

LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
LAUGHS = f'<!DOCTYPE lolz [<!ENTITY l0 "哈哈哈哈">{LAUGHS}]>'
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def refused(path: Path, content: bytes, words: str, limits: Limits | None = None) -> None:
    """Writes a file and checks that reading it fails with one line that has the words and the path."""
    path.write_bytes(content)
    with pytest.raises(SourceError, match=words) as refusal:
        read(path, limits or Limits())
    message = str(refusal.value)
    assert "\n" not in message
    assert str(path) in message


def read_or_refused(path: Path, content: bytes) -> None:
    """Writes a file and reads it; if that fails, it is with one line that has the path."""
    path.write_bytes(content)
    message = ""
    try:
        read(path)
    except SourceError as refusal:
        message = str(refusal)
    assert not message or ("\n" not in message and str(path) in message)


def repacked(change: dict[str, bytes]) -> bytes:
    """A DOCX with the members given in the place of its own, or beside them."""
    plain, packed = io.BytesIO(), io.BytesIO()
    docx.Document().save(plain)
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in {*old.namelist(), *change}:
            new.writestr(name, change.get(name) or old.read(name))
    return packed.getvalue()


def pdf(*objects: bytes) -> bytes:
    """A PDF of the objects given, the first of them the catalogue."""
    content = b"%PDF-1.4\n"
    places = []
    for number, each in enumerate(objects, 1):
        places.append(len(content))
        content += b"%d 0 obj\n%b\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    tail = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, len(content))
    return content + head + table + tail


CATALOGUE = b"<< /Type /Catalog /Pages 2 0 R >>"
ONE_PAGE = (
    CATALOGUE,
    b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
)


FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"


def stream(content: bytes, filters: bytes = b"/FlateDecode", rounds: int = 1) -> bytes:
    for _ in range(rounds):
        content = zlib.compress(content, 9)
    return b"<< /Length %d /Filter %b >>\nstream\n%b\nendstream" % (len(content), filters, content)


def test_a_zip_bomb(tmp_path: Path) -> None:
    bomb = repacked({"word/media/image1.xml": b"\0" * 30_000_000})
    assert len(bomb) < 100_000
    refused(tmp_path / "弹.docx", bomb, "解压后有 3\\d{7} 字节，超过上限 20000000", Limits(decompressed=20_000_000))


def test_a_zip_that_understates_a_member(tmp_path: Path) -> None:
    bomb = bytearray(repacked({"word/document.xml": b" " * 1_000_000}))
    bomb = bytearray(bytes(bomb).replace((1_000_000).to_bytes(4, "little"), (1000).to_bytes(4, "little")))
    refused(tmp_path / "弹.docx", bytes(bomb), "已损坏")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("member", ["word/document.xml", "word/styles.xml", "[Content_Types].xml", "_rels/.rels"])
def test_billion_laughs_in_a_docx(tmp_path: Path, member: str, encoding: str) -> None:
    body = f'<w:document xmlns:w="{W}"><w:body><w:p><w:r><w:t>&l11;</w:t></w:r></w:p></w:body></w:document>'
    part = f'<?xml version="1.0" encoding="{encoding}"?>{LAUGHS}{body}'.encode(encoding)
    refused(tmp_path / "笑.docx", repacked({member: part}), "自行定义了 12 个实体，超过上限 0")


def test_billion_laughs_that_are_allowed_are_not_expanded(tmp_path: Path) -> None:
    part = f'<w:document xmlns:w="{W}"><w:body><w:p><w:r><w:t>第一条 甲&l11;</w:t></w:r></w:p></w:body></w:document>'
    path = tmp_path / "笑.docx"
    path.write_bytes(repacked({"word/document.xml": (LAUGHS + part).encode()}))
    try:
        text = "".join(line.text for line in read(path, Limits(entities=12)).lines)
    except SourceError:
        return
    assert len(text) < 1000


@pytest.mark.parametrize("name", ["笑.html", "笑.htm"])
def test_billion_laughs_in_a_page(tmp_path: Path, name: str) -> None:
    page = f"{LAUGHS}<html><body><p>甲&l11;</p></body></html>".encode()
    refused(tmp_path / name, page, "自行定义了 12 个实体，超过上限 0")
    assert sum(len(line.text) for line in read(tmp_path / name, Limits(entities=12)).lines) < 2000


@pytest.mark.parametrize("depth", [90, 1_000, 20_000])
def test_tables_inside_each_other_in_a_docx(tmp_path: Path, depth: int) -> None:
    row = "<w:tbl><w:tr><w:tc>"
    deep = row * depth + "<w:p><w:r><w:t>深</w:t></w:r></w:p>" + "</w:tc></w:tr></w:tbl>" * depth
    part = f'<w:document xmlns:w="{W}"><w:body>{deep}</w:body></w:document>'
    refused(
        tmp_path / "深.docx", repacked({"word/document.xml": part.encode()}), "嵌套超过 \\d+ 层", Limits(nesting=80)
    )


@pytest.mark.parametrize("unit", ["<div>", "<table><tr><td>", "<ul><li>", "<span>", "<font><b>"])
@pytest.mark.parametrize("suffix", [".html", ".md"])
def test_elements_inside_each_other(tmp_path: Path, unit: str, suffix: str) -> None:
    path = tmp_path / f"深{suffix}"
    path.write_text(unit * 50_000 + "深", encoding="utf-8")
    try:
        text = "".join(line.text for line in read(path).lines)
    except SourceError as refusal:
        assert "嵌套超过 500 层" in str(refusal)  # noqa: PT017 - either outcome is right
    else:
        assert text.endswith("深")


def test_a_claim_of_many_pages(tmp_path: Path) -> None:
    claim = (CATALOGUE, b"<< /Type /Pages /Kids [3 0 R] /Count 10000 >>", ONE_PAGE[2], stream(b"BT ET"), FONT)
    refused(tmp_path / "页.pdf", pdf(*claim), "PDF 有 10000 页，超过上限 5000 页")
    # Within the limit the claim is found out when the pages are asked for.
    refused(tmp_path / "页.pdf", pdf(*claim), "已损坏|没有文字", Limits(pages=20_000))


def test_pages_that_are_their_own_parents(tmp_path: Path) -> None:
    around = (CATALOGUE, b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 4 >>")
    refused(tmp_path / "环.pdf", pdf(*around), "损坏|没有文字")


@pytest.mark.parametrize(
    ("filters", "rounds"), [(b"/FlateDecode", 1), (b"[/FlateDecode /FlateDecode]", 2), (b"[/Fl]", 1)]
)
def test_a_stream_that_unpacks_without_end(tmp_path: Path, filters: bytes, rounds: int) -> None:
    bomb = pdf(*ONE_PAGE, stream(b" " * 30_000_000, filters, rounds), FONT)
    refused(tmp_path / "弹.pdf", bomb, "PDF 解压后超过上限 20000000 字节", Limits(decompressed=20_000_000))


def test_a_page_of_too_many_characters(tmp_path: Path) -> None:
    shown = b"BT /F1 12 Tf 50 700 Td " + b"(aaaaaaaaaaaaaaaaaaaa) Tj " * 3000 + b" ET"
    refused(
        tmp_path / "字.pdf", pdf(*ONE_PAGE, stream(shown), FONT), "一页超过上限 10000 字", Limits(characters=10_000)
    )
    # Not packed, the stream is not measured before; the characters are counted all the same.
    plain = b"<< /Length %d >>\nstream\n%b\nendstream" % (len(shown), shown)
    refused(tmp_path / "字.pdf", pdf(*ONE_PAGE, plain, FONT), "一页超过上限 10000 字", Limits(characters=10_000))
    assert len(read(tmp_path / "字.pdf", Limits(characters=60_000)).lines[0].text) > 10_000


def test_a_truncated_file(tmp_path: Path) -> None:
    whole = pdf(*ONE_PAGE, stream(b"BT /F1 12 Tf 50 700 Td (words) Tj ET"), FONT)
    packed = repacked({})
    for share in (0.05, 0.3, 0.6, 0.9, 0.99):
        for name, content in (("截.pdf", whole), ("截.docx", packed)):
            read_or_refused(tmp_path / name, content[: int(len(content) * share)])


@pytest.mark.parametrize("suffix", sorted(SUFFIXES))
@pytest.mark.parametrize("start", [b"", b"%PDF-1.7\n", b"PK\x03\x04", b"<html>", b"\xd0\xcf\x11\xe0"])
def test_random_bytes_under_every_suffix(tmp_path: Path, suffix: str, start: bytes) -> None:
    for seed in range(5):
        read_or_refused(tmp_path / f"乱{suffix}", start + random.Random(seed).randbytes(20_000))  # noqa: S311 - noise


@pytest.mark.parametrize("limit", [field.name for field in fields(Limits)])
def test_every_limit_is_a_setting(monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    monkeypatch.setenv(f"FATIAO_MAX_SOURCE_{limit.upper()}", "77")
    assert getattr(source_limits(load_settings()), limit) == 77
    monkeypatch.delenv(f"FATIAO_MAX_SOURCE_{limit.upper()}")
    assert source_limits(load_settings()) == Limits()
    documented = Path(__file__).parents[3] / "docs" / "settings.md"
    assert f"`FATIAO_MAX_SOURCE_{limit.upper()}`" in documented.read_text(encoding="utf-8")


def test_rows_of_a_table_beyond_reason(tmp_path: Path) -> None:
    path = tmp_path / "格.html"
    path.write_text("<table>" + "<tr><td colspan=1000 rowspan=1000>甲<td>乙" * 3000 + "</table>", encoding="utf-8")
    assert len(read(path).lines) == 3000


def test_an_encrypted_docx_is_not_called_damaged(tmp_path: Path) -> None:
    content = bytearray(repacked({}))
    # The flag of encryption in every entry of the central directory.
    at = content.find(b"PK\x01\x02")
    while at >= 0:
        content[at + 8] |= 1
        at = content.find(b"PK\x01\x02", at + 4)
    refused(tmp_path / "密.docx", bytes(content), "已加密")
    refused(tmp_path / "密.docx", b"\xd0\xcf\x11\xe0" + bytes(600), "已加密")
