"""How good a recognizer is on clips that it was not trained on."""

from sayso.evaluation.accuracy import Evaluation, Share, evaluate

__all__ = ["Evaluation", "Share", "evaluate"]
