"""What people say and what statutes say for it: 醉驾 is 醉酒驾驶机动车."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from indexer.resources import vocabulary_folder

FILE_NAME = "colloquial.tsv"


@dataclass(frozen=True, slots=True)
class Colloquial:
    """Words of everyday speech.

    Attributes:
        meanings: Word → the words of law for it.
        pattern: Finds the words in a text, longer ones first.
    """

    meanings: Mapping[str, str]
    pattern: re.Pattern[str]

    @classmethod
    def of(cls, meanings: Mapping[str, str]) -> Colloquial:
        """The words of a table."""
        longest = sorted(meanings, key=lambda word: (-len(word), word))
        return cls(dict(meanings), re.compile("|".join(map(re.escape, longest)) or r"(?!)"))

    @classmethod
    def load(cls, path: Path | None = None) -> Colloquial:
        """Reads a table of word and meaning, separated by a tab, under a header; the shipped one when None, once."""
        return _shipped() if path is None else cls.of(_rows(path))

    def expand(self, text: str) -> str:
        """A text with the words of law behind it for the everyday words in it.

        Args:
            text: A question.

        Returns:
            The question, then a space and what it lacks; the question itself when it has no such word.
        """
        found = dict.fromkeys(match.group() for match in self.pattern.finditer(text))
        added = [word for each in found for word in self.meanings[each].split() if word not in text]
        return " ".join([text, *dict.fromkeys(added)])


def _rows(path: Path) -> dict[str, str]:
    lines = path.read_text(encoding="utf-8").splitlines()[1:]
    pairs = (line.split("\t") for line in lines if line.strip())
    return {pair[0]: pair[1] for pair in pairs if len(pair) == 2}


@cache
def _shipped() -> Colloquial:
    return Colloquial.of(_rows(vocabulary_folder() / FILE_NAME))
