"""Follow-up questions made complete from the conversation, without a language model.

A question that leans on what was asked before (``那试用期呢``, ``它由谁负责``, ``第1080条呢``) finds nothing by
itself. What it lacks is taken from the last question that stood alone: the instrument for a bare article number, the
whole question where only its subject changes (``那……呢``), its topic where the subject is a pronoun or is missing.
The result is shown to the user, so it has to read as a query, not as fine prose.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer.numerals import NUMERAL_CLASS
from service.answer.results import Message

_LIMIT = 2000
_OPENING = re.compile(r"^(?:那么|那|然后|还有|另外|再问一下|请问|那请问|接着问|继续问|所以)[，,、 ]*")
_ENDING = re.compile(r"[呢嘛呀啊吗吧]*[？?。！!]*$")
_POINTER = re.compile(
    r"(?:这|那)(?:种|个|些|类|样)(?:的?(?:情况|情形|行为|问题|规定|条例|办法|法律|条文|事|人|时候))?"
    r"|它们?|上述(?:情况|情形|规定|行为)?|前面(?:说的|那个|的)?|刚才(?:说的|那个|的)?|其中"
    r"|该(?:法|条例|规定|办法|条|情形|行为)|此(?:种|类)?(?:情况|情形|行为)"
)
_PERSON = re.compile(r"^(?:他|她)们?")
_ARTICLE = re.compile(rf"第?{NUMERAL_CLASS}+条(?:之{NUMERAL_CLASS}+)?")
_NAMED = re.compile(r"《[^》]+》|[一-鿿]{2,}(?:法|法典|条例|规定|办法|解释|细则)|[刑宪民]法|〔\d{4}〕|\[\d{4}\]")
_LAW_BEFORE_ARTICLE = re.compile(
    rf"(?P<law>《[^》]+》|[一-鿿（）]{{2,40}}?)[ ，,的]*第?{NUMERAL_CLASS}+条(?:之{NUMERAL_CLASS}+)?"
)
_PART = re.compile(rf"第{NUMERAL_CLASS}+[款项目](?:第[（(]?{NUMERAL_CLASS}+[）)]?[款项目])*")
_GENERIC = re.compile(
    r"(?:(?:申请|办理|具体|相关|有关|最低|最高|法律|主要|处理|认定|计算|提交|提供|准备|需要|起诉|投诉|它|的|和|、|会|有|要|吗)*"
    r"(?:期限|条件|材料|流程|程序|标准|时间|时效|费用|责任|后果|处罚|罚款|赔偿|范围|手续|依据|金额|比例|部门|机关|例外|证据|地点))+"
)
_IF = re.compile(r"^(?:如果|要是|假如|若|万一|要)")
_ASKING = re.compile(
    r"(?:请问|我想(?:问|知道|了解)(?:一下)?|想咨询(?:一下)?|应该|应当|到底|究竟|一般|都)"
    r"|(?:由谁|归谁|谁来?|哪个部门|哪些部门|什么部门|哪个单位)(?:负责|牵头|主管|管理?|承担)?"
    r"|(?:怎么|如何|怎样)(?:办理?|处理|处罚|判|认定|计算|算|赔偿?|申请|维权|规定的?|界定|理解|解决|做)?"
    r"|(?:需要|要?满足|要?具备)?(?:有)?(?:什么|哪些|哪几种|何种)(?:样的)?(?:规定|条件|后果|责任|标准|要求|情形|情况|权利|义务|流程|手续|意思)?"
    r"|是(?:什么|多少|多久|谁|几)|(?:最[长短高低多少]|需要|要)?(?:多少|多久|多长时间|几[天年个月]+|什么时候|何时)"
    r"|(?:可不可以|能不能|会不会|是不是|算不算|要不要|是否|可以|能否|合法|违法|犯法)?[吗嘛呢吧]?[？?]+$|[吗呢嘛吧]$"
)
_SHORT = 6
_STANDS_ALONE = 14


def complete(question: str, history: Sequence[Message]) -> str:
    """Makes a question that depends on the conversation complete.

    Args:
        question: As asked.
        history: Earlier turns, oldest first; only the user's are read.

    Returns:
        The question itself when it stands alone or nothing came before; else a query with the missing words added.
    """
    earlier: str | None = None
    for message in history:
        if message.role == "user" and message.content.strip():
            earlier = _complete(message.content.strip(), earlier)
    return _complete(question.strip(), earlier)


def _complete(question: str, earlier: str | None) -> str:
    """Completes one question from the complete one before it."""
    if earlier is None or not depends(question):
        return question
    core = _ENDING.sub("", _OPENING.sub("", question)).strip(" ，,、")
    part, cited = _PART.search(core), _LAW_BEFORE_ARTICLE.search(earlier)
    if part and cited and not _ARTICLE.search(core):
        return cited.group() + part.group()
    if _ARTICLE.search(core) and not _NAMED.search(core):
        law = _law_of(earlier)
        return f"{law}{_POINTER.sub('', core).lstrip('的')}" if law else _join(topic(earlier), core)
    if _POINTER.search(core) or _PERSON.search(core):
        return _with_pointer(core, earlier)
    if _ASKING.search(core) and not _IF.search(core):
        return _join(topic(earlier), core)
    # Only the subject changes: what was asked about it is asked again.
    return _join(earlier.rstrip("？?。！! "), core)


def depends(question: str) -> bool:
    """Whether a question leans on what was asked before.

    Args:
        question: The question.

    Returns:
        True for one that opens with 那, ends with 呢, points back (它, 这种情况, 该条例), names an article of no law,
        asks only for 期限, 条件 and the like, or is too short to have a subject.
    """
    question = question.strip()
    bare = _ENDING.sub("", question)
    named = bool(_NAMED.search(question))
    if _ARTICLE.search(question):
        return not named and len(bare) <= _STANDS_ALONE
    if named and not _POINTER.search(question):
        return bool(_OPENING.match(question)) and len(bare) <= _SHORT
    points = bool(_POINTER.search(question)) and len(bare) <= 3 * _STANDS_ALONE
    opens = bool(_OPENING.match(question)) and not question.startswith("请问")
    return points or opens or (len(bare) <= _STANDS_ALONE and _lacks_subject(question, bare))


def _lacks_subject(question: str, bare: str) -> bool:
    """Whether a short question names no subject of its own: 第二款呢, 他不签呢, 申请期限是多久, 为什么."""
    if question.rstrip("？?").endswith("呢") or any(each.match(question) for each in (_IF, _PERSON, _PART)):
        return True
    if _GENERIC.fullmatch(re.sub(r"\s", "", topic(bare))):
        return True
    return len(_ASKING.sub("", bare)) <= 1 or (len(bare) <= _SHORT and bool(_ASKING.match(bare)))


def topic(question: str) -> str:
    """The words of a question that say what it is about, its asking words left out.

    Args:
        question: A complete question.

    Returns:
        Its topic; the question itself when nothing else is left.
    """
    left = _ASKING.sub(" ", _OPENING.sub("", question))
    words = re.sub(r"[\s，,。；;？?！!]+", " ", left).strip(" 的由是")
    return words or question


def _with_pointer(core: str, earlier: str) -> str:
    """Puts the earlier topic in the place of the first pronoun."""
    subject = topic(earlier)
    replaced, count = _POINTER.subn(f" {subject} ", core, count=1)
    if not count:
        replaced = _PERSON.sub(f"{subject} ", core, count=1)
    return re.sub(r"\s+", " ", replaced).strip()[:_LIMIT]


def _law_of(earlier: str) -> str | None:
    cited = _LAW_BEFORE_ARTICLE.search(earlier)
    if cited:
        return cited["law"]
    named = _NAMED.search(earlier)
    return named.group() if named else None


def _join(first: str, second: str) -> str:
    return f"{first} {second}".strip()[:_LIMIT]
