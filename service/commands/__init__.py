"""The commands of ``fatiao``, by what a person wants: read documents, keep an index, ask, run a service."""
