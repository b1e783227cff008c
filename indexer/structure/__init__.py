"""From a file as read to documents: normalised text, a tree of parts, facts, and an account of what was done."""

from indexer.structure.parsing import parse

__all__ = ["parse"]
