"""Answers to questions: retrieval, then the articles' own words or a language model held to them."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence

from indexer.errors import FatiaoError
from service.answer.extractive import compose, quote, refusal
from service.answer.followup import complete
from service.answer.language_model import LanguageModel, prompt
from service.answer.results import Answer, AnswerCitation, Message
from service.retrieval import Searcher
from service.retrieval.results import NO_FILTERS, Filters, Hit, SearchRequest, SearchResult

_log = logging.getLogger(__name__)
_MARK = re.compile(r"\[(\d{1,3})\]")
_SENTENCE_END = re.compile(r"[。！？!?\n](?:[”」』）)]*(?:\[\d+\])*)*(?=[^\[”」』）)])")
_FALLBACK_LEAD = "以下是检索到的条文原文："


class AnswerStream(Iterator[str]):
    """The pieces of an answer as they come.

    Args:
        question: The question as asked.
        result: What the search found, known from the start.
        pieces: The answer's text, piece by piece.
    """

    def __init__(self, question: str, result: SearchResult, pieces: Iterator[str]) -> None:
        self.result = result
        self._question = question
        self._pieces = pieces
        self._text: list[str] = []
        self._citations: list[AnswerCitation] = []

    def __iter__(self) -> AnswerStream:
        return self

    def __next__(self) -> str:
        piece = next(self._pieces)
        self._text.append(piece)
        return piece

    def answer(self) -> Answer:
        """The whole answer; what has not been taken from the stream yet is read to its end.

        Returns:
            The answer with the citations whose marks stand in its text.
        """
        for _ in self:
            pass
        text = "".join(self._text)
        citations = _citations(text, self.result)
        return Answer(
            question=self._question,
            rewritten=self.result.query.rewritten,
            text=text,
            citations=citations,
            grounded=bool(citations),
            notice=self.result.notice,
            hits=self.result.hits,
        )


class Answerer:
    """Answers questions from an index.

    Args:
        searcher: Where the articles are found.
        language_model: Writes the answer from them; None for answers in the articles' own words.
    """

    def __init__(self, searcher: Searcher, language_model: LanguageModel | None = None) -> None:
        self._searcher = searcher
        self._language_model = language_model

    def ask(
        self, question: str, history: Sequence[Message] = (), filters: Filters = NO_FILTERS, limit: int = 5
    ) -> Answer:
        """Answers a question.

        Args:
            question: The question; one that leans on the conversation is made complete first.
            history: Earlier turns, oldest first.
            filters: What the search is limited to.
            limit: How many articles to look at.

        Returns:
            The answer; ``grounded`` is False, without citations, when nothing was found.

        Raises:
            QueryError: The question or a filter is not acceptable.
        """
        return self.stream(question, history, filters, limit).answer()

    def stream(
        self, question: str, history: Sequence[Message] = (), filters: Filters = NO_FILTERS, limit: int = 5
    ) -> AnswerStream:
        """Answers a question piece by piece; the search is done when this returns.

        Args:
            question: The question; one that leans on the conversation is made complete first.
            history: Earlier turns, oldest first.
            filters: What the search is limited to.
            limit: How many articles to look at.

        Returns:
            The pieces; its ``answer()`` gives the whole with citations.

        Raises:
            QueryError: The question or a filter is not acceptable.
        """
        request = SearchRequest(complete(question, history), limit=limit, filters=filters)
        result = self._searcher.search(request)
        return AnswerStream(question, result, self._pieces(result, history))

    def _pieces(self, result: SearchResult, history: Sequence[Message]) -> Iterator[str]:
        if not result.hits:
            yield refusal(result)
            return
        if result.notice is not None:
            yield f"{result.notice.message.rstrip('。')}。\n"
        if self._language_model is None:
            yield from _extractive(result)
        else:
            messages = prompt(result.query.rewritten, result.hits, history)
            yield from _held(self._language_model.complete(messages), result)


def _extractive(result: SearchResult) -> Iterator[str]:
    for number, (line, _) in enumerate(compose(result)):
        yield f"\n{line}" if number else line


def _held(pieces: Iterator[str], result: SearchResult) -> Iterator[str]:
    """Lets a model's sentences through until one cites what is not there; then the articles speak for themselves."""
    cited = False
    try:
        for sentence in _by_sentence(pieces):
            marks = [int(mark) for mark in _MARK.findall(sentence)]
            if any(not 1 <= mark <= len(result.hits) for mark in marks):
                _log.warning("the language model cited a passage that it was not given; its answer was cut")
                cited = False
                break
            cited = cited or bool(marks)
            yield sentence
    except FatiaoError as error:
        _log.warning("%s", error)
        cited = False
    if not cited:
        yield f"\n{_FALLBACK_LEAD}\n"
        yield from _extractive(result)


def _by_sentence(pieces: Iterator[str]) -> Iterator[str]:
    """Gathers a stream into sentences, each with the marks that follow its full stop."""
    waiting = ""
    for piece in pieces:
        waiting += piece
        while (end := _SENTENCE_END.search(waiting)) is not None:
            yield waiting[: end.end()]
            waiting = waiting[end.end() :]
    if waiting:
        yield waiting


def _citations(text: str, result: SearchResult) -> tuple[AnswerCitation, ...]:
    """The citations whose marks stand in an answer, in the order of their marks."""
    own: dict[int, AnswerCitation] = {}
    for line, citation in compose(result):
        if line in text:
            own[citation.mark] = citation
            # What looks like a mark inside an article's own words is none.
            text = text.replace(line, "")
    given = {int(mark) for mark in _MARK.findall(text)} - own.keys()
    own.update((mark, _of_hit(result.hits[mark - 1], mark)) for mark in given if 1 <= mark <= len(result.hits))
    return tuple(own[mark] for mark in sorted(own))


def _of_hit(hit: Hit, mark: int) -> AnswerCitation:
    return AnswerCitation(mark, hit.id, hit.citation.text, quote(hit))
