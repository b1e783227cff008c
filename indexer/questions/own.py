"""The questions that users bring to an index: what is accepted, what is stored, and how it takes effect at once.

Their words lie in ``questions.jsonl`` beside ``CURRENT``, each with the fingerprint of the articles that answer it, so
that they outlive every build. Adding and removing publish a generation that shares everything with the live one but
the known questions: it takes a moment, and readers pick it up as they do any other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.caching import CachedEmbedder
from indexer.embedding import Embedder
from indexer.errors import NotFoundError
from indexer.questions.bank import (
    BankQuestion,
    Gold,
    dump_questions,
    fingerprint,
    read_questions,
    words_of,
)
from indexer.questions.files import Refused, Submitted, read_file
from indexer.questions.gathering import placed, rows_in, unanswered
from indexer.questions.rules import copied, flaw
from indexer.storage import (
    EmbedderInfo,
    Index,
    KnownQuestions,
    UnitRecord,
    Writer,
    check_embedder,
    open_writer,
    own_questions,
)

Find = Callable[[str, str], UnitRecord]
"""From the name of a law and the number of an article to the unit in force; NotFoundError says why there is none."""

_SAME = 0.999
"""Two questions with this cosine are the same to the model; 16-bit floats lose a ten-thousandth."""
_ID_LENGTH = 12


@dataclass(frozen=True, slots=True)
class Addition:
    """What came of a file of questions.

    Attributes:
        added: The questions that were accepted, each with its id.
        refused: The lines that were not, in the file's order.
        total: How many questions users have brought now.
        generation: The generation that is live now.
    """

    added: tuple[BankQuestion, ...]
    refused: tuple[Refused, ...]
    total: int
    generation: str


@dataclass(frozen=True, slots=True)
class Removal:
    """What came of removing questions.

    Attributes:
        removed: Ids of the questions that are gone.
        unknown: Ids that no question has.
        total: How many questions users have brought now.
        generation: The generation that is live now.
    """

    removed: tuple[str, ...]
    unknown: tuple[str, ...]
    total: int
    generation: str


@dataclass(frozen=True, slots=True)
class Listing:
    """The questions that users have brought, and the ids of those that nothing in the index answers."""

    questions: tuple[BankQuestion, ...]
    unanswered: tuple[str, ...]


def add(
    folder: Path, path: Path, embedder: Embedder, finder: Callable[[Index], Find], *, dry_run: bool = False
) -> Addition:
    """Adds the questions of a file; what is accepted takes effect at once.

    Args:
        folder: The index folder.
        path: JSON Lines, or a table of question, law and article.
        embedder: The model that the index was built with.
        finder: Finds articles in an index.
        dry_run: Only say what would be done.

    Returns:
        What was accepted, and every other line with the reason.

    Raises:
        SourceError: The file cannot be read.
        IndexMissingError: There is no index.
        IndexLockedError: Another process is writing the index.
        EmbedderMismatchError: The index was built with another model.
    """
    submitted, refused = read_file(path)
    index = _open(folder, embedder)
    if dry_run:
        own = read_questions(own_questions(folder))
        admission = _Admission(index, own, finder(index))
        admission.consider(submitted, lambda texts: embedder.embed(texts, is_query=True))
        return admission.report(refused, len(own), index.manifest.generation)
    with open_writer(folder) as writer:
        index = _open(folder, embedder)
        own = read_questions(writer.own_questions)
        cached = CachedEmbedder(embedder, folder)
        admission = _Admission(index, own, finder(index))
        admission.consider(submitted, lambda texts: cached.embed(texts, is_query=True).astype(np.float32))
        generation = index.manifest.generation
        if admission.added:
            generation = _publish(writer, index, (*own, *admission.added), cached)
        return admission.report(refused, len(own) + len(admission.added), generation)


def remove(folder: Path, ids: Sequence[str], embedder: Embedder) -> Removal:
    """Removes questions that users have brought; at once, as they were added.

    Args:
        folder: The index folder.
        ids: Their ids.
        embedder: The model that the index was built with.

    Returns:
        What is gone, and the ids that are unknown.

    Raises:
        IndexMissingError: There is no index.
        IndexLockedError: Another process is writing the index.
        EmbedderMismatchError: The index was built with another model.
    """
    _open(folder, embedder)
    with open_writer(folder) as writer:
        index = _open(folder, embedder)
        own = read_questions(writer.own_questions)
        known = {question.id for question in own}
        wanted = dict.fromkeys(ids)
        removed = tuple(id_ for id_ in wanted if id_ in known)
        kept = [question for question in own if question.id not in wanted]
        generation = index.manifest.generation
        if removed:
            generation = _publish(writer, index, kept, CachedEmbedder(embedder, folder))
        return Removal(removed, tuple(id_ for id_ in wanted if id_ not in known), len(kept), generation)


def listing(folder: Path) -> Listing:
    """The questions that users have brought to an index.

    Args:
        folder: The index folder.

    Returns:
        The questions in the order in which they were added.

    Raises:
        IndexMissingError: There is no index.
    """
    index = Index.open(folder)
    own = read_questions(own_questions(folder))
    return Listing(own, unanswered(own, rows_in(index, own)))


@dataclass(frozen=True, slots=True)
class _Draft:
    """A question on its way in, with the units that answer it."""

    line: int
    question: BankQuestion
    units: frozenset[int]


@dataclass(slots=True)
class _Admission:
    """Decides which questions come in."""

    index: Index
    own: Sequence[BankQuestion]
    find: Find
    added: list[BankQuestion] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)

    def consider(self, submitted: Iterable[Submitted], embed: Callable[[Sequence[str]], NDArray[np.float32]]) -> None:
        """Looks at every line: what it says, what it names, then what it means."""
        owned = {words_of(question.text): question.id for question in self.own}
        ids = set(owned.values())
        drafts: dict[str, _Draft] = {}
        for each in submitted:
            words = words_of(each.text)
            before = drafts.get(words)
            reason = flaw(each.text)
            if reason is None and words in owned:
                reason = f"与已加入的问题 {owned[words]} 重复"
            if reason is None and each.id in ids and (before is None or before.question.id != each.id):
                reason = f"编号 {each.id} 已被另一个问题使用"
            draft = reason or self._answered(each)
            if not isinstance(draft, str) and before is not None:
                draft = _joined(before, draft)
            if isinstance(draft, str):
                self.refused.append(Refused(each.line, draft))
                continue
            ids.add(draft.question.id)
            drafts[words] = draft
        self._new_only(list(drafts.values()), embed([draft.question.text for draft in drafts.values()]))

    def _answered(self, submitted: Submitted) -> _Draft | str:
        """The question with the articles that answer it; what is wrong with one of them."""
        if not submitted.gold:
            return "没有写明由哪一条回答"
        gold: list[Gold] = []
        units: list[int] = []
        for law, article in submitted.gold:
            try:
                unit = self.find(law, article)
            except NotFoundError as error:
                return str(error)
            run = copied(submitted.text, unit.text)
            if run is not None:
                return f"照抄了{unit.citation}的原文（{run}）：请换成平常的问法"
            title = self.index.documents[unit.document_row].title
            gold.append(Gold(title, unit.mark, fingerprint(unit.text)))
            units.append(unit.row)
        id_ = submitted.id or f"q-{hashlib.sha256(words_of(submitted.text).encode()).hexdigest()[:_ID_LENGTH]}"
        return _Draft(submitted.line, BankQuestion(id_, submitted.text, tuple(dict.fromkeys(gold))), frozenset(units))

    def _new_only(self, drafts: Sequence[_Draft], vectors: NDArray[np.float32]) -> None:
        """Accepts what the model can read, and the index does not know already."""
        # Without those of users: an addition that was killed may have left some, which come in again.
        known = self.index.known.without_own()
        asked_of: dict[int, list[int]] = {}
        for question, unit in zip(known.question.tolist(), known.unit.tolist(), strict=True):
            asked_of.setdefault(unit, []).append(question)
        for draft, vector in zip(drafts, vectors, strict=True):
            asked = (np.array(asked_of.get(unit, []), np.int64) for unit in draft.units)
            alike = (known.store.reconstruct(rows) @ vector for rows in asked)
            if not vector.any():
                self.refused.append(Refused(draft.line, "问题里没有模型认识的词"))
            elif all(cosines.max(initial=0.0) > _SAME for cosines in alike):
                names = "、".join(self.index.unit(unit).citation for unit in sorted(draft.units))
                self.refused.append(Refused(draft.line, f"与题库重复：索引已经知道这个问题由{names}回答"))
            else:
                self.added.append(draft.question)

    def report(self, refused: Sequence[Refused], total: int, generation: str) -> Addition:
        """The account, lines that could not be read among the refused ones."""
        lines = sorted((*refused, *self.refused), key=lambda each: each.line)
        return Addition(tuple(self.added), tuple(lines), total, generation)


def _joined(before: _Draft, more: _Draft) -> _Draft | str:
    """A question that has another line with another answer; what is wrong where it is the same answer."""
    if more.units <= before.units:
        return f"与第 {before.line} 行重复"
    gold = tuple(dict.fromkeys(before.question.gold + more.question.gold))
    return _Draft(before.line, replace(before.question, gold=gold), before.units | more.units)


def _open(folder: Path, embedder: Embedder) -> Index:
    index = Index.open(folder)
    check_embedder(index.manifest, EmbedderInfo.of(embedder))
    return index


def _publish(writer: Writer, index: Index, own: Sequence[BankQuestion], cached: CachedEmbedder) -> str:
    known: KnownQuestions = index.known.without_own().and_own(placed(own, rows_in(index, own), cached))
    return writer.amend(known, dump_questions(own)).generation
