"""Answers made of the articles' own sentences, each with the mark of the article that it stands in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from service.answer.results import AnswerCitation
from service.retrieval.highlight import best_sentence, sentences
from service.retrieval.results import Hit, SearchResult

MOST_ARTICLES = 3
_NEAR = 0.5
"""An article is quoted beside the first when its score is at least this share of the first's."""
_LONGEST_QUOTE = 180
_LONGEST_EXACT = 600
_ENDS = "。；！？：…"


def chosen(result: SearchResult) -> tuple[Hit, ...]:
    """The hits that an answer quotes.

    Args:
        result: What the search found.

    Returns:
        The first of them, up to three; for an exact request only those that are exactly what was asked for.
    """
    hits = result.hits
    if not hits:
        return ()
    if result.query.intent != "question":
        exact = tuple(hit for hit in hits if hit.score >= 1)
        return (exact or hits)[:MOST_ARTICLES]
    near = [hit for hit in hits[:MOST_ARTICLES] if hit.score >= _NEAR * hits[0].score]
    return tuple(near)


def quote(hit: Hit, *, exact: bool = False) -> str:
    """The words of an article that answer, cut to whole sentences.

    Args:
        hit: The article.
        exact: The article itself was asked for, so more of it is quoted.

    Returns:
        A part of ``hit.text``, word for word.
    """
    limit = _LONGEST_EXACT if exact else _LONGEST_QUOTE
    if len(hit.text) <= limit and (exact or len(hit.clauses) <= 1):
        return hit.text
    if exact and len(hit.clauses) <= 1:
        return _first_sentences(hit.text, limit)
    clause = next((c.text for c in hit.clauses if c.text and c.text in hit.text), hit.text)
    if len(clause) <= limit:
        return clause
    marked = [hit.text[start:end] for start, end in hit.highlights]
    start, end = best_sentence(clause, marked)
    return clause[start:end] if end - start <= limit else clause[start : start + limit]


def sentence(hit: Hit, mark: int, question: str = "", *, exact: bool = False) -> tuple[str, AnswerCitation]:
    """One sentence of an answer, and the citation it rests on.

    Args:
        hit: The article.
        mark: Its mark in the answer.
        question: What was asked, for the cells of a row that answer it.
        exact: The article itself was asked for.

    Returns:
        A line that names the article, quotes it and ends with its mark; and the citation.
    """
    words = hit.text if hit.cells else quote(hit, exact=exact)
    shown = _cells(hit, question) if hit.cells else "".join(part.strip() for part in words.splitlines())
    clause = next((c for c in hit.clauses if words in c.text), None)
    cited = clause.citation if clause is not None and not exact else hit.citation.text
    standing = "" if hit.law.status in ("现行有效", "未核验") else f"（{hit.law.status}，{hit.law.status_basis}）"
    cut = "" if shown.endswith(tuple(_ENDS)) else ("……" if len(words) == _LONGEST_QUOTE else "")
    line = f"{cited}{standing}：{shown}{cut}[{mark}]"
    return line, AnswerCitation(mark, clause.id if clause is not None and not exact else hit.id, cited, words)


def compose(result: SearchResult) -> Iterator[tuple[str, AnswerCitation]]:
    """The lines of an answer.

    Args:
        result: What the search found.

    Yields:
        Each line with its citation; nothing when nothing was found.
    """
    exact = result.query.intent != "question"
    for mark, hit in enumerate(chosen(result), 1):
        yield sentence(hit, mark, result.query.text, exact=exact)


def refusal(result: SearchResult) -> str:
    """What is said when nothing was found.

    Args:
        result: A search without hits.

    Returns:
        One or two sentences: that nothing was found, and why.
    """
    reason = result.notice.message if result.notice else "索引中没有与这个问题有关的条文"
    plain = reason.rstrip("。")
    return f"{plain}。" if plain.startswith("没有找到") else f"没有找到可以回答这个问题的条文：{plain}。"


def _cells(hit: Hit, question: str) -> str:
    """The cells of a row that answer, all of them when none does more than the others."""
    cells = hit.cells or {}
    marked = [hit.text[start:end] for start, end in hit.highlights]
    chosen = {name: value for name, value in cells.items() if value and any(mark in value for mark in marked)}
    told = "；".join(f"{name}：{value or '原文未载明'}" for name, value in (chosen or cells).items())
    silent = "牵头" in question and "牵头" not in told
    return f"{told}（未列明牵头单位）" if silent else told


def _first_sentences(text: str, limit: int) -> str:
    pieces: Sequence[tuple[int, int]] = sentences(text)
    end = max((right for _, right in pieces if right <= limit), default=limit)
    return text[:end]
