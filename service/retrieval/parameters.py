"""The figures of ranking: data, fitted by ``benchmarks/calibrate.py`` and shipped beside the embedding model."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from types import MappingProxyType
from typing import Any

from indexer.errors import EmbedderError
from indexer.resources import default_model_folder
from service.retrieval.fusion import Fusion

FILE_NAME = "retrieval.json"
SUM = "sum"
"""The name of the model of a hybrid search whose candidates the weighted sum puts in order."""


@dataclass(frozen=True, slots=True)
class Weights:
    """A model of one mode: what a candidate is worth, and what its worth says about its answering.

    The worth is ``semantic`` times ``scores.semantic`` plus ``lexical`` times ``scores.lexical`` plus ``asked`` times
    the likeness to a question that the article is known to answer, plus what rank, law and place add; the log-odds are
    ``bias + slope * worth + near * (worth - the best worth)``: an article that is much worse than the best one is
    seldom an answer too.

    Attributes:
        semantic: Worth of a ``scores.semantic`` of 1.
        lexical: Worth of a ``scores.lexical`` of 1.
        asked: Worth of a cosine of 1 with a known question.
        bias: Log-odds of the best candidate when its worth is 0.
        slope: Log-odds for a worth of 1.
        near: Log-odds lost for being worth 1 less than the best.
    """

    semantic: float
    lexical: float
    asked: float
    bias: float
    slope: float
    near: float


@dataclass(frozen=True, slots=True)
class Parameters:
    """How candidates are found, scored and cut off.

    Attributes:
        revision: The embedding model that the figures for cosines were fitted to.
        tokenizer: SHA-256 of the tokenizer that the table of subjects belongs to; an index that is cut by another one
            does without that table.
        clauses: Candidates from the vectors.
        units: Candidates from the lexical index.
        semantic: Cosines that count as 0 and as 1.
        standard: For other models: standard scores of a cosine against the index's own clauses that count as 0 and as
            1.
        weights: Logistic models by mode, and by ``SUM``: what fusion and the sum are worth are different things.
        fusion: What puts a hybrid search's candidates in order in place of the weighted sum; None for the sum itself.
        gate: Logistic model of whether a question is one that law can answer: a weight by feature, and ``bias``.
        gate_without_words: The same for an index whose words the table of subjects does not know.
        fitted_to: How many clauses the index had that the gate was fitted to.
        answerable: A question less likely than this to be answerable gets nothing.
        threshold: Articles with a smaller score are not shown.
        local: Taken off the worth of one province's instruments when the query names no place and no fusion decides, in
            proportion to the best national worth: where the nation has a rule, it is meant.
        kinds: Added to the worth by 效力级别: of decisions that amend, the amended text is meant.
        named_law: Added for articles of a law that the query names.
        named_place: Added for instruments of a place that the query names.
        verbatim: Added for articles that have a name of the query word for word that the tokenizer has no word for.
    """

    revision: str
    tokenizer: str
    clauses: int
    units: int
    semantic: tuple[float, float]
    standard: tuple[float, float]
    weights: Mapping[str, Weights]
    fusion: Fusion | None
    gate: Mapping[str, float]
    gate_without_words: Mapping[str, float]
    fitted_to: int
    answerable: float
    threshold: float
    local: float
    kinds: Mapping[str, float]
    named_law: float
    named_place: float
    verbatim: float

    @classmethod
    def load(cls, path: Path | None = None) -> Parameters:
        """Reads the parameters.

        Args:
            path: A file, or a model's folder that has one; the default model's when None or when the folder has none.

        Returns:
            The parameters.

        Raises:
            EmbedderError: The file is missing or is not what it should be.
        """
        file = path / FILE_NAME if path is not None and path.is_dir() else path
        if file is None or not file.is_file():
            file = default_model_folder() / FILE_NAME
        try:
            return cls.read(json.loads(file.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise EmbedderError(f"排序参数 {file} 缺失或已损坏：请重新安装 fatiao") from error

    @classmethod
    def read(cls, stored: dict[str, Any]) -> Parameters:
        """Parameters from their JSON; entries that are not parameters (notes, measurements) are passed over."""
        names = {field.name for field in fields(cls)}
        values = {name: value for name, value in stored.items() if name in names}
        values["weights"] = MappingProxyType({mode: Weights(**each) for mode, each in stored["weights"].items()})
        values["fusion"] = Fusion.read(stored["fusion"]) if stored.get("fusion") else None
        for name in ("gate", "gate_without_words", "kinds"):
            values[name] = MappingProxyType(dict(stored[name]))
        for name in ("semantic", "standard"):
            low, high = stored[name]
            values[name] = (float(low), float(high))
        return cls(**values)
