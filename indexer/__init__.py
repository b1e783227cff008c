"""Documents in, index folder out: reading, structure, citations, embedding and storage."""
