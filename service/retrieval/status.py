"""The status of an instrument on a day, with the reason for it.

A status is never stored: it is a statement about a day, made from the dates, the versions and the declarations of
repeal that the index holds. 立法法第六十一条 wants every law to state its day of commencement; where the text at hand
states none, the day of adoption (通过) or of signing (公布) stands in for it, and where there is no date at all
nothing is claimed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from indexer.storage import DocumentRecord
from service.retrieval.results import Status

STATUSES: tuple[Status, ...] = ("尚未生效", "现行有效", "已修改", "已废止", "未核验")


def start_date(record: DocumentRecord) -> date | None:
    """The first day on which a version can have been in force.

    Args:
        record: The version.

    Returns:
        Its 施行 date, else the date of adoption or amendment, else the signing date; None when nothing is stated.
    """
    return record.effective or record.adopted or record.published


def stands_in(record: DocumentRecord, day: date) -> bool:
    """Whether a version has to stand in for an earlier one of its instrument that is not indexed.

    Args:
        record: The version.
        day: The day that the statement is about.

    Returns:
        True when the version had not begun by then, no earlier one is indexed, and its history says that the instrument
        existed already: its text is the nearest there is, and may differ from that of the day.
    """
    begun = start_date(record)
    if begun is None or begun <= day or record.predecessor:
        return False
    made = record.adopted or record.published or begun
    return any(step.on <= day and step.on < made for step in record.history)


def repeal_on(
    record: DocumentRecord, day: date, documents: Mapping[str, DocumentRecord]
) -> tuple[DocumentRecord | None, str, date | None] | None:
    """The repeal of ``record`` that has taken effect by ``day``.

    Args:
        record: The version in question.
        day: The day that the statement is about.
        documents: Every indexed document by its id.

    Returns:
        The repealing document (None when it is not indexed), its title and the day of the repeal (None when unknown);
        None when nothing has repealed the version by then.
    """
    for identity, stated in record.repealed_by:
        by = documents.get(identity)
        on = stated or (start_date(by) if by else None)
        if on is None or on <= day:
            return by, by.title if by else identity.partition("@")[0], on
    return None


def is_superseded(record: DocumentRecord, day: date, documents: Mapping[str, DocumentRecord]) -> bool:
    """Whether a later version of the same instrument is in force on ``day``.

    Args:
        record: The version in question.
        day: The day that the statement is about.
        documents: Every indexed document by its id.

    Returns:
        True when a later version has begun; one without any date counts as begun, since it is known to be later.
    """
    following = documents.get(record.successor) if record.successor else None
    seen = {record.id}
    while following is not None and following.id not in seen:
        begun = start_date(following)
        if begun is None or begun <= day:
            return True
        seen.add(following.id)
        following = documents.get(following.successor) if following.successor else None
    return False


def status_on(record: DocumentRecord, day: date, documents: Mapping[str, DocumentRecord]) -> tuple[Status, str]:
    """The status of a version on a day, and a sentence that says what it rests on.

    Args:
        record: The version.
        day: The day that the statement is about.
        documents: Every indexed document by its id.

    Returns:
        The status and its basis in Chinese.
    """
    if record.kind == "非法规":
        return "未核验", "不是法律文件，无效力可言，不得作为法律引用"
    if stands_in(record, day):
        version = _version_date(record)
        return "未核验", f"{day.isoformat()} 有效的版本未收录，此为其后的 {version} 版本，内容可能不同"
    begun = start_date(record)
    if begun is not None and begun > day:
        return "尚未生效", _not_yet(record, begun)
    return _ended(record, day, documents) or _standing(record, day, documents)


def _ended(record: DocumentRecord, day: date, documents: Mapping[str, DocumentRecord]) -> tuple[Status, str] | None:
    """The status of a version that is no longer in force; None for any other."""
    if record.expires is not None and record.expires < day:
        return "已废止", f"有效期至 {record.expires.isoformat()}，期满失效"
    repeal = repeal_on(record, day, documents)
    if repeal is not None:
        by, title, on = repeal
        number = f"（{by.number}）" if by is not None and by.number else ""
        return "已废止", f"被《{title}》{number}废止" + (f"（{on.isoformat()}）" if on else "，废止日期不详")
    if is_superseded(record, day, documents):
        return "已修改", _superseded(record, day, documents)
    return None


def _standing(record: DocumentRecord, day: date, documents: Mapping[str, DocumentRecord]) -> tuple[Status, str]:
    """The status of a version that nothing has ended."""
    if start_date(record) is None:
        return "未核验", "文本未载明通过、公布或施行日期，效力未经核实"
    return "现行有效", _in_force(record, day, documents)


def _not_yet(record: DocumentRecord, begun: date) -> str:
    if record.effective:
        return f"自 {begun.isoformat()} 起施行{_according_to(record)}"
    return f"{begun.isoformat()} {'通过' if record.adopted else '公布'}，当日尚不存在"


def _superseded(record: DocumentRecord, day: date, documents: Mapping[str, DocumentRecord]) -> str:
    current = record
    seen = {record.id}
    while current.successor and current.successor not in seen:
        following = documents.get(current.successor)
        if following is None:
            break
        begun = start_date(following)
        if begun is not None and begun > day:
            break
        seen.add(following.id)
        current = following
    begun = start_date(current)
    version = _version_date(current)
    text = f"已被 {version.isoformat()} 版本取代" if version else "已被后来的版本取代"
    if begun is not None and begun != version:
        text += f"，后者自 {begun.isoformat()} 起施行"
    return text


def _in_force(record: DocumentRecord, day: date, documents: Mapping[str, DocumentRecord]) -> str:
    version = _version_date(record)
    text = f"{version.isoformat()} 版本" if version else "本版本"
    if record.effective and record.effective != version:
        text += f"，自 {record.effective.isoformat()} 起施行{_according_to(record)}"
    for part in record.commencements:
        text += f"，其中{part.provisions}自 {part.on.isoformat()} 起施行"
    if record.expires is not None:
        text += f"，有效期至 {record.expires.isoformat()}"
    following = documents.get(record.successor) if record.successor else None
    begun = start_date(following) if following else None
    if following is not None and begun is not None:
        return f"{text}；已有 {begun.isoformat()} 起施行的后续版本，在 {day.isoformat()} 尚未生效"
    return f"{text}，未见后续版本或废止记录"


def _according_to(record: DocumentRecord) -> str:
    """The decision that an amended version's day was taken from: its text states only the first version's."""
    return f"（据《{record.effective_by.rpartition('@')[0]}》）" if record.effective_by else ""


def _version_date(record: DocumentRecord) -> date | None:
    return record.adopted or record.published or record.effective
