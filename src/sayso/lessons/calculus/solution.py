"""Calculus: one way to do it."""

from collections.abc import Callable


def slope(f: Callable[[float], float], x: float, step: float) -> float:
    """How steep f is at x, from its values at x and one step ahead."""
    return (f(x + step) - f(x)) / step


def running_sum(speeds: list[float], seconds: float, start: float) -> list[float]:
    """Where something is at each tick, the start first."""
    places = [start]
    for speed in speeds:
        places.append(places[-1] + speed * seconds)
    return places


def descend(slope_at: Callable[[float], float], x: float, rate: float, steps: int) -> float:
    """Where a walk downhill ends."""
    for _ in range(steps):
        x = x - rate * slope_at(x)
    return x
