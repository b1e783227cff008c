"""What single lines look like: titles, recipients, signatures, marks; the words that splitting and labelling share."""

import re

from indexer.structure import bodies, dates, quoted
from indexer.structure.lines import Line

_NUMERAL = "[〇零○一二三四五六七八九十百千两\\d]+"
HEADING = re.compile(rf"第\s*{_NUMERAL}\s*(?:分编|[编章节篇])")
ARTICLE = re.compile(rf"[第笫]\s*{_NUMERAL}\s*条")
_NUMBERED = re.compile(rf"[一二三四五六七八九十]+、|[（(]{_NUMERAL}[）)](?!$)|\d+[.．、]")
_SENTENCE_END = "。；：！？;:!?"
_OPEN_TITLE = re.compile(r"[（(](?:试行|暂行|草案|修[订正]|修订版|\d{4}|[一二三四五六七八九十]+[）)])")
_GENRE = re.compile(
    r"(?:法|法典|宪法|条例|规定|办法|细则|规则|决定|决议|通知|意见|公告|通告|通报|命?令|方案|措施|标准|规范|准则|守则|解释|解答"
    r"|批复|答复|函|纪要|规划|纲要|章程|制度|安排|公约|要点|报告|规程|预案|目录|清单|指引|计划|修正案|名单|议案)"
    r"(?:[（(][^）)]{1,16}[）)])*$"
)
_NOTICE = re.compile(
    r"(?:通知|决定|意见|公告|通告|批复|函|命?令|决议|通报|答复|报告|办法|规定|条例|细则|方案)(?:[（(][^）)]{1,12}[）)])?$"
)
_ISSUES = re.compile(r"关于|印发|转发|批转|公布|发布")
_RECIPIENT = re.compile(
    r"(?:人民政府|部门|机构|单位|法院|检察院|委员会|直属|办公[厅室]|[部委厅局署院会区]|公司|企业|学校|省、自治区、直辖市|市州|团体)"
    r"(?:[（(][^）)]*[）)])?[：:]$"
)
_NOT_RECIPIENT = re.compile(r"如下|下列|以下|包括|第.+条|。|；|附件")
_PERSON = re.compile(
    r"[\u4e00-\u9fff]{0,20}(?:主席|总理|省长|市长|州长|县长|区长|部长|主任|局长|署长|行长|院长|检察长|秘书长|会长|审计长|司令员)"
    r"[：:]?(?:[\u4e00-\u9fff]{2,4}|[\u4e00-\u9fff]{1,8}·[\u4e00-\u9fff·]{1,12})"
)
_ORDER_NAME = re.compile(r"(.{2,60}?)\s*(?:命?\s*令|公\s*告)")
_ORDER = re.compile(rf"(.{{2,60}}?)\s*(?:命?令|公告)\s*[（(]?\s*(?:[12]\d{{3}}\s*年)?\s*第\s*{_NUMERAL}\s*号\s*[）)]?")
PUBLIC = re.compile(r"[（(]\s*此件\S{0,12}[）)]|[（(]\s*(?:主动|依申请|不予)公开\s*[）)]")
IMPRINT = re.compile(
    r"(?:主\s*[管办编]|责任编辑|编辑|编辑出版|出版|出版日期|地\s*址|邮政编码|邮\s*编|电\s*话|传\s*真|电子邮箱|网\s*址|印\s*刷|发\s*行|定\s*价"
    r"|印\s*数|准印证号?|国际标准\S*|国内统一\S*|ISSN|CN)\s*(?:[：:]|[A-Z\d])"
)
_CONTENTS = frozenset(("目录", "目次"))
_ANNEX = re.compile(r"附\s*(?:件|录|表|图|则|注)?\s*[\d一二三四五六七八九十]*\s*[：:.]?")


def is_contents(text: str) -> bool:
    """Whether a line is the heading 目录 (目 录) of a table of contents."""
    return len(text) <= 8 and "".join(text.split()) in _CONTENTS


def is_row(line: Line) -> bool:
    """Whether a line is a row of a table."""
    return line.source.is_row or "\t" in line.text


def ends_sentence(text: str) -> bool:
    """Whether a line ends a sentence or introduces a list."""
    return text[-1:] in _SENTENCE_END


def is_titular(line: Line) -> bool:
    """Whether a line can be a title or a part of one: short, no sentence, no mark, no date, no row of a table.

    Args:
        line: A line that is not blank.

    Returns:
        True for what may belong to a title by its look alone.
    """
    text = line.text
    if not text or len(text) > 70 or is_row(line) or ends_sentence(text) or text[-1] in "，,":
        return False
    if text[0] in "（(" and not _OPEN_TITLE.match(text):
        return False
    if text[0] in "“‘—-" or "://" in text or "来源" in text[:3]:
        return False
    if HEADING.match(text) or ARTICLE.match(text) or (_NUMBERED.match(text) and not text.startswith(("（", "("))):
        return False
    return not (starts_dated(text) or is_contents(text) or _ANNEX.fullmatch(text) or "".join(text.split()) in _PARTS)


_PARTS = frozenset(("总则", "附则", "序言", "前言", "总纲", "引言"))
_STARTS_DATED = re.compile(rf"{dates.PATTERN}")


def is_order_name(text: str) -> bool:
    """Whether a line is the head of an order without its number: 某某人民政府令."""
    match = _ORDER_NAME.fullmatch(text) if text[-1:] in "令告" else None
    return match is not None and _gives_orders(match[1])


def is_order(text: str) -> bool:
    """Whether a line is the head of an order with its number: 某某人民政府令第1号, 某某局公告2024年第1号."""
    match = _ORDER.fullmatch(text) if len(text) <= 70 and "号" in text else None
    return match is not None and _gives_orders(match[1])


def _gives_orders(name: str) -> bool:
    return bool(bodies.names(name)) or "".join(name.split()).endswith("主席")


def starts_dated(text: str) -> bool:
    """Whether a line begins with a date, as the steps of a law's history do."""
    return _STARTS_DATED.match(text) is not None


def is_title(text: str) -> bool:
    """Whether joined lines end as a title does, with the name of a kind of instrument, and all marks in pairs."""
    text = "".join(text.split())
    return _GENRE.search(text) is not None and text.count("《") == text.count("》")


def is_notice_title(text: str) -> bool:
    """Whether joined lines are the full title of an official document: …关于…的通知 (GB/T 9704-2012 7.3.1)."""
    text = "".join(text.split())
    if text.count("《") != text.count("》") or not _NOTICE.search(text):
        return False
    return _ISSUES.search(quoted.masked(text)) is not None


def is_recipient(text: str) -> bool:
    """Whether a line names whom a document is sent to (主送, GB/T 9704-2012 7.3.2)."""
    return len(text) <= 200 and _RECIPIENT.search(text) is not None and not _NOT_RECIPIENT.search(text)


def is_signature(text: str) -> bool:
    """Whether a line is a signature: bodies side by side, or an office and a name (自治区主席 某某)."""
    if not 2 < len(text) <= 80 or ends_sentence(text):
        return False
    return bool(bodies.names(text)) or (len(text) <= 30 and _PERSON.fullmatch("".join(text.split())) is not None)
