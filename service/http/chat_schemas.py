"""The OpenAI shape of a chat completion, with the citations that fatiao adds."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from service.answer.results import Message
from service.http.schemas import AnswerCitationShape, FiltersInput, NoticeShape, Shape

MODEL = "fatiao"
"""The model's name in answers and in ``/v1/models``."""


class ContentPart(BaseModel):
    """A part of a message; only text is read."""

    type: str = Field(description="text；其余类型不读")
    text: str = Field(default="", description="文字")


class ChatMessage(BaseModel):
    """A message of the conversation."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"] = Field(description="谁说的")
    content: str | list[ContentPart] | None = Field(default=None, description="说了什么")

    def plain(self) -> str:
        """The message's text."""
        if isinstance(self.content, str):
            return self.content
        return "".join(part.text for part in self.content or () if part.type == "text")


class ChatRequest(BaseModel):
    """A chat completion request; what is not listed is accepted and left alone, as clients send much."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"model": MODEL, "messages": [{"role": "user", "content": "醉驾怎么处罚"}]}]}
    )

    messages: list[ChatMessage] = Field(min_length=1, description="对话，最后一条是问题")
    model: str = Field(default=MODEL, description="任意名称")
    stream: bool | None = Field(default=None, description="逐段返回（SSE）")
    filters: FiltersInput = Field(default_factory=FiltersInput, description="筛选条件（扩展字段）")
    limit: int = Field(default=5, ge=1, description="依据几条条文作答（扩展字段）")

    def question(self) -> str | None:
        """The last message, when it is the user's."""
        last = self.messages[-1]
        return last.plain().strip() if last.role == "user" else None

    def history(self) -> tuple[Message, ...]:
        """The turns before the question that say something."""
        turns: list[Message] = []
        for message in self.messages[:-1]:
            text = message.plain()
            if message.role in ("user", "assistant") and text:
                turns.append(Message("user" if message.role == "user" else "assistant", text))
            elif message.role in ("system", "developer") and text:
                turns.append(Message("system", text))
        return tuple(turns)


class ReplyMessage(Shape):
    """The answer's message."""

    role: Literal["assistant"]
    content: str = Field(description="回答，标号 [1] 对应 citations")
    refusal: None = Field(description="始终为 null")


class Choice(Shape):
    """The one answer."""

    index: Literal[0]
    message: ReplyMessage
    logprobs: None = Field(description="始终为 null")
    finish_reason: Literal["stop"]


class ChatResponse(Shape):
    """A chat completion with its citations."""

    id: str
    object: Literal["chat.completion"]
    created: int = Field(description="Unix 时间")
    model: str
    choices: list[Choice]
    usage: None = Field(description="条文作答不计词元，始终为 null")
    citations: list[AnswerCitationShape] = Field(description="依据，按标号排列（扩展字段）")
    grounded: bool = Field(description="回答有条文依据（扩展字段）")
    rewritten: str = Field(description="结合上文补全后的问题（扩展字段）")
    notice: NoticeShape | None = Field(description="需要说明的情况（扩展字段）")


class ModelShape(Shape):
    """A model that can be asked."""

    id: str
    object: Literal["model"]
    created: int
    owned_by: str


class ModelsResponse(Shape):
    """The models that can be asked."""

    object: Literal["list"]
    data: list[ModelShape]
