"""Thresholds for a number of false alarms per hour: measured, then shared out between the words.

Lowering a word's threshold misses fewer of its utterances and costs false alarms. The allowed
number is one budget for all words together, and it is spent where it saves the most misses.

What was counted is not yet what to expect. A word that never sounded in an hour of background may
do so in the next, and three recordings of a word say little about it. So each word's counts are
drawn towards those of all words, the more the fewer they are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sayso.corpus.progress import Report, silently
from sayso.evaluation.intervals import poisson_upper
from sayso.evaluation.listening import Listening
from sayso.evaluation.scoring import score
from sayso.recognition.events import Floats
from sayso.recognition.thresholds import NEVER

Counts = npt.NDArray[np.int64]
Reals = npt.NDArray[np.float64]

_LOGITS = np.append(np.arange(0, 5, 0.1), np.arange(5, 8.1, 0.5))
GRID = np.append(1 / (1 + np.exp(-_LOGITS)), NEVER).astype(np.float32)
"""The thresholds that are tried: from 0.5, below which a word was more likely not said, to 0.9997,
closer together near 1; and never."""

ALIKE_CLIPS = 10  # a word's own recordings count as much as all words' when it has as many
BUDGET_STEPS = 1000  # in which the allowed false alarms are shared out


@dataclass(frozen=True)
class Curves:
    """Misses and false alarms of each word at each threshold of `GRID`.

    Attributes:
        words: those listened for.
        alarms: `(thresholds, words)`, false alarms in the background.
        hours: of background.
        missed: `(thresholds, words)`, of what was said.
        said: `(words,)`.
    """

    words: tuple[str, ...]
    alarms: Counts
    hours: float
    missed: Counts
    said: Counts

    def expected_alarms(self) -> Reals:
        """False alarms to expect in as many hours as were heard, `(thresholds, words)`.

        The posterior mean of a word's rate, when the rates of words at one threshold are taken to
        be spread exponentially around their mean (a Gamma prior of shape one); never less than
        was counted, and no less at a lower threshold than at a higher one.
        """
        mean = self.alarms.mean(axis=1, keepdims=True)
        expected = np.maximum(self.alarms, (self.alarms + 1) * mean / (mean + 1))
        return np.asarray(np.maximum.accumulate(expected[::-1])[::-1])

    def expected_misses(self) -> Reals:
        """The share of each word to expect missed, `(thresholds, words)`, from 0 to 1.

        As if each word had ten recordings more, missed as often as those of all words; no less at a
        higher threshold than at a lower one.
        """
        overall = self.missed.sum(axis=1, keepdims=True) / self.said.sum()
        share = (self.missed + ALIKE_CLIPS * overall) / (self.said + ALIKE_CLIPS)
        return np.asarray(np.maximum.accumulate(share))


@dataclass(frozen=True)
class Tuned:
    """The chosen thresholds and what they were chosen by.

    Attributes:
        thresholds: of each word listened for, infinite for never.
        curves: what was measured.
        false_alarms: in the background, with all the chosen thresholds together, by word.
    """

    thresholds: dict[str, float]
    curves: Curves
    false_alarms: Counter[str]

    @property
    def upper_per_hour(self) -> float:
        """False alarms per hour are fewer than this, with a confidence of 95 %."""
        return poisson_upper(self.false_alarms.total()) / self.curves.hours


def grid_thresholds(classes: Sequence[str], words: Collection[str], value: float) -> Floats:
    """One threshold for the words listened for, never for the other classes: `(classes,)`."""
    return np.array([value if word in words else NEVER for word in classes], np.float32)


def measure_curves(
    background: Sequence[Listening],
    commands: Sequence[Listening],
    words: Sequence[str],
    report: Report = silently,
) -> Curves:
    """Decides on all sounds at each threshold of `GRID`, the same one for all words.

    Args:
        background: sound without commands.
        commands: sound with the commands that it is known to hold.
        words: to listen for.
        report: told the thresholds tried.
    """
    classes = background[0].words
    alarms, missed = np.zeros((2, len(GRID), len(words)), np.int64)
    for row, threshold in enumerate(GRID):
        thresholds = grid_thresholds(classes, words, float(threshold))
        sounded = Counter(event.word for event in score(background, thresholds).false_alarms)
        heard = Counter(command.word for command in score(commands, thresholds).misses)
        alarms[row] = [sounded[word] for word in words]
        missed[row] = [heard[word] for word in words]
        report("trying thresholds", row + 1, len(GRID))
    spoken = Counter(command.word for each in commands for command in each.spoken)
    said = np.array([spoken[word] for word in words], np.int64)
    hours = sum(each.seconds for each in background) / 3600
    return Curves(tuple(words), alarms, hours, missed, said)


def tune(
    background: Sequence[Listening],
    commands: Sequence[Listening],
    own: Floats,
    words: Sequence[str],
    per_hour: float,
    report: Report = silently,
) -> Tuned:
    """Chooses a threshold for each word, so that few commands are missed.

    Every word counts the same, however often it was recorded. Where the background is too short to
    show that the rate is kept, no threshold goes below the model's own.

    Args:
        background: sound without commands.
        commands: sound with commands.
        own: `(classes,)`, the model's thresholds.
        words: to listen for.
        per_hour: the false alarms allowed, of all words together.
        report: told the thresholds tried.
    """
    curves = measure_curves(background, commands, words, report)
    budget = per_hour * curves.hours
    alarms = curves.expected_alarms()
    if poisson_upper(0) > budget:
        classes = background[0].words
        floor = own[[classes.index(word) for word in words]]
        alarms[GRID[:, np.newaxis] < np.where(np.isfinite(floor), floor, 0)] = np.inf
    misses = curves.expected_misses()
    rows = allocate(alarms, misses, budget)
    while True:
        thresholds = dict(zip(words, map(float, GRID[rows]), strict=True))
        chosen = np.array([thresholds.get(word, NEVER) for word in background[0].words], np.float32)
        sounded = Counter(event.word for event in score(background, chosen).false_alarms)
        if sounded.total() <= budget:
            return Tuned(thresholds, curves, sounded)
        # thresholds that differ can let through what one for all held back: raise the cheapest
        costs = {
            word: misses[rows[index] + 1, index] - misses[rows[index], index]
            for index, word in enumerate(words)
            if sounded[word]
        }
        rows[list(words).index(min(costs, key=costs.__getitem__))] += 1


def allocate(alarms: Reals, misses: Reals, budget: float) -> Counts:
    """Shares a budget of false alarms out: a row for each word, with the fewest misses in sum.

    Exact but for the thousandths that the budget is counted in, by dynamic programming over the
    words (the multiple-choice knapsack problem). Of equal choices it takes the one with fewer
    false alarms, then that with the higher threshold.

    Args:
        alarms: `(thresholds, words)`, zero in the last row.
        misses: `(thresholds, words)`, the thresholds rising.
        budget: false alarms allowed in sum.

    Returns:
        `(words,)`, the row of each word's threshold.
    """
    steps = np.full(alarms.shape, BUDGET_STEPS + 1)
    affordable = alarms <= budget
    share = alarms[affordable] / budget if budget else np.zeros(int(affordable.sum()))
    steps[affordable] = np.ceil(share * BUDGET_STEPS - 1e-9)
    best = np.zeros(BUDGET_STEPS + 1)  # fewest misses of the words so far within so many steps
    chosen = np.zeros((alarms.shape[1], BUDGET_STEPS + 1), np.int64)
    for word in range(alarms.shape[1]):
        total = np.full(BUDGET_STEPS + 1, np.inf)
        for row in range(len(alarms) - 1, -1, -1):
            cost = steps[row, word]
            if cost <= BUDGET_STEPS:
                candidate = np.full(BUDGET_STEPS + 1, np.inf)
                candidate[cost:] = best[: BUDGET_STEPS + 1 - cost] + misses[row, word]
                better = candidate < total - 1e-12
                total[better] = candidate[better]
                chosen[word, better] = row
        best = total
    left = int(np.argmax(best <= best.min() + 1e-12))
    rows = np.zeros(alarms.shape[1], np.int64)
    for word in range(alarms.shape[1] - 1, -1, -1):
        rows[word] = chosen[word, left]
        left -= int(steps[rows[word], word])
    return rows
