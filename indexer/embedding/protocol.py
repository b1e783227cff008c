"""What an embedding model and a reranker are to the rest of the project."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class Embedder(Protocol):
    """Turns texts into vectors whose inner product says how alike the texts are in meaning."""

    @property
    def name(self) -> str:
        """How the model is called: the default's name, a folder, or a name on the Hugging Face hub."""

    @property
    def revision(self) -> str:
        """Which weights, with which prompts: two embedders of one revision give the same vectors."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    def embed(self, texts: Sequence[str], *, is_query: bool) -> NDArray[np.float32]:
        """Embeds texts.

        Args:
            texts: Texts in simplified characters; none need be non-empty.
            is_query: Whether they are questions; some models treat questions and passages differently.

        Returns:
            Shape (n, dimension), float32, each row of length 1, or all zeros for a text without a known word.
        """
        ...


class Reranker(Protocol):
    """Reads a question and a passage together, and says how likely the one answers the other."""

    @property
    def name(self) -> str:
        """How the model is called: a folder, or a name on the Hugging Face hub."""

    def odds(self, question: str, passages: Sequence[str]) -> NDArray[np.float32]:
        """Judges passages.

        Args:
            question: A question in a person's words.
            passages: What may answer it.

        Returns:
            Shape (n,), float32: the log-odds that each answers it, as the model sees them; the larger, the likelier.
        """
        ...
