"""``fatiao parse`` and ``fatiao index``: documents in, an index out."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.commands.asking import IndexOption

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indexer.pipeline import Limits
    from indexer.reporting import BuildReport, Progress
    from indexer.storage import Index
    from indexer.types import Document, Node, Note
    from service.retrieval import LawSummary, Library
    from service.settings import Settings

JsonOption = Annotated[bool, typer.Option("--json", help="输出 JSON，给程序用。")]
_OUTLINE_WIDTH = 60
_SHOWN_SKIPS = 20
_PAGE = 1000
_MIB = 1024 * 1024


class ParseFormat(StrEnum):
    """What ``fatiao parse`` prints."""

    tree = "tree"
    json = "json"
    audit = "audit"


def parse(
    paths: Annotated[list[str], typer.Argument(metavar="PATH…", help="文件、文件夹或通配符。")],
    *,
    output: Annotated[
        ParseFormat, typer.Option("--format", help="tree 看结构，json 每行一个文书，audit 看修补与缺漏。")
    ] = ParseFormat.tree,
) -> int:
    """解析文书结构：编章节条款项目、表格、文号与日期；不建索引。"""
    from indexer.document_json import document_json, error_json
    from indexer.pipeline import parse_paths
    from service.settings import load_settings

    status = 0
    for parsed in parse_paths(paths, limits=source_limits(load_settings())):
        if parsed.error is not None:
            status = 2
            if output is ParseFormat.json:
                _print_line(error_json(parsed.source, parsed.error))
            else:
                typer.echo(f"fatiao: {parsed.error.message}", err=True)
        for document in parsed.documents:
            if output is ParseFormat.json:
                _print_line(document_json(document, parsed.source))
            else:
                lines = _tree(document) if output is ParseFormat.tree else _audit(document)
                typer.echo("\n".join(lines) + "\n")
    return status


def _print_line(body: object) -> None:
    """One JSON object on one line."""
    typer.echo(json.dumps(body, ensure_ascii=False, separators=(",", ":")))


def _facts(document: Document) -> Iterator[str]:
    """A document's head: its title, then its facts in one line."""
    yield f"《{document.title}》"
    facts = [document.kind, document.number, "、".join(document.issuers), document.region]
    for label, day in (("通过", document.adopted), ("公布", document.published), ("施行", document.effective)):
        facts.append(f"{label} {day.isoformat()}" if day else None)
    yield "  " + " · ".join(fact for fact in facts if fact)
    yield f"  编号 {document.id}"


def _tree(document: Document) -> Iterator[str]:
    """An outline with an indented line a node."""
    yield from _facts(document)
    for node, ancestors in document.nodes:
        yield f"{'  ' * (len(ancestors) + 1)}{_label(node)} {_first_words(document, node)}".rstrip()


def _label(node: Node) -> str:
    """Kind and number of a node."""
    return f"[{node.kind}{' ' + node.number if node.number else ''}]"


def _first_words(document: Document, node: Node) -> str:
    """A node's heading, or the beginning of its text where it has no parts below it."""
    if node.heading:
        return node.heading
    text = " ".join(document.slice(node.span).split())
    if node.children and node.kind not in {"题", "款", "项"}:
        return ""
    return text if len(text) <= _OUTLINE_WIDTH else text[:_OUTLINE_WIDTH] + "…"


def _audit(document: Document) -> Iterator[str]:
    """The account of a parse, a line a finding."""
    audit = document.audit
    yield from _facts(document)
    yield f"  非空白字符 {audit.characters}，未归入结构 {audit.uncovered}"
    for label, numbers in (("缺号", audit.missing), ("重号", audit.duplicate), ("乱序", audit.out_of_order)):
        if numbers:
            yield f"  {label}：{'、'.join(numbers)}"
    for dropped in audit.dropped:
        yield f"  略去 第 {dropped.line} 行（{dropped.reason}）：{dropped.text.strip()}"
    for repair in audit.repairs:
        first, last = repair.at
        lines = f"第 {first} 行" if first == last else f"第 {first}–{last} 行"
        yield f"  修补 {lines}（{repair.kind}）{'：' + repair.detail if repair.detail else ''}"
    for note in audit.notes:
        yield f"  说明{_place(note)}：{note.text}"


def _place(note: Note) -> str:
    """Page and line of a reader's note, where it has them."""
    page = f" 第 {note.page} 页" if note.page is not None else ""
    return f"{page} 第 {note.line} 行" if note.line is not None else page


def build(
    sources: Annotated[list[str], typer.Argument(metavar="SOURCE…", help="文件、文件夹或通配符。")],
    *,
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> int:
    """建立索引：读入文书，识别结构，计算向量，写成索引文件夹；中途中断不影响原有索引。"""
    from indexer.pipeline import build as build_index
    from service.models import embedder_of
    from service.retrieval.presentation import plain
    from service.settings import load_settings

    settings = load_settings(index=index)
    with build_progress() as progress:
        embedder = embedder_of(settings)
        report = build_index(sources, settings.index, embedder, progress, limits=source_limits(settings))
    if as_json:
        _print_line(plain(report))
    else:
        for line in _report_lines(report, settings.index):
            typer.echo(line)
    return 0


def source_limits(settings: Settings) -> Limits:
    """What a file may be at most, as the settings have it."""
    from indexer.pipeline import Limits

    return Limits(
        bytes=settings.max_source_bytes,
        pages=settings.max_source_pages,
        decompressed=settings.max_source_decompressed,
        nesting=settings.max_source_nesting,
        entities=settings.max_source_entities,
        pixels=settings.max_source_pixels,
        characters=settings.max_source_characters,
    )


@contextmanager
def build_progress() -> Iterator[Progress]:
    """A bar on a terminal, lines otherwise, with the stages' Chinese names."""
    from indexer.reporting import STAGES, Stage
    from service.progress import progress_bars

    with progress_bars(sys.stderr) as show:

        def report(stage: Stage, done: int, total: int) -> None:
            show(STAGES[stage], done, total)

        yield report


def _report_lines(report: BuildReport, folder: Path) -> Iterator[str]:
    """What a build did, as sentences."""
    yield (
        f"已建立索引 {folder}：文件 {report.files}，文书 {report.documents}，条文 {report.articles}，"
        f"检索单元 {report.units}，分句 {report.clauses}，引用 {report.links}（已解析 {report.resolved}），"
        f"用时 {sum(report.seconds.values()):.1f} 秒"
    )
    if report.own or report.unanswered:
        idle = f"；另有 {len(report.unanswered)} 个的条文不在索引里或已改写" if report.unanswered else ""
        yield f"自带问题 {report.own} 个{idle}（fatiao questions list）"
    lists = (
        ("重复的文件 {} 个，只保留一份：", [f"  {copy} 与 {kept} 相同" for kept, copy in report.duplicates]),
        ("编号相同而内容不同的文书 {} 件，后者加序号：", [f"  {old} → {new}" for old, new in report.renamed]),
        ("略过 {} 个：", [f"  {path}：{reason}" for path, reason in report.skipped]),
        ("未能读取 {} 个：", [f"  {path}：{reason}" for path, reason in report.errors]),
    )
    for title, lines in lists:
        if lines:
            yield title.format(len(lines))
            yield from _few(lines)


def _few(lines: list[str]) -> Iterator[str]:
    """The first lines of a list, and how many more there are."""
    yield from lines[:_SHOWN_SKIPS]
    if len(lines) > _SHOWN_SKIPS:
        yield f"  …… 另有 {len(lines) - _SHOWN_SKIPS} 个，用 --json 查看全部"


def _open(index: Path | None) -> Index:
    """The index that options and settings name."""
    from indexer.storage import Index as Opened
    from service.settings import load_settings

    return Opened.open(load_settings(index=index).index)


def list_documents(*, index: IndexOption = None, as_json: JsonOption = False) -> int:
    """列出索引中的文书。"""
    from service.retrieval import Library
    from service.retrieval.presentation import plain

    laws = list(_all_laws(Library(_open(index))))
    if as_json:
        for law in laws:
            _print_line(plain(law))
    else:
        from service.terminal import console, print_table

        rows = ((law.id, law.kind, law.status, law.number or "") for law in laws)
        print_table(("编号", "效力级别", "时效", "文号"), rows, console())
    return 0


def _all_laws(library: Library) -> Iterator[LawSummary]:
    """Every instrument, a page at a time."""
    offset = 0
    while page := library.laws(offset=offset, limit=_PAGE).laws:
        yield from page
        offset += len(page)


def info(*, index: IndexOption = None, as_json: JsonOption = False) -> int:
    """显示索引的概况：版本、模型、数量、大小。"""
    from service.retrieval.presentation import plain

    manifest = _open(index).manifest
    if as_json:
        _print_line(plain(manifest))
        return 0
    counts = manifest.counts
    share = f"{counts.resolved / counts.links:.1%}" if counts.links else "无"
    facts = {
        "版本": manifest.generation,
        "写入时间": manifest.created.isoformat(sep=" ", timespec="seconds") if manifest.created else "不明",
        "格式": f"{manifest.format_version}",
        "向量模型": f"{manifest.embedder.name}（{manifest.embedder.revision}，{manifest.embedder.dimension} 维）",
        "文书": f"{counts.documents}",
        "条文": f"{counts.articles}",
        "检索单元": f"{counts.units}",
        "分句": f"{counts.clauses}",
        "字数": f"{counts.characters}",
        "引用": f"{counts.links}，已解析 {share}",
        "已知问题": f"{counts.questions}，其中自带 {counts.own}",
        "大小": f"{sum(file.size for file in manifest.files.values()) / _MIB:.1f} MiB",
    }
    for name, value in facts.items():
        typer.echo(f"{name}\t{value}")
    return 0


def check(*, index: IndexOption = None, as_json: JsonOption = False) -> int:
    """检查索引：文件是否完整、数量与校验和是否相符。"""
    problems = list(_open(index).check())
    if as_json:
        _print_line({"ok": not problems, "problems": problems})
    elif problems:
        for problem in problems:
            typer.echo(f"fatiao: {problem}", err=True)
    else:
        typer.echo("索引完好")
    return 1 if problems else 0
