"""How long an instrument applies, and provisions that apply from a day of their own."""

from __future__ import annotations

from datetime import date

import pytest

from indexer.structure import terms
from indexer.types import Commencement

BEGUN = date(2021, 1, 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("本办法自2021年1月1日起施行，有效期五年。", date(2025, 12, 31)),
        ("第九条 本办法自2021年1月1日起施行，有效期至2025年6月30日。", date(2025, 6, 30)),
        ("本通知自2021年1月1日起执行，有效期截至2023年6月30日止。", date(2023, 6, 30)),
        ("本意见自印发之日起施行，有效期3年。", date(2023, 12, 31)),
        ("本办法有效期为18个月。", date(2022, 6, 30)),
        ("本办法自2021年1月1日起试行，试行期两年。", date(2022, 12, 31)),
        ("本方案自2021年1月1日起至2022年12月31日止执行。", date(2022, 12, 31)),
        ("本政策有效期自2021年1月1日至2023年12月31日。", date(2023, 12, 31)),
        ("自2021年1月1日起施行，有效期至2024年2月。", date(2024, 2, 29)),
        ("有效期至2025年底。", date(2025, 12, 31)),
        ("本规定自2021年1月1日起施行。", None),
        ("许可证有效期为五年。", None),
        ("本办法规定的证书有效期为五年。", None),
        ("本规定自2021年1月1日起施行。观测证自颁发之日起有效期三年。", None),
        ("往来通行证有效期五年，可以延期二次，由持证人执行。", None),
        ("“本办法自2021年1月1日起施行，有效期五年。”", None),
    ],
)
def test_expiry(text: str, expected: date | None) -> None:
    assert terms.expiry([text], BEGUN) == expected


def test_years_without_a_beginning_lead_nowhere() -> None:
    assert terms.expiry(["本办法自印发之日起施行，有效期五年。"], None) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "本法自2024年7月1日起施行，第三条、第五条第二款自2025年1月1日起施行。",
            [Commencement(date(2025, 1, 1), "第三条、第五条第二款")],
        ),
        (
            "第九条 本条例自2024年7月1日起施行。其中，第七条的规定自2026年1月1日起施行。",
            [Commencement(date(2026, 1, 1), "第七条")],
        ),
        ("第九条 自2025年1月1日起施行。", []),
        ("依照《夜空法》第三条自2025年1月1日起执行。", []),
        ("本法自2024年7月1日起施行。", []),
    ],
)
def test_commencements(text: str, expected: list[Commencement]) -> None:
    assert list(terms.commencements([text])) == expected
