"""``fatiao search``, ``show``, ``ask`` and ``chat``: a person at a terminal puts a question."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from datetime import date

    from service.answer import Answer, Answerer
    from service.retrieval import Filters, Library, Searcher


class Format(StrEnum):
    """What a command prints."""

    table = "table"
    json = "json"


class SearchMode(StrEnum):
    """Which rankings count."""

    hybrid = "hybrid"
    semantic = "semantic"
    lexical = "lexical"


IndexOption = Annotated[
    Path | None,
    typer.Option("--index", metavar="DIR", help="索引文件夹；默认取环境变量 FATIAO_INDEX，再默认 data/index。"),
]
FormatOption = Annotated[Format, typer.Option("--format", help="table 给人看，json 给程序用。")]
KindOption = Annotated[list[str] | None, typer.Option("--kind", help="只查这些效力级别，可重复。")]
IssuerOption = Annotated[list[str] | None, typer.Option("--issuer", help="只查这些制定机关，可重复。")]
RegionOption = Annotated[list[str] | None, typer.Option("--region", help="只查这些省份，可重复。")]
StatusOption = Annotated[list[str] | None, typer.Option("--status", help="只查这些时效状态，可重复。")]
LawOption = Annotated[list[str] | None, typer.Option("--law", help="只查这些法律（全称、简称或编号），可重复。")]
RerankerOption = Annotated[
    str | None,
    typer.Option("--reranker", metavar="MODEL", help="重排模型：文件夹或名称；默认取 FATIAO_RERANKER，没有就不重排。"),
]
AsOfOption = Annotated[
    str | None, typer.Option("--as-of", metavar="DATE", help="按这一天有效的版本检索（行为时法），如 2019-06-01。")
]


def parse_day(text: str | None, option: str) -> date | None:
    """A day as ``YYYY-MM-DD``.

    Args:
        text: What the user gave, or None.
        option: The option's name, for the message.

    Returns:
        The day, or None where none was given.

    Raises:
        QueryError: It is no day of the calendar.
    """
    from datetime import date

    from indexer.errors import QueryError

    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise QueryError(f"{option} 的日期“{text}”不对：请写成 2019-06-01 这样", field="as_of") from None


def open_searcher(index: Path | None, reranker: str | None = None) -> Searcher:
    """The searcher over the index that options and settings name.

    Args:
        index: ``--index``, or None for the setting.
        reranker: ``--reranker``, or None for the setting.

    Returns:
        A searcher with the index and its embedding model open.

    Raises:
        IndexMissingError: There is no index; the message names ``fatiao index build``.
    """
    from indexer.storage import Index
    from service.models import embedder_of, reranking_of
    from service.retrieval import Searcher
    from service.settings import load_settings

    settings = load_settings(index=index, reranker=reranker)
    opened = Index.open(settings.index)
    return Searcher(opened, embedder_of(settings), reranking=reranking_of(settings))


def open_library(index: Path | None) -> Library:
    """The library over the index that options and settings name; it loads no embedding model.

    Args:
        index: ``--index``, or None for the setting.

    Returns:
        Laws and articles by address or citation.
    """
    from indexer.storage import Index
    from service.retrieval import Library
    from service.settings import load_settings

    return Library(Index.open(load_settings(index=index).index))


def _filters(
    kind: list[str] | None,
    issuer: list[str] | None,
    region: list[str] | None,
    status: list[str] | None,
    law: list[str] | None,
    as_of: str | None,
) -> Filters:
    """The filters that the options state."""
    from service.retrieval import Filters

    return Filters(
        kind=tuple(kind or ()),
        issuer=tuple(issuer or ()),
        region=tuple(region or ()),
        status=tuple(status or ()),
        law=tuple(law or ()),
        as_of=parse_day(as_of, "--as-of"),
    )


def search(
    query: Annotated[str, typer.Argument(help="问题、条文引用（刑法133之1）或文号。")],
    *,
    index: IndexOption = None,
    limit: Annotated[int, typer.Option("--limit", help="最多几条，1 到 100。")] = 10,
    offset: Annotated[int, typer.Option("--offset", help="跳过前几条。")] = 0,
    mode: Annotated[SearchMode, typer.Option("--mode", help="混合、只用语义、只用字词。")] = SearchMode.hybrid,
    kind: KindOption = None,
    issuer: IssuerOption = None,
    region: RegionOption = None,
    status: StatusOption = None,
    law: LawOption = None,
    as_of: AsOfOption = None,
    reranker: RerankerOption = None,
    output: FormatOption = Format.table,
) -> int:
    """检索条文：输入问题、引用或文号，得到排好序的条文，每条附准确引用。"""
    from service.retrieval import SearchRequest
    from service.retrieval.presentation import search_body

    filters = _filters(kind, issuer, region, status, law, as_of)
    request = SearchRequest(query, limit=limit, offset=offset, mode=mode.value, filters=filters)
    result = open_searcher(index, reranker).search(request)
    if output is Format.json:
        _print_json(search_body(result))
    else:
        from service.terminal import console, print_hits

        print_hits(result, console())
    return 0 if result.hits else 1


def show(
    address: Annotated[str, typer.Argument(metavar="ADDRESS_OR_CITATION", help="条文地址或引用，如 民法典第1079条。")],
    *,
    index: IndexOption = None,
    as_of: AsOfOption = None,
    output: FormatOption = Format.table,
) -> int:
    """显示一条及其上下文：所属法律、章节、前后条、引用与被引用。"""
    from service.retrieval.presentation import plain

    view = open_library(index).article(address, parse_day(as_of, "--as-of"))
    if output is Format.json:
        _print_json(plain(view))
    else:
        from service.terminal import console, print_article

        print_article(view, console())
    return 0


def ask(
    question: Annotated[str, typer.Argument(help="一个问题。")],
    *,
    index: IndexOption = None,
    kind: KindOption = None,
    region: RegionOption = None,
    law: LawOption = None,
    as_of: AsOfOption = None,
    output: FormatOption = Format.table,
) -> int:
    """回答一个问题：用条文原句作答并注明出处；查不到就直说。"""
    from service.retrieval.presentation import plain

    answer = _open_answerer(index).ask(question, filters=_filters(kind, None, region, None, law, as_of))
    if output is Format.json:
        _print_json(plain(answer))
    else:
        _print_answer(answer)
    return 0 if answer.grounded else 1


def chat(*, index: IndexOption = None) -> int:
    """连续提问：后一个问题可以承接前一个；空行或 Ctrl-D 结束。"""
    from service.answer import Message

    answerer = _open_answerer(index)
    history: list[Message] = []
    while True:
        try:
            question = input("问：").strip()
        except EOFError:
            return 0
        if not question:
            return 0
        answer = answerer.ask(question, history)
        if answer.rewritten != question:
            typer.echo(f"（理解为：{answer.rewritten}）")
        _print_answer(answer)
        history += [Message("user", question), Message("assistant", answer.text)]


def _open_answerer(index: Path | None) -> Answerer:
    """An answerer with the language model that the settings name, if they name one."""
    from service.answer import Answerer
    from service.backend import load_language_model
    from service.settings import load_settings

    return Answerer(open_searcher(index), load_language_model(load_settings(index=index)))


def _print_answer(answer: Answer) -> None:
    """An answer, then the citations that it rests on."""
    typer.echo(answer.text)
    if answer.citations:
        typer.echo("\n依据：")
    for citation in answer.citations:
        typer.echo(f"[{citation.mark}] {citation.text}")


def _print_json(body: object) -> None:
    """JSON on standard output, Chinese left readable."""
    import json

    typer.echo(json.dumps(body, ensure_ascii=False, indent=2))
