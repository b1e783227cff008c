"""``fatiao questions``: what a help desk knows of who asks what, put beside the law."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.commands.asking import IndexOption
from service.commands.indexing import JsonOption

if TYPE_CHECKING:
    from indexer.questions import BankQuestion
    from indexer.questions.own import Find
    from indexer.storage import Index
    from service.settings import Settings


def add(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="JSON Lines（id、query、gold），或 TSV、CSV 表：问题、法律、条号。"),
    ],
    *,
    index: IndexOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查，不写入。")] = False,
    as_json: JsonOption = False,
) -> int:
    """加入自己的问题和答案所在的条文，立即生效，重建索引后仍在；不合格的行逐行说明。"""
    from indexer.questions import own
    from service.models import embedder_of

    settings = _settings(index)
    done = own.add(settings.index, file, embedder_of(settings), _finder, dry_run=dry_run)
    if as_json:
        from service.retrieval.presentation import plain

        _print_line(
            {
                "added": [_question(question) for question in done.added],
                "refused": plain(done.refused),
                "total": done.total,
                "generation": done.generation,
                "dry_run": dry_run,
            }
        )
    else:
        for refused in done.refused:
            typer.echo(f"fatiao: {file} 第 {refused.line} 行未加入：{refused.reason}", err=True)
        did = "可以加入" if dry_run else "已加入"
        typer.echo(f"{did} {len(done.added)} 个问题，未加入 {len(done.refused)} 行；索引里现有自带问题 {done.total} 个")
    return 1 if done.refused else 0


def remove(
    ids: Annotated[list[str], typer.Argument(metavar="ID…", help="问题的编号，见 fatiao questions list。")],
    *,
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> int:
    """去掉自己加入的问题，立即生效。"""
    from indexer.questions import own
    from service.models import embedder_of
    from service.retrieval.presentation import plain

    settings = _settings(index)
    done = own.remove(settings.index, ids, embedder_of(settings))
    if as_json:
        _print_line(plain(done))
    else:
        for id_ in done.unknown:
            typer.echo(f"fatiao: 没有编号为 {id_} 的问题：可用 fatiao questions list 查看", err=True)
        typer.echo(f"已去掉 {len(done.removed)} 个问题；索引里现有自带问题 {done.total} 个")
    return 1 if done.unknown else 0


def list_questions(
    *,
    index: IndexOption = None,
    law: Annotated[
        str | None, typer.Option("--law", metavar="TEXT", help="逐个列出名称含有这些字的法律的问题。")
    ] = None,
    as_json: JsonOption = False,
) -> int:
    """列出自己加入的问题：共有多少，各属于哪部法律；--law 逐个列出。"""
    from indexer.questions import own
    from service.terminal import console, print_table

    found = own.listing(_settings(index).index)
    idle = set(found.unanswered)
    chosen = [question for question in found.questions if law is None or any(law in gold.law for gold in question.gold)]
    if as_json:
        _print_line(
            {
                "count": len(chosen),
                "laws": dict(_by_law(chosen)),
                "questions": [_question(each) | {"in_use": each.id not in idle} for each in chosen],
            }
        )
        return 0
    typer.echo(f"自带问题 {len(chosen)} 个" + _idle_note(sum(question.id in idle for question in chosen)))
    if law is None:
        print_table(("法律", "问题"), ((name, str(count)) for name, count in _by_law(chosen)), console())
    else:
        rows = ((each.id, each.text, _answers(each), "未生效" if each.id in idle else "") for each in chosen)
        print_table(("编号", "问题", "条文", ""), rows, console())
    return 0


def _settings(index: Path | None) -> Settings:
    from service.settings import load_settings

    return load_settings(index=index)


def _finder(index: Index) -> Find:
    """Finds the articles that a user names, in the versions in force today."""
    from datetime import date

    from service.retrieval.provisions import Provisions

    return Provisions(index, date.today()).find  # noqa: DTZ011 - the law of the user's own day


def _by_law(questions: list[BankQuestion]) -> list[tuple[str, int]]:
    """How many questions each law answers, the most first."""
    return Counter(law for question in questions for law in {gold.law for gold in question.gold}).most_common()


def _answers(question: BankQuestion) -> str:
    return "、".join(f"《{gold.law}》{gold.article}" for gold in question.gold)


def _idle_note(count: int) -> str:
    return f"，其中 {count} 个的条文不在索引里或已改写，暂不起作用" if count else ""


def _question(question: BankQuestion) -> dict[str, object]:
    """A question in the shape of the interface, with the fingerprints left out."""
    gold = [{"law": each.law, "article": each.article} for each in question.gold]
    return {"id": question.id, "query": question.text, "gold": gold}


def _print_line(body: object) -> None:
    """One JSON object on one line."""
    typer.echo(json.dumps(body, ensure_ascii=False, separators=(",", ":")))
