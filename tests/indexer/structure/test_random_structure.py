"""A document of random structure parses back to the structure that generated it."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.indexer.structure.outlines import parsed
from tests.indexer.structure.sketches import Sketch, official_documents, regulations
from tests.indexer.structure.test_parsing import check

LOOSE = frozenset(("题", "段", "目录"))
FORMATS = st.sampled_from(["text/markdown", "text/plain"])


def _come_back(sketch: Sketch, media_type: str) -> None:
    document = parsed(sketch.text, media_type)
    found = [(node.kind, node.path) for node, _ in document.nodes if node.kind not in LOOSE]
    assert found == sketch.parts
    assert (document.audit.missing, document.audit.duplicate, document.audit.out_of_order) == ((), (), ())
    check(document)


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(regulations(), FORMATS)
def test_a_regulation_comes_back(sketch: Sketch, media_type: str) -> None:
    _come_back(sketch, media_type)


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(official_documents(), FORMATS)
def test_an_official_document_comes_back(sketch: Sketch, media_type: str) -> None:
    _come_back(sketch, media_type)
