"""A reader's notes reach the documents that they are about, and none is lost."""

import pytest

from indexer.structure import parse
from indexer.structure.lines import Line
from indexer.structure.remarks import deal
from indexer.structure.split import Segment
from indexer.types import Dropped, Note, RawDocument, SourceLine


def segment(*lines: tuple[int, int | None]) -> Segment:
    """A segment of lines by number and page."""
    written = tuple(Line("文", SourceLine(number, "文", page)) for number, page in lines)
    return Segment("instrument", written, (None,) * len(written))


SEGMENTS = (segment((1, 1), (2, 2)), segment((3, 2), (4, 4)))
BOUNDS = ((0, 2), (3, 1 << 62))


@pytest.mark.parametrize(
    ("note", "documents"),
    [
        (Note("行", line=2), [0]),
        (Note("行", line=2, page=2), [0]),
        (Note("行", line=9), [1]),
        (Note("页", page=1), [0]),
        (Note("两份文件都有的页", page=2), [0, 1]),
        (Note("中间没有字的页", page=3), [1]),
        (Note("后面没有字的页", page=5), [0, 1]),
        (Note("全文件"), [0, 1]),
    ],
)
def test_a_note_goes_where_it_belongs(note: Note, documents: list[int]) -> None:
    dealt = deal((note,), SEGMENTS, BOUNDS)
    assert [place for place, notes in enumerate(dealt) if notes == (note,)] == documents


def test_segments_without_pages_and_without_lines() -> None:
    assert (
        deal((Note("页", page=1),), (segment((1, None)), segment()), ((0, 1), (2, 9))) == ((Note("页", page=1),),) * 2
    )


def test_what_the_reader_dropped_and_said_is_in_the_audit() -> None:
    lines = (SourceLine(1, "云岭省公园条例"), SourceLine(2, "第一条　长椅供人休息。"))
    dropped, note = Dropped(3, "|---|", "table separator"), Note("图片 1 处未作为正文读入")
    (document,) = parse(RawDocument("文.md", "text/markdown", lines, "0", (note,), (dropped,)))
    assert document.audit.notes == (note,)
    assert document.audit.dropped == (dropped,)
