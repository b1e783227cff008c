"""An amended version's day of effect comes from the decision that amended it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from indexer.structure.amendments import with_effective_days
from indexer.structure.versions import settle
from indexer.types import Document, Node, OffsetMap, Origin, Span

DAY = date(2032, 7, 8)


def document(title: str, **facts: Any) -> Document:
    on = facts.get("adopted") or facts.get("published")
    text = f"{title}\n条文。"
    given: dict[str, Any] = {"kind": "地方性法规", "region": "云岭省"} | facts
    return Document(
        id=f"{title}@{on.isoformat() if on else 'undated'}",
        title=title,
        text=text,
        root=Node("题", "", Span(0, len(text))),
        offsets=OffsetMap((0,), (Origin(1, 1),)),
        sources=(f"{title}.md",),
        **given,
    )


def law(**facts: Any) -> Document:
    return document("云岭省夜空条例", **{"adopted": DAY, **facts})


def decision(title: str = "关于修改《云岭省夜空条例》等二件法规的决定", **facts: Any) -> Document:
    own: dict[str, Any] = {
        "kind": "修改废止决定",
        "adopted": DAY,
        "effective": date(2032, 9, 1),
        "amends": ("云岭省夜空条例", "云岭省星图条例"),
    }
    return document(title, **(own | facts))


def test_the_day_and_its_source_come_from_the_decision() -> None:
    settled = settle([law(), decision()])

    assert settled.documents[0].effective == date(2032, 9, 1)
    assert settled.documents[0].effective_by == settled.documents[1].id
    assert settled.documents[1].effective_by is None


def test_an_order_is_matched_by_its_signing() -> None:
    published = decision(adopted=None, published=DAY)

    assert with_effective_days([law(), published])[0].effective == date(2032, 9, 1)


def test_an_amendment_of_the_criminal_law_is_one_too() -> None:
    made = decision("中华人民共和国刑法修正案（九）", kind="法律", region=None, amends=("中华人民共和国刑法",))
    amended = document("中华人民共和国刑法", adopted=DAY, kind="法律", region=None)

    assert [d.effective for d in with_effective_days([amended, made])] == [date(2032, 9, 1)] * 2


@pytest.mark.parametrize(
    ("version", "made", "expected"),
    [
        (law(effective=date(2032, 8, 1)), [decision()], date(2032, 8, 1)),
        (law(adopted=date(2030, 1, 1)), [decision()], None),
        (law(), [decision(amends=("云岭省星图条例",))], None),
        (law(), [decision(effective=None)], None),
        (law(), [decision(region="山东省")], None),
        (law(), [decision(kind="规范性文件")], None),
        (law(), [decision(), decision("关于修改部分法规的决定", effective=date(2032, 10, 1))], None),
        (law(), [], None),
    ],
    ids=["stated", "other day", "other law", "unstated", "other place", "no decision", "disagreeing", "alone"],
)
def test_nothing_else_gives_a_day(version: Document, made: list[Document], expected: date | None) -> None:
    found = with_effective_days([version, *made])[0]

    assert found.effective == expected
    assert found.effective_by is None
