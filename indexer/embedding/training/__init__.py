"""Training: of the static model from nothing, and of a finished model further, with somebody's own questions.

torch is imported here and nowhere else on the way to a search.
"""

from indexer.embedding.training.adapting import AdaptOptions, AdaptReport, adapt
from indexer.embedding.training.folds import FoldKind, Held
from indexer.embedding.training.held_out import HeldOut, train_held_out
from indexer.embedding.training.material import Material, Pair, Passage, Question, gather
from indexer.embedding.training.options import Options, Stage
from indexer.embedding.training.running import TrainingReport, train

__all__ = [
    "AdaptOptions",
    "AdaptReport",
    "FoldKind",
    "Held",
    "HeldOut",
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
    "train_held_out",
]
