"""Questions whose answers are known: the bank that ships, and those that users bring."""

from indexer.questions.bank import (
    FINGERPRINT_LENGTH,
    ArticleKey,
    BankQuestion,
    Gold,
    Known,
    answered,
    articles_of,
    dump_questions,
    fingerprint,
    known,
    read_bank,
    read_questions,
    rows_by_words,
    words_of,
)

__all__ = [
    "FINGERPRINT_LENGTH",
    "ArticleKey",
    "BankQuestion",
    "Gold",
    "Known",
    "answered",
    "articles_of",
    "dump_questions",
    "fingerprint",
    "known",
    "read_bank",
    "read_questions",
    "rows_by_words",
    "words_of",
]
