"""The corpus report: what it counts, and which files it calls the worst."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.structure import UNVERIFIED, File, measure, read_verified, report
from indexer.errors import SourceError

WHOLE = """云岭省长椅管理条例

第一条　为了管理长椅，制定本条例。

第二条　违反本条例第一条规定的，依照《无此一法》第九条处理。

第三条　违反本条例第七十条规定的，予以批评。
"""
BROKEN = """云岭省河灯管理条例

第一条　河灯由市人民政府管理。

第二条　河灯应当在水上燃放。

第五条　本条例自2031年3月1日起施行。
"""


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    for name, content in {
        "laws/长椅/长椅.md": WHOLE,
        "laws/河灯/旧/河灯.md": BROKEN,
        "gazettes/空.txt": "",
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return folder


def _cells(text: str, first: str) -> list[str]:
    (line,) = [line for line in text.splitlines() if line.startswith(f"| {first} |")]
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_every_folder_is_counted(corpus: Path) -> None:
    text = report(measure(corpus), "2031-01-01", {})
    assert _cells(text, "`laws/长椅`")[1:7] == ["1", "0", "1", "3", "100.0 %", "0"]
    assert _cells(text, "`laws/河灯`")[1:7] == ["1", "0", "1", "3", "0.0 %", "0"]
    assert _cells(text, "`gazettes`")[1:7] == ["1", "1", "0", "0", "–", "0"]
    assert _cells(text, "**all**")[1:7] == ["3", "1", "2", "6", "50.0 %", "0"]


def test_citations_are_counted_with_what_the_corpus_cannot_answer(corpus: Path) -> None:
    files = {file.path.name: file for file in measure(corpus)}
    bench = files["长椅.md"]
    assert bench.citations == 3
    assert bench.causes == {"法名不明": 1, "条款不存在": 1}
    assert files["河灯.md"].citations == 0
    assert _cells(report([bench], "2031-01-01", {}), "**all**")[7:12] == ["3", "66.7 %", "33.3 %", "0.0 %", "33.3 %"]


def test_the_worst_files_come_first_each_with_its_reason(corpus: Path) -> None:
    text = report(measure(corpus), "2031-01-01", {})
    worst = [line for line in text.split("## The worst files")[1].splitlines() if line.startswith("| `")]
    assert [line.split("`")[1] for line in worst] == ["gazettes/空.txt", "laws/河灯/旧/河灯.md", "laws/长椅/长椅.md"]
    assert "文件是空的：gazettes/空.txt" in worst[0]
    assert "missing 第三条; missing 第四条" in worst[1]
    assert "1 of 3 citations name a provision that is not there" in worst[2]
    assert str(corpus) not in text


def test_every_break_is_listed_with_what_was_read_in_the_source(corpus: Path, tmp_path: Path) -> None:
    table = tmp_path / "gaps.tsv"
    place = "laws/河灯/旧/河灯.md"
    rows = [
        ("file", "break", "verified reason"),
        (place, "missing 第三条", "not printed"),
        (place, "twice 第一条", "was"),
    ]
    table.write_text("".join("\t".join(row) + "\n" for row in rows), encoding="utf-8")
    text = report(measure(corpus), "2031-01-01", read_verified(table))
    breaks = text.split("## Numbering")[1].split("## The worst")[0]
    assert "2 breaks in 1 files; verified in the source: 1, not yet: 1." in breaks
    assert f"| `{place}` | missing 第三条 | not printed |" in breaks
    assert f"| `{place}` | missing 第四条 | {UNVERIFIED} |" in breaks
    assert f"| `{place}` | twice 第一条 |" in breaks.split("no longer found")[1]


def test_the_table_of_verified_breaks_is_whole() -> None:
    table = Path(__file__).parents[2] / "benchmarks" / "structure_gaps.tsv"
    verified = read_verified(table)
    assert len(verified) == len(table.read_text(encoding="utf-8").splitlines()) - 1
    assert all(file and fault and reason for (file, fault), reason in verified.items())


def test_at_most_twenty_files_are_listed_and_a_sound_one_never_is() -> None:
    files = [File(Path(f"{at}.md"), articles=1, uncovered=at) for at in range(30)]
    worst = report(files, "2031-01-01", {}).split("## The worst files")[1]
    assert worst.count("uncovered") == 20
    assert worst.index("`29.md`") < worst.index("`10.md`")
    assert "nothing is wrong" in report(files[:1], "2031-01-01", {})


def test_a_share_that_is_almost_whole_does_not_read_as_whole() -> None:
    files = [File(Path("a.md"), articles=1, breaks=["missing 第二条"] * (at == 0)) for at in range(5000)]
    assert _cells(report(files, "2031-01-01", {}), "**all**")[5] == "99.9 %"


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError):
        measure(tmp_path / "无")
