"""The dated steps that the head of a law states: 2018年10月26日第十三届全国人民代表大会…第三次修正."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from indexer.structure import bodies, dates, numbers, quoted
from indexer.types import Revision

Action = Literal["通过", "公布", "修改", "废止", "批准"]

_AMENDS = re.compile(r"修[正订改]")
_AMENDING_TITLE = re.compile(r"《[^》]*(?:修[正订改]|$)")
_WHOLLY = re.compile(r"修订")
_APPROVES = re.compile(r"批准")
_ADOPTS = re.compile(r"通过|会议\s*$")
_PUBLISHES = re.compile(r"公布|发布|颁布|印发|公告|第\s*\d+\s*号令|命?令第")
_REPEALS = re.compile(r"废止")
_IN_FORCE = re.compile(r"施行|实施|执行|生效|实行")
_ENDS_BODY = re.compile(r"[部委局会院厅署行]$")
_GOES_ON = re.compile(r"常务|办公")
_STATED = re.compile(rf"(?:已经|已由|业经|经|由|已于|于).{{0,80}}?(?P<on>{dates.PATTERN})[^。；《]{{0,80}}?通过")
_BY = re.compile(r"已经|已由|业经|[经由]")
_RUNS_ON = re.compile(r"[并后]?[,，]?经\s*$")
_STARTS_STEP = re.compile(rf"[（(]?\s*(?:根据|自|经)?\s*{dates.PATTERN}|[（(]")
_EDGES = " 　（()）,，、。；;\n"


@dataclass(frozen=True, slots=True)
class Step:
    """One dated step.

    Attributes:
        on: Its day.
        action: What was done; None when the date only says from when the instrument is in force.
        text: The words that follow the date.
        bodies: Who did it, where the words say so.
        number: The number of the order or announcement, where the words state it.
        published: The step also says that the instrument was made public.
        in_force: The date is a day of entry into force.
        whole: An amendment that replaced the whole text (修订), not by a decision on single articles.
    """

    on: date
    action: Action | None
    text: str
    bodies: tuple[str, ...] = ()
    number: str | None = None
    published: bool = False
    in_force: bool = False
    whole: bool = False


def read(lines: Iterable[str], place: str | None = None) -> tuple[Step, ...]:
    """Read the steps of a head.

    Args:
        lines: Its lines; a step may be broken over several, and several may stand on one.
        place: The place that 省 or 市 alone stands for in them.

    Returns:
        The steps in the order printed.
    """
    text = _joined(lines)
    own = quoted.masked(text)
    found = [dated for dated in dates.find(own) if own[dated.span.start] != "□"]
    if not found:
        return ()
    ends = [*(dated.span.start for dated in found[1:]), len(text)]
    steps: list[Step] = []
    runs_on = False
    for dated, end in zip(found, ends, strict=True):
        words = text[dated.span.end : end].removesuffix("根据").strip(_EDGES).removesuffix("根据").strip(_EDGES)
        step = _step(dated.on, words, own[dated.span.end : end], place)
        if runs_on and step.action == "修改":
            # 通过并经…批准的《…决定》修正: the first date is the amendment's, the second its approval's.
            steps[-1] = Step(steps[-1].on, "修改", f"{steps[-1].text}{words}", steps[-1].bodies, steps[-1].number)
            step = Step(step.on, "批准", words, step.bodies, step.number)
        steps.append(step)
        runs_on = _RUNS_ON.search(own[dated.span.end : end]) is not None
    return tuple(steps)


def revisions(steps: Iterable[Step]) -> tuple[Revision, ...]:
    """The steps as a document lists them, without those that only state an entry into force."""
    return tuple(Revision(step.on, step.action, step.text) for step in steps if step.action is not None)


def _joined(lines: Iterable[str]) -> str:
    """One text, with a line break only before a line that begins a step."""
    text = ""
    for line in filter(None, map(str.strip, lines)):
        if text and _STARTS_STEP.match(line):
            text += "\n"
        elif _ENDS_BODY.search(text) and bodies.is_body(line) and not _GOES_ON.match(line):
            # Joint issuers below one another.
            text += "、"
        text += line
    return text


def _step(on: date, words: str, own: str, place: str | None) -> Step:
    own = own.strip(_EDGES)
    published = _PUBLISHES.search(own) is not None
    action: Action | None = None
    if _REPEALS.search(own):
        action = "废止"
    elif _AMENDS.search(own) or _AMENDING_TITLE.search(words):
        action = "修改"
    elif _ADOPTS.search(own):
        action = "通过"
    elif _APPROVES.search(own):
        action = "批准"
    elif published or not own:
        action = "公布"
        published = True
    return Step(
        on,
        action,
        words,
        bodies.in_step(words, place),
        numbers.find_order(own),
        published,
        in_force=_IN_FORCE.search(own) is not None,
        whole=action == "修改" and _WHOLLY.search(own) is not None and "《" not in own,
    )


def read_order(lines: Iterable[str], place: str | None = None) -> tuple[Step, ...]:
    """Read the adoption that an order or a notice states of what it issues: 已经2023年11月8日…会议审议通过，现予公布.

    Args:
        lines: The lines between its title and the instrument's.
        place: The place that 省 or 市 alone stands for.

    Returns:
        At most one step a sentence; the words 由…会议于…通过 put the body before the date.
    """
    steps: list[Step] = []
    for line in lines:
        own = quoted.masked(line)
        stated = _STATED.search(own)
        if stated is None:
            continue
        on = dates.parse(stated["on"])
        if on is None:
            continue
        found = bodies.in_step(line[stated.end("on") : stated.end()], place)
        found = found or bodies.in_step(_BY.split(line[: stated.start("on")])[-1], place)
        steps.append(Step(on, "通过", line[stated.start("on") : stated.end()].strip(_EDGES), found))
    return tuple(steps)
