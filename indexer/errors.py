"""The errors that users see: each message says what is wrong, where, and what to do."""


class FatiaoError(Exception):
    """The root of every error that fatiao raises on purpose.

    The message is one line in Chinese, for a person: what happened, where, and what to do about it.
    ``code`` is a stable identifier for programs.
    """

    code = "error"


class SourceError(FatiaoError):
    """A source file cannot be read: it is missing, empty, binary, damaged or too large."""

    code = "unreadable_source"


class IndexFormatError(FatiaoError):
    """An index folder is missing, incomplete, damaged or of another format version."""

    code = "index_format"


class IndexMissingError(IndexFormatError):
    """There is no index at the given place; the message names ``fatiao index build``."""

    code = "index_missing"


class IndexLockedError(FatiaoError):
    """Another process is writing the index; the message says which."""

    code = "index_locked"


class EmbedderMismatchError(FatiaoError):
    """The index was built with another embedding model than the one that is configured."""

    code = "embedder_mismatch"


class EmbedderError(FatiaoError):
    """An embedding model cannot be found, loaded or trained."""

    code = "embedder"


class QueryError(FatiaoError):
    """A query or a parameter is not acceptable: empty, too long, out of range.

    Args:
        message: What is wrong and what to do, one line in Chinese.
        field: The name of the parameter at fault, when there is one.
    """

    code = "invalid_query"

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class NotFoundError(FatiaoError):
    """A law, an article or an address is not in the index."""

    code = "not_found"
