"""A fictional gazette, set in two columns over several pages with a table across them, as a PDF."""

from __future__ import annotations

from pathlib import Path

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

SIZE = 10.5
LEADING = 17.0
WIDE = 22
"""Characters to a line of a column."""
COLUMNS = (56.0, 310.0)
TOP, BOTTOM = 740.0, 90.0
HEAD = "云岭省人民政府公报"
HEADER = ["序号", "任务", "责任单位", "完成时限"]
EDGES = (56.0, 110.0, 300.0, 430.0, 540.0)


class Press:
    """Sets paragraphs into the columns of pages, one after the other."""

    def __init__(self, path: Path) -> None:
        pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
        self.canvas = Canvas(str(path), pagesize=A4)
        self.page = 0
        self.turn()

    def turn(self) -> None:
        """Begins a page with its running head and its number, at the outer edge as in a book."""
        if self.page:
            self.canvas.showPage()
        self.page += 1
        self.column, self.y, self.top = 0, TOP, TOP
        self.canvas.setFont("STSong-Light", SIZE)
        self.canvas.drawCentredString(A4[0] / 2, 790, f"{HEAD}　2031年第2期")
        self.canvas.drawString(56 if self.page % 2 else 520, 50, f"· {self.page} ·")

    def title(self, text: str) -> None:
        """A title across both columns."""
        self.canvas.setFont("STSong-Light", 16)
        self.canvas.drawCentredString(A4[0] / 2, self.y, text)
        self.canvas.setFont("STSong-Light", SIZE)
        self.y -= 2 * LEADING
        self.top = self.y

    def paragraph(self, text: str) -> None:
        """A paragraph, its first line set in by two characters, flowing from column to column and page to page."""
        room = WIDE - 2
        while text:
            if self.y < BOTTOM:
                if self.column:
                    self.turn()
                else:
                    self.column, self.y = 1, self.top
            left = COLUMNS[self.column] + (WIDE - room) * SIZE
            self.canvas.drawString(left, self.y, text[:room])
            text, room = text[room:], WIDE
            self.y -= LEADING

    def table(self, rows: list[list[str]], *, first: float) -> None:
        """A ruled table over the whole width, its header on every page; '' in the first columns goes on from above."""
        y = first
        self._row(HEADER, y, is_last=True)
        for place, row in enumerate(rows):
            y -= 1.5 * LEADING
            if y < BOTTOM:
                self.turn()
                y = TOP
                self._row(HEADER, y, is_last=True)
                y -= 1.5 * LEADING
            below = rows[place + 1] if place + 1 < len(rows) else None
            is_last = below is None or bool(below[1]) or y - 1.5 * LEADING < BOTTOM
            self._row(row, y, is_last=is_last)
        self.y = y - 2 * LEADING

    def _row(self, cells: list[str], y: float, *, is_last: bool) -> None:
        foot, head = y - 8, y + 1.5 * LEADING - 8
        for place, cell in enumerate(cells):
            left, right = EDGES[place : place + 2]
            self.canvas.line(left, foot, left, head)
            self.canvas.line(right, foot, right, head)
            self.canvas.line(left, head, right, head) if cell or place != 1 else None
            if place != 1 or is_last:
                self.canvas.line(left, foot, right, foot)
            self.canvas.drawString(left + 3, y, cell)

    def save(self) -> None:
        """Writes the file."""
        self.canvas.save()
