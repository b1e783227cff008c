"""What an embedding model wants before a question and before a passage.

A model without its prompt still gives vectors, only worse ones, and says nothing of it. Many models state their
prompts in ``config_sentence_transformers.json``; for families that came before that habit they are known here by name,
each from its model card. A user's own choice goes before both.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

PASSAGE_NAMES = ("document", "passage", "corpus")
"""The names under which a model's configuration may keep the prompt of passages, as the library looks for them."""


@dataclass(frozen=True, slots=True)
class Prompts:
    """What stands before a question and before a passage; empty for nothing."""

    query: str = ""
    passage: str = ""


@dataclass(frozen=True, slots=True)
class Family:
    """Models that want the same prompts.

    Attributes:
        pattern: What the last part of such a model's name looks like.
        prompts: What they want.
        source: Where that is written.
    """

    pattern: re.Pattern[str]
    prompts: Prompts
    source: str


def _family(pattern: str, query: str, passage: str, source: str) -> Family:
    return Family(re.compile(pattern, re.IGNORECASE), Prompts(query, passage), source)


_SEARCH = "Given a web search query, retrieve relevant passages that answer the query"

FAMILIES: tuple[Family, ...] = (
    _family(r"^bge-m3", "", "", "BAAI/bge-m3: no instruction on either side"),
    _family(r"^bge-.*zh", "为这个句子生成表示以用于检索相关文章：", "", "BAAI/bge-large-zh-v1.5, table of models"),
    _family(
        r"^bge-(small|base|large)-en",
        "Represent this sentence for searching relevant passages: ",
        "",
        "BAAI/bge-large-en-v1.5, table of models",
    ),
    _family(r"^qwen3-embedding", f"Instruct: {_SEARCH}\nQuery:", "", "Qwen/Qwen3-Embedding-0.6B, usage"),
    _family(r"^gte-qwen", f"Instruct: {_SEARCH}\nQuery: ", "", "Alibaba-NLP/gte-Qwen2-1.5B-instruct, usage"),
    _family(r"^(multilingual-)?e5-.*instruct", f"Instruct: {_SEARCH}\nQuery: ", "", "intfloat/e5-…-instruct, usage"),
    _family(r"^(multilingual-)?e5-", "query: ", "passage: ", "intfloat/multilingual-e5-large, FAQ"),
    _family(r"^gte-", "", "", "thenlper/gte-large-zh, Alibaba-NLP/gte-multilingual-base: no instruction"),
)


def find_prompts(
    names: Sequence[str], stated: Mapping[str, str | None], query: str | None = None, passage: str | None = None
) -> Prompts:
    """The prompts to use with a model.

    Args:
        names: What the model is called, and what it says that it was made from; the first that is known counts.
        stated: The prompts of its own configuration, by name.
        query: The user's own prompt of questions; None for the model's.
        passage: The user's own prompt of passages; None for the model's.

    Returns:
        For each side the user's choice; else, where the configuration states any prompt, what it states for the side,
        else what is known of the family; else nothing.
    """
    own = Prompts(stated.get("query") or "", next((text for name in PASSAGE_NAMES if (text := stated.get(name))), ""))
    known = own if own != Prompts() else _known(names)
    return Prompts(known.query if query is None else query, known.passage if passage is None else passage)


def _known(names: Sequence[str]) -> Prompts:
    """The prompts of the first family that a name belongs to."""
    for name in names:
        last = re.split(r"[/\\]", name.rstrip("/\\"))[-1]
        for family in FAMILIES:
            if family.pattern.search(last):
                return family.prompts
    return Prompts()


def fingerprint(prompts: Prompts, longest: float) -> str:
    """A short digest of how texts are made ready for a model: with other prompts the same weights are another model.

    Args:
        prompts: What stands before the texts.
        longest: Tokens after which they are cut.

    Returns:
        Eight hexadecimal digits.
    """
    words = f"{prompts.query}\0{prompts.passage}\0{longest}"
    return hashlib.sha256(words.encode()).hexdigest()[:8]
