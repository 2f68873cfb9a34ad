"""What a recognizer's confidence is worth: whether it can be believed, and what it keeps out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sayso.evaluation.accuracy import Evaluation, Share

BINS = 15  # of confidence, equally wide: the usual number
MISSED = 0.05  # of the commands, for which what passes is counted


@dataclass(frozen=True)
class Bin:
    """Answers of about the same confidence.

    Attributes:
        confidence: their mean.
        share: how many of them are right.
    """

    confidence: float
    share: Share


def reliability(evaluation: Evaluation, bins: int = BINS) -> list[Bin]:
    """How often answers are right, by their confidence; bins without answers are left out."""
    confidence = evaluation.probabilities.max(axis=1)
    right = evaluation.right
    of_bin = np.minimum((confidence * bins).astype(np.int64), bins - 1)
    return [
        Bin(
            float(confidence[of_bin == number].mean()),
            Share(int(right[of_bin == number].sum()), int((of_bin == number).sum())),
        )
        for number in np.unique(of_bin)
    ]


def calibration_error(evaluation: Evaluation, bins: int = BINS) -> float:
    """The expected calibration error: the mean distance between confidence and share of right.

    Over all clips and classes (Guo et al., "On calibration of modern neural networks",
    arXiv 1706.04599).
    """
    parts = reliability(evaluation, bins)
    distance = sum(abs(part.confidence - part.share.value) * part.share.clips for part in parts)
    return distance / len(evaluation.label)


@dataclass(frozen=True)
class Passed:
    """What comes through at a threshold.

    Attributes:
        threshold: the confidence asked for.
        missed: commands that are not answered with their word at that confidence.
        unknown: clips of other speech that are taken for a command.
    """

    threshold: float
    missed: Share
    unknown: Share


def passed(evaluation: Evaluation, missed: float = MISSED) -> Passed:
    """What passes at the highest confidence at which no more than a share of commands is missed.

    A command is missed when the likeliest class is not its word, or below that confidence; other
    speech passes when its likeliest class is a word, at that confidence or above. Where more than
    `missed` of the commands are misheard anyway, the threshold is zero.
    """
    answer = evaluation.probabilities.argmax(axis=1)
    confidence = evaluation.probabilities.max(axis=1)
    spoken = evaluation.spoken
    unknown = evaluation.unknown
    heard = np.where(evaluation.right, confidence, -1.0)[spoken]
    allowed = int(missed * len(heard))  # clips
    threshold = max(0.0, float(np.sort(heard)[allowed])) if len(heard) else 0.0
    taken = evaluation.is_word[answer] & (confidence >= threshold)
    return Passed(
        threshold,
        Share(int((heard < threshold).sum()), len(heard)),
        Share(int(taken[unknown].sum()), int(unknown.sum())),
    )
