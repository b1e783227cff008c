"""A line knows where its characters came from, and so does every piece of it."""

from indexer.structure.lines import Line
from indexer.types import Origin, SourceLine


def test_a_line_without_changes_counts_columns_from_one() -> None:
    line = Line("甲乙丙", SourceLine(7, "甲乙丙", page=2))
    assert line.origin(2) == Origin(7, 3, 2)


def test_runs_lead_over_deleted_characters() -> None:
    line = Line("甲乙丙", SourceLine(1, "甲  乙 丙"), ((0, 0), (1, 3), (2, 5)))
    assert [line.column(offset) for offset in range(3)] == [0, 3, 5]


def test_a_part_keeps_its_place_and_loses_surrounding_space() -> None:
    line = Line("甲。 乙丙", SourceLine(1, "甲。   乙丙"), ((0, 0), (3, 5)))
    part = line.part(2)
    assert part.text == "乙丙"
    assert [part.column(offset) for offset in range(2)] == [5, 6]


def test_an_empty_part_is_empty() -> None:
    assert Line("甲 ", SourceLine(1, "甲 ")).part(1).text == ""


def test_cells_are_split_at_tabs() -> None:
    assert Line("\t甲 \t乙", SourceLine(1, "\t甲 \t乙")).cells == ("", "甲", "乙")
