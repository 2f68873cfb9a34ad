"""How far a count of rare events can be trusted: exact limits of a Poisson rate."""

from __future__ import annotations

import math

import numpy as np

CONFIDENCE = 0.95


def poisson_interval(count: int) -> tuple[float, float]:
    """The 95 % interval of the expected number, where `count` events were seen.

    Exact: each end leaves 2.5 % (Garwood, "Fiducial limits for the Poisson distribution",
    Biometrika 28, 1936). Divided by the hours it is the interval of the rate.
    """
    tail = (1 - CONFIDENCE) / 2
    low = _expectation(count - 1, 1 - tail) if count else 0.0
    return low, _expectation(count, tail)


def poisson_upper(count: int) -> float:
    """What the expected number is below with a confidence of 95 %: 3.0 where none was seen."""
    return _expectation(count, 1 - CONFIDENCE)


def _expectation(count: int, probability: float) -> float:
    """The expectation at which `count` events or fewer have a probability; by bisection."""
    log_factorial = np.cumsum(np.log(np.maximum(1, np.arange(count + 1))))

    def at_most(expectation: float) -> float:
        terms = np.arange(count + 1) * math.log(expectation) - expectation - log_factorial
        return float(np.exp(terms).sum())

    low, high = 1e-9, 10.0 + 2 * count
    while high - low > 1e-9 * high:
        middle = (low + high) / 2
        low, high = (middle, high) if at_most(middle) > probability else (low, middle)
    return (low + high) / 2
