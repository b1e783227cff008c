"""``fatiao serve``, ``evaluate`` and ``train``: run it, measure it, teach it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.commands.asking import (
    Format,
    FormatOption,
    IndexOption,
    RerankerOption,
    SearchMode,
    open_searcher,
    parse_day,
)
from service.commands.indexing import build_progress, source_limits

if TYPE_CHECKING:
    from indexer.embedding.training import Material
    from service.evaluation import Progress
    from service.settings import Settings


def serve(
    *,
    index: IndexOption = None,
    reranker: RerankerOption = None,
    host: Annotated[str | None, typer.Option("--host", help="监听地址；默认 127.0.0.1。")] = None,
    port: Annotated[int | None, typer.Option("--port", min=0, max=65535, help="端口；默认 8000。")] = None,
) -> int:
    """启动 HTTP 服务与检索网页。"""
    from service.http import create_app
    from service.http import serve as serve_http
    from service.settings import load_settings

    settings = load_settings(index=index, reranker=reranker, host=host, port=port)
    app = create_app(settings)
    typer.echo(f"法条检索：http://{settings.host}:{settings.port}/  接口文档：/docs", err=True)
    serve_http(app, settings)
    return 0


def evaluate(
    *,
    queries: Annotated[list[Path], typer.Option("--queries", metavar="FILE.jsonl", help="带标准答案的问题，可重复。")],
    index: IndexOption = None,
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="DATE", help="按这一天有效的法律评测。")] = None,
    mode: Annotated[SearchMode, typer.Option("--mode", help="混合、只用语义、只用字词。")] = SearchMode.hybrid,
    reranker: RerankerOption = None,
    details: Annotated[
        Path | None, typer.Option("--details", metavar="FILE", help="每个问题的结果写入此文件。")
    ] = None,
    compare: Annotated[
        Path | None,
        typer.Option(
            "--compare", metavar="BEFORE.jsonl", help="与此前 --details 写出的结果比较：差多少，得失哪些问题。"
        ),
    ] = None,
    output: FormatOption = Format.table,
) -> int:
    """评测检索效果：R@5/10/20/50/100、MRR@10、nDCG@10 及 95% 置信区间；可与此前的一次比较。"""
    import json

    from service.comparison import compare as compare_runs
    from service.comparison import comparison_table, read_details
    from service.evaluation import evaluate as run_evaluation
    from service.evaluation import report_table, write_details
    from service.progress import progress_bars
    from service.retrieval.presentation import plain

    day = parse_day(as_of, "--as-of")
    # Read before anything is asked, and before --details may write to the same file.
    before = None if compare is None else read_details(compare)
    searcher = open_searcher(index, reranker)
    with progress_bars(sys.stderr) as progress:
        report = run_evaluation(searcher, queries, as_of=day, mode=mode.value, progress=progress)
    if details is not None:
        write_details(report, details)
    comparison = None if before is None else compare_runs(before, report.queries)
    if output is Format.json:
        body = plain(report.summary) | ({} if comparison is None else {"comparison": plain(comparison)})
        typer.echo(json.dumps(body, ensure_ascii=False, indent=2))
    else:
        typer.echo(report_table(report))
        if comparison is not None:
            typer.echo(f"\n{comparison_table(comparison, str(compare))}")
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
    labels: Annotated[
        list[Path] | None,
        typer.Option(
            "--labels",
            metavar="FILE.jsonl",
            help="问题文字的指纹与条文：为 --weak、--pairs 中的问题另作的标注，可重复。",
        ),
    ] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="DATE", help="标注所依据的法律的日期。")] = None,
    name: Annotated[str | None, typer.Option("--name", help="模型的名称，不与 --base 同用。")] = None,
    base: Annotated[
        str | None,
        typer.Option(
            "--base",
            metavar="MODEL",
            help="在已有模型上用自己的问题继续训练：default、文件夹或 sentence-transformers 模型名。",
        ),
    ] = None,
    epochs: Annotated[
        int | None, typer.Option("--epochs", min=1, help="第一阶段的轮数；与 --base 同用时是最多几轮。")
    ] = None,
    batch: Annotated[int | None, typer.Option("--batch", min=2, help="每批问题数，与 --base 同用。")] = None,
    seed: Annotated[int | None, typer.Option("--seed", help="随机种子。")] = None,
    validate: Annotated[bool, typer.Option("--validate", help="另作交叉验证（费时数倍），不与 --base 同用。")] = False,
) -> int:
    """训练默认的向量模型，或用 --base 改进已有模型：同样的输入得到同样的模型；训练记录写在模型文件夹里。"""
    from indexer.embedding.training import gather
    from indexer.pipeline import read_documents
    from indexer.questions import read_bank
    from service.progress import progress_bars
    from service.settings import load_settings

    settings = load_settings()
    with build_progress() as progress:
        documents = read_documents(sources, progress, limits=source_limits(settings))
    with progress_bars(sys.stderr) as show:
        material = gather(
            documents,
            queries=queries or (),
            weak=weak or (),
            bank=read_bank(bank) if bank else (),
            pairs=pairs or (),
            labels=labels or (),
            as_of=parse_day(as_of, "--as-of"),
        )
        if base is None:
            said = _train_anew(material, output, show, name=name, epochs=epochs, seed=seed, validate=validate)
        else:
            said = _adapt(base, material, output, show, settings, epochs=epochs, seed=seed, batch=batch)
    typer.echo(said)
    return 0


def _train_anew(
    material: Material,
    output: Path,
    show: Progress,
    *,
    name: str | None,
    epochs: int | None,
    seed: int | None,
    validate: bool,
) -> str:
    """Trains a static model from nothing; what to say of it."""
    from dataclasses import replace

    from indexer.embedding.training import Options
    from indexer.embedding.training import train as run_training

    options = Options()
    options = replace(
        options,
        name=name or options.name,
        epochs=epochs or options.epochs,
        seed=options.seed if seed is None else seed,
        validated=("plain", "disjoint") if validate else options.validated,
    )
    report = run_training(material, output, options, show)
    return (
        f"模型已写入 {output}：词 {report.words}，条文 {report.passages}，问题 {report.questions}，"
        f"版本 {report.revision}，用时 {report.seconds:.0f} 秒，内存最高 {report.memory:.0f} MiB"
    )


def _adapt(
    base: str,
    material: Material,
    output: Path,
    show: Progress,
    settings: Settings,
    *,
    epochs: int | None,
    seed: int | None,
    batch: int | None,
) -> str:
    """Teaches a finished model further; what to say of it."""
    from dataclasses import replace

    from indexer.embedding.training import AdaptOptions, adapt

    options = AdaptOptions()
    options = replace(
        options,
        rounds=epochs or options.rounds,
        seed=options.seed if seed is None else seed,
        batch=batch or options.batch,
    )
    report = adapt(base, material, output, options, settings.model_options, show)
    before, after = report.before, report.after
    done = (
        f"用 {report.learned} 个问题训练，用留出的 {report.held} 个检验，"
        f"R@10 {before.recall[10]:.3f} → {after.recall[10]:.3f}，MRR@10 {before.mrr:.3f} → {after.mrr:.3f}，"
        f"用时 {report.seconds:.0f} 秒"
    )
    if not report.rounds:
        return f"训练没有带来提升：{done}；请继续使用原模型 {base}（{output} 里是同样的权重）"
    return f"模型已写入 {output}：{done}；使用：设 FATIAO_MODEL={output} 后用 fatiao index build 重建索引"
