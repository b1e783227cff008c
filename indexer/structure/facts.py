"""The facts of one document, read off the lines that frame it and the words it says of itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath

from indexer.structure import (
    bodies,
    dates,
    effect,
    grounds,
    history,
    kinds,
    numbers,
    provisions,
    quoted,
    regions,
    terms,
    titles,
    wording,
)
from indexer.structure.lines import Line
from indexer.structure.roles import Role
from indexer.structure.split import Segment
from indexer.types import Commencement, DocumentKind, Node, RawDocument, Revision

_ISSUING = re.compile(r"印发|转发|批转|公布|发布|颁布")
_NAME_DATE = re.compile(r"[_\s]*[(（]?(?:[12]\d{3}[-_.]?\d\d[-_.]?\d\d)[)）]?$")
_SITE_LINE = re.compile(r"来源|发布时间|发布日期|更新时间|浏览|字号|打印|https?://")
_DATED_SENTENCE = re.compile(rf"{dates.PATTERN}[，,]")
_LOCAL = re.compile("[本全](?:省|市|州|县|自治[区州县])")
_FIRST_NUMBER = re.compile(r"一、")
_FRAME = frozenset(("题", "文号", "目录"))
_HEAD_LINES = 60
_PREAMBLE_LINES = 24
_LONGEST_STEP = 3000
_PERIODICAL = re.compile(r"(.{0,30}?(?:公报|政报))\s*(?:$|[（(]?\s*(?:\d{4}|第|总第))")
_ISSUE = re.compile(r"(\d{4}\s*年\s*第?\s*\d+\s*[期号])")
_DECIDED = "修改废止决定"
_AMENDMENT_LAW = re.compile(r"(?:中华人民共和国)?(刑法|宪法)修正案")


@dataclass(frozen=True, slots=True)
class Facts:
    """What a document says of itself; the fields are those of `indexer.types.Document`."""

    title: str
    kind: DocumentKind
    number: str | None = None
    issuers: tuple[str, ...] = ()
    region: str | None = None
    adopted: date | None = None
    published: date | None = None
    effective: date | None = None
    repeals: tuple[str, ...] = ()
    amends: tuple[str, ...] = ()
    history: tuple[Revision, ...] = ()
    basis: tuple[str, ...] = ()
    implements: tuple[str, ...] = ()
    expires: date | None = None
    commencements: tuple[Commencement, ...] = ()


def find_facts(segment: Segment, text: str, root: Node, raw: RawDocument) -> Facts:
    """Find the facts of one document.

    Args:
        segment: Its lines and their labels.
        text: Its normalised text, whose paragraphs are whole where lines break them; empty for the lines as they are.
        root: Its tree; tells whether it has articles, and where titles and contents stand.
        raw: The file, for its name and folders.

    Returns:
        The facts; what is not stated is None or empty, never guessed.
    """
    if segment.role == "gazette":
        return _of_gazette(segment, raw)
    reader = _Reader(segment, raw, articles=_has_articles(segment, root))
    return reader.facts(_paragraphs(text, root) or reader.body_lines())


def document_id(facts: Facts, raw: RawDocument) -> str:
    """The identifier of a version: ``title@date``.

    Args:
        facts: Its facts.
        raw: The file, for the date in its name.

    Returns:
        The title and the latest date of adoption or amendment, else of publication, else in the file's name, else
        ``undated``; ``/`` and ``@`` in a title are made full-width, since addresses use them.
    """
    title = facts.title.replace("/", "／").replace("@", "＠")
    on = facts.adopted or facts.published or dates.in_name(raw.source)
    return f"{title}@{on.isoformat() if on else 'undated'}"


class _Reader:
    """Reads one instrument; its parts are found once and shared by the facts that need them."""

    def __init__(self, segment: Segment, raw: RawDocument, *, articles: bool) -> None:
        self.raw = raw
        self.articles = articles
        self.lines: list[tuple[Line, Role | None]] = [
            (line, role) for line, role in zip(segment.lines, segment.roles, strict=True) if line.text
        ]
        self.groups = list(self._title_groups())
        self.order = self._order()
        self.is_issued = self.order is not None or (
            len(self.groups) > 1
            and quoted.compact("".join(self.groups[0][1])) != quoted.compact("".join(self.groups[-1][1]))
        )
        self.preamble = self._preamble() if self.is_issued else []

    def _order(self) -> re.Match[str] | None:
        """The head of the order that issues the instrument; its first group is the body that gave it."""
        heads = [" ".join(self.groups[0][1])] if self.groups else []
        heads += [line.text for line, role in self.lines[:2] if role == "文号"]
        found = (titles.ORDER.fullmatch("".join(titles.with_joint_issuers(head).split())) for head in heads)
        return next((match for match in found if match and (bodies.names(match[1]) or match[1].endswith("主席"))), None)

    def _own_place(self) -> int:
        """The place of the instrument's own title; that of the end when only the order has one."""
        if len(self.groups) > 1 or (self.groups and not titles.ORDER.fullmatch("".join(self.groups[0][1]))):
            return self.groups[-1][0]
        return len(self.lines)

    def _preamble(self) -> list[str]:
        """The text of the order or notice, up to the instrument's own title."""
        return [line.text for line, role in self.lines[: min(self._own_place(), _PREAMBLE_LINES)] if role is None]

    def body_lines(self) -> list[str]:
        """The lines that are neither title nor number, signature, date or contents."""
        return [line.text for line, role in self.lines if role is None]

    def facts(self, paragraphs: Sequence[str]) -> Facts:
        """The facts, given the document's paragraphs without titles and contents."""
        title = self._title()
        steps = self._steps(title)
        issuers = self._issuers(title, steps)
        region = self._region(title, issuers, steps) or self._unknown_place(title, issuers, paragraphs)
        issuers = tuple(bodies.in_full(name, region) for name in issuers)
        number = self._number(steps)
        approvers = [name for step in steps if step.action == "批准" for name in step.bodies]
        kind = kinds.classify(kinds.Evidence(title, issuers, approvers, number, region, self.raw.source, self.articles))
        body = [text for text in paragraphs if not text.startswith("“")]
        published = self._published(steps)
        adopted = _latest(step.on for step in steps if step.action in {"通过", "修改"})
        if adopted is None and published is None:
            adopted = _latest(step.on for step in steps if step.action == "批准")
        if published and adopted and published < adopted:
            published = None
        effective = effect.begins(steps, body, adopted, published, dates.in_name(self.raw.source), issuers)
        basis = grounds.basis(body, title)
        return Facts(
            title,
            kind,
            number,
            # 立法法第七十二条: only the State Council makes 行政法规.
            issuers or (("国务院",) if kind == "行政法规" and not approvers else ()),
            region,
            adopted,
            published,
            effective,
            self._repeals(title, kind, body),
            self._amends(title, kind, body),
            history.revisions(steps),
            basis,
            () if kind == _DECIDED else grounds.implements(title, body, basis),
            terms.expiry(body, effective),
            terms.commencements(body),
        )

    def _title_groups(self) -> Iterator[tuple[int, list[str]]]:
        """Runs of title lines, each with its place; a title printed twice in a row is read once."""
        group: list[str] = []
        for place, (line, role) in enumerate([*self.lines, (None, None)]):
            if role == "题" and line is not None:
                group.append(line.text)
            elif group:
                half = next(
                    (
                        n
                        for n in range(1, len(group))
                        if quoted.compact("".join(group[:n])) == quoted.compact("".join(group[n:]))
                    ),
                    len(group),
                )
                yield place - len(group), group[:half]
                group = []

    def _title(self) -> str:
        if not self.groups:
            stem = PurePath(self.raw.source).stem
            return "".join(_NAME_DATE.sub("", stem).split()) or stem
        first, last = titles.joined(self.groups[0][1]), titles.joined(self.groups[-1][1])
        if quoted.compact(first) == quoted.compact(last):
            return self._annexed(first) if len(self.groups) == 1 else first
        # Some collections print the title above the notice that issued it; else the notice's title comes first.
        return first if quoted.compact(first) in quoted.compact(last) else last

    def _annexed(self, title: str) -> str:
        """The title of what an order or a notice issues as its annex, when it stands on lines of its own."""
        order = titles.ORDER.fullmatch(title) is not None
        if not order and not (_ISSUING.search(quoted.masked(title)) and wording.is_notice_title(title)):
            return title
        names = quoted.find(title)
        if order:
            names = next((found for line, role in self.lines if role is None and (found := quoted.find(line.text))), ())
            return names[0].title if names else title
        texts = [line.text for line, _ in self.lines]
        for name in names:
            wanted = quoted.compact(name.title)
            for place, text in enumerate(texts):
                if wanted.startswith(quoted.compact(text)) and any(
                    quoted.compact("".join(texts[place : place + n])) == wanted for n in range(1, 5)
                ):
                    return name.title
        return title

    def _steps(self, title: str) -> tuple[history.Step, ...]:
        place = regions.at_start(title)
        head = history.read(self._head(), place)
        if place and any(regions.find(name) for step in head for name in step.bodies):
            # A regulation of a place has its place's history; some collections print the national law's before it.
            head = tuple(s for s in head if not any(name.startswith("全国人民代表大会") for name in s.bodies))
        return (*history.read_order(self.preamble, place), *head)

    def _head(self) -> list[str]:
        """The lines between the title and the text: the history of a law, on lines of its own or in brackets."""
        start = self._own_place() if self.is_issued else 0
        head: list[str] = []
        open_marks, bracketed = 0, False
        for line, role in self.lines[start : start + _HEAD_LINES]:
            text = line.text
            if role in {"题", "文号"} or _SITE_LINE.search(text):
                continue
            if not open_marks and (role in {"目录", "主送"} or _begins_text(line)):
                break
            if bracketed and not (open_marks or text[0] in "（(" or wording.starts_dated(text)):
                break
            if line.source.level != 1:
                head.append(text)
                bracketed = text.endswith(("）", ")"))
                open_marks = max(open_marks + sum(map(text.count, "（《")) - sum(map(text.count, "）》")), 0)
        return head

    def _number(self, steps: Sequence[history.Step]) -> str | None:
        for line, role in self.lines:
            if role == "文号" and not numbers.is_bare(line.text):
                return numbers.normalise(titles.with_joint_issuers(line.text))
            if role == "文号" and self.order:
                return numbers.of_order(self.order[0], line.text)
        return next((s.number for s in reversed(steps) if s.number and (s.action != "修改" or s.whole)), None)

    def _issuers(self, title: str, steps: Sequence[history.Step]) -> tuple[str, ...]:
        found = bodies.names(self.order[1]) if self.order else ()
        found = found or bodies.unique(
            name for line, role in self.lines if role == "署名" for name in bodies.names(line.text)
        )
        found = found or bodies.in_title(title)
        for action in ("通过", "公布", "修改"):
            done = [s for s in steps if s.action == action and s.bodies]
            # Two courts adopt one text on different days; an amendment years later may be another body's.
            together = (s.bodies for s in done if abs((s.on - done[0].on).days) <= effect.ONE_ADOPTION)
            found = found or bodies.unique(name for group in together for name in group)
        return found

    def _region(self, title: str, issuers: Sequence[str], steps: Sequence[history.Step]) -> str | None:
        named = next((region for name in issuers if (region := regions.find(name))), None)
        if named or (issuers and all(map(bodies.is_national, issuers)) and not any(map(_of_a_place, issuers))):
            return named
        bodies_named = [name for step in steps for name in step.bodies]
        approved = next((region for name in bodies_named if (region := regions.find(name))), None)
        if approved or title.startswith("中华人民共和国"):
            return approved
        start = regions.at_start(title)
        # A city's congress is named with the province's, which approves: the province is the region.
        found = (place for name in (*bodies_named, *issuers) if (place := regions.by_form(name)))
        by_form = min(found, key=lambda place: not place.endswith(("省", "自治区")), default=None)
        return (regions.find(start) if start else by_form) or self._guessed_region(title, issuers)

    def _unknown_place(self, title: str, issuers: Sequence[str], paragraphs: Sequence[str]) -> str | None:
        """The place that a title without an issuer begins with, where the text speaks of 本省 or 本市."""
        place = None if issuers else regions.in_title(title)
        return place if place and any(_LOCAL.search(text) for text in paragraphs[:_HEAD_LINES]) else None

    def _guessed_region(self, title: str, issuers: Sequence[str]) -> str | None:
        """From the file's name for 自治区人民政府; from a short name (北京历史文化…) for a title without an issuer."""
        if issuers:
            return regions.find(PurePath(self.raw.source).name)
        return regions.abbreviated(title)

    def _published(self, steps: Sequence[history.Step]) -> date | None:
        signed = (dates.find(line.text) for line, role in self.lines if role == "日期")
        on = next((found[0].on for found in signed if found), None)
        return on or _latest(step.on for step in steps if step.published and step.action != "批准")

    def _repeals(self, title: str, kind: DocumentKind, body: Sequence[str]) -> tuple[str, ...]:
        found = tuple(
            name
            for name in provisions.repeals(body)
            if quoted.compact(name) != quoted.compact(title) or kind != _DECIDED
        )
        if kind == _DECIDED and "废止" in quoted.masked(title) and "修" not in quoted.masked(title):
            found = (*(quote.title for quote in quoted.find(title)), *found)
        return tuple(dict.fromkeys(found))

    def _amends(self, title: str, kind: DocumentKind, body: Sequence[str]) -> tuple[str, ...]:
        if match := _AMENDMENT_LAW.match(title):
            return (f"中华人民共和国{match[1]}",)
        if kind != _DECIDED or not re.search("修", quoted.masked(title)):
            return ()
        head = title.partition("关于")[0]
        names = (head + name if name.startswith("关于") else name for name in provisions.amends(title, body))
        return tuple(dict.fromkeys(names))


def _of_gazette(segment: Segment, raw: RawDocument) -> Facts:
    """The facts of masthead and contents: the periodical's name and issue, its publisher, its day."""
    texts = [line.text for line in segment.lines if line.text]
    heads = (_PERIODICAL.match(text) if len(text) < 60 else None for text in texts)
    place, head = next(((n, match[1]) for n, match in enumerate(heads) if match), (0, PurePath(raw.source).stem))
    name = "".join(head.split())
    above = "".join(texts[place - 1].split()) if place else ""
    if regions.at_start(name) is None and regions.is_place(above):
        name = above + name
    issue = next((match[1] for text in texts if len(text) < 40 and (match := _ISSUE.search(text))), "")
    issue = "".join(issue.split())
    title = name if issue in name else name + issue
    printed = next((found[0].on for text in texts if "出版" in text and (found := dates.find(text))), None)
    publisher = re.sub("(?:公报|政报).*$", "", name)
    issuers = (bodies.canonical(publisher),) if bodies.is_body(publisher) else ()
    return Facts(title, "公报", issuers=issuers, region=regions.find(name) or regions.by_form(name), published=printed)


def _paragraphs(text: str, root: Node) -> list[str]:
    """The paragraphs of a text, without those that are titles, numbers or contents."""
    frame = [node.span for node in root.children if node.kind in _FRAME]
    found: list[str] = []
    end = 0
    # The spans are in order and do not overlap; the text between them is divided at once.
    for span in frame:
        found.extend(text[end : span.start].split("\n"))
        end = span.end
    found.extend(text[end:].split("\n"))
    return [paragraph for paragraph in found if paragraph]


def _begins_text(line: Line) -> bool:
    """Whether a line in a law's head is no longer history: a heading, an article, a sentence."""
    text = line.text
    if _FIRST_NUMBER.match(text):
        return True
    if line.source.level > 1 or len(text) > _LONGEST_STEP or wording.HEADING.match(text) or wording.ARTICLE.match(text):
        return True
    if wording.starts_dated(text.lstrip("（(")):
        return _DATED_SENTENCE.match(text) is not None
    return (wording.ends_sentence(text) or len(text) > 120) and text[0] not in "（("


def _has_articles(segment: Segment, root: Node) -> bool:
    if any(node.kind == "条" for node, _ in root.walk()):
        return True
    return any(wording.ARTICLE.match(line.text) for line in segment.lines)


def _of_a_place(name: str) -> bool:
    return re.match(r"(?:自治区|省|市|州|县)", name) is not None


def _latest(found: Iterator[date]) -> date | None:
    return max(found, default=None)
