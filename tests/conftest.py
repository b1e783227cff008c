"""What the tests share: an index over the sample documents, and the place of the public corpus where there is one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# A deadline in milliseconds fails on a busy machine, and says nothing about the code.
settings.register_profile("fatiao", deadline=None)
settings.load_profile("fatiao")


@pytest.fixture(scope="session")
def sample_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of ``data/sample`` with the default model."""
    from indexer.embedding import load_embedder
    from indexer.pipeline import build
    from indexer.resources import sample_folder

    folder = tmp_path_factory.mktemp("sample") / "index"
    build([str(sample_folder())], folder, load_embedder())
    return folder


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of the public corpus: ``laws/``, ``gazettes/``, ``documents/`` and ``queries/``."""
    place = os.environ.get("FATIAO_CORPUS")
    if not place:
        pytest.skip("FATIAO_CORPUS does not name a corpus")
    return Path(place)
