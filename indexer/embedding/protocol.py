"""What an embedding model is to the rest of the project."""

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
        """Which weights: two embedders of one revision give the same vectors."""

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
