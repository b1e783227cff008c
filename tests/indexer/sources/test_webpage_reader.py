from pathlib import Path

import pytest

from indexer.errors import SourceError
from indexer.sources import Limits, read
from indexer.types import RawDocument


def page(folder: Path, body: str | bytes, name: str = "页.html") -> RawDocument:
    path = folder / name
    path.write_bytes(body if isinstance(body, bytes) else body.encode())
    return read(path)


def texts(raw: RawDocument) -> list[str]:
    return [line.text for line in raw.lines]


def test_blocks_levels_and_line_numbers(tmp_path: Path) -> None:
    raw = page(
        tmp_path,
        "<html><head><title>无</title></head><body>\n<h1>青桐市<br>公告</h1>\n<div>前言<p>第一条 <b>长椅</b>供\n"
        "人休息。</p>尾</div>\n<h3>附 则</h3><ul><li>甲</li></ul><ol start=3><li>乙<li>丙</ol></body></html>",
    )
    assert [(line.text, line.level, line.number) for line in raw.lines] == [
        ("青桐市", 1, 2),
        ("公告", 1, 2),
        ("前言", 0, 3),
        ("第一条 长椅供 人休息。", 0, 3),
        ("尾", 0, 3),
        ("附 则", 3, 5),
        ("甲", 0, 5),
        ("3. 乙", 0, 5),
        ("4. 丙", 0, 5),
    ]


def test_a_merged_cell_has_its_words_in_its_first_place(tmp_path: Path) -> None:
    raw = page(
        tmp_path,
        "<table><caption>收费表</caption><thead><tr><th>类别<th>项目<th>元</tr></thead>"
        "<tr><td rowspan=2>房屋<td>登记<p>新建</p><td>1</tr><tr><td>变更<td>2</tr>"
        "<tr><td colspan=2>合计<td>3</tr></table>后",
    )
    assert [(line.text, line.is_row) for line in raw.lines] == [
        ("收费表", False),
        ("类别\t项目\t元", True),
        ("房屋\t登记 新建\t1", True),
        ("\t变更\t2", True),
        ("合计\t\t3", True),
        ("后", False),
    ]


def test_a_table_that_lays_out_the_page_gives_lines(tmp_path: Path) -> None:
    raw = page(
        tmp_path,
        "<table><tr><td>导言<p>正文</p><table><tr><td>甲<td>乙</table></td></tr></table><table><tr><td>单栏</table>",
    )
    assert [(line.text, line.is_row) for line in raw.lines] == [
        ("导言", False),
        ("正文", False),
        ("甲\t乙", True),
        ("单栏", False),
    ]


def test_what_is_no_text_is_left_out_and_noted(tmp_path: Path) -> None:
    raw = page(
        tmp_path, "<nav>首页</nav><script>x</script>前<style>p{}</style>后<!-- 注 --><p>正文<script>y</script></p>"
    )
    assert texts(raw) == ["前后", "正文"]
    assert {note.text for note in raw.notes} == {
        "略去导航栏（nav）1 处",
        "略去脚本（script）2 处",
        "略去样式表（style）1 处",
    }


@pytest.mark.parametrize("charset", ["gb2312", "gbk", "GB18030", "big5"])
def test_the_page_states_its_encoding(tmp_path: Path, charset: str) -> None:
    text = f'<meta http-equiv="Content-Type" content="text/html; charset={charset}"><p>公告第一</p>'
    assert texts(page(tmp_path, text.encode(charset))) == ["公告第一"]


def test_entities_of_the_file_are_not_expanded(tmp_path: Path) -> None:
    bomb = '<?xml version="1.0"?><!DOCTYPE html [<!ENTITY a "XXXXXXXX"><!ENTITY b SYSTEM "file:///etc/hostname">]>'
    content = bomb + "<html><body><p>甲&a;&b;&nbsp;&#20057;</p></body></html>"
    with pytest.raises(SourceError, match="自行定义了 2 个实体，超过上限 0"):
        page(tmp_path, content)
    raw = read(tmp_path / "页.html", Limits(entities=2))
    assert "X" not in "".join(texts(raw))
    assert texts(raw)[-1].startswith("甲&a;")
    assert texts(raw)[-1].endswith("乙")


def test_a_long_text_is_not_cut_short(tmp_path: Path) -> None:
    raw = page(tmp_path, "<p>" + "长" * 4_000_000 + "</p>")
    assert len(raw.lines[0].text) == 4_000_000


@pytest.mark.parametrize("depth", [600, 3_000, 100_000])
def test_elements_too_deep_inside_each_other_are_refused(tmp_path: Path, depth: int) -> None:
    with pytest.raises(SourceError, match="嵌套超过 500 层"):
        page(tmp_path, "<div>" * depth + "深")
    path = tmp_path / "浅.htm"
    path.write_text("<div>" * 20 + "浅", encoding="utf-8")
    with pytest.raises(SourceError, match="嵌套超过 10 层"):
        read(path, Limits(nesting=10))
    assert texts(read(path)) == ["浅"]


@pytest.mark.parametrize("body", ["<html></html>", "<p> </p>", "<script>x</script>", "<!-- 空 -->"])
def test_a_page_without_words_is_refused(tmp_path: Path, body: str) -> None:
    with pytest.raises(SourceError, match="没有文字"):
        page(tmp_path, body)


def test_spans_beyond_reason_are_bounded(tmp_path: Path) -> None:
    raw = page(tmp_path, "<table><tr><td rowspan=99999999999>甲<td colspan=-3>乙</tr><tr><td>丙</table>")
    assert texts(raw) == ["甲\t乙", "丙\t"]
    raw = page(tmp_path, "<table><tr><td rowspan=70000>甲<td>乙</tr><tr><td>丙</table>")
    assert texts(raw) == ["甲\t乙", "\t丙"]
    raw = page(tmp_path, "<table>" + "<tr><td colspan=1000 rowspan=1000>甲<td>乙</tr>" * 2000 + "</table>")
    assert len(raw.lines) == 2000
