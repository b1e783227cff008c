"""Training: of the static model from nothing, and of a finished model further, with somebody's own questions.

torch is imported here and nowhere else on the way to a search.
"""

from indexer.embedding.training.adapting import AdaptOptions, AdaptReport, adapt
from indexer.embedding.training.folds import FoldKind, Held
from indexer.embedding.training.material import Material, Pair, Passage, Question, gather
from indexer.embedding.training.running import Options, Stage, TrainingReport, train

__all__ = [
    "AdaptOptions",
    "AdaptReport",
    "FoldKind",
    "Held",
    "Material",
    "Options",
    "Pair",
    "Passage",
    "Question",
    "Stage",
    "TrainingReport",
    "adapt",
    "gather",
    "train",
]
