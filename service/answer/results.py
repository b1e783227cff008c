"""What a question or a conversation gets back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from service.retrieval.results import Hit, Notice


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class AnswerCitation:
    """A citation that an answer rests on: its mark in the text (from 1), the exact citation, the words quoted."""

    mark: int
    id: str
    text: str
    quote: str


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer with what it rests on.

    Attributes:
        question: As asked.
        rewritten: The question as searched, made complete from the conversation.
        text: The answer in Chinese, with marks [1] that lead to ``citations``.
        citations: In the order of their marks.
        grounded: Every sentence rests on a citation; False when nothing was found.
        notice: Why there is no answer, else None.
        hits: The articles that were found.
    """

    question: str
    rewritten: str
    text: str
    citations: tuple[AnswerCitation, ...]
    grounded: bool
    notice: Notice | None
    hits: tuple[Hit, ...]
