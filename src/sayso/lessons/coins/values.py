"""The numbers in the prose, and the tosses that the figures show."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import numpy.typing as npt

from sayso.lessons.coins.functions import chances, in_spreads, share_within, toss
from sayso.lessons.weights import fan_in, layers

COINS = 100
MOST_DAYS = 10_000
SEED = 3


@cache
def tossed() -> npt.NDArray[np.int64]:
    """The heads of each of 10 000 days; the first days are those of a shorter experiment too."""
    return toss(MOST_DAYS, COINS, np.random.default_rng(SEED))


def fifty_in_a_thousand() -> int:
    """On how many of the first thousand days exactly half of the coins are heads."""
    return int((tossed()[:1000] == COINS // 2).sum())


def share_near(coins: int, spreads: float) -> float:
    """The chance that the heads are at most so many spreads from the middle."""
    far = np.abs(np.arange(coins + 1) - coins / 2) / (math.sqrt(coins) / 2)
    return float(chances(coins)[far <= spreads + 1e-9].sum())


def values() -> dict[str, float | str]:
    """Computed, by name."""
    heads = tossed()
    name, weights = max(layers().items(), key=lambda layer: layer[1].size)
    within = [share_within(in_spreads(layer), 2) for layer in layers().values()]
    return {
        "mean": float(heads.mean()),
        "spread": float(heads.std()),
        "half_root": math.sqrt(COINS) / 2,
        "low": COINS / 2 - math.sqrt(COINS),
        "high": COINS / 2 + math.sqrt(COINS),
        "two": 100 * math.erf(2 / math.sqrt(2)),
        "one": 100 * math.erf(1 / math.sqrt(2)),
        "largest": name,
        "count": weights.size,
        "fan_in": fan_in(weights),
        "least_within": 100 * min(within),
        "most_within": 100 * max(within),
    }
