"""Calculus as loops over small steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

Function = Callable[[float], float]


def slope(f: Function, x: float, step: float) -> float:
    """How steep f is at x, seen from one step ahead."""
    return (f(x + step) - f(x)) / step


def slope_both_ways(f: Function, x: float, step: float) -> float:
    """How steep f is at x, seen from a step to each side."""
    return (f(x + step) - f(x - step)) / (2 * step)


def speeds(places: Sequence[float], seconds: float) -> list[float]:
    """How fast something moves, from where it is at each tick."""
    return [(after - before) / seconds for before, after in pairwise(places)]


def running_sum(speeds: Sequence[float], seconds: float, start: float) -> list[float]:
    """Where something is at each tick, from how fast it moves."""
    places = [start]
    for speed in speeds:
        places.append(places[-1] + speed * seconds)
    return places


def descend(f: Function, x: float, rate: float, steps: int) -> list[float]:
    """Walks downhill: the steeper it is, the longer the step."""
    path = [x]
    for _ in range(steps):
        x = x - rate * slope_both_ways(f, x, 1e-5)
        path.append(x)
    return path


def valleys(x: float) -> float:
    """A landscape with a deep valley on the left, a shallow one on the right."""
    return x**4 / 4 - x**2 + x / 4
