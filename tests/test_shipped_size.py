"""What ships stays small: see docs/decisions/001-shipped-data.md."""

from __future__ import annotations

from indexer.resources import data_folder, default_model_folder, vocabulary_folder

MOST = 25_000_000


def test_model_bank_and_vocabulary_fit_into_25_megabytes() -> None:
    folders = (default_model_folder(), data_folder() / "questions", vocabulary_folder())
    sizes = [path.stat().st_size for folder in folders for path in folder.rglob("*") if path.is_file()]
    assert 0 < sum(sizes) <= MOST
