"""One table in five formats: the same rows, whatever the format repeats, merges and leaves out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from indexer.sources import read
from indexer.structure import parse

HEADER = ("任务", "序号", "责任单位", "完成时限")
PAGES = (
    (("修补长椅", "1", "园林局", "三月底"), ("", "2", "财政局", "四月底"), ("", "3", "公安局", "五月底")),
    (("", "4", "交通局", "六月底"), ("栽种树木", "5", "林业局", "七月底")),
    (("栽种花草", "6", "水利局", "八月底"), ("", "7", "园林局", "九月底")),
)
"""The rows of each page; an empty first cell is part of the merged cell above, on the page before if need be."""

EXPECTED = [
    ("修补长椅", "1", "园林局", "三月底"),
    ("修补长椅", "2", "财政局", "四月底"),
    ("修补长椅", "3", "公安局", "五月底"),
    ("修补长椅", "4", "交通局", "六月底"),
    ("栽种树木", "5", "林业局", "七月底"),
    ("栽种花草", "6", "水利局", "八月底"),
    ("栽种花草", "7", "园林局", "九月底"),
]


def every_row() -> list[tuple[str, ...]]:
    """The rows as printed, the header on each page."""
    return [row for page in PAGES for row in (HEADER, *page)]


def as_text(path: Path) -> Path:
    lines = ["公园任务清单", *("\t".join(row) for row in every_row())]
    return written(path.with_suffix(".txt"), "\n".join(lines))


def as_markdown(path: Path) -> Path:
    lines = ["# 公园任务清单", ""]
    for page in PAGES:
        lines += [f"| {' | '.join(HEADER)} |", "|---|---|---|---|", *(f"| {' | '.join(row)} |" for row in page), ""]
    return written(path.with_suffix(".md"), "\n".join(lines))


def html_table() -> str:
    rows = every_row()
    pieces = []
    for place, row in enumerate(rows):
        if row == HEADER:
            pieces.append("<tr>" + "".join(f"<th>{cell}</th>" for cell in row) + "</tr>\n")
            continue
        # A page's end divides a merged cell: what is left of it begins there, with the words again.
        begins = bool(row[0]) or rows[place - 1] == HEADER
        words = row[0] or "修补长椅"
        span = 1
        while place + span < len(rows) and not rows[place + span][0]:
            span += 1
        first = f"<td rowspan={span}>{words}</td>" if begins else ""
        pieces.append("<tr>" + first + "".join(f"<td>{cell}</td>" for cell in row[1:]) + "</tr>\n")
    return f"<table>\n{''.join(pieces)}</table>\n"


def as_html(path: Path) -> Path:
    return written(path.with_suffix(".html"), f"<h1>公园任务清单</h1>\n{html_table()}")


def as_html_in_markdown(path: Path) -> Path:
    return written(path.with_suffix(".md"), f"# 公园任务清单\n\n{html_table()}")


def as_word(path: Path) -> Path:
    document = docx.Document()
    document.add_heading("公园任务清单", 1)
    rows = every_row()
    table = document.add_table(rows=len(rows), cols=len(HEADER))
    for place, row in enumerate(rows):
        for column, words in enumerate(row):
            table.cell(place, column).text = words
        if row[0] == "":
            words = table.cell(place - 1, 0).text
            if rows[place - 1] == HEADER:
                table.cell(place, 0).text = "修补长椅"
            else:
                table.cell(place - 1, 0).merge(table.cell(place, 0)).text = words
    document.save(str(path.with_suffix(".docx")))
    return path.with_suffix(".docx")


def as_pdf(path: Path) -> Path:
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    canvas = Canvas(str(path.with_suffix(".pdf")), pagesize=A4)
    edges = (60, 180, 240, 400, 520)
    for number, page in enumerate(PAGES, 1):
        canvas.setFont("STSong-Light", 12)
        canvas.drawString(60, 800, f"云岭省人民政府公报　第{number}页")
        if number == 1:
            canvas.drawString(250, 740, "公园任务清单")
        rows = (HEADER, *page)
        foot = 720 - 30 * len(rows)
        for x in edges:
            canvas.line(x, 720, x, foot)
        for place, row in enumerate(rows):
            top = 720 - 30 * place
            # Over the cell that goes on from above there is no rule, but at a page's top there is.
            canvas.line(edges[0] if row[0] or place < 2 else edges[1], top, edges[-1], top)
            for x, words in zip(edges, row, strict=False):
                canvas.drawString(x + 4, top - 20, words)
        canvas.line(edges[0], foot, edges[-1], foot)
        canvas.drawString(290, 40, f"— {number} —")
        canvas.showPage()
    canvas.save()
    return path.with_suffix(".pdf")


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


FORMATS = [as_text, as_markdown, as_html, as_html_in_markdown, as_word, as_pdf]


@pytest.mark.parametrize("make", FORMATS, ids=lambda make: make.__name__.removeprefix("as_"))
def test_a_header_repeated_on_each_page_is_folded(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    (document,) = parse(read(make(tmp_path / "清单")))
    rows = [node.cells for node, _ in document.nodes if node.kind == "行" and node.cells is not None]
    assert [tuple(name for name, _ in row) for row in rows] == [HEADER] * len(EXPECTED)
    assert [tuple(value for _, value in row) for row in rows] == EXPECTED
    assert [node.number for node, _ in document.nodes if node.kind == "行"] == list("1234567")
    folded = [dropped.text for dropped in document.audit.dropped if dropped.reason == "repeated table header"]
    assert folded == ["\t".join(HEADER)] * 2
    assert document.audit.uncovered == 0


def test_tables_of_different_width_behind_each_other_are_two(tmp_path: Path) -> None:
    page = (
        "<h1>清单</h1><table><tr><th>名称<th>单位<tr><td>岸线<td></table>"
        "<table><tr><th>事项<th>机关<th>时限<tr><td>种树<td rowspan=2>园林局<td>三月<tr><td>养花<td></table>"
    )
    (document,) = parse(read(written(tmp_path / "表.html", page)))
    tables = [node for node, _ in document.nodes if node.kind == "表"]
    assert [node.path for node in tables] == ["表1", "表2"]
    assert [[row.cells for row in table.children] for table in tables] == [
        [(("名称", "岸线"), ("单位", None))],
        [
            (("事项", "种树"), ("机关", "园林局"), ("时限", "三月")),
            (("事项", "养花"), ("机关", "园林局"), ("时限", None)),
        ],
    ]
