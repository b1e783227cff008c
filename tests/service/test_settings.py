"""Settings from the environment: what they accept, and the one line that they refuse with."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.embedding import ModelOptions
from indexer.sources import Limits
from service.commands.indexing import source_limits
from service.settings import Settings, SettingsError, load_settings


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"FATIAO_{name.upper()}", raising=False)


def test_an_option_wins_over_the_environment_and_none_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FATIAO_INDEX", "/from/environment")
    monkeypatch.setenv("FATIAO_PORT", "9000")
    settings = load_settings(index=Path("/from/option"), port=None)
    assert (settings.index, settings.port) == (Path("/from/option"), 9000)


def test_an_empty_variable_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FATIAO_PORT", "")
    monkeypatch.setenv("FATIAO_MODEL", "")
    assert (load_settings().port, load_settings().model) == (8000, None)


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("FATIAO_PORT", "abc", "应为整数"),
        ("FATIAO_PORT", "70000", "不能大于 65535"),
        ("FATIAO_MAX_LIMIT", "0", "不能小于 1"),
        ("FATIAO_LANGUAGE_MODEL_URL", "ftp://example.org", "http://"),
    ],
)
def test_a_bad_value_is_one_line_that_names_the_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    message = str(caught.value)
    assert name in message
    assert value in message
    assert says in message
    assert "\n" not in message


def test_the_limits_of_sources_are_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    assert source_limits(load_settings()) == Limits()
    for at, name in enumerate(("BYTES", "PAGES", "DECOMPRESSED", "NESTING"), 11):
        monkeypatch.setenv(f"FATIAO_MAX_SOURCE_{name}", str(at))
    assert source_limits(load_settings()) == Limits(bytes=11, pages=12, decompressed=13, nesting=14)


def test_a_bad_option_is_named_as_an_option() -> None:
    with pytest.raises(SettingsError, match="--port"):
        load_settings(port=-1)


def test_the_key_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FATIAO_LANGUAGE_MODEL_KEY", "very-secret")
    assert "very-secret" not in repr(load_settings())


def test_every_setting_says_what_it_does() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_prompts_as_an_environment_can_write_them(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().model_options == ModelOptions()
    monkeypatch.setenv("FATIAO_QUERY_PROMPT", r"Instruct: 找出回答问题的法条\nQuery:")
    monkeypatch.setenv("FATIAO_PASSAGE_PROMPT", "none")
    options = load_settings().model_options
    assert (options.query_prompt, options.passage_prompt) == ("Instruct: 找出回答问题的法条\nQuery:", "")


def test_how_models_run_is_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"MODEL_BATCH": "4", "MODEL_LONGEST": "256", "DEVICE": "cpu", "MODEL_CODE": "true"}.items():
        monkeypatch.setenv(f"FATIAO_{name}", value)
    assert load_settings().model_options == ModelOptions(batch=4, longest=256, device="cpu", trust_code=True)
    monkeypatch.setenv("FATIAO_MODEL_CODE", "也许")
    with pytest.raises(SettingsError, match="FATIAO_MODEL_CODE 的值“也许”不可用：应为 true 或 false"):
        load_settings()
