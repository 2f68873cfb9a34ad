"""The numbers in the prose."""

from __future__ import annotations

import math
from functools import cache

import numpy as np

from sayso.audio import SAMPLE_RATE
from sayso.lessons.calculus.functions import (
    descend,
    running_sum,
    slope,
    slope_both_ways,
    speeds,
    valleys,
)
from sayso.lessons.glass import read_clip, recognizer

TICK_S = 1 / SAMPLE_RATE
WORD = "down"
PIECE = 480  # samples, 30 ms of a vowel


@cache
def recording() -> tuple[float, ...]:
    """The loudest 30 ms of the clip: where the membrane is at each tick."""
    sound = read_clip(WORD).astype(np.float64)
    energy = np.convolve(sound**2, np.ones(PIECE), "valid")
    start = int(energy.argmax())
    return tuple(map(float, sound[start : start + PIECE]))


def rebuilt(step: int) -> list[float]:
    """The recording from its speeds, of which only every `step`-th is known."""
    places = recording()
    known = speeds(places, TICK_S)[::step]
    return running_sum(known, step * TICK_S, places[0])


def error(power: int, both_ways: bool = False) -> float:
    """How far the slope of the sine at 1 is off with a step of ten to the minus `power`."""
    measure = slope_both_ways if both_ways else slope
    return abs(measure(math.sin, 1.0, 10.0**-power) - math.cos(1.0))


def best(both_ways: bool = False) -> int:
    """The power with which it is least off."""
    return min(range(17), key=lambda power: error(power, both_ways))


def values() -> dict[str, float]:
    """Computed, by name."""
    return {
        "coarse": slope(math.sin, 0.0, 1.0),
        "fine": slope(math.sin, 0.0, 0.1),
        "best": best(),
        "best_both": best(both_ways=True),
        "digits": round(-math.log10(error(best()))),
        "digits_both": round(-math.log10(error(best(both_ways=True), both_ways=True))),
        "ticks": SAMPLE_RATE,
        "weights": int(recognizer().model.metadata["parameters"]),
        "left": descend(valleys, -2.0, 0.1, 40)[-1],
        "right": descend(valleys, 2.0, 0.1, 40)[-1],
        "bottom_left": valleys(descend(valleys, -2.0, 0.1, 40)[-1]),
        "bottom_right": valleys(descend(valleys, 2.0, 0.1, 40)[-1]),
    }
