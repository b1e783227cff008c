"""Citations: finding them in text, resolving them to addresses, reading them from queries, writing them; law names."""

from indexer.citation.find import find
from indexer.citation.format import Step, document_citation, format_citation, node_citations, node_marks
from indexer.citation.laws import DocumentLaws
from indexer.citation.links import Link, document_links
from indexer.citation.mentions import definitions
from indexer.citation.names import LawNames, NameIndex, NameMatch, short_form, simplify
from indexer.citation.numbers import document_number, number_key
from indexer.citation.places import Context, Laws, existing_path
from indexer.citation.query import QueryCitation, parse_query
from indexer.citation.resolve import Resolution, expand, resolution, resolve

__all__ = [
    "Context",
    "DocumentLaws",
    "LawNames",
    "Laws",
    "Link",
    "NameIndex",
    "NameMatch",
    "QueryCitation",
    "Resolution",
    "Step",
    "definitions",
    "document_citation",
    "document_links",
    "document_number",
    "existing_path",
    "expand",
    "find",
    "format_citation",
    "node_citations",
    "node_marks",
    "number_key",
    "parse_query",
    "resolution",
    "resolve",
    "short_form",
    "simplify",
]
