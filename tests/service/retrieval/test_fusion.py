"""Fusion: what it is made of, and that it weighs evidence as the network says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from service.retrieval import Parameters
from service.retrieval.candidates import Candidates
from service.retrieval.fusion import FEATURES, Fusion, features
from service.retrieval.parameters import SUM
from service.retrieval.scoring import Evidence, is_fused, plain_worth, worths


def candidates(units: list[int], documents: list[int], cosine: list[float], asked: list[float]) -> Candidates:
    values = np.array(cosine, np.float32)
    return Candidates(
        units=np.array(units, np.int64),
        documents=np.array(documents, np.int32),
        cosine=values,
        mean=np.asarray(values / 2, np.float32),
        standard=values * 10,
        lexical=np.array([0.5, *[0.25] * (len(units) - 1)], np.float32),
        asked=np.array(asked, np.float32),
        asked_again=np.asarray(np.array(asked) / 2, np.float32),
        length=np.array([1, *[100] * (len(units) - 1)], np.int32)[: len(units)],
        spread=0.1,
        size=1000,
    )


def evidence(size: int, place: list[bool] | None = None) -> Evidence:
    none = np.zeros(size, np.bool_)
    return Evidence(none, np.zeros(size, np.float32), none, none if place is None else np.array(place), none)


def network(**changes: Any) -> dict[str, Any]:
    """A network of one unit that hears one feature."""
    hears = changes.pop("hears", "semantic")
    width = len(FEATURES)
    return {
        "features": list(FEATURES),
        "centre": [0.0] * width,
        "scale": [1.0] * width,
        "hidden": [[1.0 if name == hears else 0.0] for name in FEATURES],
        "bias": [0.0],
        "output": [2.0],
        "level": 0.25,
    } | changes


FOUND = candidates([3, 4, 7, 9], [0, 0, 0, 1], [0.9, 0.5, 0.4, 0.7], [0.0, 0.8, 0.0, 0.0])


def column(name: str) -> list[float]:
    plain = FOUND.cosine.copy()
    made = features(FOUND, FOUND.cosine, FOUND.asked, plain)
    return [round(float(value), 4) for value in made[:, FEATURES.index(name)]]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("semantic", [0.9, 0.5, 0.4, 0.7]),
        ("mean", [0.45, 0.25, 0.2, 0.35]),
        ("asked", [0.0, 0.8, 0.0, 0.0]),
        ("semantic_behind", [0.0, -0.4, -0.5, -0.2]),
        ("lexical_share", [1.0, 0.5, 0.5, 0.5]),
        ("asked_behind", [-0.8, 0.0, -0.8, -0.8]),
        ("asked_again", [0.0, 0.4, 0.0, 0.0]),
        ("length", [0.0, 4.6052, 4.6052, 4.6052]),
        # Rows 3 and 4 stand side by side; 7 alone; 9 is of another instrument.
        ("neighbour", [0.5, 0.9, 0.0, 0.0]),
    ],
)
def test_features(name: str, expected: list[float]) -> None:
    assert column(name) == expected


def test_a_law_gathers_what_its_articles_are_worth() -> None:
    votes = np.exp(8 * (FOUND.cosine.astype(np.float64) - 0.9))
    first = float(votes[:3].sum() / votes.sum())
    assert column("law") == [pytest.approx(first, abs=1e-3)] * 3 + [pytest.approx(1 - first, abs=1e-3)]


def test_no_candidates_give_no_features() -> None:
    nothing = candidates([], [], [], [])
    empty = replace(nothing, lexical=np.zeros(0, np.float32))
    assert features(empty, empty.cosine, empty.asked, empty.cosine).shape == (0, len(FEATURES))


def test_the_network_is_read_as_it_is_written() -> None:
    fusion = Fusion.read(network())
    made = features(FOUND, FOUND.cosine, FOUND.asked, FOUND.cosine)
    assert np.allclose(fusion.worth(made), np.tanh(FOUND.cosine) * 2 + 0.25, atol=1e-6)


@pytest.mark.parametrize(
    "damage",
    [{"features": ["semantic"]}, {"bias": [0.0, 1.0]}, {"centre": [0.0]}, {"output": []}],
)
def test_a_network_that_does_not_fit_is_refused(damage: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="fusion"):
        Fusion.read(network(**damage))


def test_fusion_decides_in_a_hybrid_search_with_its_own_model_alone() -> None:
    shipped = Parameters.load()
    liked = replace(shipped, fusion=Fusion.read(network(hears="asked")))
    plain = replace(shipped, fusion=None)
    blank = evidence(4)
    assert int(np.argmax(worths(FOUND, blank, "hybrid", liked, shipped.revision))) == 1
    for mode, revision in (("semantic", shipped.revision), ("lexical", shipped.revision), ("hybrid", "another model")):
        with_fusion = worths(FOUND, blank, mode, liked, revision)  # type: ignore[arg-type]
        without = worths(FOUND, blank, mode, plain, revision)  # type: ignore[arg-type]
        assert np.array_equal(with_fusion, without)


def test_where_a_place_is_named_likeness_counts_for_its_instruments_only() -> None:
    shipped = Parameters.load()
    everywhere = plain_worth(FOUND, evidence(4), shipped.weights["hybrid"], shipped, shipped.revision)[1]
    there = plain_worth(
        FOUND, evidence(4, [False, False, False, True]), shipped.weights["hybrid"], shipped, shipped.revision
    )[1]
    assert everywhere.tolist() == pytest.approx([0.0, 0.8, 0.0, 0.0])
    assert there.tolist() == [0.0, 0.0, 0.0, 0.0]


def test_where_no_question_is_known_the_sum_decides() -> None:
    shipped = Parameters.load()
    heard = replace(shipped, fusion=Fusion.read(network(hears="lexical_share", output=[9.0])))
    unknown = replace(FOUND, asked=np.zeros(4, np.float32))
    sums = worths(unknown, evidence(4), "hybrid", replace(shipped, fusion=None), shipped.revision)
    assert np.array_equal(worths(unknown, evidence(4), "hybrid", heard, shipped.revision), sums)
    assert not np.array_equal(worths(FOUND, evidence(4), "hybrid", heard, shipped.revision), sums)


def test_where_hardly_any_candidate_is_like_a_known_question_the_sum_decides() -> None:
    shipped = Parameters.load()
    for count, is_known in ((8, True), (30, False)):
        found = candidates(list(range(count)), [0] * count, [0.5] * count, [0.8, *[0.0] * (count - 1)])
        assert is_fused(found, evidence(count), "hybrid", shipped, shipped.revision) is is_known
    weights = shipped.weights[SUM]
    sums = worths(found, evidence(30), "hybrid", shipped, shipped.revision)
    expected = weights.semantic * found.cosine + weights.lexical * found.lexical + weights.asked * found.asked
    assert sums == pytest.approx(expected, abs=1e-6)
