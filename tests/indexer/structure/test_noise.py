"""Nothing that a file may hold makes a parse fail, hang or lose a character."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest

from indexer.errors import SourceError
from indexer.sources import SUFFIXES, read
from indexer.structure import parse
from indexer.structure.normalise import normalise, normalise_text
from indexer.types import RawDocument, SourceLine
from tests.indexer.structure.test_parsing import PIECES, check, cost_of

CASES = 5_000
MEDIA = ("text/plain", "text/markdown", "text/html", "application/pdf")
STARTS = (
    b"",
    b"",
    b"",
    b"# ",
    b"<html>",
    b"%PDF-1.7\n",
    b"PK\x03\x04",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    "第一条 ".encode(),
)
RANGES = ((0x20, 0x7F), (0x3000, 0x3020), (0x4E00, 0x9FFF), (0xFF01, 0xFF5E), (0, 0x10FFFF))


def _text(source: random.Random) -> str:
    """Up to twelve characters of one script, or of any."""
    first, last = source.choice(RANGES)
    return "".join(chr(source.randint(first, last)) for _ in range(source.randrange(12)))


def _noise(source: random.Random) -> RawDocument:
    texts = [
        "".join(source.choice(PIECES) if source.random() < 0.8 else _text(source) for _ in range(source.randrange(6)))
        for _ in range(source.randrange(1, 16))
    ]
    edges = [source.uniform(0, 300) for _ in texts]
    lines = tuple(
        SourceLine(number, text, level=source.choice((0, 0, 0, 1, 2)), left=left, right=left + 200, is_row="\t" in text)
        for number, (text, left) in enumerate(zip(texts, edges, strict=True), 1)
    )
    return RawDocument("a.txt", source.choice(MEDIA), lines, "")


def _characters(text: str) -> Counter[str]:
    return Counter("".join(text.split()))


def _check_nothing_lost(raw: RawDocument) -> None:
    """Every character of the normalised lines is in a document, or in a line that its account lists as left out."""
    printed = sum((_characters(line.text) for line in normalise(raw).lines), Counter[str]())
    kept: Counter[str] = Counter()
    for document in parse(raw):
        check(document)
        kept += _characters(document.text)
        for line in document.audit.dropped:
            if line.reason == "repeated table header":
                kept += _characters(normalise_text(line.text))
    assert kept == printed


@pytest.mark.slow
def test_ten_thousand_cases_of_noise(tmp_path: Path) -> None:
    source = random.Random(20310501)  # noqa: S311 - a test's noise, the same every time
    for _ in range(CASES):
        _check_nothing_lost(_noise(source))
    suffixes = sorted(SUFFIXES)
    refused = 0
    for _ in range(CASES):
        path = tmp_path / f"a{source.choice(suffixes)}"
        path.write_bytes(source.choice(STARTS) + source.randbytes(source.randrange(300)))
        try:
            raw = read(path)
        except SourceError:
            refused += 1
            continue
        for document in parse(raw):
            check(document)
    assert 0 < refused < CASES


@pytest.mark.slow
@pytest.mark.parametrize("pieces", [["港口岸线应当依法保护，任何人不得占用。"], PIECES], ids=["words", "marks"])
def test_a_line_of_twenty_megabytes_costs_in_proportion(pieces: list[str]) -> None:
    source = random.Random(20310501)  # noqa: S311 - a test's noise, the same every time
    unit = "".join(source.choices([piece for piece in pieces if "<!--" not in piece], k=1_000))

    def cost(megabytes: int) -> float:
        text = unit * (megabytes * 1_000_000 // len(unit.encode()))
        return cost_of(RawDocument("a.txt", "text/markdown", (SourceLine(1, text),), ""), times=1)

    cost(1)
    # Four times the size: the bound leaves room for a busy machine, none for a square (sixteen times).
    assert cost(20) < 8 * max(cost(5), 0.05)
