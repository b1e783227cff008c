"""The backend in force: renewed when the index is, kept when a new generation is bad, gone when the index is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from indexer.errors import IndexFormatError, IndexMissingError
from service.backend import Backend, LiveBackend, load_language_model, open_backend
from service.settings import Settings, SettingsError


class Folder:
    """An index folder that changes as a test wants."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self.error: Exception | None = None
        self.looks = 0

    def renew(self) -> Backend:
        self.looks += 1
        if self.error is not None:
            raise self.error
        return self.backend


@pytest.fixture
def folder(backend: Backend) -> Folder:
    return Folder(backend)


def test_a_new_generation_is_picked_up(folder: Folder) -> None:
    live = LiveBackend(folder.backend, folder.renew, every=0)
    folder.backend = replace(folder.backend, generation="g2")
    assert live.current().generation == "g2"


def test_the_folder_is_not_looked_at_for_every_request(folder: Folder) -> None:
    live = LiveBackend(folder.backend, folder.renew, every=3600)
    for _ in range(100):
        live.current()
    assert folder.looks == 0


def test_a_bad_generation_leaves_the_old_one_in_force(folder: Folder, caplog: pytest.LogCaptureFixture) -> None:
    live = LiveBackend(folder.backend, folder.renew, every=0)
    folder.error = IndexFormatError("索引损坏")
    assert [live.current().generation for _ in range(3)] == ["g1"] * 3
    assert [record.getMessage() for record in caplog.records] == ["索引损坏"]


def test_a_missing_index_is_said_until_it_is_back(folder: Folder) -> None:
    live = LiveBackend(folder.backend, folder.renew, every=0)
    folder.error = IndexMissingError("没有索引")
    with pytest.raises(IndexMissingError):
        live.current()
    folder.error = None
    assert live.current() is folder.backend


def test_an_unforeseen_failure_to_renew_does_not_lock_the_next_one_out(folder: Folder) -> None:
    live = LiveBackend(folder.backend, folder.renew, every=0)
    folder.error = OSError("disk")
    with pytest.raises(OSError, match="disk"):
        live.current()
    folder.error = None
    assert live.current() is folder.backend


def test_no_index_names_the_command_that_makes_one(tmp_path: object) -> None:
    with pytest.raises(IndexMissingError, match="fatiao index build"):
        open_backend(Settings(index=f"{tmp_path}/none"))  # type: ignore[arg-type]


def test_an_endpoint_needs_a_model_name() -> None:
    assert load_language_model(Settings()) is None
    with pytest.raises(SettingsError, match="FATIAO_LANGUAGE_MODEL_NAME"):
        load_language_model(Settings(language_model_url="http://127.0.0.1:1/v1", language_model_name=None))
