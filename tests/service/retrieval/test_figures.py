"""The shipped figures: they belong to the shipped model, and mean what they say."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from indexer.embedding import load_embedder
from indexer.errors import EmbedderError
from indexer.resources import default_model_folder, vocabulary_folder
from service.retrieval import Parameters
from service.retrieval.asked import Likeness
from service.retrieval.candidates import Candidates, Wanted
from service.retrieval.colloquial import Colloquial
from service.retrieval.parameters import SUM
from service.retrieval.scoring import Evidence, gate_features, score, semantic_scores
from service.retrieval.subjects import NOTHING, Subjects


@pytest.fixture(scope="module")
def parameters() -> Parameters:
    return Parameters.load()


def candidates(cosine: list[float], lexical: list[float], size: int = 270_000) -> Candidates:
    values = np.array(cosine, np.float32)
    units = np.arange(len(cosine), dtype=np.int64)
    return Candidates(
        units=units,
        documents=np.zeros(len(units), np.int32),
        cosine=values,
        mean=values,
        standard=values * 10,
        lexical=np.array(lexical, np.float32),
        asked=np.zeros_like(values),
        asked_again=np.zeros_like(values),
        length=np.full(len(values), 80, np.int32),
        spread=0.1,
        size=size,
    )


def evidence(size: int, **facts: list[bool]) -> Evidence:
    none = np.zeros(size, dtype=np.bool_)
    blank = Evidence(none, np.zeros(size, np.float32), none, none, none)
    return replace(blank, **{name: np.array(values) for name, values in facts.items()})


WANTED = Wanted(
    text="停泊费",
    vector=np.ones(2, np.float32),
    words=np.array([1]),
    weights=np.ones(1, np.float32),
    shares=np.ones(1, np.float32),
    likeness=Likeness(np.zeros(1, np.float32), np.zeros(1, np.float32)),
    covered=False,
    compounds=(),
    subject=(2.0, 2.0, 2.0),
)


def test_the_figures_were_fitted_to_the_shipped_model(parameters: Parameters) -> None:
    words = (default_model_folder() / "tokenizer.json").read_bytes()
    assert parameters.tokenizer == hashlib.sha256(words).hexdigest()
    assert parameters.revision == load_embedder().revision
    table = Subjects.load()
    assert table is not None
    assert len(table.weights) == len(json.loads(words)["model"]["vocab"])


def test_more_likeness_never_lowers_a_score(parameters: Parameters) -> None:
    for mode in ("hybrid", "semantic", "lexical"):
        found = score(
            WANTED, candidates([0.2, 0.4, 0.6], [0.1, 0.3, 0.5]), evidence(3), mode, parameters, parameters.revision
        )  # fmt: skip
        assert found.units.tolist() == [2, 1, 0]
        assert (np.diff(found.score) <= 0).all()
        assert ((found.score >= 0) & (found.score <= 1)).all()


def test_equal_candidates_keep_their_order(parameters: Parameters) -> None:
    found = score(WANTED, candidates([0.5] * 4, [0.5] * 4), evidence(4), "hybrid", parameters, parameters.revision)
    assert found.units.tolist() == [0, 1, 2, 3]


def test_national_rules_come_before_local_ones_that_say_the_same(parameters: Parameters) -> None:
    alike = candidates([0.5, 0.5], [0.5, 0.5])
    local = evidence(2, is_local=[True, False])
    assert score(WANTED, alike, local, "hybrid", parameters, parameters.revision).units.tolist() == [1, 0]


def test_where_all_is_local_nothing_is_held_back(parameters: Parameters) -> None:
    both = candidates([0.5, 0.4], [0.5, 0.4])
    plain = score(WANTED, both, evidence(2), "hybrid", parameters, parameters.revision)
    local = score(WANTED, both, evidence(2, is_local=[True, True]), "hybrid", parameters, parameters.revision)
    assert local.score.tolist() == plain.score.tolist()


def test_a_named_law_comes_first_and_the_rest_is_none_the_worse(parameters: Parameters) -> None:
    both = candidates([0.6, 0.5], [0.5, 0.4])
    plain = score(WANTED, both, evidence(2), "hybrid", parameters, parameters.revision)
    named = score(WANTED, both, evidence(2, in_named_law=[False, True]), "hybrid", parameters, parameters.revision)
    assert named.units.tolist() == [1, 0]
    assert named.score[1] >= plain.score[0]


def test_an_index_without_candidates_scores_nothing(parameters: Parameters) -> None:
    found = score(WANTED, candidates([], []), evidence(0), "hybrid", parameters, parameters.revision)
    assert found.units.size == 0


def test_other_models_are_judged_by_standard_scores(parameters: Parameters) -> None:
    found = candidates([0.3], [0.0])
    low, high = parameters.standard
    assert semantic_scores(found, parameters, "another")[0] == pytest.approx(min((3 - low) / (high - low), 1), abs=1e-6)


def test_the_best_of_few_clauses_counts_like_the_best_of_many(parameters: Parameters) -> None:
    few = gate_features(WANTED, candidates([0.4], [0.2], size=100), parameters, parameters.revision)
    many = gate_features(WANTED, candidates([0.4], [0.2], size=270_000), parameters, parameters.revision)
    assert few["semantic"] > many["semantic"]
    assert few["lexical"] == many["lexical"]


def test_a_question_without_words_has_no_subject() -> None:
    table = Subjects(np.array([1.0, np.nan, 3.0, -1.0], np.float32))
    assert table.features(np.array([], np.int64)) == NOTHING
    assert table.features(np.array([1])) == NOTHING
    assert table.features(np.array([0, 1, 2])) == pytest.approx((2.0, 4 / 2**0.5, 2.0))
    assert table.features(np.array([99])) == NOTHING


def test_damaged_figures_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "retrieval.json"
    for text in ("", "{}", "[]", '{"weights": 3}'):
        file.write_text(text, encoding="utf-8")
        with pytest.raises(EmbedderError, match="排序参数"):
            Parameters.load(file)


def test_everyday_words_get_the_words_of_law() -> None:
    table = Colloquial.of({"醉驾": "醉酒驾驶机动车 危险驾驶", "驾": "驾驶"})
    assert table.expand("醉驾怎么罚") == "醉驾怎么罚 醉酒驾驶机动车 危险驾驶"
    assert table.expand("醉酒驾驶机动车叫醉驾吗") == "醉酒驾驶机动车叫醉驾吗 危险驾驶"
    assert table.expand("停泊费") == "停泊费"
    assert Colloquial.of({}).expand("停泊费") == "停泊费"


def test_the_longest_everyday_word_counts_and_none_inside_it() -> None:
    table = Colloquial.of({"物业": "物业服务人", "物业费": "物业服务费", "费用": "价款"})
    assert table.expand("物业费用谁交") == "物业费用谁交 物业服务费"
    assert table.expand("物业的费用") == "物业的费用 物业服务人 价款"


def shipped_rows() -> list[list[str]]:
    lines = (vocabulary_folder() / "colloquial.tsv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "colloquial\tstatutory"
    return [line.split("\t") for line in lines[1:]]


def test_the_shipped_everyday_words_are_well_formed() -> None:
    rows = shipped_rows()
    assert len(rows) >= 1500
    assert len({row[0] for row in rows}) == len(rows)
    for word, meaning in rows:
        assert 2 <= len(word) <= 8
        assert 1 <= len(meaning.split(" ")) <= 4
        assert all(2 <= len(each) <= 20 for each in meaning.split(" ")), meaning
        assert word not in meaning.split()


@pytest.mark.corpus
def test_the_laws_say_what_everyday_words_are_explained_with(corpus: Path) -> None:
    files = sorted((corpus / "laws").rglob("*.md"))
    text = "\n".join(path.read_text(encoding="utf-8") for path in files).replace(" ", "")
    unknown = [each for _, meaning in shipped_rows() for each in meaning.split() if each not in text]
    assert unknown == []


def test_where_the_sum_decides_the_odds_are_its_own(parameters: Parameters) -> None:
    """What fusion and the sum are worth are different things: a corpus without known questions has scores that hold."""
    likelier = replace(parameters.weights[SUM], bias=parameters.weights[SUM].bias + 2)
    changed = replace(parameters, weights={**parameters.weights, SUM: likelier})
    unknown = replace(candidates([0.6, 0.4], [0.5, 0.1]), asked=np.zeros(2, np.float32))
    known = replace(unknown, asked=np.array([0.7, 0.0], np.float32))
    for found, revision, is_changed in (
        (unknown, parameters.revision, True),
        (known, parameters.revision, False),
        (known, "another model", True),
    ):
        before, after = (
            score(WANTED, found, evidence(2), "hybrid", figures, revision) for figures in (parameters, changed)
        )
        assert (after.score > before.score).all() == is_changed
        assert np.array_equal(after.score, before.score) != is_changed
        assert after.units.tolist() == before.units.tolist()
