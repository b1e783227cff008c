"""The documents of an index as retrieval sees them: by id, title and place, and how each stands on a day."""

from __future__ import annotations

import re
from collections import OrderedDict, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from indexer.storage import DocumentRecord
from service.retrieval.results import LawSummary, Status
from service.retrieval.status import repeal_on, stands_in, start_date, status_on

PROVINCES = (
    "北京市", "天津市", "上海市", "重庆市", "河北省", "山西省", "辽宁省", "吉林省", "黑龙江省", "江苏省", "浙江省",
    "安徽省", "福建省", "江西省", "山东省", "河南省", "湖北省", "湖南省", "广东省", "海南省", "四川省", "贵州省",
    "云南省", "陕西省", "甘肃省", "青海省", "台湾省", "内蒙古自治区", "广西壮族自治区", "西藏自治区",
    "宁夏回族自治区", "新疆维吾尔自治区", "香港特别行政区", "澳门特别行政区",
)  # fmt: skip
_PLACE = re.compile(r"^[一-鿿]{2,9}?(?:特别行政区|自治区|自治州|自治县|省|市|县|区|盟|旗)")
_PLACE_ENDING = re.compile(r"(?:壮族|回族|维吾尔)?(?:特别行政区|自治区)$|(?:[一-鿿]{1,3}族)*自治[州县]$|[省市]$")
_DAYS_KEPT = 8
_ORDINARY: frozenset[Status] = frozenset({"现行有效", "未核验"})


def short_place(name: str) -> str:
    """A place's name as people say it: 宁夏 for 宁夏回族自治区; the name itself where little would be left."""
    short = _PLACE_ENDING.sub("", name)
    return short if len(short) >= 2 else name


@dataclass(frozen=True, slots=True)
class Standing:
    """How every document stands on a day.

    Attributes:
        day: The day.
        statuses: Status and basis of each document, by its row.
        current: bool (documents,): in force on that day, or unverified.
    """

    day: date
    statuses: tuple[tuple[Status, str], ...]
    current: NDArray[np.bool_]


class Collection:
    """The documents of one generation of an index.

    Args:
        documents: All of them, in the order of their rows.
    """

    def __init__(self, documents: Sequence[DocumentRecord]) -> None:
        self.documents = tuple(documents)
        self.by_id: Mapping[str, DocumentRecord] = {record.id: record for record in self.documents}
        self._standings: OrderedDict[date, Standing] = OrderedDict()

    @cached_property
    def titles(self) -> Mapping[str, tuple[DocumentRecord, ...]]:
        """Documents by their exact title, in the order of their rows."""
        found: defaultdict[str, list[DocumentRecord]] = defaultdict(list)
        for record in self.documents:
            found[record.title].append(record)
        return {title: tuple(records) for title, records in found.items()}

    @cached_property
    def places(self) -> Mapping[str, NDArray[np.bool_]]:
        """What people call the provinces and cities of local instruments, each with a bool mask (documents,)."""
        found: defaultdict[str, list[int]] = defaultdict(list)
        for record in self.documents:
            names = {record.region} if record.region else set()
            placed = _PLACE.match(record.title)
            if placed and record.region:
                names.add(placed.group())
            for name in names:
                found[short_place(name)].append(record.row)
        masks: dict[str, NDArray[np.bool_]] = {}
        for name, rows in found.items():
            mask = np.zeros(len(self.documents), dtype=np.bool_)
            mask[rows] = True
            masks[name] = mask
        return masks

    @cached_property
    def regions(self) -> frozenset[str]:
        """The regions that the documents name."""
        return frozenset(record.region for record in self.documents if record.region)

    @cached_property
    def is_local(self) -> NDArray[np.bool_]:
        """Bool (documents,): instruments of one province."""
        return np.array([record.region is not None for record in self.documents], dtype=np.bool_)

    @cached_property
    def kinds(self) -> NDArray[np.str_]:
        """Str (documents,): 效力级别 of each."""
        return np.array([record.kind for record in self.documents], dtype=np.str_)

    def standing(self, day: date) -> Standing:
        """How every document stands on a day; the last few days asked for are kept.

        Args:
            day: The day.

        Returns:
            Statuses by row.
        """
        known = self._standings.get(day)
        if known is None:
            statuses = tuple(status_on(record, day, self.by_id) for record in self.documents)
            current = np.array([status in _ORDINARY for status, _ in statuses], dtype=np.bool_)
            known = Standing(day, statuses, current)
            self._standings[day] = known
            while len(self._standings) > _DAYS_KEPT:
                self._standings.popitem(last=False)
        return known

    def upcoming(self, day: date) -> NDArray[np.bool_]:
        """Bool (documents,): adopted but not yet in force on ``day``, with no version in force before it."""
        found = np.zeros(len(self.documents), dtype=np.bool_)
        for record, (status, _) in zip(self.documents, self.standing(day).statuses, strict=True):
            if status == "尚未生效":
                found[record.row] = self.version_on(record, day) is None and not self._has_earlier(record, day)
        return found

    def _has_earlier(self, record: DocumentRecord, day: date) -> bool:
        """Whether an earlier upcoming version exists, which is then the one to show."""
        before = self.by_id.get(record.predecessor) if record.predecessor else None
        return before is not None and self.standing(day).statuses[before.row][0] == "尚未生效"

    def versions(self, record: DocumentRecord) -> tuple[DocumentRecord, ...]:
        """Every indexed version of an instrument, oldest first.

        Args:
            record: Any of them.

        Returns:
            The versions in order, ``record`` among them.
        """
        chain = [record]
        seen = {record.id}
        while (before := self.by_id.get(chain[0].predecessor or "")) and before.id not in seen:
            chain.insert(0, before)
            seen.add(before.id)
        while (after := self.by_id.get(chain[-1].successor or "")) and after.id not in seen:
            chain.append(after)
            seen.add(after.id)
        return tuple(chain)

    def version_on(self, record: DocumentRecord, day: date) -> DocumentRecord | None:
        """The version of an instrument that stood on a day, repealed or not.

        Args:
            record: Any version of it.
            day: The day.

        Returns:
            The last version that had begun by then; where none had, but the instrument existed, the oldest one that
            is indexed; else None.
        """
        versions = self.versions(record)
        begun = [version for version in versions if (start := start_date(version)) is None or start <= day]
        if begun:
            return begun[-1]
        return versions[0] if stands_in(versions[0], day) else None

    def is_repealed(self, record: DocumentRecord, day: date) -> bool:
        """Whether an instrument stood repealed on a day."""
        return repeal_on(record, day, self.by_id) is not None

    def summary(self, record: DocumentRecord, day: date) -> LawSummary:
        """The facts of a document with its status on a day.

        Args:
            record: The document.
            day: The day.

        Returns:
            What every hit says of its law.
        """
        status, basis = status_on(record, day, self.by_id)
        return LawSummary(
            id=record.id,
            title=record.title,
            number=record.number,
            kind=record.kind,
            issuers=record.issuers,
            region=record.region,
            adopted=record.adopted,
            published=record.published,
            effective=record.effective,
            status=status,
            status_basis=basis,
        )
