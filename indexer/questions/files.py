"""Question files that users bring: JSON Lines as ``fatiao evaluate`` reads them, or tables with the same columns."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from indexer.citation.query import clean
from indexer.errors import SourceError
from indexer.sources.decoding import decode

_COLUMNS = (
    {"question", "query", "问题", "咨询", "咨询内容"},
    {"law", "法律", "法规", "法律名称", "文件", "文件名称"},
    {"article", "条", "条号", "条文", "法条"},
)
_SEPARATORS = {".tsv": "\t", ".csv": ","}
_LINES = {".jsonl", ".json"}


class _Unquoted(csv.excel_tab):
    """Tab-separated without quoting: a quotation mark is somebody's words there."""

    quoting = csv.QUOTE_NONE


@dataclass(frozen=True, slots=True)
class Submitted:
    """A question that a user brings.

    Attributes:
        line: Where it begins in the file, counted from 1.
        id: The user's own id for it; empty where there is none.
        text: The question in simplified characters and single spaces.
        gold: Law and article, as the user names them.
    """

    line: int
    id: str
    text: str
    gold: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """A line that is not accepted, and why, in one Chinese line."""

    line: int
    reason: str


def read_file(path: Path) -> tuple[tuple[Submitted, ...], tuple[Refused, ...]]:
    """Reads a question file.

    The suffix tells the form (``.jsonl``, ``.tsv``, ``.csv``), else the first line does. A table may begin with a
    line of headings, which then say the columns' order.

    Args:
        path: The file, in UTF-8 or GB 18030.

    Returns:
        The questions, and the lines that have another shape.

    Raises:
        SourceError: The file cannot be read, or holds nothing.
    """
    try:
        text = decode(path.read_bytes(), str(path))
    except OSError as error:
        raise SourceError(f"问题文件 {path} 读不出来（{error.strerror}）：请检查路径和权限") from error
    first = next((line for line in text.split("\n") if line.strip()), None)
    if first is None:
        raise SourceError(f"问题文件 {path} 是空的：请写明问题、法律和条号")
    suffix = path.suffix.lower()
    if suffix in _LINES or (suffix not in _SEPARATORS and first.lstrip().startswith("{")):
        found = _from_json(text)
    else:
        separator = _SEPARATORS.get(suffix) or ("\t" if "\t" in first else ",")
        found = _from_table(text, separator)
    submitted: list[Submitted] = []
    refused: list[Refused] = []
    for each in found:
        if isinstance(each, Refused):
            refused.append(each)
        else:
            submitted.append(each)
    return tuple(submitted), tuple(refused)


def _from_json(text: str) -> Iterator[Submitted | Refused]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
            id_, query, listed = record.get("id", ""), record["query"], record["gold"]
            gold = [(item["law"], item["article"]) for item in listed]
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            yield Refused(number, '格式不对：应为 {"id":…,"query":…,"gold":[{"law":…,"article":…}]}')
            continue
        if not (isinstance(query, str) and all(isinstance(name, str) for pair in gold for name in pair)):
            yield Refused(number, "格式不对：query、law、article 都应是文字")
        else:
            yield Submitted(number, str(id_ or "").strip(), plain(query), tuple(dict.fromkeys(gold)))


def _from_table(text: str, separator: str) -> Iterator[Submitted | Refused]:
    dialect: type[csv.Dialect] = _Unquoted if separator == "\t" else csv.excel
    reader = csv.reader(io.StringIO(text, newline=""), dialect)
    columns: tuple[int, ...] | None = None
    line = 1
    while True:
        try:
            row = [cell.strip() for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error:
            yield Refused(line, "格式不对：一格的内容过长，可能缺了一个引号")
            return
        if any(row):
            if columns is None:
                headings = _headings(row)
                columns = headings or (0, 1, 2)
                if headings:
                    line = reader.line_num + 1
                    continue
            cells = [row[at] if at < len(row) else "" for at in columns]
            if not all(cells):
                yield Refused(line, "格式不对：应有问题、法律、条号三列")
            else:
                yield Submitted(line, "", plain(cells[0]), ((cells[1], cells[2]),))
        line = reader.line_num + 1


def _headings(row: list[str]) -> tuple[int, ...] | None:
    """The places of question, law and article in a line of headings; None for a line of another kind."""
    places = [[at for at, cell in enumerate(row) if cell.lower() in names] for names in _COLUMNS]
    return tuple(found[0] for found in places) if all(places) else None


def plain(question: str) -> str:
    """A question as a query is read: half-width digits and letters, simplified characters, single spaces."""
    return " ".join(clean(question).split())
