"""Settings: what an operator may change, read from ``FATIAO_…`` variables of the environment."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from indexer.embedding.options import BATCH, LONGEST, ModelOptions
from indexer.errors import FatiaoError

MIB = 1024 * 1024
RERANKED, MOST_RERANKED = 50, 500
_NO_PROMPT = "none"


class SettingsError(FatiaoError):
    """A setting has a value that cannot be used; the message names the variable."""

    code = "invalid_setting"


class Settings(BaseSettings):
    """Every setting of the service; ``FATIAO_INDEX`` sets ``index``, and so on.

    Attributes:
        index: Index folder.
        model: Embedding model; None for the one that ships with fatiao.
        query_prompt: What the model is given before a question; None for what the model itself wants.
        passage_prompt: What it is given before a passage; None for what the model itself wants.
        model_batch: How many texts a model computes at once.
        model_longest: Tokens of a text, over which a model is given its beginning only.
        model_code: Whether a model may run Python code of its own.
        device: Where models run; None for the GPU where there is one.
        reranker: Cross-encoder that puts the best articles in order; None for none.
        reranker_depth: How many articles it reads for a question.
        host: Address to listen on.
        port: Port to listen on.
        max_query_characters: Longest query.
        max_limit: Most results of one request.
        max_body_bytes: Largest request body.
        max_source_bytes: Largest file that is read.
        max_source_pages: Most pages of a PDF that is read.
        max_source_decompressed: Largest content of a DOCX that is read, unpacked, in bytes.
        max_source_nesting: Deepest nesting of HTML elements, tables and text boxes that is read.
        max_source_entities: Most entities that a file that is read declares for itself.
        max_source_pixels: Largest picture of a page that is recognised, in pixels.
        max_source_characters: Most characters on one page of a PDF that is read.
        requests_per_minute: Requests that one client address may make a minute; 0 sets no limit.
        language_model_url: Base address of an OpenAI-compatible endpoint; None for extractive answers.
        language_model_key: Key for that endpoint.
        language_model_name: Model to ask for at that endpoint.
    """

    model_config = SettingsConfigDict(env_prefix="FATIAO_", env_ignore_empty=True, frozen=True, extra="forbid")

    index: Annotated[Path, Field(description="Index folder.")] = Path("data/index")
    model: Annotated[
        str | None,
        Field(description="Embedding model: a folder or a sentence-transformers name; unset: the one that ships."),
    ] = None
    query_prompt: Annotated[
        str | None,
        Field(
            description="What `FATIAO_MODEL` is given before a question; unset: what the model itself wants; `none`: "
            "nothing; `\\n` is a line end. An index is bound to it."
        ),
    ] = None
    passage_prompt: Annotated[
        str | None, Field(description="The same before a passage of law; another one needs the index built anew.")
    ] = None
    model_batch: Annotated[int, Field(ge=1, le=4096, description="Texts that a model computes at once.")] = BATCH
    model_longest: Annotated[
        int,
        Field(ge=16, description="Tokens of a text that a model reads; the rest is cut. An index is bound to it."),
    ] = LONGEST
    model_code: Annotated[
        bool, Field(description="Whether a model may bring Python code and run it here: only for those you trust.")
    ] = False
    device: Annotated[
        str | None,
        Field(description="Where models run, `cpu`, `cuda`, `cuda:1`, `mps`; unset: the GPU where there is one."),
    ] = None
    reranker: Annotated[
        str | None,
        Field(description="Cross-encoder that puts the best articles in order: a folder or a name; unset: none."),
    ] = None
    reranker_depth: Annotated[
        int, Field(ge=2, le=MOST_RERANKED, description="How many articles it reads for a question.")
    ] = RERANKED
    host: Annotated[str, Field(description="Address that `fatiao serve` listens on.")] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535, description="Port that it listens on; 0 takes a free one.")] = 8000
    max_query_characters: Annotated[int, Field(ge=1, description="Longest query, in characters; over it: 422.")] = 2000
    max_limit: Annotated[int, Field(ge=1, le=1000, description="Largest `limit` of a request; over it: 422.")] = 100
    max_body_bytes: Annotated[int, Field(ge=1, description="Largest request body, in bytes; over it: 413.")] = 20 * MIB
    max_source_bytes: Annotated[
        int, Field(ge=1, description="Largest file that an index is built from, in bytes; a larger one is left out.")
    ] = 64 * MIB
    max_source_pages: Annotated[int, Field(ge=1, description="Most pages of a PDF; a longer one is left out.")] = 5000
    max_source_decompressed: Annotated[
        int, Field(ge=1, description="Largest content of a DOCX or a PDF when unpacked, in bytes; over it: left out.")
    ] = 512 * MIB
    max_source_nesting: Annotated[
        int,
        Field(ge=1, le=2048, description="Deepest nesting in an HTML page or a DOCX; one that is deeper is left out."),
    ] = 500
    max_source_entities: Annotated[
        int,
        Field(
            ge=0,
            description="Most entities that an HTML page or a DOCX declares for itself; none is ever expanded; "
            "a file with more is left out.",
        ),
    ] = 0
    max_source_pixels: Annotated[
        int, Field(ge=1, description="Largest picture on a page that is recognised, in pixels; over it: left out.")
    ] = 200_000_000
    max_source_characters: Annotated[
        int, Field(ge=1, description="Most characters on one page of a PDF; over it: left out.")
    ] = 500_000
    requests_per_minute: Annotated[
        int, Field(ge=0, description="Requests that one client address may make a minute; over it: 429; 0: no limit.")
    ] = 0
    language_model_url: Annotated[
        str | None,
        Field(description="Base URL of an OpenAI-compatible endpoint that words the answers; unset: extractive."),
    ] = None
    language_model_key: Annotated[SecretStr | None, Field(description="API key for that endpoint.")] = None
    language_model_name: Annotated[str | None, Field(description="Model to ask for at that endpoint.")] = None

    @field_validator("language_model_url")
    @classmethod
    def _is_http(cls, url: str | None) -> str | None:
        if url is not None and not url.startswith(("http://", "https://")):
            raise ValueError("应以 http:// 或 https:// 开头")
        return url

    @field_validator("query_prompt", "passage_prompt")
    @classmethod
    def _is_prompt(cls, prompt: str | None) -> str | None:
        """A variable of the environment cannot say that it is empty, and seldom has a line end in it."""
        return "" if prompt == _NO_PROMPT else prompt and prompt.replace("\\n", "\n")

    @property
    def model_options(self) -> ModelOptions:
        """How models other than the default are used."""
        return ModelOptions(
            query_prompt=self.query_prompt,
            passage_prompt=self.passage_prompt,
            batch=self.model_batch,
            longest=self.model_longest,
            device=self.device,
            trust_code=self.model_code,
        )


_REASONS = {
    "int_parsing": "应为整数",
    "int_from_float": "应为整数",
    "greater_than_equal": "不能小于 {ge}",
    "less_than_equal": "不能大于 {le}",
    "bool_parsing": "应为 true 或 false",
    "extra_forbidden": "没有这个设置",
    "value_error": "{error}",
}


def load_settings(**overrides: object) -> Settings:
    """Settings from the environment, with a command's own options on top.

    Args:
        **overrides: Values by the name of the setting; one that is None leaves the environment's value alone.

    Returns:
        The settings in force.

    Raises:
        SettingsError: A value is not acceptable; the message names the variable and says what would be.
    """
    given = {name: value for name, value in overrides.items() if value is not None}
    try:
        return Settings.model_validate(given)
    except ValidationError as error:
        raise SettingsError(_explain(error, set(given))) from None


def _explain(error: ValidationError, given: set[str]) -> str:
    """The first complaint as one line: which option or variable, its value, what would be right."""
    first = error.errors(include_url=False)[0]
    name = str(first["loc"][0]) if first["loc"] else "?"
    place = f"--{name.replace('_', '-')}" if name in given else f"环境变量 FATIAO_{name.upper()}"
    reason = _REASONS.get(first["type"], first["msg"]).format(**first.get("ctx", {}))
    value = "" if name == "language_model_key" else f"“{first['input']}”"
    return f"{place} 的值{value}不可用：{reason}；请改正后重试"
