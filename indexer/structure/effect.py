"""From when a version takes effect: what its text states, what its head states, and when neither can be its own."""

from collections.abc import Sequence
from datetime import date

from indexer.structure import history, provisions

ONE_ADOPTION = 366
"""Days within which two bodies adopt one text; an adoption later than that is of another version."""


def begins(
    steps: Sequence[history.Step],
    body: Sequence[str],
    adopted: date | None,
    published: date | None,
    named: date | None,
    issuers: Sequence[str],
) -> date | None:
    """The day from which a version applies.

    An amended text goes on printing its first version's day, so a day before the version is never its own.

    Args:
        steps: The dated steps that its head states.
        body: Its paragraphs without quoted articles.
        adopted: Day of adoption or amendment.
        published: Day of signing.
        named: The date in the file's name: some heads leave out the amendments that the text already has in it.
        issuers: Who made it.

    Returns:
        The day; None where no day that is stated can be this version's.
    """
    version = max((on for on in (adopted or published, named) if on), default=None)
    is_amended = _is_amended(steps)
    signed = published
    if signed is None and not is_amended and any(name.startswith("全国人民代表大会") for name in issuers):
        # 立法法第二十八条, 第四十七条: the President publishes a law by an order, signed on the day of adoption.
        signed = adopted
    statement = provisions.in_force(body)
    heads = [step.on for step in reversed(steps) if step.in_force]
    stated: list[date | None] = [*heads]
    if statement is not None and not (statement.after and is_amended):
        day = statement.day(adopted if statement.adoption else signed)
        # What the head states (2011年3月18日 施行) is surer than a day counted from the publication.
        stated.insert(len(heads) if statement.after else 0, day)
    return next((on for on in stated if on and (version is None or on >= version)), None)


def _is_amended(steps: Sequence[history.Step]) -> bool:
    """Whether the last step changed single provisions of an older text."""
    last = max((step for step in steps if step.action in {"通过", "修改"}), key=lambda step: step.on, default=None)
    first = min((step.on for step in steps if step.action == "通过"), default=None)
    if last is None:
        return False
    if last.action == "修改":
        return not last.whole
    # Two adoptions years apart: courts list an amendment so.
    return first is not None and (last.on - first).days > ONE_ADOPTION
