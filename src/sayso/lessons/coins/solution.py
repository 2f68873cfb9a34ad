"""Coins: one way to do it."""

import math


def mean_and_spread(counts: list[int]) -> tuple[float, float]:
    """The mean of some counts, and their spread (standard deviation)."""
    mean = sum(counts) / len(counts)
    squares = [(count - mean) ** 2 for count in counts]
    return mean, math.sqrt(sum(squares) / len(counts))


def expected_spread(coins: int) -> float:
    """The spread to expect of the number of heads among so many coins."""
    return math.sqrt(coins) / 2


def share_within(counts: list[int], spreads: float) -> float:
    """Which share of the counts is at most so many spreads from their mean."""
    mean, spread = mean_and_spread(counts)
    near = [count for count in counts if abs(count - mean) <= spreads * spread]
    return len(near) / len(counts)
