"""Vectors are found again by model and text, whatever happened to the file in between."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from indexer.storage import EmbedderInfo
from indexer.storage.cache import VectorCache

INFO = EmbedderInfo("model", "1", 4)


def _fill(folder: Path, texts: list[str], info: EmbedderInfo = INFO) -> None:
    vectors = np.array([[len(text), at, 0, 1] for at, text in enumerate(texts)], np.float16)
    VectorCache(folder, info).add(VectorCache.keys(texts), vectors.reshape(-1, 4))


def _file(folder: Path) -> Path:
    return next((folder / "cache").glob("*.vectors"))


def test_what_was_added_is_found_at_once_and_by_the_next_cache(tmp_path: Path) -> None:
    texts = [f"第{n}盏灯" for n in range(200)]
    _fill(tmp_path, texts[:100])
    open_before = VectorCache(tmp_path, INFO)
    open_before.add(VectorCache.keys(["灯塔"]), np.array([[2, 7, 0, 1]], np.float16))
    assert open_before.vectors(open_before.find(VectorCache.keys(["灯塔"])))[:, 1].tolist() == [7]
    _fill(tmp_path, texts[100:150])
    cache = VectorCache(tmp_path, INFO)
    records = cache.find(cache.keys(texts))
    assert (records[:150] >= 0).all()
    assert (records[150:] == -1).all()
    vectors = cache.vectors(records[:150])
    assert vectors[:, 0].tolist() == [len(text) for text in texts[:150]]
    assert vectors[:, 1].tolist() == [*range(100), *range(50)]


def test_an_empty_cache_finds_nothing(tmp_path: Path) -> None:
    cache = VectorCache(tmp_path, INFO)
    assert cache.find(cache.keys(["灯"])).tolist() == [-1]
    assert cache.find(cache.keys([])).tolist() == []


@pytest.mark.parametrize(
    "info", [EmbedderInfo("model", "2", 4), EmbedderInfo("other", "1", 4), EmbedderInfo("model", "1", 8)]
)
def test_another_model_finds_nothing(tmp_path: Path, info: EmbedderInfo) -> None:
    _fill(tmp_path, ["灯"])
    cache = VectorCache(tmp_path, info)
    assert cache.find(cache.keys(["灯"])).tolist() == [-1]


@pytest.mark.parametrize("cut", range(1, 24))
def test_a_record_that_was_cut_short_is_lost_alone(tmp_path: Path, cut: int) -> None:
    _fill(tmp_path, ["甲", "乙", "丙"])
    content = _file(tmp_path).read_bytes()
    _file(tmp_path).write_bytes(content[:-cut])
    assert (VectorCache(tmp_path, INFO).find(VectorCache.keys(["甲", "乙", "丙"])) >= 0).tolist() == [True, True, False]
    _fill(tmp_path, ["丁"])
    cache = VectorCache(tmp_path, INFO)
    found = cache.find(cache.keys(["甲", "乙", "丙", "丁"]))
    assert (found >= 0).tolist() == [True, True, False, True]
    assert cache.vectors(found[3:]).tolist() == [[1, 0, 0, 1]]


def test_tidying_keeps_what_is_used(tmp_path: Path) -> None:
    texts = [f"第{n}盏灯" for n in range(100)]
    _fill(tmp_path, texts)
    _fill(tmp_path, ["旧"], EmbedderInfo("old", "0", 4))
    VectorCache(tmp_path, INFO).tidy(VectorCache.keys(texts[:50]))
    assert len(list((tmp_path / "cache").iterdir())) == 1
    assert (VectorCache(tmp_path, INFO).find(VectorCache.keys(texts)) >= 0).all()
    VectorCache(tmp_path, INFO).tidy(VectorCache.keys(texts[10:13]))
    cache = VectorCache(tmp_path, INFO)
    found = cache.find(cache.keys(texts))
    assert np.flatnonzero(found >= 0).tolist() == [10, 11, 12]
    assert cache.vectors(found[10:13])[:, 1].tolist() == [10, 11, 12]
