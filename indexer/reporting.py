"""What a build tells of itself: its stages while it runs, its report at the end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

Stage = Literal[
    "discover", "parse", "settle", "clauses", "links", "embed", "questions", "lexical", "catalog", "vectors"
]
"""The stages of a build, in order."""

STAGES: Mapping[Stage, str] = {
    "discover": "查找文件",
    "parse": "解析文件",
    "settle": "整理版本",
    "clauses": "切分条款",
    "links": "解析引用",
    "embed": "计算向量",
    "questions": "嵌入已知问题",
    "lexical": "建立词法索引",
    "catalog": "写入目录",
    "vectors": "写入向量",
}
"""What a person is told of each stage."""


class Progress(Protocol):
    """Told how far a stage has come; called with ``done == total`` at its end."""

    def __call__(self, stage: Stage, done: int, total: int) -> None:
        """Takes note.

        Args:
            stage: The stage at work.
            done: How much of it is done: files, documents, clauses, questions or units.
            total: Of how much.
        """


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did.

    Attributes:
        generation: Id of the generation that is live now.
        files: Files read.
        documents: Documents indexed.
        articles: Their 条.
        units: What is ranked: articles, measures, rows.
        clauses: What is embedded.
        links: Citations found.
        resolved: Citations that lead somewhere.
        duplicates: Id of the document kept, and the source of its copy.
        renamed: Id that was taken, and the id given instead.
        skipped: Paths that were not read, each with the reason.
        errors: Sources that failed, each with the reason.
        reused: Vectors that the cache had.
        questions: Questions whose answers are known.
        own: Those of them that users have brought.
        unanswered: Ids of those that users have brought and that nothing in the index answers.
        seconds: How long each stage took.
    """

    generation: str
    files: int
    documents: int
    articles: int
    units: int
    clauses: int
    links: int
    resolved: int
    duplicates: tuple[tuple[str, str], ...]
    renamed: tuple[tuple[str, str], ...]
    skipped: tuple[tuple[str, str], ...]
    errors: tuple[tuple[str, str], ...]
    reused: int
    questions: int
    own: int
    unanswered: tuple[str, ...]
    seconds: Mapping[str, float]


def silent(stage: str, done: int, total: int) -> None:
    """A :class:`Progress`, or that of a training run, that tells nobody."""
