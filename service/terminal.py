"""How results look on a terminal: colours where there is a terminal, plain text where there is a pipe."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from service.retrieval.results import ArticleView, Hit, LawSummary, LinkView, Notice, SearchResult

_STATUS_STYLE = {
    "现行有效": "green",
    "尚未生效": "yellow",
    "已修改": "yellow",
    "已废止": "red",
    "未核验": "dim",
}
_NARROWEST = 40
_SHOWN_LINKS = 10


def console(*, error: bool = False) -> Console:
    """A console on standard output, or on standard error."""
    stream = sys.stderr if error else sys.stdout
    # A pipe has no width: lines stay whole there, so that grep and cut see what was printed.
    width = None if stream.isatty() else 10_000
    return Console(file=stream, width=width, highlight=False, soft_wrap=width is not None, emoji=False, markup=False)


def _law_line(law: LawSummary) -> Text:
    """Kind, status and its reason, in one dim line."""
    line = Text(law.kind, style="dim")
    line.append(" · ", style="dim")
    line.append(law.status, style=_STATUS_STYLE.get(law.status, ""))
    if law.status_basis:
        line.append(f"（{law.status_basis}）", style="dim")
    return line


def _article_text(hit: Hit) -> Text:
    """The article with its marks: the ranges that answer stand out."""
    text = Text(hit.text)
    for start, end in hit.highlights:
        text.stylize("bold yellow", start, end)
    return text


def _cells(cells: dict[str, str | None], out: Console) -> Text | Table:
    """A table row as header and value, a line each."""
    values = {header: value if value is not None else "（原文此处空缺）" for header, value in cells.items()}
    if not out.is_terminal:
        return Text("\n".join(f"{header}：{value}" for header, value in values.items()))
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column()
    for header, value in values.items():
        table.add_row(header, value)
    return table


def print_hits(result: SearchResult, out: Console) -> None:
    """Print ranked articles: citation, status, headings, text.

    Args:
        result: What a search found.
        out: Where to print.
    """
    if result.query.rewritten != result.query.text:
        out.print(Text(f"按“{result.query.rewritten}”检索", style="dim"))
    if result.notice is not None:
        print_notice(result.notice, out)
    for hit in result.hits:
        head = Text(f"{hit.rank}. ", style="bold")
        head.append(hit.citation.text, style="bold cyan")
        head.append(f"  {hit.score:.2f}", style="dim")
        out.print(head)
        body: list[Text | Table] = [_law_line(hit.law)]
        if hit.headings:
            body.append(Text(" › ".join(hit.headings), style="dim"))
        body.append(_cells(hit.cells, out) if hit.cells is not None else _article_text(hit))
        exact = [clause.citation for clause in hit.clauses if clause.citation != hit.citation.text]
        if exact:
            body.append(Text("精确引用：" + "、".join(exact[:3]), style="dim"))
        for part in body:
            _print_indented(part, out)
        out.print()
    if result.hits:
        shown = f"第 {result.hits[0].rank}–{result.hits[-1].rank} 条" if len(result.hits) > 1 else "1 条"
        took = f"用时 {result.took_ms:.1f} 毫秒"
        if result.rerank_ms is not None:
            took += f"，其中重排 {result.rerank_ms:.1f} 毫秒（{result.reranker}）"
        out.print(Text(f"共 {result.total} 条相关，显示{shown}；{took}", style="dim"))


def _print_indented(part: Text | Table, out: Console) -> None:
    """Print a part of a hit under its head: wrapped inside its margin on a terminal, whole lines in a pipe."""
    if out.is_terminal:
        out.print(Padding(part, (0, 0, 0, 3)))
    elif isinstance(part, Text):
        out.print(Text("\n").join(Text("   ") + line for line in part.split("\n")))
    else:
        out.print(part)


def print_notice(notice: Notice, out: Console) -> None:
    """Print why nothing was found, or what to know about what was."""
    out.print(Text(notice.message, style="yellow"))


def print_article(view: ArticleView, out: Console) -> None:
    """Print a node in its context: its law, the headings above, the article whole, what it cites and what cites it.

    Args:
        view: The node and its surroundings.
        out: Where to print.
    """
    out.print(Text(view.node.citation or view.law.title, style="bold cyan"))
    out.print(_law_line(view.law))
    if view.headings:
        out.print(Text(" › ".join(view.headings), style="dim"))
    out.print()
    if view.node.cells is not None:
        out.print(_cells(view.node.cells, out))
    else:
        whole = Text(view.article.text)
        # The part asked for stands out inside its article.
        start = view.article.text.find(view.node.text) if view.node.address != view.article.address else -1
        if start >= 0:
            whole.stylize("bold yellow", start, start + len(view.node.text))
        out.print(whole)
    out.print()
    for label, neighbour in (("上一条", view.previous), ("下一条", view.next)):
        if neighbour is not None:
            out.print(Text(f"{label}：{neighbour.citation}", style="dim"))
    _print_links("引用", view.cites, out)
    _print_links("被引用", view.cited_by, out)
    out.print(Text(f"地址：{view.node.address}", style="dim"))


def _print_links(label: str, links: Sequence[LinkView], out: Console) -> None:
    """Print one direction of an article's citations, the first few of them."""
    if not links:
        return
    names = list(dict.fromkeys(link.citation for link in links))
    more = f" 等 {len(names)} 处" if len(names) > _SHOWN_LINKS else ""
    out.print(Text(f"{label}：{'、'.join(names[:_SHOWN_LINKS])}{more}", style="dim"))


def print_table(headers: Sequence[str], rows: Iterable[Sequence[str]], out: Console) -> None:
    """Print a table with aligned columns on a terminal, tab-separated lines in a pipe.

    Args:
        headers: Column headers.
        rows: Cells, one sequence a row, as many as there are headers.
        out: Where to print.
    """
    if not out.is_terminal:
        for row in rows:
            # The console would turn tabs into spaces.
            out.file.write("\t".join(row) + "\n")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for header in headers:
        table.add_column(header, overflow="fold", min_width=min(len(header) * 2, _NARROWEST))
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    out.print(table)
