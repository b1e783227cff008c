"""One open index with everything that answers from it, renewed when the index is: what HTTP and the pages talk to."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from indexer.errors import FatiaoError, IndexMissingError
from service.models import embedder_of, reranking_of
from service.settings import Settings, SettingsError

if TYPE_CHECKING:
    from indexer.embedding import Embedder
    from indexer.storage import Index
    from service.answer import Answerer, LanguageModel
    from service.retrieval import Library, Searcher
    from service.retrieval.reranking import Reranking

_log = logging.getLogger(__name__)

CHECK_EVERY = 1.0
"""Seconds between two looks at the index folder; a look reads one small file."""


@dataclass(frozen=True, slots=True)
class Backend:
    """One generation of an index, ready to answer.

    Attributes:
        generation: The generation's id.
        model: Name of the embedding model.
        counts: How much it holds: ``documents``, ``articles``, ``clauses`` and so on.
        searcher: Ranked articles.
        library: Laws and articles by address.
        answerer: Answers with citations.
    """

    generation: str
    model: str
    counts: Mapping[str, int]
    searcher: Searcher
    library: Library
    answerer: Answerer


class LiveBackend:
    """The backend in force: renewed without a restart when the index has a new generation.

    Args:
        backend: The backend to begin with.
        renew: Gives the backend for the index as it is now, the same object when nothing changed; None never renews.
        every: Seconds between two renewals.
    """

    def __init__(
        self, backend: Backend, renew: Callable[[], Backend] | None = None, every: float = CHECK_EVERY
    ) -> None:
        self._backend = backend
        self._renew = renew
        self._every = every
        self._checked = time.monotonic()
        self._lock = threading.Lock()
        self._missing: IndexMissingError | None = None
        self._complaint = ""

    def current(self) -> Backend:
        """The backend for the newest generation that can be opened.

        Returns:
            A backend; a request keeps the one that it got, however long it runs.

        Raises:
            IndexMissingError: The index folder is gone.
        """
        is_due = time.monotonic() - self._checked >= self._every
        # Only one request looks; the others go on with what is open.
        if self._renew is not None and is_due and self._lock.acquire(blocking=False):
            try:
                self._look(self._renew)
            finally:
                self._lock.release()
        if self._missing is not None:
            raise self._missing
        return self._backend

    def _look(self, renew: Callable[[], Backend]) -> None:
        try:
            self._backend = renew()
        except IndexMissingError as error:
            self._missing = error
        except FatiaoError as error:
            # A new generation that cannot be opened must not take the old one down.
            if str(error) != self._complaint:
                self._complaint = str(error)
                _log.warning("%s", error)
        else:
            self._missing, self._complaint = None, ""
        self._checked = time.monotonic()


def load_language_model(settings: Settings) -> LanguageModel | None:
    """The language model that the settings name.

    Args:
        settings: The settings in force.

    Returns:
        A model behind an OpenAI-compatible endpoint; None where none is configured.

    Raises:
        SettingsError: An endpoint is set, but no model's name.
    """
    if settings.language_model_url is None:
        return None
    if settings.language_model_name is None:
        raise SettingsError("已设置 FATIAO_LANGUAGE_MODEL_URL，还须用 FATIAO_LANGUAGE_MODEL_NAME 写明模型名称")
    from service.answer import OpenAILanguageModel

    key = settings.language_model_key.get_secret_value() if settings.language_model_key else ""
    return OpenAILanguageModel(settings.language_model_url, settings.language_model_name, key)


def open_backend(settings: Settings, every: float = CHECK_EVERY) -> LiveBackend:
    """Opens the index and the embedding model that the settings name.

    Args:
        settings: The settings in force.
        every: Seconds between two looks for a new generation.

    Returns:
        A backend that follows the index.

    Raises:
        IndexMissingError: There is no index; the message names ``fatiao index build``.
        IndexFormatError: The index is damaged or of another format version.
        EmbedderMismatchError: The index was built with another model.
        EmbedderError: The model or the reranker cannot be loaded.
    """
    # The storage layer brings FAISS and SQLite along: only a process that serves an index pays for them.
    from indexer.storage import Index

    index = Index.open(settings.index)
    language_model = load_language_model(settings)
    embedder, reranking = embedder_of(settings), reranking_of(settings)
    opened, backend = index, _assemble(index, embedder, reranking, language_model)

    def renew() -> Backend:
        nonlocal opened, backend
        newest = opened.refresh()
        if newest is not opened:
            backend = _assemble(newest, embedder, reranking, language_model)
            opened = newest
        return backend

    return LiveBackend(backend, renew, every)


def _assemble(
    index: Index, embedder: Embedder, reranking: Reranking | None, language_model: LanguageModel | None
) -> Backend:
    from service.answer import Answerer
    from service.retrieval import Library, Searcher

    searcher = Searcher(index, embedder, reranking=reranking)
    return Backend(
        generation=index.manifest.generation,
        model=index.manifest.embedder.name,
        counts=asdict(index.manifest.counts),
        searcher=searcher,
        library=Library(index),
        answerer=Answerer(searcher, language_model),
    )
