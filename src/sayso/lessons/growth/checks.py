"""The calls that the exercise has to answer, and the wrong answers that are known."""

from __future__ import annotations

import math

from sayso.lessons.checking import Case

CASES = (
    Case("compound(1.0, 1)", "One step pays all of the interest: 1 + 1."),
    Case("compound(1.0, 2)", "Half of the interest is paid on 1, the other half on 1.5."),
    Case("compound(0.5, 3)", "Each of the three steps adds a sixth of what is there by then."),
    Case("compound(-1.0, 4)", "Nothing special: each step takes a quarter of what is left."),
    Case("compound(1.0, 1000)", "Is the number of steps that you take exactly `steps`?"),
    Case("steps_to_half(0.5)", "A single step leaves exactly a half, and that is enough."),
    Case("steps_to_half(0.9)", "0.9, 0.81, 0.729 … count how often you multiply."),
    Case("steps_to_half(0.8)", "Three steps leave 0.512, which is more than a half."),
    Case("steps_to_half(0.999)", "A while loop: as long as more than a half is left."),
)


def simple_interest(rate: float, steps: int) -> float:
    """Every step pays interest on the first euro only: it has to be on what is there by then."""
    return 1 + steps * (rate / steps)


def whole_rate(rate: float, steps: int) -> float:
    """Every step pays the interest of the whole year: divide the rate by the number of steps."""
    return math.prod([1 + rate] * steps)


def step_short(rate: float, steps: int) -> float:
    """One step is missing: range(1, steps) has steps - 1 numbers in it."""
    return (1 + rate / steps) ** (steps - 1)


def step_more(rate: float, steps: int) -> float:
    """There is one step too many: range(steps + 1) has steps + 1 numbers in it."""
    return (1 + rate / steps) ** (steps + 1)


def first_step(rate: float, steps: int) -> float:
    """It answers after the first step: the return belongs behind the loop, not into it."""
    return 1 + rate / steps


def from_nothing(rate: float, steps: int) -> float:
    """It begins with nothing, and nothing earns no interest: begin with one euro."""
    return 0.0 * rate * steps


def only_interest(rate: float, steps: int) -> float:
    """That is the interest without the euro: the euro is still there."""
    return (1 + rate / steps) ** steps - 1


def straight_line(keep: float) -> int:
    """It takes the same amount off at each step: it has to be a share of what is left."""
    return math.ceil(0.5 / (1 - keep) - 1e-9)


def below_half(keep: float) -> int:
    """It waits until less than a half is left: exactly a half is enough."""
    steps, left = 0, 1.0
    while left >= 0.5:
        left, steps = left * keep, steps + 1
    return steps


def step_before(keep: float) -> int:
    """It stops one step early: count the step that gets there too."""
    return math.ceil(math.log(0.5) / math.log(keep)) - 1


def nearest(keep: float) -> int:
    """It rounds to the nearest step, which may leave more than a half: count up to it."""
    return round(math.log(0.5) / math.log(keep))


def no_count(keep: float) -> float:
    """That is what is left, not how many steps it took."""
    left = 1.0
    while left > 0.5:
        left = left * keep
    return left


MISCONCEPTIONS = {
    "compound": (
        simple_interest,
        whole_rate,
        step_short,
        step_more,
        first_step,
        from_nothing,
        only_interest,
    ),
    "steps_to_half": (straight_line, below_half, step_before, nearest, no_count),
}
