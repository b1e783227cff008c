"""Question files as people bring them: three forms, two encodings, and lines that are none of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.errors import SourceError
from indexer.questions.files import Submitted, read_file

QUESTION, LAW = "灯挂错了谁来管", "云泽省星灯管理条例"


def _write(folder: Path, name: str, text: str, encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def _record(**more: object) -> str:
    record: dict[str, object] = {"id": "q1", "query": QUESTION, "gold": [{"law": LAW, "article": "第三条"}]}
    return json.dumps(record | more, ensure_ascii=False)


ROW = (QUESTION, LAW, "第三条")
ONE = (Submitted(1, "", QUESTION, ((LAW, "第三条"),)),)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("log.tsv", "\t".join(ROW)),
        ("log.csv", ",".join(ROW)),
        ("log.csv", ",".join(f'"{cell}"' for cell in ROW) + "\r\n"),
        ("log.txt", "\t".join(ROW)),
        ("log", ",".join(ROW)),
        ("log.tsv", "\t".join((*ROW, "", "备注"))),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_table_is_read_in_any_form(tmp_path: Path, name: str, text: str, encoding: str) -> None:
    assert read_file(_write(tmp_path, name, text, encoding)) == (ONE, ())


@pytest.mark.parametrize("name", ["log.jsonl", "log.txt"])
def test_json_lines_are_read_with_their_ids(tmp_path: Path, name: str) -> None:
    text = f"{_record()}\n\n{_record(id=None)}\n{_record(id=7, gold=[{'law': LAW, 'article': '1'}] * 2)}\n"
    found, refused = read_file(_write(tmp_path, name, text))
    assert refused == ()
    assert [(each.line, each.id, each.gold) for each in found] == [
        (1, "q1", ((LAW, "第三条"),)),
        (3, "", ((LAW, "第三条"),)),
        (4, "7", ((LAW, "1"),)),
    ]


def test_headings_say_the_order_of_the_columns(tmp_path: Path) -> None:
    text = f"日期,条号,问题,法律\n2030-01-01,第三条,{QUESTION},{LAW}\n"
    found, _ = read_file(_write(tmp_path, "log.csv", text))
    assert found == (Submitted(2, "", QUESTION, ((LAW, "第三条"),)),)


def test_lines_are_those_of_the_file(tmp_path: Path) -> None:
    text = f'"灯挂错了\n谁来管",{LAW},3\n\n只有问题\n{QUESTION},{LAW},3\n'
    found, refused = read_file(_write(tmp_path, "log.csv", text))
    assert [(each.line, each.text) for each in found] == [(1, "灯挂错了 谁来管"), (5, QUESTION)]
    assert [each.line for each in refused] == [4]


def test_a_quotation_mark_in_tabs_is_somebodys_words(tmp_path: Path) -> None:
    text = f'"守灯人是谁\t{LAW}\t3\n{QUESTION}\t{LAW}\t3\n'
    found, refused = read_file(_write(tmp_path, "log.tsv", text))
    assert [each.text for each in found] == ['"守灯人是谁', QUESTION]
    assert refused == ()


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        "null",
        "7",
        '{"query": "问"}',
        '{"query": "问", "gold": [{"law": "甲"}]}',
        '{"query": 1, "gold": []}',
        '{"query": "问", "gold": [{"law": "甲", "article": 1}]}',
        '{"query": "问", "gold": 7}',
        "[" * 100_000,
    ],
)
def test_a_line_of_another_shape_is_refused_and_the_rest_is_read(tmp_path: Path, line: str) -> None:
    found, refused = read_file(_write(tmp_path, "log.jsonl", f"{_record()}\n{line}\n{_record()}\n"))
    assert [each.line for each in found] == [1, 3]
    assert [each.line for each in refused] == [2]
    assert refused[0].reason.startswith("格式不对")
    assert "\n" not in refused[0].reason


def test_a_missing_quotation_mark_stops_at_a_cell_too_long(tmp_path: Path) -> None:
    text = f'{QUESTION},{LAW},3\n"{QUESTION},{LAW},3\n' + f"{QUESTION},{LAW},3\n" * 20_000
    found, refused = read_file(_write(tmp_path, "log.csv", text))
    assert len(found) == 1
    assert [each.line for each in refused] == [2]


def test_a_question_is_read_as_a_query_is(tmp_path: Path) -> None:
    (found,), _ = read_file(_write(tmp_path, "log.tsv", f"燈掛錯了　１２天\t{LAW}\t3"))
    assert found.text == "灯挂错了 12天"


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="检查路径"):
        read_file(tmp_path / "none.tsv")
    with pytest.raises(SourceError, match="是空的"):
        read_file(_write(tmp_path, "empty.csv", "\n \n"))
    (tmp_path / "picture.csv").write_bytes(b"\x89PNG\0\0")
    with pytest.raises(SourceError, match="二进制"):
        read_file(tmp_path / "picture.csv")


@given(st.text(), st.sampled_from([".jsonl", ".tsv", ".csv", ""]))
def test_any_text_is_read_or_refused_line_by_line(
    tmp_path_factory: pytest.TempPathFactory, text: str, end: str
) -> None:
    path = tmp_path_factory.mktemp("any") / f"file{end}"
    path.write_bytes(text.encode("utf-8", "replace"))
    try:
        found, refused = read_file(path)
    except SourceError:
        return
    lines = text.count("\n") + text.count("\r") + 1
    assert all(1 <= number <= lines for number in [each.line for each in found] + [each.line for each in refused])
