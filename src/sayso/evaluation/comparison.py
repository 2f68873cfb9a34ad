"""Two models on the same clips: whether one is really better, and where each wins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sayso.errors import SaysoError
from sayso.evaluation.accuracy import Evaluation

SIGNIFICANT = 0.05  # a split rarer than this by chance counts as a real difference
Z = 1.96  # of a 95 % interval

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Paired:
    """How often two models are right on the same clips.

    Attributes:
        both: clips that both get right.
        only_first: clips that the first alone gets right.
        only_second: clips that the second alone gets right.
        neither: clips that both get wrong.
    """

    both: int
    only_first: int
    only_second: int
    neither: int

    @classmethod
    def of(cls, first: Flags, second: Flags) -> Paired:
        """Counts, of `(clips,)` each: was it right."""
        return cls(
            int((first & second).sum()),
            int((first & ~second).sum()),
            int((~first & second).sum()),
            int((~first & ~second).sum()),
        )

    @property
    def clips(self) -> int:
        """All that were judged."""
        return self.both + self.only_first + self.only_second + self.neither

    @property
    def p(self) -> float:
        """How likely a split at least as uneven is, if both are equally good.

        McNemar's test in its exact form: of the clips that one alone gets right, each is the
        first's with a probability of a half, so their number is binomial (McNemar, "Note on the
        sampling error of the difference between correlated proportions or percentages",
        Psychometrika 12, 1947).
        """
        trials = self.only_first + self.only_second
        ways, term = 0, 1  # exact: the binomial coefficients as whole numbers
        for successes in range(min(self.only_first, self.only_second) + 1):
            ways += term
            term = term * (trials - successes) // (successes + 1)
        return float(min(1.0, 2 * ways / 2**trials))

    @property
    def real(self) -> bool:
        """Whether the difference is more than chance."""
        return self.p < SIGNIFICANT

    @property
    def difference(self) -> float:
        """The first's accuracy less the second's; not a number where there are no clips."""
        if not self.clips:
            return float("nan")
        return (self.only_first - self.only_second) / self.clips

    def interval(self) -> tuple[float, float]:
        """The 95 % interval of the difference.

        Bonett and Price's adjusted Wald interval for paired proportions (Journal of Educational and
        Behavioral Statistics 37, 2012).
        """
        first = (self.only_first + 1) / (self.clips + 2)
        second = (self.only_second + 1) / (self.clips + 2)
        spread = Z * ((first + second - (first - second) ** 2) / (self.clips + 2)) ** 0.5
        return max(-1.0, first - second - spread), min(1.0, first - second + spread)


@dataclass(frozen=True)
class WordChange:
    """One class, on which two models may differ.

    Attributes:
        word: the class.
        paired: its clips.
        real: whether the difference stands although so many words are looked at.
    """

    word: str
    paired: Paired
    real: bool


@dataclass(frozen=True)
class Comparison:
    """Two models on the clips that mean the same to both.

    Attributes:
        all_classes: answers of all classes, `_unknown_` and `_silence_` among them.
        words: clips of words, the answer being the likeliest of the words.
        by_word: each class, the ones that the first gains most on first.
        only_first: numbers of the clips that the first alone gets right, of all classes.
        only_second: and the second.
        words_only_first: those that the second does not know.
        words_only_second: those that the first does not know.
    """

    all_classes: Paired
    words: Paired
    by_word: list[WordChange]
    only_first: list[int]
    only_second: list[int]
    words_only_first: list[str]
    words_only_second: list[str]


def compare(first: Evaluation, second: Evaluation) -> Comparison:
    """Holds two evaluations of the same clips against each other.

    A clip counts where its word is a class of both models, or of neither.

    Raises:
        SaysoError: the evaluations are not of the same clips, or share none.
    """
    if first.paths != second.paths:
        raise SaysoError("Two models are compared on the same clips: evaluate both on one split.")
    truth = np.array(first.words)[first.label]
    same = truth == np.array(second.words)[second.label]
    if not same.any():
        raise SaysoError("The models have no word in common: name one with the same words.")
    right = [each.right & same for each in (first, second)]
    spoken = same & first.spoken
    classes = [word for word in first.words if (truth[same] == word).any()]
    paired = [
        Paired.of(*(each[same & (truth == word)] for each in right))  # (clips of the class,)
        for word in classes
    ]
    changes = [
        WordChange(*each) for each in zip(classes, paired, holm([p.p for p in paired]), strict=True)
    ]
    return Comparison(
        Paired.of(right[0][same], right[1][same]),
        Paired.of(first.right_among_words[spoken], second.right_among_words[spoken]),
        sorted(changes, key=lambda change: -change.paired.difference),
        np.flatnonzero(right[0] & ~right[1]).tolist(),
        np.flatnonzero(right[1] & ~right[0]).tolist(),
        [word for word in first.words if word not in second.words],
        [word for word in second.words if word not in first.words],
    )


def holm(p: Sequence[float]) -> list[bool]:
    """Which of many tests still hold when all of them are made.

    With 35 words, two would differ "significantly" by chance. Holm's procedure keeps the chance of
    a single such error at 5 % ("A simple sequentially rejective multiple test procedure",
    Scandinavian Journal of Statistics 6, 1979).
    """
    holds = [False] * len(p)
    for tested, index in enumerate(sorted(range(len(p)), key=p.__getitem__)):
        if p[index] * (len(p) - tested) >= SIGNIFICANT:
            break
        holds[index] = True
    return holds


def verdict(paired: Paired, first: str, second: str) -> str:
    """Says in a sentence or two whether a difference is real."""
    alone = paired.only_first + paired.only_second
    if not alone:
        return f"{first} and {second} get the same clips right: there is no difference at all."
    better, worse = (first, second) if paired.difference > 0 else (second, first)
    most, least = sorted((paired.only_first, paired.only_second), reverse=True)
    split = (
        f"{better} alone is right on {most:,} of {paired.clips:,} clips, {worse} alone on {least:,}"
    )
    chance = f"{paired.p:.2g}" if paired.p >= 1e-4 else "less than 0.0001"
    if paired.real:
        low, high = paired.interval()
        low, high = (low, high) if paired.difference > 0 else (-high, -low)
        return (
            f"The difference is real: {split}. Equally good models would be split so unevenly with "
            f"a probability of {chance}. {better} is better by {abs(paired.difference):.2%} "
            f"(95 %: {low:.2%} to {high:.2%})."
        )
    return (
        f"No difference can be shown: {split}. Equally good models would be split as unevenly with "
        f"a probability of {chance}."
    )
