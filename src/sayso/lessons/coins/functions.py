"""Coins tossed, their bell, and the same look at a network's weights."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]


def toss(days: int, coins: int, rng: np.random.Generator) -> Counts:
    """Tosses all coins every day: the heads of each day."""
    is_head = rng.random((days, coins)) < 0.5
    heads: Counts = is_head.sum(axis=1)
    return heads


def chances(coins: int) -> Floats:
    """The chance of 0, 1, 2 … heads: each coin splits it in two."""
    chance = np.ones(1)
    for _ in range(coins):
        chance = (np.append(chance, 0) + np.append(0, chance)) / 2
    return chance


def bell(x: Floats, mean: float, spread: float) -> Floats:
    """The height of the bell curve, whose area is one."""
    far = (x - mean) / spread
    height: Floats = np.exp(-far * far / 2) / math.sqrt(2 * math.pi)
    return height / spread


def share_within(far: Floats, spreads: float) -> float:
    """How many are at most so many spreads from the middle."""
    return float((np.abs(far) <= spreads).mean())


def in_spreads(weights: npt.NDArray[np.float32]) -> Floats:
    """Each output's weights: how many spreads from their mean."""
    rows = weights.reshape(len(weights), -1).astype(np.float64)
    from_mean: Floats = rows - rows.mean(axis=1, keepdims=True)
    far: Floats = from_mean / from_mean.std(axis=1, keepdims=True)
    return far


def flat_sums(terms: int, count: int, rng: np.random.Generator) -> Floats:
    """Sums of numbers that are anything from -1 to 1 alike."""
    sums: Floats = rng.uniform(-1, 1, (count, terms)).sum(axis=1)
    return sums
