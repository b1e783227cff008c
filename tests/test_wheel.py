"""The wheel stands alone: built, installed into an empty environment in another folder, it indexes and searches."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


def _run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("FATIAO_", "PYTHON"))}
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    return done


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of the working tree; built from a copy, so that no build folder is left in it."""
    folder = tmp_path_factory.mktemp("wheel")
    left_out = shutil.ignore_patterns(
        ".venv", ".git", "__pycache__", "build", "*.egg-info", "index", ".*_cache", ".hypothesis"
    )
    shutil.copytree(ROOT, folder / "source", ignore=left_out)
    _run(
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--wheel-dir",
        folder,
        folder / "source",
        cwd=folder,
    )
    (built,) = folder.glob("fatiao-*.whl")
    return built


def test_the_wheel_has_code_model_and_licence_and_no_tests(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for wanted in (
        "indexer/pipeline.py",
        "service/web/templates/search.html",
        "fatiao_data/models/default/model.safetensors",
    ):
        assert wanted in names
    assert any(name.startswith("fatiao_data/questions/") for name in names)
    assert any(name.endswith("LICENSE") for name in names)
    assert not [name for name in names if name.startswith(("tests/", "benchmarks/"))]


def test_it_indexes_and_searches_in_an_empty_environment(wheel: Path, tmp_path: Path) -> None:
    _run(sys.executable, "-m", "venv", tmp_path / "venv", cwd=tmp_path)
    python = tmp_path / "venv" / "bin" / "python"
    constraints = ROOT / "constraints.txt"
    _run(python, "-m", "pip", "install", "--quiet", "--constraint", constraints, wheel, cwd=tmp_path)
    (tmp_path / "laws").mkdir()
    law = "# 甲市养鸟条例\n\n第一条 养鸟人应当每天清扫鸟笼。\n\n第二条 鸟叫扰民的，由街道办事处责令改正。\n"
    (tmp_path / "laws" / "甲市养鸟条例.md").write_text(law, encoding="utf-8")
    fatiao = tmp_path / "venv" / "bin" / "fatiao"
    _run(fatiao, "index", "build", "laws", "--index", "index", cwd=tmp_path)
    done = _run(fatiao, "search", "甲市养鸟条例第二条", "--index", "index", "--format", "json", cwd=tmp_path)
    assert json.loads(done.stdout)["hits"][0]["citation"]["text"] == "《甲市养鸟条例》第二条"
