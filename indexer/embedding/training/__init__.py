"""Training of the static embedding model: material, lessons, word vectors, folds and the run itself.

torch is imported here and nowhere else on the way to a search.
"""

from indexer.embedding.training.folds import FoldKind, Held
from indexer.embedding.training.material import Material, Pair, Passage, Question, gather
from indexer.embedding.training.running import Options, Stage, TrainingReport, train

__all__ = [
    "FoldKind",
    "Held",
    "Material",
    "Options",
    "Pair",
    "Passage",
    "Question",
    "Stage",
    "TrainingReport",
    "gather",
    "train",
]
