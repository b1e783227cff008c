"""The figures of retrieval: the file is whole, the READMEs show it, and the runner tells what has changed."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from benchmarks import retrieval
from benchmarks.retrieval import FILE, MEASURES, READMES, Condition, Sheet, figures_of, judged, table, write_tables

SHEET = Sheet(FILE)
SAMPLE = next(condition for condition in SHEET.conditions if condition.name == "sample")
FIGURES = {name: {"mean": 0.5, "low": 0.4, "high": 0.61234} for name in MEASURES}
MARKS = "before\n\n<!-- retrieval -->\nold\n<!-- /retrieval -->\nafter\n"
_PRINTED = json.dumps({"hybrid": {"all": FIGURES}}).replace("{", "{{").replace("}", "}}")
PRINTS = f'{{python}} -c \'print("""{_PRINTED}""")\''


def condition(**changes: Any) -> Condition:
    """A condition that is measured without an index."""
    plain: dict[str, Any] = {"needs": None, "prepare": [], "command": PRINTS, "mode": "hybrid", "of": "all"}
    return replace(SAMPLE, **{"tolerance": 0.05, "expected": None, "intervals": None, **plain, **changes})


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with copies of the file and the READMEs, which the command line writes instead of the project's."""
    readmes = {language: Path(shutil.copy(path, tmp_path)) for language, path in READMES.items()}
    monkeypatch.setattr(retrieval, "FILE", Path(shutil.copy(FILE, tmp_path)))
    monkeypatch.setattr(retrieval, "READMES", readmes)
    return tmp_path


def doctor(here: Path, **changes: Any) -> None:
    """Changes the sample's entry in the copied file."""
    path = here / FILE.name
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    next(entry for entry in raw["conditions"] if entry["name"] == "sample").update(changes)
    path.write_text("# kept\n" + yaml.safe_dump(raw, allow_unicode=True, sort_keys=False), encoding="utf-8")


def run(here: Path, *arguments: str) -> int:
    return retrieval.main(["--work", str(here / "work"), "--only", "sample", *arguments])


def test_the_file_is_whole() -> None:
    names = [each.name for each in SHEET.conditions]
    assert len(names) == len(set(names))
    for each in SHEET.conditions:
        assert set(each.title) == set(READMES)
        assert set(each.prepare) <= set(SHEET.preparations)
        assert each.needs in {None, "corpus"}
        assert 0 < each.tolerance <= 0.05
        assert (each.expected is None) == (each.intervals is None)
        if each.expected is not None and each.intervals is not None:
            assert tuple(each.expected) == tuple(each.intervals) == MEASURES
            for name, (low, high) in each.intervals.items():
                assert 0 <= low <= each.expected[name] <= high <= 1


def test_accepting_changes_nothing_but_figures() -> None:
    assert SHEET.text() == FILE.read_text(encoding="utf-8")


def test_a_condition_that_needs_no_corpus_names_none() -> None:
    entries = [(each.needs, each.command) for each in SHEET.conditions]
    entries += [(each.needs, each.command) for each in SHEET.preparations.values()]
    assert all(needs == "corpus" for needs, command in entries if "{corpus}" in command)


def test_the_readmes_show_the_file(here: Path) -> None:
    assert run(here, "--table") == 0
    for path in READMES.values():
        assert (here / path.name).read_text(encoding="utf-8") == path.read_text(encoding="utf-8")


def test_the_sample_is_as_expected(here: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(here) == 0, capfd.readouterr()
    assert capfd.readouterr().out.startswith("OK       sample ")
    assert (here / FILE.name).read_bytes() == FILE.read_bytes()
    # What is there for the present model is not made anew; a doctored figure fails, and acceptance mends it.
    before = (here / "work" / "sample" / "CURRENT").stat().st_mtime_ns
    doctor(here, expected=dict.fromkeys(MEASURES, 0.01))
    assert run(here) == 1
    assert "FAIL     sample" in (told := capfd.readouterr().out)
    assert "instead of 0.010 ± 0.05" in told
    assert (here / "work" / "sample" / "CURRENT").stat().st_mtime_ns == before
    assert run(here, "--accept") == 0
    assert (here / FILE.name).read_text(encoding="utf-8").startswith("# kept\npreparations:")
    assert run(here) == 0


def test_what_was_made_of_something_else_is_made_anew_unless_it_is_reused(here: Path) -> None:
    doctor(here, prepare=["made"], command=PRINTS, of="all", expected=None, intervals=None)
    raw = yaml.safe_load((here / FILE.name).read_text(encoding="utf-8"))
    writes = "{python} -c 'import sys; print(1, file=open(sys.argv[1], \"a\"))' {work}/made"
    raw["preparations"].append(
        {"name": "made", "makes": "{work}/made", "needs": None, "inputs": ["{work}/input"], "command": writes}
    )
    (here / FILE.name).write_text(yaml.safe_dump(raw), encoding="utf-8")
    (here / "work").mkdir()
    made = here / "work" / "made"
    for given, arguments, times in (("a", (), 1), ("a", (), 1), ("b", ("--reuse",), 1), ("b", (), 2)):
        (here / "work" / "input").write_text(given, encoding="utf-8")
        assert run(here, *arguments) == 0
        assert made.read_text(encoding="utf-8") == "1\n" * times


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("{python} -c 'import sys; sys.exit(3)'", "its command ended with status 3"),
        ("{python} -c 'print(1, 2)'", "its command prints no JSON"),
        ("{python} -c 'print(dict())'", "its command prints no figures for hybrid, all"),
    ],
)
def test_a_command_without_figures_fails(
    here: Path, capfd: pytest.CaptureFixture[str], command: str, told: str
) -> None:
    doctor(here, prepare=[], command=command, of="all")
    before = (here / FILE.name).read_bytes()
    assert run(here, "--accept") == 1
    assert f"FAIL     sample                       {told}" in capfd.readouterr().out
    assert (here / FILE.name).read_bytes() == before


def test_a_failed_preparation_fails_the_condition(here: Path, capfd: pytest.CaptureFixture[str]) -> None:
    doctor(here, prepare=["gazette-questions"], command=PRINTS, of="all")
    path = here / FILE.name
    path.write_text(path.read_text(encoding="utf-8").replace("--set gazette", "--set none"), encoding="utf-8")
    assert run(here) == 1
    assert "the preparation gazette-questions ended with status 1" in capfd.readouterr().out
    assert not (here / "work" / "gazette-questions.stamp").exists()


def test_acceptance_writes_figures_and_the_table(here: Path, capfd: pytest.CaptureFixture[str]) -> None:
    doctor(here, prepare=[], command=PRINTS, of="all", expected=None, intervals=None)
    assert run(here) == 0
    assert capfd.readouterr().out.startswith("NEW ")
    assert "| 0.500 " not in (here / "README.md").read_text(encoding="utf-8")
    assert run(here, "--accept") == 0
    accepted = next(each for each in Sheet(here / FILE.name).conditions if each.name == "sample")
    assert accepted.expected == dict.fromkeys(MEASURES, 0.5)
    assert accepted.intervals == {name: [0.4, 0.612] for name in MEASURES}
    row = f"| {SAMPLE.title['zh']} | " + " | ".join(["0.500 (0.400–0.612)"] * 4) + " |\n"
    assert row in (here / "README.zh.md").read_text(encoding="utf-8")


def test_without_a_corpus_a_condition_is_skipped(here: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert retrieval.main(["--work", str(here / "work"), "--only", "plain", "--only", "gazette"]) == 0
    told = capfd.readouterr().out.splitlines()
    assert [line.split()[:2] for line in told] == [["SKIPPED", "plain"], ["SKIPPED", "gazette"]]
    assert "needs a corpus" in told[0]


def test_an_unknown_condition_is_told(here: Path) -> None:
    with pytest.raises(SystemExit, match="no condition 无"):
        run(here, "--only", "无")


@pytest.mark.parametrize(
    ("expected", "status"), [(0.5, "OK"), (0.45, "OK"), (0.55, "OK"), (0.44, "FAIL"), (0.56, "FAIL")]
)
def test_a_figure_may_differ_by_the_tolerance_either_way(expected: float, status: str) -> None:
    assert judged(condition(expected={"R@10": expected}), FIGURES).status == status


def test_figures_are_found_in_both_forms() -> None:
    row = {"condition": "all", "figures": FIGURES}
    assert figures_of({"mode": "hybrid", "rows": [row]}, condition()) == FIGURES
    assert figures_of({"kind": "plain", "hybrid": {"all": FIGURES}}, condition()) == FIGURES
    # Another mode, another row, a measure too few.
    assert figures_of({"mode": "lexical", "rows": [row]}, condition()) is None
    assert figures_of({"hybrid": {"all": FIGURES}}, condition(of="some")) is None
    assert figures_of({"hybrid": {"all": {"R@10": FIGURES["R@10"]}}}, condition()) is None


def test_the_table_stands_between_its_marks(tmp_path: Path) -> None:
    path = tmp_path / "README.md"
    path.write_text(MARKS, encoding="utf-8")
    conditions = [condition(), condition(expected=dict.fromkeys(MEASURES, 0.5))]
    write_tables(conditions, {"en": path})
    text = path.read_text(encoding="utf-8")
    assert text == MARKS.replace("old\n", table(conditions, "en"))
    # What was not measured has no row.
    assert text.count("| 0.500 ") == len(MEASURES)
    write_tables(conditions, {"en": path})
    assert path.read_text(encoding="utf-8") == text
    path.write_text("no marks", encoding="utf-8")
    with pytest.raises(SystemExit, match="no lines"):
        write_tables(conditions, {"en": path})
