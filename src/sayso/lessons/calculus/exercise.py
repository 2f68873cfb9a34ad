"""Calculus: complete the three functions and save."""

from collections.abc import Callable


def slope(f: Callable[[float], float], x: float, step: float) -> float:
    """How steep f is at x, from its values at x and one step ahead."""
    raise NotImplementedError


def running_sum(speeds: list[float], seconds: float, start: float) -> list[float]:
    """Where something is at each tick, the start first.

    Args:
        speeds: how fast it moves, one number for each tick.
        seconds: how long a tick is.
        start: where it is at first.
    """
    raise NotImplementedError


def descend(slope_at: Callable[[float], float], x: float, rate: float, steps: int) -> float:
    """Where a walk downhill ends.

    Args:
        slope_at: tells how steep it is at a place.
        x: where the walk begins.
        rate: times the slope, it is the length of a step.
        steps: how many.
    """
    raise NotImplementedError
