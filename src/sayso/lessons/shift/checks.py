"""The calls that the exercise has to answer, and the wrong answers that are known."""

from __future__ import annotations

from sayso.lessons.checking import Case


def _answers(signal: list[float], weights: list[float], stride: int) -> list[float]:
    starts = range(0, len(signal) - len(weights) + 1, stride)
    return [sum(signal[s + i] * weight for i, weight in enumerate(weights)) for s in starts]


CASES = (
    Case("convolve([1, 2, 3, 4], [1, 10], 1)", "1 + 20, 2 + 30, 3 + 40: three places fit."),
    Case("convolve([0, 0, 1, 0, 0], [1, 2, 3], 1)", "Where does each of the weights meet the 1?"),
    Case("convolve([1, 2, 3, 4, 5, 6], [1, 1], 2)", "Begin at 0, then at 2, then at 4."),
    Case("move([1, 2, 3, 4], 1)", "A zero comes in on the left, the 4 leaves."),
    Case("move([1, 2, 3, 4], -1)", "Now the 1 leaves, and a zero comes in on the right."),
    Case("move([1, 2], 5)", "Moved out of sight: two zeros."),
    Case("move([1, 2], -5)", "Out of sight on the other side: two zeros again."),
    Case("move([1, 2], 0)", "Not moved: nothing leaves, nothing comes in."),
    Case("pool([1, 5, 2, 0, 3, 4], 2)", "Three groups of two, the largest of each."),
    Case("pool([-3, -1, -2, 7], 3)", "One group is full; the 7 is left over."),
)


def flipped(signal: list[float], weights: list[float], stride: int) -> list[float]:
    """It turns the weights round, as mathematicians do: networks lay them on as they are."""
    return _answers(signal, weights[::-1], stride)


def one_short(signal: list[float], weights: list[float], stride: int) -> list[float]:
    """The last place is missing: there are len(signal) - len(weights) + 1 of them."""
    return _answers(signal[:-1], weights, stride)


def padded(signal: list[float], weights: list[float], stride: int) -> list[float]:
    """It goes on over the end of the signal: stop where the weights no longer fit."""
    return _answers([*signal, *[0] * (len(weights) - 1)], weights, stride)


def no_stride(signal: list[float], weights: list[float], stride: int) -> list[float]:
    """It moves on by one: move on by the stride."""
    return _answers(signal, weights, stride // stride)


def by_width(signal: list[float], weights: list[float], stride: int) -> list[float]:
    """It moves on by the width of the weights: move on by the stride, the pieces may overlap."""
    return _answers(signal, weights, len(weights) * stride // stride)


def round_trip(values: list[float], later: int) -> list[float]:
    """What leaves comes in again at the other end: zeros come in."""
    later = later % len(values)
    return values[-later:] + values[:-later]


def other_way(values: list[float], later: int) -> list[float]:
    """It moves the other way: later is to the right."""
    return [values[i + later] if 0 <= i + later < len(values) else 0 for i in range(len(values))]


def longer(values: list[float], later: int) -> list[float]:
    """It grows: the length stays, what is moved out is lost."""
    return [0.0] * later + values if later >= 0 else values[-later:]


def from_behind(values: list[float], later: int) -> list[float]:
    """A negative index counts from the end, so old values come in: check that it is in range."""
    return [values[i - later] if i - later < len(values) else 0 for i in range(len(values))]


def emptied(values: list[float], later: int) -> list[float]:
    """Not moved, it is empty: values[:-0] is values[:0], which has nothing in it."""
    if later < 0:
        return (values[-later:] + [0.0] * len(values))[: len(values)]
    return ([0.0] * later + values[:-later])[: len(values)]


def overlapping(values: list[float], size: int) -> list[float]:
    """The groups overlap: go on by `size`."""
    return [max(values[start : start + size]) for start in range(len(values) - size + 1)]


def rest_kept(values: list[float], size: int) -> list[float]:
    """It keeps the last group although it is not full: leave it out."""
    return [max(values[start : start + size]) for start in range(0, len(values), size)]


def mean(values: list[float], size: int) -> list[float]:
    """That is the mean of each group: take the largest."""
    return [sum(values[i : i + size]) / size for i in range(0, len(values) - size + 1, size)]


def from_zero(values: list[float], size: int) -> list[float]:
    """It never goes below zero: begin with a value of the group, not with zero."""
    groups = range(0, len(values) - size + 1, size)
    return [max(0, *values[start : start + size]) for start in groups]


MISCONCEPTIONS = {
    "convolve": (flipped, one_short, padded, no_stride, by_width),
    "move": (round_trip, other_way, longer, from_behind, emptied),
    "pool": (overlapping, rest_kept, mean, from_zero),
}
