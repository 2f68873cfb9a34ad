"""Misses against what passes, over all thresholds: for single clips, and for long streams."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sayso.corpus.progress import Report, silently
from sayso.evaluation.accuracy import Evaluation, Share
from sayso.evaluation.confidence import Passed
from sayso.evaluation.listening import Listening
from sayso.evaluation.scoring import score
from sayso.evaluation.tuning import GRID, grid_thresholds

POINTS = 200  # of a curve, more cannot be seen


class InStreams(NamedTuple):
    """What a listener does at one threshold for all words.

    Attributes:
        threshold: the confidence asked for.
        missed: of the commands said.
        false_alarms: events that were no command.
        hours: of sound.
    """

    threshold: float
    missed: Share
    false_alarms: int
    hours: float


def passing_curve(evaluation: Evaluation, points: int = POINTS) -> list[Passed]:
    """Commands missed and other speech taken for one, the threshold rising from 0.

    Both counts change only where the threshold passes a clip's confidence, so these are the
    thresholds tried; where there are more than `points`, every so many.
    """
    answer = evaluation.probabilities.argmax(axis=1)
    confidence = evaluation.probabilities.max(axis=1)
    spoken = evaluation.spoken
    unknown = evaluation.unknown
    heard = np.sort(confidence[spoken & evaluation.right])
    taken = np.sort(confidence[unknown & evaluation.is_word[answer]])
    steps = np.unique(np.concatenate([[0.0], np.nextafter(heard, 2), np.nextafter(taken, 2)]))
    chosen = np.unique(np.linspace(0, len(steps) - 1, points).round().astype(np.int64))
    return [_at(float(threshold), spoken, unknown, heard, taken) for threshold in steps[chosen]]


def _at(
    threshold: float,
    spoken: npt.NDArray[np.bool_],
    unknown: npt.NDArray[np.bool_],
    heard: npt.NDArray[np.float32],
    taken: npt.NDArray[np.float32],
) -> Passed:
    """Counts by binary search in sorted confidences: right commands, other speech taken for one."""
    commands, others = int(spoken.sum()), int(unknown.sum())
    kept = len(heard) - int(np.searchsorted(heard, np.float32(threshold)))
    passing = len(taken) - int(np.searchsorted(taken, np.float32(threshold)))
    return Passed(threshold, Share(commands - kept, commands), Share(passing, others))


def stream_curve(
    listenings: Sequence[Listening], words: Collection[str], report: Report = silently
) -> list[InStreams]:
    """Decides on the same streams at each threshold that tuning tries, one for all words."""
    points = []
    for done, threshold in enumerate(GRID[:-1].tolist()):  # the last is never
        result = score(listenings, grid_thresholds(listenings[0].words, words, threshold))
        points.append(InStreams(threshold, result.missed, len(result.false_alarms), result.hours))
        report("trying thresholds", done + 1, len(GRID) - 1)
    return points
