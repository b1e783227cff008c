"""What a question of a bank must be like, the one that ships and those that users bring alike.

A question teaches how people ask only where it is not the law's own words, and finds its article by meaning only where
it does not name it: see docs/question-bank.md.
"""

from __future__ import annotations

import re

from indexer.questions.bank import words_of

SHORTEST, LONGEST = 3, 200
"""Characters that a question has, punctuation and spaces left out."""
COPIED = 12
"""So many characters in a row that are the article's own make a copy of it."""

_NAMED = re.compile(r"《|第\s*[〇零一二三四五六七八九十百千\d]+\s*条")


def flaw(question: str) -> str | None:
    """What is wrong with a question in itself.

    Args:
        question: Its words.

    Returns:
        The reason in Chinese; None when nothing is wrong.
    """
    length = len(words_of(question))
    if length < SHORTEST:
        return f"问题太短：{length} 字，至少 {SHORTEST} 字"
    if length > LONGEST:
        return f"问题太长：{length} 字，至多 {LONGEST} 字"
    named = _NAMED.search(question)
    if named:
        return f"问题里写明了法律或条号（{named.group()}）：请只留平常的问法"
    return None


def copied(question: str, article: str) -> str | None:
    """What a question copies from the article that answers it.

    Args:
        question: The question.
        article: The article's text.

    Returns:
        The first run of ``COPIED`` characters that both have, punctuation and spaces left out; None when there is none.
    """
    asked, law = words_of(question), words_of(article)
    runs = (asked[at : at + COPIED] for at in range(len(asked) - COPIED + 1))
    return next((run for run in runs if run in law), None)
