"""Understanding a query: a request for a provision or a document, or a question, perhaps of one law or place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from indexer.citation.query import QueryCitation, clean, parse_query
from indexer.storage import DocumentRecord
from service.retrieval.collection import Collection
from service.retrieval.laws import Laws
from service.retrieval.results import Intent
from service.retrieval.status import start_date

_LEAST_PLACE = 2
_PLACE_ENDING = r"(?:(?:壮族|回族|维吾尔)?自治区|特别行政区|省|市)?的?"
_WORDS_TOO = re.compile("日照|平安|安康|和平|朝阳|东方|太和|同心|长治|安顺|大同|永康|平和|安定")
"""Places whose names are words as well: they count only with 市 or 县 behind them, as a title writes them."""
_DATED = re.compile(r"(?:19|20)\d{2}年(?:\d{1,2}月(?:\d{1,2}[日号])?)?(?:版|时|当时)?的?")
_NAME_ENDS = re.compile(r"\s|[第（(\d的]|关于|$")
_YEAR_BEHIND = re.compile(r"[（(]\d{4}")
_LEAST_NAME, _LONGEST_NAME = 3, 60
_REST = re.compile(
    r"请问|请|怎么|如何|怎样|什么|哪些|多少|规定|内容|原文|全文|意思|解释|含义|判刑?|处罚|处理|理解|适用|具体|是|的|了|吗|呢|说|讲|写|有|[\s，。？?！!、：:；;]"
)


@dataclass(frozen=True, slots=True)
class Understood:
    """A query as understood.

    Attributes:
        text: In plain characters.
        intent: What kind of request it is.
        citation: What was read of a citation in it; None when there is none.
        laws: The instruments that the citation means, in the version of ``day``, the likeliest first.
        missing: The version of ``day`` is not indexed, though the instrument is.
        unknown: The instrument's name or number, when it is named but not indexed.
        rest: What is asked beside the citation.
        rewritten: The query as searched.
        unplaced: ``rest``, or ``text`` where there is no citation, without the names of places: they say where, not
            what.
        day: The day that the query asks the law of, when it says so.
        places: bool (documents,), instruments of the places that it names; None when it names none.
    """

    text: str
    intent: Intent
    citation: QueryCitation | None
    laws: tuple[DocumentRecord, ...]
    missing: tuple[DocumentRecord, ...]
    unknown: str | None
    rest: str
    rewritten: str
    unplaced: str
    day: date | None
    places: NDArray[np.bool_] | None

    @property
    def provision(self) -> tuple[str, str]:
        """The path of the provision asked for, as written and with an unsaid 款 filled in; empty when there is none."""
        return (self.citation.written, self.citation.path) if self.citation else ("", "")

    @property
    def has_rest(self) -> bool:
        """Whether something is asked beside the citation, asking words left out."""
        return has_subject(self.rest)


class Understanding:
    """Reads queries against the documents of an index.

    Args:
        collection: The documents.
        laws: Finds them by name and number.
    """

    def __init__(self, collection: Collection, laws: Laws) -> None:
        self._collection = collection
        self._laws = laws

    def read(self, query: str, as_of: date | None, today: date) -> Understood:
        """Understands a query.

        Args:
            query: As typed.
            as_of: The day that a filter asks the law of, which goes before one that the query names.
            today: The day of the search.

        Returns:
            What it asks for. A year alone (2019年的公司法) means the version in force on its last day; the year of a
            version (公司法（2018年修正）) means that version.
        """
        text = clean(query)
        citation = parse_query(self._marked(text), self._laws.knows)
        if citation is None or (citation.law is None and citation.number is None):
            return self._question(text, citation)
        candidates = self._laws.by_number(citation.number) if citation.number else ()
        if not candidates and citation.law:
            candidates = self._laws.by_name(citation.law) or self._laws.by_name(citation.law, fuzzy=True)
        day = as_of or citation.as_of
        laws, missing = self._versions(candidates, citation, day or today)
        if citation.version and laws and day is None:
            day = start_date(laws[0])
        intent = self._intent(citation, text)
        name = citation.number or citation.law or ""
        if not candidates and intent == "question":
            # A word that looks like a law's name may be one that no index has: the question is searched as it stands.
            known = citation.number is not None or self._laws.is_vocabulary(name) or f"《{name}》" in text
            return self._question(text, citation if known else None, unknown=name if known else None)
        places, unplaced = self._placed(citation.remaining)
        return Understood(
            text=text,
            intent=intent,
            citation=citation,
            laws=laws,
            missing=missing,
            unknown=None if candidates else name,
            rest=citation.remaining,
            rewritten=self._rewritten(text, citation, laws),
            unplaced=unplaced,
            day=day,
            places=places,
        )

    def _marked(self, text: str) -> str:
        """A query with 《》 around a name at its head that the index has and the vocabulary of names has not."""
        if "《" in text:
            return text
        dated = _DATED.match(text)
        start = dated.end() if dated else 0
        ends = {end.start() for end in _NAME_ENDS.finditer(text, start, start + _LONGEST_NAME)}
        for end in sorted(ends, reverse=True):
            name = text[start:end].strip()
            if len(name) < _LEAST_NAME or _YEAR_BEHIND.search(name):
                continue
            if self._laws.is_title(name) and not self._laws.is_vocabulary(name):
                return f"{text[:start]}《{name}》{text[end:]}"
        return text

    def _question(self, text: str, citation: QueryCitation | None, unknown: str | None = None) -> Understood:
        places, unplaced = self._placed(text)
        day = None if citation is None else citation.as_of
        return Understood(text, "question", citation, (), (), unknown, text, text, unplaced, day, places)

    def _versions(
        self, candidates: Sequence[DocumentRecord], citation: QueryCitation, day: date
    ) -> tuple[tuple[DocumentRecord, ...], tuple[DocumentRecord, ...]]:
        """The version of each instrument that is meant, and the instruments that have none of that day."""
        meant: list[DocumentRecord] = []
        missing: list[DocumentRecord] = []
        for record in candidates:
            if citation.number:
                # A number belongs to one version.
                version: DocumentRecord | None = record
            elif citation.version:
                version = self._of_year(record, citation.version)
            else:
                version = self._collection.version_on(record, day)
            if version is None:
                missing.append(record)
            else:
                meant.append(version)
        return tuple(dict.fromkeys(meant)), tuple(missing)

    def _of_year(self, record: DocumentRecord, year: int) -> DocumentRecord | None:
        """The version of a year, else the one in force at its end."""
        for version in reversed(self._collection.versions(record)):
            if year in {d.year for d in (version.adopted, version.published, version.effective) if d}:
                return version
        return self._collection.version_on(record, date(year, 12, 31))

    @staticmethod
    def _intent(citation: QueryCitation, text: str) -> Intent:
        if citation.path:
            return "article_lookup"
        if citation.only or not _REST.sub("", citation.remaining):
            asked = re.search(r"什么|哪些|怎么|如何|多少|吗|[?？]", text)
            return "document_lookup" if citation.only or not asked else "question"
        return "question"

    @staticmethod
    def _rewritten(text: str, citation: QueryCitation, laws: Sequence[DocumentRecord]) -> str:
        if not laws:
            return text
        if citation.number:
            return f"{laws[0].number or citation.number} {citation.remaining}".strip()
        return f"《{laws[0].title}》 {citation.remaining}".strip()

    def _placed(self, text: str) -> tuple[NDArray[np.bool_] | None, str]:
        """The instruments of the places that a text names, and the text without the places' names."""
        found: NDArray[np.bool_] | None = None
        left = text
        for name, mask in self._collection.places.items():
            named = re.escape(name) + ("[市县]的?" if _WORDS_TOO.fullmatch(name) else _PLACE_ENDING)
            if len(name) < _LEAST_PLACE or name not in text or not re.search(named, text):
                continue
            found = mask if found is None else found | mask
            left = re.sub(named, "", left)
        return found, left.strip() if has_subject(left) else text


def has_subject(text: str) -> bool:
    """Whether something is left of a text without the words that only ask."""
    return bool(_REST.sub("", text))
