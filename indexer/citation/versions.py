"""Which version of a law a citation means: the one in force when the citing document was written.

A law is cited by the numbers that its provisions have at that time, and a revision numbers them anew: what was
第一百一十九条 is 第一百二十二条 today. So a later version answers for an earlier one only where its numbers are known
to be the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from indexer import numerals
from indexer.citation.names import simplify
from indexer.citation.places import Context, Laws, UnresolvedError

_ALL = 100_000

# Between the two days, amendments changed words and inserted 之一, and left the numbers of the articles (the last
# figure: up to which) as they were: facts of the laws' histories. A law that is not here may have been numbered anew.
_UNCHANGED: dict[str, tuple[date, date, int]] = {
    "宪法": (date(1982, 12, 4), date(2018, 3, 11), 122),
    "刑法": (date(1997, 3, 14), date(2023, 12, 29), _ALL),
    "企业所得税法": (date(2007, 3, 16), date(2018, 12, 29), _ALL),
    "税收征收管理法": (date(2001, 4, 28), date(2015, 4, 24), _ALL),
    "食品安全法": (date(2015, 4, 24), date(2021, 4, 29), _ALL),
    "行政诉讼法": (date(2014, 11, 1), date(2017, 6, 27), _ALL),
    "民事诉讼法": (date(2012, 8, 31), date(2017, 6, 27), _ALL),
    "国家赔偿法": (date(2010, 4, 29), date(2012, 10, 26), _ALL),
    "劳动合同法": (date(2007, 6, 29), date(2012, 12, 28), _ALL),
    "劳动法": (date(1994, 7, 5), date(2018, 12, 29), _ALL),
    "仲裁法": (date(1994, 8, 31), date(2017, 9, 1), _ALL),
    "行政复议法": (date(1999, 4, 29), date(2017, 9, 1), _ALL),
    "行政处罚法": (date(1996, 3, 17), date(2017, 9, 1), _ALL),
    "行政许可法": (date(2003, 8, 27), date(2019, 4, 23), _ALL),
    "治安管理处罚法": (date(2005, 8, 28), date(2012, 10, 26), _ALL),
    "道路交通安全法": (date(2003, 10, 28), date(2021, 4, 29), _ALL),
    "招标投标法": (date(1999, 8, 30), date(2017, 12, 27), _ALL),
    "集会游行示威法": (date(1989, 10, 31), date(2009, 8, 27), _ALL),
    "环境保护税法": (date(2016, 12, 25), date(2018, 10, 26), _ALL),
    "车船税法": (date(2011, 2, 25), date(2019, 4, 23), _ALL),
    "商标法": (date(2013, 8, 30), date(2019, 4, 23), _ALL),
    "产品质量法": (date(2000, 7, 8), date(2018, 12, 29), _ALL),
    "水法": (date(2002, 8, 29), date(2016, 7, 2), _ALL),
    "传染病防治法": (date(2004, 8, 28), date(2013, 6, 29), _ALL),
}


def candidates(documents: Sequence[str], path: str, context: Context, laws: Laws) -> tuple[str, ...]:
    """The versions of one instrument that a citation may mean.

    Args:
        documents: Ids of the versions, newest first.
        path: The provision cited; empty for the instrument as a whole.
        context: The place that cites; without a day the newest version is meant, and older ones after it.
        laws: What is indexed.

    Returns:
        Ids, the most likely first; never empty.

    Raises:
        UnresolvedError: No version of that day is indexed, and the numbers of the one that is may be others.
    """
    day = context.day
    if day is None:
        return tuple(documents)
    # What was adopted but not in force yet is meant when nothing came before it: 民法典 in the last months of 2020.
    known = [each for each in documents if _is_before(_dated(each), context.written or day, before=context.before)]
    inforce = [each for each in known if _is_before(laws.since(each) or _dated(each), day, before=context.before)]
    if inforce:
        return (inforce[0],)
    if known and laws.is_first(known[-1]):
        return (known[-1],)
    if not path:
        return (documents[0],)
    for later in reversed(documents):
        if _numbered_alike(later, path, context, laws):
            return (later,)
    raise UnresolvedError(
        "版本不明", f"索引中没有{day.isoformat()}{'以前' if context.before else ''}施行的{_name(documents[0])}"
    )


def version_of(documents: Sequence[str], year: int) -> str | None:
    """The version that a law's name says by its year: 《…法》（2018年修正）; None when it is not indexed."""
    return next((each for each in documents if (day := _dated(each)) is not None and day.year == year), None)


def _numbered_alike(document_id: str, path: str, context: Context, laws: Laws) -> bool:
    """Whether a later version has the cited provision under the number that it had on the context's day."""
    day = context.written or context.day or date.max
    title = document_id.rpartition("@")[0]
    span, dated = _UNCHANGED.get(simplify(title)), _dated(document_id)
    article, _, inside = path.partition("/")
    number = numerals.ordinal(article.rpartition("-")[2])
    if span is None or dated is None or not span[0] <= day or dated > span[1]:
        return False
    if number is None:
        return True
    changed = laws.changed(title, numerals.path_step(number)) if inside else None
    return number.number <= span[2] and (changed is None or _is_before(changed, day, before=context.before))


def _is_before(first: date | None, day: date, *, before: bool) -> bool:
    return first is not None and (first < day if before else first <= day)


def _dated(document_id: str) -> date | None:
    """The date in an id; None for ``undated``."""
    try:
        return date.fromisoformat(document_id.rpartition("@")[2].partition("~")[0])
    except ValueError:
        return None


def _name(document_id: str) -> str:
    return f"《{document_id.rpartition('@')[0]}》"
