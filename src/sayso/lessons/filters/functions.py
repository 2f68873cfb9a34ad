"""A convolution learns, in loops: how wrong it is, who is to blame, one step, many steps."""

from __future__ import annotations

from collections.abc import Sequence

from sayso.lessons.filters.convolution import Array, kernel_gradient, lay
from sayso.lessons.shift.functions import convolve

Floats = Sequence[float]


def errors(weights: Floats, signal: Floats, wanted: Floats) -> list[float]:
    """How much too high each answer of a filter is."""
    answers = convolve(signal, weights)
    return [answer - right for answer, right in zip(answers, wanted, strict=True)]


def loss(weights: Floats, signal: Floats, wanted: Floats) -> float:
    """How wrong the answers are in all: half the sum of the squared errors."""
    return sum(error**2 for error in errors(weights, signal, wanted)) / 2


def weight_gradient(signal: Floats, wrong: Floats, width: int, stride: int = 1) -> list[float]:
    """For each weight: what it touched, times how wrong it came out, over all places.

    Args:
        signal: what the filter was laid on.
        wrong: how much too high the answer was at each place.
        width: how many weights the filter has.
        stride: how far apart the places are.
    """
    gradient = []
    for k in range(width):
        blame = 0.0
        for place, error in enumerate(wrong):
            blame += signal[place * stride + k] * error
        gradient.append(blame)
    return gradient


def step(weights: Array, gradient: Array, rate: float) -> Array:
    """Moves every weight a little, against its slope."""
    return weights - rate * gradient


def learn(signals: Array, wanted: Array, kernel: Array, rate: float, steps: int) -> list[Array]:
    """A filter at the start and after each step.

    Args:
        signals: `(1, signals, frames)`.
        wanted: the answers, `(1, signals, places)`.
        kernel: the filter to begin with, `(1, 1, 1, width)`.
        rate: times the gradient, it is what a step changes.
        steps: how many.
    """
    path, size, beside = [kernel], (1, kernel.shape[3]), (1, 1)
    for _ in range(steps):
        wrong = lay(signals, path[-1], beside) - wanted
        gradient = kernel_gradient(signals, wrong, size, beside)
        path.append(step(path[-1], gradient, rate))
    return path
