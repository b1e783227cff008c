"""Issuing bodies: telling their names from other words, and reading them out of titles, orders and history lines."""

import re
from collections.abc import Iterable

from indexer.structure import quoted, regions

_NAME = r"[\u4e00-\u9fff（）]"
_BODY = re.compile(
    rf"{_NAME}*(?:人民代表大会(?:常务委员会)?|人大常委会|人民政府|人民法院|人民检察院|国务院|政务院|中央|中央军委|法制办|军委"
    r"|[部委厅局署]|办公[厅室]|委员会|指挥部|领导小组|总队|支队|联合会|总工会|总社|银行|总公司|集团|科学院|研究院|法院|检察院"
    r"|管委会|党委|海关|协会|机关|管理处|公报室|研究室|参事室|档案馆|监委)"
)
_OTHER_WORDS = re.compile(r"[的了是在为将]|根据|关于|会议|第[一二三四五六七八九十百\d]|办法|规定|条例|已经|应当|负责")
_SEPARATORS = re.compile(r"[、，,;；\s]+|(?<=国务院)(?=中央军)|(?<!共)和(?=[^\s]{2,}(?:[部委厅局署]|人民政府|检察院))")
_COURTS = ("最高人民法院", "最高人民检察院")
_NUMBERS = re.compile(
    r"(?:命?令|公告|通知|文件?)?\s*[（(]?第?\s*[\d０-９〇零○一二三四五六七八九十百千]+\s*号(?:命?令|公告|通知)?[）)]?"
    r"|[（(]?\w{0,8}〔\d{4}〕\d+号[）)]?|[命公]?[令告]$"
)
_NATIONAL_CONGRESS = re.compile(r"全国(?:人民代表大会|人大)(常务委员会|常委会)?")
_LOCAL_CONGRESS = re.compile(
    r"([\u4e00-\u9fff]{1,14}?)第?[〇零○一二三四五六七八九十\d]+届?(?:届人民代表大会|届人大|人民代表大会|人大)"
    r"(常务委员会?|常务员会|常委会)?"
)
_SITTING = re.compile(r"^[\u4e00-\u9fff]{0,20}?(国务院|人民政府)第?[〇零一二三四五六七八九十百\d]+次常务会议")
_SHORT_PLACES = {"省", "市", "自治区", "本省", "本市", "州", "县"}
_TITLE_HEAD = re.compile(r"^(.+?)(?:关于|印发|转发)")
_GENERIC = re.compile(r"^(?:自治区|省|市|州|县)(?=人民政府|人民代表大会|党委|政府)")
_CONGRESS_BODY = re.compile(r"人民代表大会(?:常务委员会)?$")


def is_body(text: str) -> bool:
    """Whether a text, without inner separators, can be the name of an issuing body.

    Args:
        text: A line or a piece of one.

    Returns:
        True for ``宁夏回族自治区人民政府办公厅`` or ``财政部``, False for a sentence, a title, a person.
    """
    name = "".join(text.split())
    return 2 < len(name) <= 40 and _BODY.fullmatch(name) is not None and not _OTHER_WORDS.search(name)


def names(text: str) -> tuple[str, ...]:
    """The bodies of a line that holds nothing but bodies: one, or several side by side.

    Args:
        text: A signature line, the words before 令 or 关于.

    Returns:
        Their names, canonical; empty when any part of the line is something else.
    """
    if not text or len(text) > 200:
        return ()
    pieces = [piece for piece in _SEPARATORS.split(text.strip()) if piece]
    if pieces and all(is_body(piece) for piece in pieces):
        return unique(canonical(piece) for piece in pieces)
    whole = "".join(text.split())
    return (canonical(whole),) if is_body(whole) else ()


def canonical(name: str) -> str:
    """A body's name as catalogued: without 中华人民共和国 and spaces, 常委会 in full."""
    name = "".join(name.split()).removeprefix("中华人民共和国") or name
    name = name.replace("人大常委会", "人民代表大会常务委员会").replace("中央军委", "中央军事委员会")
    return re.sub("^原(?=国家|[\u4e00-\u9fff]{2,8}[部局署])", "", name)


def unique(found: Iterable[str]) -> tuple[str, ...]:
    """The names, each once, in order."""
    return tuple(dict.fromkeys(name for name in found if name))


def in_title(title: str) -> tuple[str, ...]:
    """The bodies that a title begins with: 最高人民法院、最高人民检察院关于….

    Args:
        title: A title, with or without its spaces.

    Returns:
        Their names; empty when the title begins with none.
    """
    match = _TITLE_HEAD.match(title)
    return names(match.group(1)) if match else ()


def in_step(text: str, place: str | None = None) -> tuple[str, ...]:
    """The bodies that took a step of a law's history.

    Args:
        text: What follows the date: ``第十三届全国人民代表大会第三次会议通过``, ``中华人民共和国国务院令第550号公布``.
        place: The place that 省 or 市 alone stands for.

    Returns:
        Their names; empty when the step names none.
    """
    text = quoted.masked(text)
    head = re.split(r"《|审议?通过|讨论通过|修[订正改]|公布|发布|颁布|印发|批准|施行", text, maxsplit=1)[0].strip(
        "　 （(根据由经,，"
    )
    if congress := _NATIONAL_CONGRESS.search(head):
        return ("全国人民代表大会" + ("常务委员会" if congress.group(1) else ""),)
    if congress := _LOCAL_CONGRESS.match(head):
        where = congress.group(1)
        if where in _SHORT_PLACES:
            where = place or ""
        return (f"{where}人民代表大会" + ("常务委员会" if congress.group(2) else ""),) if where else ()
    if courts := tuple(court for court in _COURTS if court in head):
        return courts
    if sitting := _SITTING.match(head):
        return (canonical(head[: sitting.end(1)]),)
    pieces = (piece for piece in _SEPARATORS.split(_NUMBERS.sub("、", head)) if piece)
    return unique(canonical(piece) for piece in pieces if is_body(piece) and not _GENERIC.match(piece))


def in_full(name: str, region: str | None) -> str:
    """A body named without its place, with it: 自治区人民政府办公厅 becomes 宁夏回族自治区人民政府办公厅.

    Args:
        name: A body's name.
        region: The province, where it is known.

    Returns:
        The full name; the name itself where it already has a place or none is known.
    """
    generic = _GENERIC.match(name)
    if generic and region and region.endswith(generic.group()):
        return region + name[generic.end() :]
    return name


def is_congress(name: str) -> bool:
    """Whether a body is a people's congress or its standing committee."""
    return _CONGRESS_BODY.search(name) is not None


def is_national(name: str) -> bool:
    """Whether a body is not of a place: no province, city or county is named, and nothing says 省, 市 or 县."""
    return regions.find(name) is None and not re.search(r"[省市县]|自治[区州]|[^政法]区人民", name)
