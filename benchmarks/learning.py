"""Trains the fusion of evidence: a small network that puts the answers among a question's candidates first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from service.retrieval.fusion import FEATURES

Floats = NDArray[np.float32]

UNITS = 16
NETWORKS = 3
"""Networks from different starts, side by side as one: their mean is steadier than any of them."""
EPOCHS = 40
BATCH = 32
RATE, DECAY = 1e-2, 1e-2
UNKNOWN = 0.5
"""How much a question counts as an index has it that knows no questions: such an index is searched too."""
SHARPNESS = 8.0
"""Log-odds for a worth of 1, so that the network's worth has the size of the plain sum's."""
_NOWHERE = -1e9


@dataclass(frozen=True, slots=True)
class Example:
    """A question's candidates.

    Attributes:
        known: float32 (n, features).
        unknown: float32 (n, features), the same without known questions.
        plain: float32 (n,), the weighted sum of evidence.
        by_kind: float32 (n,), what rank adds to the worth.
        answers: bool (n,).
    """

    known: Floats
    unknown: Floats
    plain: Floats
    by_kind: Floats
    answers: NDArray[np.bool_]


def learn(examples: Sequence[Example], seed: int = 0) -> dict[str, Any]:
    """Trains on questions of which at least one candidate answers.

    Listwise, by the cross-entropy between the candidates' softmax and the answers (Cao et al. 2007).

    Args:
        examples: Candidates of questions; those without an answer teach nothing.
        seed: Of the starts and of the order.

    Returns:
        The network, as ``service.retrieval.fusion`` reads it.
    """
    torch.set_num_threads(1)
    told = [example for example in examples if example.answers.any()]
    everything = np.concatenate([example.known for example in told])
    centre, scale = everything.mean(axis=0), 1 / (everything.std(axis=0) + 1e-3)
    depth = max(len(example.answers) for example in told)
    known, unknown = (
        torch.from_numpy(np.stack([_padded((each - centre) * scale, depth) for each in side]))
        for side in ([example.known for example in told], [example.unknown for example in told])
    )
    shift = torch.from_numpy(np.stack([_padded(SHARPNESS * example.by_kind, depth, _NOWHERE) for example in told]))
    wanted = torch.from_numpy(
        np.stack([_padded(example.answers / np.float32(example.answers.sum()), depth) for example in told])
    )
    networks = [_network(known, unknown, shift, wanted, seed + at) for at in range(NETWORKS)]
    parts = [{name: value.numpy() for name, value in network.state_dict().items()} for network in networks]
    hidden = np.concatenate([part["0.weight"].T for part in parts], axis=1)
    bias = np.concatenate([part["0.bias"] for part in parts])
    output = np.concatenate([part["2.weight"][0] for part in parts]) / NETWORKS / SHARPNESS
    best = [np.argmax(example.plain) for example in told]
    made = [
        float(np.tanh((example.known[at] - centre) * scale @ hidden + bias) @ output)
        for example, at in zip(told, best, strict=True)
    ]
    plain = [float(example.plain[at]) for example, at in zip(told, best, strict=True)]
    return {
        "features": list(FEATURES),
        "centre": _rounded(centre),
        "scale": _rounded(scale),
        "hidden": [_rounded(row) for row in hidden],
        "bias": _rounded(bias),
        "output": _rounded(output),
        "level": round(float(np.mean(plain) - np.mean(made)), 4),
    }


def _network(
    known: torch.Tensor, unknown: torch.Tensor, shift: torch.Tensor, wanted: torch.Tensor, seed: int
) -> torch.nn.Sequential:
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    network = torch.nn.Sequential(
        torch.nn.Linear(known.shape[2], UNITS), torch.nn.Tanh(), torch.nn.Linear(UNITS, 1, bias=False)
    )
    optimiser = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=DECAY)
    batches = -(-len(known) // BATCH)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, EPOCHS * batches)
    for _ in range(EPOCHS):
        for rows in np.array_split(random.permutation(len(known)), batches):
            loss = sum(
                weight * -(wanted[rows] * torch.log_softmax(network(side[rows])[..., 0] + shift[rows], 1)).sum(1).mean()
                for side, weight in ((known, 1.0), (unknown, UNKNOWN))
            )
            optimiser.zero_grad()
            loss.backward()  # type: ignore[union-attr]
            optimiser.step()
            schedule.step()
    return network


def _padded(values: NDArray[Any], depth: int, filling: float = 0.0) -> Floats:
    """Values with so many rows, those that are missing filled."""
    missing = [(0, depth - len(values)), *((0, 0) for _ in values.shape[1:])]
    return np.pad(values, missing, constant_values=filling).astype(np.float32)


def _rounded(values: NDArray[Any]) -> list[float]:
    return [round(float(value), 5) for value in values]
