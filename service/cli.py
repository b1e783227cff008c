"""The ``fatiao`` command: it only puts the commands together and turns errors into one line and an exit status."""

from __future__ import annotations

import os
import sys
from importlib.metadata import version
from typing import Annotated

import typer

from indexer.errors import FatiaoError
from service.commands import asking, indexing, operating, questions

OK, NOTHING_FOUND, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130

app = typer.Typer(
    name="fatiao",
    help="法条：中文法律文本的语义检索。先用 fatiao index build 建立索引，再用 fatiao search 提问。",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
index_app = typer.Typer(name="index", help="建立、查看和检查索引。", rich_markup_mode=None)

questions_app = typer.Typer(name="questions", help="自带的问题：用户怎么问，由哪一条回答。", rich_markup_mode=None)

app.command("parse")(indexing.parse)
app.add_typer(index_app)
index_app.command("build")(indexing.build)
index_app.command("list")(indexing.list_documents)
index_app.command("info")(indexing.info)
index_app.command("check")(indexing.check)
app.add_typer(questions_app)
questions_app.command("add")(questions.add)
questions_app.command("list")(questions.list_questions)
questions_app.command("remove")(questions.remove)
app.command("search")(asking.search)
app.command("show")(asking.show)
app.command("ask")(asking.ask)
app.command("chat")(asking.chat)
app.command("serve")(operating.serve)
app.command("evaluate")(operating.evaluate)
app.command("train")(operating.train)


def _print_version(wanted: bool) -> None:  # noqa: FBT001 - the signature that typer calls
    if wanted:
        typer.echo(f"fatiao {version('fatiao')}")
        raise typer.Exit


@app.callback()
def root(
    *,
    show_version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="显示版本号。")
    ] = False,
) -> None:
    """法条：中文法律文本的语义检索。先用 fatiao index build 建立索引，再用 fatiao search 提问。"""


_USAGE = {
    "NoSuchOption": "没有这个选项：{0}",
    "NoSuchCommand": "没有这个命令：{0}",
    "MissingParameter": "缺少参数：{0}",
    "BadParameter": "参数的值不对：{0}",
    "BadOptionUsage": "选项用法不对：{0}",
    "BadArgumentUsage": "参数用法不对：{0}",
}


def _usage_line(error: typer.TyperException) -> str:
    """A usage error as one Chinese line that names the command's help."""
    detail = str(getattr(error, "option_name", "") or "")
    parameter = getattr(error, "param", None)
    if not detail and parameter is not None:
        detail = parameter.opts[0] if parameter.opts[0].startswith("-") else parameter.name.upper()
        if type(error).__name__ == "BadParameter":
            detail = f"{detail}（{error.message}）"
    context = getattr(error, "ctx", None)
    where = context.command_path if context is not None else "fatiao"
    pattern = _USAGE.get(type(error).__name__, "用法不对：{0}")
    return f"{pattern.format(detail or error.message)}；用法见 {where} --help"


def _fail(message: str) -> int:
    """One line on standard error, whatever line ends the message has."""
    print(f"fatiao: {' '.join(message.split())}", file=sys.stderr)  # noqa: T201
    return BAD_INPUT


def _failure(error: Exception) -> int:
    """The exit status of an error that the user can mend, after its one line."""
    if isinstance(error, OSError):
        place = f" {error.filename}" if error.filename else ""
        return _fail(f"读写失败{place}：{error.strerror or error}")
    if isinstance(error, typer.TyperException) and not isinstance(error, FatiaoError):
        return _fail(_usage_line(error))
    return _fail(str(error))


def run(arguments: list[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: The words after ``fatiao``; None takes them from the process.

    Returns:
        The exit status: 0 done, 1 nothing found or a check failed, 2 bad usage or bad input, 130 interrupted.
    """
    try:
        status = app(args=arguments, prog_name="fatiao", standalone_mode=False)
    except (KeyboardInterrupt, typer.Abort):
        print("\nfatiao: 已中断；此前的索引不受影响", file=sys.stderr)  # noqa: T201
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of a pipe (head, less) went away: end quietly, and keep Python from complaining at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except typer.Exit as leaving:
        return int(leaving.exit_code)
    except (FatiaoError, OSError, typer.TyperException) as error:
        return _failure(error)
    return status if isinstance(status, int) else OK


def main() -> None:
    """The console script."""
    sys.exit(run())
