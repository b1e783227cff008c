"""How a model of the sentence-transformers library is used: what a user may choose beside its name."""

from __future__ import annotations

from dataclasses import dataclass

LONGEST = 1024
"""Tokens. An article of law seldom has more; a model that takes 32,000 would spend its memory on one long table."""
BATCH = 32


@dataclass(frozen=True, slots=True)
class ModelOptions:
    """Choices that hold for embedding models and rerankers.

    Attributes:
        query_prompt: What stands before a question; empty for nothing, None for what the model itself wants.
        passage_prompt: What stands before a passage; empty for nothing, None for what the model itself wants.
        batch: How many texts are computed at once.
        longest: Tokens of a text; what is longer is cut. A model that takes fewer keeps its own limit.
        device: ``cpu``, ``cuda``, ``cuda:1``, ``mps`` …; None for the GPU where there is one, else the CPU.
        trust_code: Whether a model may bring Python code of its own, which is then run.
    """

    query_prompt: str | None = None
    passage_prompt: str | None = None
    batch: int = BATCH
    longest: int = LONGEST
    device: str | None = None
    trust_code: bool = False


DEFAULTS = ModelOptions()
