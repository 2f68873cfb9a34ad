"""The calls that the exercise has to answer, and the wrong answers that are known."""

from __future__ import annotations

import math
import statistics

from sayso.lessons.checking import Case
from sayso.lessons.coins.solution import mean_and_spread

CASES = (
    Case("mean_and_spread([50, 50, 50])", "All alike: there is no spread at all."),
    Case("mean_and_spread([48, 52])", "Both are 2 away from the mean."),
    Case("mean_and_spread([44, 50, 50, 53, 58])", "Square the distances, average, take the root."),
    Case("expected_spread(100)", "For a hundred coins it is 5."),
    Case("expected_spread(400)", "Four times the coins, twice the spread."),
    Case("expected_spread(1)", "One coin: 0 or 1, both a half away from the mean."),
    Case("share_within([48, 50, 52, 53], 1)", "How far from their mean is each of the four?"),
    Case("share_within([0, 10, 10, 10, 10, 10, 10, 20], 2)", "0 and 20 are exactly on the edge."),
    Case("share_within([40, 46, 50, 50, 50, 54, 60], 0.5)", "Half a spread is allowed too."),
)


def one_less(counts: list[int]) -> tuple[float, float]:
    """It divides by one less than there are (a sample's spread): here divide by how many."""
    return statistics.mean(counts), statistics.stdev(counts)


def no_root(counts: list[int]) -> tuple[float, float]:
    """That is the squared spread, the variance: take its root."""
    return statistics.fmean(counts), statistics.pvariance(counts)


def no_square(counts: list[int]) -> tuple[float, float]:
    """It averages the distances themselves: square them, average, take the root."""
    mean = statistics.fmean(counts)
    return mean, statistics.fmean([abs(count - mean) for count in counts])


def signed(counts: list[int]) -> tuple[float, float]:
    """Distances with their signs always sum up to nothing: square them first."""
    mean = statistics.fmean(counts)
    return mean, 0 * mean


def only_spread(counts: list[int]) -> float:
    """That is the spread alone: give back the mean and the spread."""
    return statistics.pstdev(counts)


def other_order(counts: list[int]) -> tuple[float, float]:
    """The order is the wrong way round: first the mean, then the spread."""
    return statistics.pstdev(counts), statistics.fmean(counts)


def proportional(coins: int) -> float:
    """Twice the coins do not give twice the spread: it grows with the square root."""
    return coins / 20


def root_only(coins: int) -> float:
    """The root is right, half of it is missing: a coin is a half away from its mean, not one."""
    return math.sqrt(coins)


def root_of_half(coins: int) -> float:
    """It takes the root of half the coins: take half of the root."""
    return math.sqrt(coins / 2)


def variance(coins: int) -> float:
    """That is the squared spread, the variance: take its root."""
    return coins / 4


def strictly(counts: list[int], spreads: float) -> float:
    """It leaves out what is exactly on the edge: "at most" is <=, not <."""
    mean, spread = mean_and_spread(counts)
    return sum(abs(count - mean) < spreads * spread for count in counts) / len(counts)


def how_many(counts: list[int], spreads: float) -> int:
    """That is how many there are: divide by the number of counts for a share."""
    mean, spread = mean_and_spread(counts)
    return sum(abs(count - mean) <= spreads * spread for count in counts)


def one_spread(counts: list[int], spreads: float) -> float:
    """It always takes one spread: multiply by `spreads`."""
    mean, spread = mean_and_spread(counts)
    return sum(abs(count - mean) <= spread + 0 * spreads for count in counts) / len(counts)


def above_only(counts: list[int], spreads: float) -> float:
    """It looks only upwards: what is far below the mean is far too. Take the absolute value."""
    mean, spread = mean_and_spread(counts)
    return sum(count - mean <= spreads * spread for count in counts) / len(counts)


MISCONCEPTIONS = {
    "mean_and_spread": (one_less, no_root, no_square, signed, only_spread, other_order),
    "expected_spread": (proportional, root_only, root_of_half, variance),
    "share_within": (strictly, how_many, one_spread, above_only),
}
