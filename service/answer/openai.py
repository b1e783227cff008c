"""A language model behind any endpoint that speaks the OpenAI protocol."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from indexer.errors import FatiaoError
from service.answer.results import Message

if TYPE_CHECKING:
    from openai import OpenAI
    from openai.types.chat import ChatCompletionMessageParam


class OpenAILanguageModel:
    """Chat completions of an OpenAI-compatible endpoint.

    Args:
        url: The endpoint's base, such as ``http://127.0.0.1:11434/v1``.
        model: The model's name there.
        key: The key, if the endpoint wants one.
        timeout: Seconds to wait for an answer to begin.
        temperature: Low, so that the answer stays with its passages.
    """

    def __init__(self, url: str, model: str, key: str = "", timeout: float = 60.0, temperature: float = 0.1) -> None:
        self.url = url
        self.model = model
        self.temperature = temperature
        self._key = key
        self._timeout = timeout
        self._client: OpenAI | None = None

    def complete(self, messages: Sequence[Message]) -> Iterator[str]:
        """Continues a conversation.

        Args:
            messages: The conversation so far.

        Yields:
            The pieces of the reply as they come.

        Raises:
            FatiaoError: The client library is not installed, or the endpoint cannot be reached or refuses.
        """
        client = self._connect()
        from openai import OpenAIError

        try:
            chunks = client.chat.completions.create(
                model=self.model,
                messages=[_as_parameter(message) for message in messages],
                temperature=self.temperature,
                stream=True,
            )
            for chunk in chunks:
                piece = chunk.choices[0].delta.content if chunk.choices else None
                if piece:
                    yield piece
        except OpenAIError as error:
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise FatiaoError(
                f"语言模型 {self.model}（{self.url}）没有应答：{reason}；请检查其地址、密钥和型号"
            ) from error

    def _connect(self) -> OpenAI:
        if self._client is None:
            try:
                from openai import OpenAI
            except ImportError as error:
                raise FatiaoError("使用语言模型需要 openai 客户端：请运行 pip install openai") from error
            self._client = OpenAI(base_url=self.url, api_key=self._key or "none", timeout=self._timeout)
        return self._client


def _as_parameter(message: Message) -> ChatCompletionMessageParam:
    if message.role == "system":
        return {"role": "system", "content": message.content}
    if message.role == "assistant":
        return {"role": "assistant", "content": message.content}
    return {"role": "user", "content": message.content}
