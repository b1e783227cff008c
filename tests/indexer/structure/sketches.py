"""Documents of random structure, written out with the paths and kinds that a parse must find again.

A regulation has 编 分编 章 节 条 款 项 目, inserted articles and 附则, each level there or not; an official document
has 一、 （一） 1. （1）, levels skipped or not; either may have annexes, in which articles count anew.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import strategies as st

from indexer.numerals import chinese

STYLES = ("一、", "（一）", "1.", "（1）")
HEAD = ["# 临海省港口条例", "", "<!-- INFO END -->", ""]
SENTENCE = "港口应当依法登记，并向社会公示。"
LEVELS: tuple[tuple[str, ...], ...] = (
    (),
    ("章",),
    ("章", "节"),
    ("编", "章"),
    ("编", "章", "节"),
    ("编", "分编", "章"),
)


@dataclass
class Sketch:
    """A document as it is written.

    Attributes:
        lines: Its text.
        parts: Kind and path of every node, in order; titles and loose paragraphs are left out.
        headings: The lines of its divisions, as a table of contents repeats them.
    """

    lines: list[str] = field(default_factory=list)
    parts: list[tuple[str, str]] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The lines as one text."""
        return "\n".join(self.lines)

    def add(self, kind: str, path: str, line: str | None = None) -> None:
        """A node, and the line that it begins with unless that is another node's too."""
        self.parts.append((kind, path))
        if line is not None:
            self.lines.append(line)


@st.composite
def regulations(draw: st.DrawFn) -> Sketch:
    """Regulations with articles."""
    sketch = Sketch()
    levels = draw(st.sampled_from(LEVELS))
    article = _divisions(draw, sketch, levels, "", 0)
    has_tail: bool = draw(st.booleans())
    if levels and has_tail:
        sketch.add(levels[0], f"{levels[0]}附则", "附则")
        sketch.headings.append("附则")
        _article(draw, sketch, "", article + 1, 0)
    if len(sketch.headings) > 1 and draw(st.booleans()):
        sketch.lines[:0] = ["目录", "", *sketch.headings, ""]
    sketch.lines[:0] = HEAD
    _annexes(draw, sketch)
    return sketch


@st.composite
def official_documents(draw: st.DrawFn) -> Sketch:
    """Plans and notices with numbered paragraphs."""
    sketch = Sketch(["# 临海省港口工作方案", "", "为了做好港口工作，现就有关事项安排如下。"])
    _paragraphs(draw, sketch, "", 0)
    _annexes(draw, sketch)
    return sketch


def _divisions(draw: st.DrawFn, sketch: Sketch, levels: tuple[str, ...], above: str, article: int) -> int:
    """The divisions of the highest level and all in them; the number of the last article."""
    if not levels:
        for _ in range(draw(st.integers(1, 3))):
            article += 1
            _article(draw, sketch, "", article, 0)
            for suffix in range(1, draw(st.sampled_from([1, 1, 1, 2, 3]))):
                _article(draw, sketch, "", article, suffix)
        return article
    kind = levels[0]
    for number in range(1, draw(st.integers(1, 3)) + 1):
        path = f"{above}/{kind}{number}".lstrip("/")
        heading = f"第{chinese(number)}{kind} 第{number}部分的内容"
        sketch.add(kind, path, heading)
        sketch.headings.append(heading)
        article = _divisions(draw, sketch, levels[1:], path, article)
    return article


def _article(draw: st.DrawFn, sketch: Sketch, scope: str, number: int, suffix: int) -> None:
    path = f"{scope}{number}" + (f"_{suffix}" if suffix else "")
    sketch.add("条", path)
    mark = f"第{chinese(number)}条" + (f"之{chinese(suffix)} " if suffix else " ")
    for clause in range(1, draw(st.sampled_from([1, 1, 2, 3])) + 1):
        items = draw(st.sampled_from([0, 0, 2, 3, 11]))
        sketch.add("款", f"{path}/{clause}", mark + ("港口应当符合下列条件：" if items else SENTENCE))
        mark = ""
        for item in range(1, items + 1):
            points = draw(st.sampled_from([0, 0, 0, 2, 3]))
            end = "：" if points else _end(item, items)
            sketch.add("项", f"{path}/{clause}/{item}", f"（{chinese(item)}）有岸线{end}")
            for point in range(1, points + 1):
                end = _end(point, points) if item == items else "；"
                sketch.add("目", f"{path}/{clause}/{item}/{point}", f"{point}.有航道{end}")


def _end(place: int, count: int) -> str:
    return "。" if place == count else "；"


def _paragraphs(draw: st.DrawFn, sketch: Sketch, above: str, highest: int) -> None:
    """Numbered paragraphs; those that have others below them are short headings."""
    for number in range(1, draw(st.integers(2, 3)) + 1):
        style = STYLES[highest]
        printed = chinese(number) if "一" in style else str(number)
        mark = style.replace("一", printed).replace("1", printed)
        path = f"{above}/{mark.rstrip('、.')}".lstrip("/")
        below = draw(st.sampled_from([0, 0, 1, 1, 2])) if highest + 1 < len(STYLES) else 0
        next_level = highest + below
        sketch.add(style, path, mark + ("岸线的保护" if below and next_level < len(STYLES) else SENTENCE))
        if below and next_level < len(STYLES):
            _paragraphs(draw, sketch, path, next_level)


def _annexes(draw: st.DrawFn, sketch: Sketch) -> None:
    """Annexes with a title each: numbered paragraphs, or articles that count anew."""
    count = draw(st.sampled_from([0, 0, 1, 2]))
    for number in range(1, count + 1):
        sketch.add("附件", f"附件{number}", f"附件{number}" if count > 1 else "附件")
        sketch.lines.append("港口岸线保护规则")
        if draw(st.booleans()):
            _paragraphs(draw, sketch, f"附件{number}", 0)
        else:
            for article in range(1, draw(st.integers(1, 3)) + 1):
                _article(draw, sketch, f"附件{number}/", article, 0)
