"""What people say and what statutes say for it: 醉驾 is 醉酒驾驶机动车."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
        lengths: How many characters these words have, longest first.
    """

    meanings: Mapping[str, str]
    lengths: tuple[int, ...]

    @classmethod
    def of(cls, meanings: Mapping[str, str]) -> Colloquial:
        """The words of a table."""
        return cls(dict(meanings), tuple(sorted({len(word) for word in meanings}, reverse=True)))

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
        added = [word for each in self._found(text) for word in self.meanings[each].split() if word not in text]
        return " ".join([text, *dict.fromkeys(added)])

    def _found(self, text: str) -> Iterator[str]:
        """The everyday words in a text, in order, the longest at each place, none inside another."""
        at = 0
        while at < len(text):
            word = next((text[at : at + n] for n in self.lengths if text[at : at + n] in self.meanings), None)
            if word is None:
                at += 1
            else:
                yield word
                at += len(word)


def _rows(path: Path) -> dict[str, str]:
    lines = path.read_text(encoding="utf-8").splitlines()[1:]
    pairs = (line.split("\t") for line in lines if line.strip())
    return {pair[0]: pair[1] for pair in pairs if len(pair) == 2}


@cache
def _shipped() -> Colloquial:
    return Colloquial.of(_rows(vocabulary_folder() / FILE_NAME))
