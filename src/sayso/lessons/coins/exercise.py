"""Coins: complete the three functions and save."""


def mean_and_spread(counts: list[int]) -> tuple[float, float]:
    """The mean of some counts, and their spread (standard deviation).

    The spread is the root of the mean squared distance from the mean.
    """
    raise NotImplementedError


def expected_spread(coins: int) -> float:
    """The spread to expect of the number of heads among so many coins."""
    raise NotImplementedError


def share_within(counts: list[int], spreads: float) -> float:
    """Which share of the counts is at most so many spreads from their mean."""
    raise NotImplementedError
