"""Questions to begin with: only such as the open index answers."""

from __future__ import annotations

from collections.abc import Iterator

from service.backend import Backend
from service.retrieval import SearchRequest

Example = tuple[str, str]
"""A question and what it is an example of."""

_ASKED: tuple[Example, ...] = (
    ("老板拖欠工资怎么办", "用自己的话提问"),
    ("残疾预防工作由谁负责", "问职责"),
    ("民法典第1079条", "查一条"),
    ("刑法133之1", "简写的引用"),
    ("宁政办发〔2023〕53号", "查文号"),
    ("2019年的公司法关于一人公司", "查当时的法律"),
)
_ENOUGH = 3
_LOOKED_AT = 20


class Examples:
    """The examples for the generation that is open; they are found once a generation."""

    def __init__(self) -> None:
        self._generation = ""
        self._found: tuple[Example, ...] = ()

    def of(self, backend: Backend) -> tuple[Example, ...]:
        """Questions that the index answers.

        Args:
            backend: The backend in force.

        Returns:
            The usual questions as far as they are answered, with some about the index's own documents where few are.
        """
        if self._generation != backend.generation:
            found = tuple(example for example in _ASKED if _is_answered(backend, example[0]))
            if len(found) < _ENOUGH:
                found += tuple(dict.fromkeys(_own(backend)))[: _ENOUGH + 1]
            self._generation, self._found = backend.generation, found
        return self._found


def _is_answered(backend: Backend, question: str) -> bool:
    result = backend.searcher.search(SearchRequest(question, limit=1))
    return bool(result.hits) and result.notice is None


def _own(backend: Backend) -> Iterator[Example]:
    """Citations and document numbers of the index's own documents, those that a search finds."""
    for law in backend.library.laws(limit=_LOOKED_AT).laws:
        candidates = [(f"{law.title}第一条", "查一条"), (law.number or "", "查文号")]
        yield from (example for example in candidates if example[0] and _is_answered(backend, example[0]))
