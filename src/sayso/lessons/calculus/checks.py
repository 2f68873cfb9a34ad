"""The calls that the exercise has to answer, and the wrong answers that are known."""

from __future__ import annotations

from collections.abc import Callable
from itertools import accumulate

from sayso.lessons.checking import Case

Function = Callable[[float], float]

CASES = (
    Case("slope(lambda x: 3 * x, 5, 0.5)", "A line that climbs 3 for each 1 it goes along."),
    Case("slope(lambda x: x * x, 1, 1)", "From 1 up to 4, over a step of 1."),
    Case("slope(lambda x: x * x, 1, 0.25)", "How much higher is it a quarter further on?"),
    Case("slope(math.cos, 2, 0.125)", "Going down gives a negative number."),
    Case("running_sum([], 1, 7)", "Nothing moved: there is only the start."),
    Case("running_sum([2, 2, 2], 1, 0)", "Four places for three speeds: the start comes first."),
    Case("running_sum([1, -3, 2], 0.5, 10)", "Each tick lasts half a second: 1 moves it by 0.5."),
    Case("descend(lambda x: 2 * x, 3, 0.25, 1)", "One step against a slope of 6."),
    Case("descend(lambda x: 2 * x, 3, 0.25, 20)", "Ask for the slope again at every new place."),
    Case("descend(lambda x: x - 1, -4, 0.5, 3)", "Here it goes down to the right."),
)


def undivided(f: Function, x: float, step: float) -> float:
    """That is how much higher it is, not how steep: divide by the step."""
    return f(x + step) - f(x)


def turned(f: Function, x: float, step: float) -> float:
    """The sign is the wrong way round: what lies ahead, minus what is here."""
    return (f(x) - f(x + step)) / step


def behind(f: Function, x: float, step: float) -> float:
    """It looks one step back: the exercise asks for one step ahead."""
    return (f(x) - f(x - step)) / step


def both_ways(f: Function, x: float, step: float) -> float:
    """It looks to both sides, which is more precise: the exercise asks for one step ahead."""
    return (f(x + step) - f(x - step)) / (2 * step)


def by_place(f: Function, x: float, step: float) -> float:
    """It divides by the place: divide by the step."""
    return (f(x + step) - f(x)) / x


def no_ticks(speeds: list[float], seconds: float, start: float) -> list[float]:
    """The length of a tick is missing: a speed moves it by speed times seconds."""
    return list(accumulate(speeds, initial=start + 0 * seconds))


def no_start(speeds: list[float], seconds: float, start: float) -> list[float]:
    """It always begins at zero: begin at `start`."""
    return list(accumulate((speed * seconds for speed in speeds), initial=0 * start))


def start_missing(speeds: list[float], seconds: float, start: float) -> list[float]:
    """The start itself is missing: it is the first of the places."""
    return list(accumulate((speed * seconds for speed in speeds), initial=start))[1:]


def only_end(speeds: list[float], seconds: float, start: float) -> float:
    """That is only where it ends: keep every place on the way."""
    return start + sum(speeds) * seconds


def not_running(speeds: list[float], seconds: float, start: float) -> list[float]:
    """Each place is counted from the start: count it from the place before."""
    return [start, *(start + speed * seconds for speed in speeds)]


def uphill(slope_at: Function, x: float, rate: float, steps: int) -> float:
    """It walks uphill: go against the slope, so subtract."""
    for _ in range(steps):
        x = x + rate * slope_at(x)
    return x


def no_rate(slope_at: Function, x: float, rate: float, steps: int) -> float:
    """It ignores the rate: a step is the rate times the slope."""
    for _ in range(steps):
        x = x - slope_at(x) * (rate / rate)
    return x


def first_slope(slope_at: Function, x: float, rate: float, steps: int) -> float:
    """It takes every step with the slope of the first place: ask again at each."""
    return x - steps * rate * slope_at(x)


def one_step(slope_at: Function, x: float, rate: float, steps: int) -> float:
    """It takes one step only: the return belongs behind the loop."""
    return x - rate * slope_at(x) * (steps > 0)


MISCONCEPTIONS = {
    "slope": (undivided, turned, behind, both_ways, by_place),
    "running_sum": (no_ticks, no_start, start_missing, only_end, not_running),
    "descend": (uphill, no_rate, first_slope, one_step),
}
