"""What the storage tests share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.indexer.builders import character_tokenizer


@pytest.fixture(scope="session")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tokenizer file whose words are single characters."""
    return character_tokenizer(tmp_path_factory.mktemp("tokenizer") / "tokenizer.json")
