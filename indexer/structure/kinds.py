"""The rank of an instrument (效力级别), told from who made it, how it was made public, and what it calls itself."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final

from indexer.structure import bodies, quoted
from indexer.types import DocumentKind

_DECISION = re.compile(
    r"(?:关于)?(?:修[改正订]|废止|清理|停止执行).*的(?:决定|决议|公告|命?令)$|^(?!.*刑法修正案).*修正案(?:[（(].*[）)])?$"
)
_REGULATION = re.compile(r"(?:条例|规定|办法|细则|规则|实施方案|章程)(?:[（(][^）)]*[）)])?$")
_RULE = re.compile(r"(?:规定|办法|细则|规则|规范)(?:[（(][^）)]*[）)])?$")
_STATUTE = re.compile(r"条例(?:[（(][^）)]*[）)])?$")
_INTERPRETS = re.compile(r"关于《.+》.*的解释$")
_JUDICIAL_FORM = re.compile(r"(?:解释|规定|规则|批复|决定|安排|答复)(?:[（(][^）)]*[）)])*$")
_AUTONOMY = re.compile(r"自治[区州县旗]自治条例")
_AUTONOMOUS_CONGRESS = re.compile(r"自治[州县旗](?:第.*届)?人民代表大会$")
_LAW = re.compile(r"(?<![办方看做想说写用手算书兵句语文])法(?:[（(]试行[）)])?$")
_GENRE = re.compile(
    r"(?:法典|条例|规定|办法|细则|规则|决定|决议|通知|意见|公告|通告|通报|命令|方案|措施|标准|规范|准则|守则"
    r"|解释|解答|批复|答复|纪要|规划|纲要|章程|规程|预案)(?:[（(][^）)]*[）)])*$"
)
_MADE_UP = re.compile(r"攻略|指南|手册|问答|解读|教程|笔记|汇编说明$")
_COUNCIL = frozenset(("国务院", "政务院", "中央人民政府"))
_FOLDERS: Final[Mapping[str, DocumentKind]] = {
    "宪法": "宪法",
    "宪法相关法": "法律",
    "民法典": "法律",
    "民法商法": "法律",
    "行政法": "法律",
    "经济法": "法律",
    "社会法": "法律",
    "刑法": "法律",
    "诉讼与非诉讼程序法": "法律",
    "法律": "法律",
    "法律解释": "法律解释",
    "行政法规": "行政法规",
    "监察法规": "监察法规",
    "司法解释": "司法解释",
    "部门规章": "部门规章",
    "地方性法规": "地方性法规",
    "地方政府规章": "地方政府规章",
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a document says of its rank.

    Attributes:
        title: Its own title.
        issuers: Who made it.
        approvers: Who approved it (国务院批准).
        number: Its document number.
        region: Its province.
        source: The file's path; a folder that is named after a rank decides only where nothing else does.
        articles: It has numbered articles.
    """

    title: str
    issuers: Sequence[str] = ()
    approvers: Sequence[str] = ()
    number: str | None = None
    region: str | None = None
    source: str = ""
    articles: bool = False


def classify(evidence: Evidence) -> DocumentKind:
    """Tell the rank of an instrument.

    A decision that amends or repeals is 修改废止决定 whoever took it. The amendments of the constitution (宪法修正案)
    are 宪法 and those of the criminal law (刑法修正案) are 法律: both are made and cited as laws of their own, as the
    National Database of Laws and Regulations lists them. A national 条例 is 行政法规 even where no issuer is stated:
    departments must not call their rules so (行政法规制定程序条例第五条).

    Args:
        evidence: What the document says of itself.

    Returns:
        The rank; 非法规 for a text that nobody issued and that is no kind of instrument.
    """
    title = evidence.title.removeprefix("中华人民共和国")
    if re.match(r"宪法(?:修正案.*)?$", title):
        return "宪法"
    if _DECISION.search(title):
        return "修改废止决定"
    for rule in (_by_congress, _by_court, _by_government, _by_name):
        kind = rule(evidence, title)
        if kind is not None:
            return kind
    hinted = hint(evidence.source)
    if hinted:
        return hinted
    return (
        "规范性文件" if evidence.issuers or evidence.number or _GENRE.search(title) or _LAW.search(title) else "非法规"
    )


def hint(source: str) -> DocumentKind | None:
    """The rank that the innermost folder named after one suggests; None without such a folder."""
    found = (_FOLDERS.get(part) for part in reversed(PurePath(source).parts[:-1]))
    return next((kind for kind in found if kind), None)


def _by_congress(evidence: Evidence, title: str) -> DocumentKind | None:
    """立法法第十条, 第四十八条, 第八十条, 第八十五条."""
    congress = next((name for name in evidence.issuers if bodies.is_congress(name)), None)
    if congress is None:
        return None
    if congress.startswith("全国"):
        return "法律解释" if _INTERPRETS.search(title) else "法律"
    if _AUTONOMY.search(title):
        return "自治条例"
    return "单行条例" if _AUTONOMOUS_CONGRESS.search(congress) and _STATUTE.search(title) else "地方性法规"


def _by_court(evidence: Evidence, title: str) -> DocumentKind | None:
    """最高人民法院关于司法解释工作的规定第六条: 解释, 规定, 规则, 批复, 决定; numbered 法释 or 高检发释字."""
    number = evidence.number or ""
    if number.startswith(("法释", "高检发释")):
        return "司法解释"
    if evidence.issuers and all(name == "国家监察委员会" for name in evidence.issuers):
        return "监察法规" if _REGULATION.search(title) else None
    if not any(name in {"最高人民法院", "最高人民检察院"} for name in evidence.issuers):
        return None
    return "司法解释" if _JUDICIAL_FORM.search(title) or hint(evidence.source) == "司法解释" else "规范性文件"


def _by_government(evidence: Evidence, title: str) -> DocumentKind | None:
    """立法法第七十二条, 第九十一条, 第九十三条; 规章 are published by an order (规章制定程序条例第三十条)."""
    if not evidence.issuers:
        return "行政法规" if "国务院" in evidence.approvers and _REGULATION.search(title) else None
    is_order = "令" in (evidence.number or "")
    formal: DocumentKind | None = None
    if any("人民政府" in name for name in evidence.issuers):
        formal = "地方政府规章" if is_order and evidence.issuers[0].endswith("人民政府") else None
        return formal or hint(evidence.source) or "规范性文件"
    if _COUNCIL & {*evidence.issuers}:
        formal = "行政法规" if is_order or _REGULATION.search(title) else None
        return formal or hint(evidence.source) or "规范性文件"
    return _by_department(evidence, title, is_order=is_order)


def _by_department(evidence: Evidence, title: str, *, is_order: bool) -> DocumentKind:
    """Rules of ministries and of provincial departments; those that the State Council approved rank with its own."""
    if _COUNCIL & {*evidence.approvers} and _REGULATION.search(title) and evidence.region is None:
        return "行政法规"
    if hinted := hint(evidence.source):
        return hinted
    if _STATUTE.search(title) and evidence.region is None:
        # 行政法规制定程序条例第五条: rules of departments must not be called 条例.
        return "行政法规"
    return "部门规章" if is_order and evidence.region is None and _RULE.search(title) else "规范性文件"


def _by_name(evidence: Evidence, title: str) -> DocumentKind | None:
    """What a title alone tells, where no issuer is stated."""
    if _MADE_UP.search(title) and evidence.number is None:
        return None if evidence.issuers else "非法规"
    if evidence.issuers:
        return None
    if _AUTONOMY.search(title):
        return "自治条例"
    if _STATUTE.search(title) and evidence.articles:
        return "地方性法规" if evidence.region else "行政法规"
    is_law = _LAW.search(title) is not None and evidence.articles
    if (is_law or title.startswith("刑法修正案")) and quoted.compact(title) == title:
        return "法律"
    return None
