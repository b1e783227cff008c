"""Where the files that ship with the package lie: the default model, the vocabulary, the sample documents."""

from importlib.resources import files
from pathlib import Path


def data_folder() -> Path:
    """The folder of shipped data (``data/`` in a checkout, ``fatiao_data/`` in an installation)."""
    return Path(str(files("fatiao_data")))


def default_model_folder() -> Path:
    """The folder of the default embedding model."""
    return data_folder() / "models" / "default"


def vocabulary_folder() -> Path:
    """The folder of law names, aliases and legal words."""
    return data_folder() / "vocabulary"


def sample_folder() -> Path:
    """The folder of fictional sample documents."""
    return data_folder() / "sample"
