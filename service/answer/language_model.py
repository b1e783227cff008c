"""What a language model is to the rest of the project, and what it is told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from service.answer.results import Message
from service.retrieval.results import Hit

_SYSTEM = (
    "你是中国法律检索助手。只依据下面编号的条文回答，不用条文以外的知识，不编造法律名称、条号或数字。"
    "每一句结论后用方括号注明所依据条文的编号，如 [1] 或 [1][3]；没有编号的条文不得引用。"
    "条文不能回答问题时，直接说明「所给条文没有规定」，并说明还缺什么。"
    "条文标明已废止、已修改或尚未生效的，回答时要说明。先用一两句话给出结论，再列理由，总共不超过三百字。"
)
_LONGEST_PASSAGE = 1200


class LanguageModel(Protocol):
    """Any model that continues a conversation."""

    def complete(self, messages: Sequence[Message]) -> Iterator[str]:
        """Continues a conversation.

        Args:
            messages: The conversation so far, system message first.

        Returns:
            The pieces of the reply as they come.
        """
        ...


def prompt(question: str, hits: Sequence[Hit], history: Sequence[Message] = ()) -> tuple[Message, ...]:
    """The messages that ask a language model to answer from passages.

    Args:
        question: The question, made complete.
        hits: The passages, numbered from 1 in this order.
        history: Earlier turns; system messages among them are left out, since the passages' rules must stand alone.

    Returns:
        System message, earlier turns, and the question with its passages.
    """
    passages = "\n\n".join(f"[{mark}] {_passage(hit)}" for mark, hit in enumerate(hits, 1))
    asked = f"条文：\n{passages}\n\n问题：{question}"
    earlier = [message for message in history if message.role != "system"]
    return (Message("system", _SYSTEM), *earlier, Message("user", asked))


def _passage(hit: Hit) -> str:
    status = "" if hit.law.status == "现行有效" else f"（{hit.law.status}：{hit.law.status_basis}）"
    text = hit.text if len(hit.text) <= _LONGEST_PASSAGE else hit.text[:_LONGEST_PASSAGE] + "……"
    if hit.cells:
        text = "；".join(f"{header}：{value or '（原文未载明）'}" for header, value in hit.cells.items())
    return f"{hit.citation.text}{status}\n{text}"
