"""The calls that the exercise has to answer, and the wrong answers that are known."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np

from sayso.lessons.checking import Case
from sayso.lessons.mistakes import data
from sayso.lessons.mistakes.runs import quarters
from sayso.lessons.mistakes.table import result


def _losses(mistake: str) -> list[float]:
    """The losses of a run with that mistake."""
    return [round(float(loss), 2) for loss in result(mistake).losses]


def _sides(by_file: bool) -> str:
    """A few training clips and a few test clips, as two arguments of a call."""
    rng = np.random.default_rng(0)
    testing = quarters(data.speakers(), rng) == 1
    if by_file:
        testing = rng.permutation(testing)
    clips = np.array([name.removesuffix(".opus") for name in data.names()])
    some = [clips[side][:: side.sum() // 4][:4].tolist() for side in (~testing, testing)]
    return f"{some[0]}, {some[1]}"


CASES = (
    Case("expected_first_loss(8)", "Each of eight words gets an eighth."),
    Case("expected_first_loss(2)", "Heads or tails: half each."),
    Case("expected_first_loss(35)", "The same with more words: the loss is larger."),
    Case(
        'majority_baseline(["two", "six", "six"], ["two", "two", "six", "two"])',
        'The most frequent in the training is "six".',
    ),
    Case(
        'majority_baseline(["no"] * 9 + ["yes"], ["no"] * 8 + ["yes"] * 2)',
        'It always says "no": how often is that right in the test?',
    ),
    Case(
        'majority_baseline(["two", "six", "two"], ["six", "six"])',
        'It always says "two", and there is none in the test.',
    ),
    Case(
        f"shared_speakers({_sides(by_file=False)})",
        "This is a run without a mistake.",
    ),
    Case(
        f"shared_speakers({_sides(by_file=True)})",
        "Cut the speaker out of each name; whose is in both?",
    ),
    Case(
        'shared_speakers(["six/b_nohash_0", "two/a_nohash_0"], '
        '["six/a_nohash_1", "six/b_nohash_1", "two/b_nohash_0", "two/c_nohash_0"])',
        "There are three voices in the test; which two are known?",
    ),
    Case(
        'shared_speakers(["six/eva_nohash_0", "two/bo_nohash_0", "two/dan_nohash_0", '
        '"two/al_nohash_0"], ["two/eva_nohash_1", "six/dan_nohash_1", "six/bo_nohash_1", '
        '"six/al_nohash_1"])',
        "All four, in the order of the alphabet.",
    ),
    Case(f"looks_stuck({_losses('none')})", "This is a run without a mistake."),
    Case(f"looks_stuck({_losses('steps too small')})", "It falls, but hardly."),
    Case(f"looks_stuck({_losses('steps too large')})", "It rises."),
    Case("looks_stuck([2.1, 2.0, 2.2, 1.9, 0.3])", "One lucky epoch is not enough."),
    Case("looks_stuck([2.1, 0.4, 0.2, 0.1, 1.2])", "Nor is one unlucky epoch."),
    Case("looks_stuck([2.2, 0.4, 0.3, 2.4, 2.6, 2.5])", "It was down once, and is up again."),
    Case("looks_stuck([2.0, 2.0, 0.5, 0.6])", "2, 0.5 and 0.6: their mean is just above a half."),
    Case("looks_stuck([15.0, 3.0, 1.8, 1.7, 1.9])", "It began very high and came down."),
    Case("looks_stuck([2.1, 7.5, math.nan, math.nan])", "Nothing compares with math.nan."),
)


def two(words: int) -> float:
    """That is the logarithm to base 2, which counts bits: take the natural one."""
    return math.log2(words)


def ten(words: int) -> float:
    """That is the logarithm to base 10: take the natural one, math.log."""
    return math.log10(words)


def chance(words: int) -> float:
    """That is how often a guess is right, the accuracy: the loss is log(1 / share)."""
    return 1 / words


def error(words: int) -> float:
    """That is how often a guess is wrong: the loss is log(1 / share)."""
    return 1 - 1 / words


def negative(words: int) -> float:
    """It is below zero: the logarithm of a share is, so take that of 1 / share."""
    return math.log(1 / words)


def of_the_test(training: list[str], test: list[str]) -> float:
    """It picks the most frequent word of the test, into which nobody may look before."""
    return Counter(test).most_common(1)[0][1] / len(test) + 0 * len(training)


def in_training(training: list[str], test: list[str]) -> float:
    """That is the word's share in the training: how often is it right in the test?"""
    return Counter(training).most_common(1)[0][1] / len(training) + 0 * len(test)


def by_dice(training: list[str], test: list[str]) -> float:
    """That is what a guess with dice gets: always say the most frequent word."""
    return 1 / len({*training, *test})


def how_many(training: list[str], test: list[str]) -> int:
    """That is how many are right: divide by the number of test clips for a share."""
    return test.count(Counter(training).most_common(1)[0][0])


def same_clips(training: list[str], test: list[str]) -> list[str]:
    """It compares names of clips: two clips of a person have two names. Compare the speakers."""
    return sorted(set(training) & set(test))


def same_words(training: list[str], test: list[str]) -> list[str]:
    """It compares the words, which have to be on both sides: compare the speakers."""
    return sorted({clip.split("/")[0] for clip in training} & {c.split("/")[0] for c in test})


def with_number(training: list[str], test: list[str]) -> list[str]:
    """The number is still there: the speaker ends where "_nohash_" begins."""
    return sorted({clip.split("/")[1] for clip in training} & {c.split("/")[1] for c in test})


def everybody(training: list[str], test: list[str]) -> list[str]:
    """These are all speakers of either side: only those are asked for who are on both."""
    return sorted({clip.split("/")[1].split("_nohash_")[0] for clip in training + test})


def repeated(training: list[str], test: list[str]) -> list[str]:
    """A speaker is in it once for each clip: once is enough."""
    known = {clip.split("/")[1].split("_nohash_")[0] for clip in training}
    voices = [clip.split("/")[1].split("_nohash_")[0] for clip in test]
    return sorted(voice for voice in voices if voice in known)


def last_only(losses: list[float]) -> bool:
    """It looks at the last epoch alone, which may be a lucky one: take the mean of three."""
    return math.isnan(losses[-1]) or losses[-1] > losses[0] / 2


def best_only(losses: list[float]) -> bool:
    """It looks at the best epoch: take the mean of the last three."""
    return math.isnan(losses[-1]) or min(losses) > losses[0] / 2


def any_fall(losses: list[float]) -> bool:
    """It is content with any fall: half of the first should be gone."""
    return not sum(losses[-3:]) / 3 < losses[0]


def nan_passes(losses: list[float]) -> bool:
    """What is not a number passes: it is never more than anything. Ask math.isnan."""
    return sum(losses[-3:]) / 3 > losses[0] / 2


def fixed(losses: list[float]) -> bool:
    """It compares with a fixed number: what is low depends on the first loss."""
    return not sum(losses[-3:]) / 3 <= 1.0


def turned_round(losses: list[float]) -> bool:
    """It is the other way round: True is for the loss that does not come down."""
    return sum(losses[-3:]) / 3 <= losses[0] / 2


MISCONCEPTIONS = {
    "expected_first_loss": (two, ten, chance, error, negative),
    "majority_baseline": (of_the_test, in_training, by_dice, how_many),
    "shared_speakers": (same_clips, same_words, with_number, everybody, repeated),
    "looks_stuck": (last_only, best_only, any_fall, nan_passes, fixed, turned_round),
}
