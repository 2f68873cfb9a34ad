"""Mistakes: one way to do it."""

import math
from collections import Counter


def expected_first_loss(words: int) -> float:
    """The loss of a network that knows nothing, and gives each of so many words the same share."""
    return math.log(words)


def majority_baseline(training: list[str], test: list[str]) -> float:
    """Which share of the test is right if the answer is always the same word."""
    word, _ = Counter(training).most_common(1)[0]
    return test.count(word) / len(test)


def shared_speakers(training: list[str], test: list[str]) -> list[str]:
    """The speakers of whom there are clips on both sides, in the order of the alphabet."""

    def speakers(clips: list[str]) -> set[str]:
        return {clip.split("/")[1].split("_nohash_")[0] for clip in clips}

    return sorted(speakers(training) & speakers(test))


def looks_stuck(losses: list[float]) -> bool:
    """Whether a loss does not come down, epoch after epoch."""
    last = sum(losses[-3:]) / 3
    return math.isnan(last) or last > losses[0] / 2
