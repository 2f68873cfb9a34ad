"""Growth in a loop, and two places where it is used."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def grow(steps: int, rate: float = 1.0) -> list[float]:
    """A euro for a year: what is there at each step."""
    money = [1.0]
    for _ in range(steps):
        money.append(money[-1] + money[-1] * rate / steps)
    return money


def grow_at_once(steps: int) -> float:
    """What `grow(steps)` ends with, without the loop."""
    return (1 + 1 / steps) ** steps


def softmax(scores: npt.NDArray[np.float64], temperature: float = 1.0) -> npt.NDArray[np.float64]:
    """Shares that add up to one: a point more, e times as much beside every other."""
    grown = np.exp((scores - scores.max()) / temperature)
    return np.asarray(grown / grown.sum())
