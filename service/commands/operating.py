"""``fatiao serve``, ``evaluate`` and ``train``: run it, measure it, teach it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from service.commands.asking import Format, FormatOption, IndexOption, open_searcher, parse_day
from service.commands.indexing import build_progress, source_limits


def serve(
    *,
    index: IndexOption = None,
    host: Annotated[str | None, typer.Option("--host", help="监听地址；默认 127.0.0.1。")] = None,
    port: Annotated[int | None, typer.Option("--port", min=0, max=65535, help="端口；默认 8000。")] = None,
) -> int:
    """启动 HTTP 服务与检索网页。"""
    from service.http import create_app
    from service.http import serve as serve_http
    from service.settings import load_settings

    settings = load_settings(index=index, host=host, port=port)
    app = create_app(settings)
    typer.echo(f"法条检索：http://{settings.host}:{settings.port}/  接口文档：/docs", err=True)
    serve_http(app, settings)
    return 0


def evaluate(
    *,
    queries: Annotated[list[Path], typer.Option("--queries", metavar="FILE.jsonl", help="带标准答案的问题，可重复。")],
    index: IndexOption = None,
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="DATE", help="按这一天有效的法律评测。")] = None,
    details: Annotated[
        Path | None, typer.Option("--details", metavar="FILE", help="每个问题的结果写入此文件。")
    ] = None,
    output: FormatOption = Format.table,
) -> int:
    """评测检索效果：R@5/10/20/50/100、MRR@10、nDCG@10 及 95% 置信区间。"""
    import json

    from service.evaluation import evaluate as run_evaluation
    from service.evaluation import report_table, write_details
    from service.progress import progress_bars
    from service.retrieval.presentation import plain

    day = parse_day(as_of, "--as-of")
    searcher = open_searcher(index)
    with progress_bars(sys.stderr) as progress:
        report = run_evaluation(searcher, queries, as_of=day, progress=progress)
    if details is not None:
        write_details(report, details)
    if output is Format.json:
        typer.echo(json.dumps(plain(report.summary), ensure_ascii=False, indent=2))
    else:
        typer.echo(report_table(report))
    for missing in report.missing_gold:
        typer.echo(f"fatiao: {missing}", err=True)
    return 1 if report.missing_gold else 0


def train(
    sources: Annotated[list[str], typer.Argument(metavar="SOURCE…", help="法律文本：文件、文件夹或通配符。")],
    *,
    output: Annotated[Path, typer.Option("--output", metavar="DIR", help="模型写入此文件夹。")],
    queries: Annotated[
        list[Path] | None, typer.Option("--queries", metavar="FILE.jsonl", help="问题与条文，人工标注，可重复。")
    ] = None,
    weak: Annotated[
        list[Path] | None, typer.Option("--weak", metavar="FILE.jsonl", help="问题与条文，弱标注，可重复。")
    ] = None,
    bank: Annotated[Path | None, typer.Option("--bank", metavar="DIR", help="问题库文件夹，按条文内容对应。")] = None,
    pairs: Annotated[
        list[Path] | None, typer.Option("--pairs", metavar="FILE.jsonl", help="问题与答复，可重复。")
    ] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="DATE", help="标注所依据的法律的日期。")] = None,
    epochs: Annotated[int | None, typer.Option("--epochs", min=1, help="第一阶段的轮数。")] = None,
    seed: Annotated[int | None, typer.Option("--seed", help="随机种子。")] = None,
    validate: Annotated[bool, typer.Option("--validate", help="另作交叉验证（费时数倍）。")] = False,
) -> int:
    """训练默认的向量模型：同样的输入得到同样的模型；训练记录写在模型文件夹里。"""
    from dataclasses import replace

    from indexer.embedding.training import Options, gather
    from indexer.embedding.training import train as run_training
    from indexer.pipeline import read_documents
    from indexer.questions import read_bank
    from service.progress import progress_bars
    from service.settings import load_settings

    options = Options()
    options = replace(
        options,
        epochs=epochs or options.epochs,
        seed=options.seed if seed is None else seed,
        validated=("plain", "disjoint") if validate else options.validated,
    )
    with build_progress() as progress:
        documents = read_documents(sources, progress, limits=source_limits(load_settings()))
    with progress_bars(sys.stderr) as show:
        material = gather(
            documents,
            queries=queries or (),
            weak=weak or (),
            bank=read_bank(bank) if bank else (),
            pairs=pairs or (),
            as_of=parse_day(as_of, "--as-of"),
        )
        report = run_training(material, output, options, show)
    typer.echo(
        f"模型已写入 {output}：词 {report.words}，条文 {report.passages}，问题 {report.questions}，"
        f"版本 {report.revision}，用时 {report.seconds:.0f} 秒，内存最高 {report.memory:.0f} MiB"
    )
    return 0
