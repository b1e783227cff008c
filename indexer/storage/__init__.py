"""The index folder: the only package that knows the on-disk format (described in ``docs/index-format.md``)."""

from indexer.storage.index import Index
from indexer.storage.known import KnownQuestions
from indexer.storage.lexical import LexicalIndex
from indexer.storage.manifest import check_embedder
from indexer.storage.records import (
    FORMAT_VERSION,
    Cells,
    ClauseRecord,
    Counts,
    DocumentRecord,
    EmbedderInfo,
    Link,
    LinkReason,
    LinkRecord,
    Manifest,
    NodeRecord,
    UnitRecord,
    VectorInfo,
)
from indexer.storage.vectors import VectorStore
from indexer.storage.writing import Contents, Writer, open_writer, own_questions

__all__ = [
    "FORMAT_VERSION",
    "Cells",
    "ClauseRecord",
    "Contents",
    "Counts",
    "DocumentRecord",
    "EmbedderInfo",
    "Index",
    "KnownQuestions",
    "LexicalIndex",
    "Link",
    "LinkReason",
    "LinkRecord",
    "Manifest",
    "NodeRecord",
    "UnitRecord",
    "VectorInfo",
    "VectorStore",
    "Writer",
    "check_embedder",
    "open_writer",
    "own_questions",
]
