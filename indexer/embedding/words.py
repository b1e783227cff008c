"""The words that a text is cut into: jieba's dictionary as a Unigram model of the `tokenizers` library.

jieba takes most of a second to load, so it is only asked when a vocabulary is built. The tokenizer built here holds
the words that the corpus uses with the frequencies of jieba's dictionary, finds the most probable cut as jieba does,
loads in some 60 ms and needs neither jieba nor its dictionary. One ``tokenizer.json`` serves the embedding model and
the lexical index, when an index is built and when it is asked.
"""

from __future__ import annotations

import logging
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from tokenizers import Regex, Tokenizer
from tokenizers.models import Unigram
from tokenizers.normalizers import NFKC, Lowercase, Sequence
from tokenizers.pre_tokenizers import PreTokenizer, Split
from tokenizers.pre_tokenizers import Sequence as SplitSequence

from indexer.errors import EmbedderError
from indexer.resources import vocabulary_folder

LEGAL_WORDS = "legal_words.txt"
UNKNOWN = "<unk>"
BYTES = tuple(f"<0x{byte:02X}>" for byte in range(256))
"""A character outside the vocabulary is cut into its UTF-8 bytes, so that two rare characters stay two words."""

SIZE = 38_000
_RUN = re.compile(r"[㐀-䶿一-鿿〇]+|[a-z]+|[0-9]+")
_NOT_WORDS = Regex(r"[^\p{L}\p{N}]+")
_LATIN_OR_DIGITS = Regex(r"[a-z]+|[0-9]+")


def load_tokenizer(path: Path) -> Tokenizer:
    """Reads a tokenizer.

    Args:
        path: A ``tokenizer.json``, or the folder that it lies in.

    Returns:
        The tokenizer, with padding and truncation off.

    Raises:
        EmbedderError: There is no such file, or it is not a tokenizer.
    """
    file = path / "tokenizer.json" if path.is_dir() else path
    if not file.is_file():
        raise EmbedderError(f"找不到分词器 {file}：请重新安装 fatiao，或用 fatiao train 重新训练模型")
    try:
        tokenizer = Tokenizer.from_file(str(file))
    except Exception as error:  # the library raises bare Exception
        raise EmbedderError(f"分词器 {file} 已损坏：请重新安装 fatiao，或用 fatiao train 重新训练模型") from error
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def legal_words(path: Path | None = None) -> tuple[str, ...]:
    """Reads a list of legal terms, in the format of jieba's user dictionaries: one a line, before anything else on it.

    Args:
        path: The list; the shipped one when None.

    Returns:
        The terms in order.
    """
    lines = (path or vocabulary_folder() / LEGAL_WORDS).read_text(encoding="utf-8").splitlines()
    return tuple(line.split()[0] for line in lines if line.strip())


def count_words(texts: Iterable[str], terms: Iterable[str] = ()) -> Counter[str]:
    """Counts the words of texts as jieba cuts them, single characters included.

    Args:
        texts: Texts in simplified characters.
        terms: Words that jieba is to know besides those of its dictionary.

    Returns:
        Word → how often it occurs; words are lower-cased and width-normalised.
    """
    import jieba

    jieba.setLogLevel(logging.WARNING)
    cutter = jieba.Tokenizer()
    for term in terms:
        cutter.add_word(term)
    normalizer = _normalizer()
    counts: Counter[str] = Counter()
    for text in texts:
        for run in _RUN.findall(normalizer.normalize_str(text)):
            counts.update(cutter.lcut(run))
            counts.update(dict.fromkeys(run, 0))
    return counts


def build_tokenizer(counts: Mapping[str, int], extra: Iterable[str] = (), size: int = SIZE) -> Tokenizer:
    """Builds a tokenizer that cuts almost as jieba does.

    Args:
        counts: Word → occurrences, from ``count_words``.
        extra: Words to hold in any case: legal terms, names of laws.
        size: How many words the vocabulary may hold, bytes and characters included.

    Returns:
        A tokenizer; token 0 is the unknown token, tokens 1 to 256 are the bytes.
    """
    frequencies, total = _dictionary()
    characters = {character for word in counts for character in word} | set("abcdefghijklmnopqrstuvwxyz0123456789")
    scores = {c: math.log(max(frequencies.get(c, 1), 1) / total) for c in sorted(characters)}
    room = size - len(scores) - len(BYTES) - 1
    for word in _choose(counts, frequencies, extra, room):
        known = frequencies.get(word)
        # A word that jieba's dictionary lacks gets the score at which it just wins over its best cut.
        scores[word] = math.log(known / total) if known else _best_cut(word, scores) + 1e-3
    lowest = min(scores.values()) - 10
    vocabulary = [(UNKNOWN, lowest), *((byte, lowest) for byte in BYTES), *scores.items()]
    tokenizer = Tokenizer(Unigram(vocabulary, unk_id=0, byte_fallback=True))
    tokenizer.normalizer = _normalizer()
    tokenizer.pre_tokenizer = _pre_tokenizer()
    # Its reader rounds some scores in the last digit: read once, it is saved with the same bytes ever after.
    return Tokenizer.from_str(tokenizer.to_str())


def _normalizer() -> Sequence:
    return Sequence([NFKC(), Lowercase()])


def _pre_tokenizer() -> PreTokenizer:
    words = Split(_NOT_WORDS, "removed")
    return SplitSequence([words, Split(_LATIN_OR_DIGITS, "isolated")])


def _dictionary() -> tuple[dict[str, int], int]:
    """Jieba's words with their frequencies, and the sum of all frequencies."""
    import jieba

    jieba.setLogLevel(logging.WARNING)
    jieba.initialize()
    return jieba.dt.FREQ, jieba.dt.total


def _choose(counts: Mapping[str, int], frequencies: Mapping[str, int], extra: Iterable[str], room: int) -> list[str]:
    """The words to hold, shortest first, so that a long word is scored against all its parts."""
    forced = [word for word in dict.fromkeys(extra) if len(word) > 1]
    # A guess of jieba's about an unknown word is trusted once it has been made often.
    found = [word for word, n in counts.items() if len(word) > 1 and n >= (2 if frequencies.get(word) else 12)]
    found.sort(key=lambda word: (-counts[word], word))
    chosen = list(dict.fromkeys([*forced, *found]))[:room]
    return sorted(chosen, key=lambda word: (len(word), word))


def _best_cut(word: str, scores: Mapping[str, float]) -> float:
    """The score of the most probable cut of a word into at least two known parts."""
    best = [0.0] + [-math.inf] * len(word)
    for end in range(1, len(word) + 1):
        for start in range(end):
            if end - start < len(word):
                score = scores.get(word[start:end], -math.inf)
                best[end] = max(best[end], best[start] + score)
    return best[-1]
