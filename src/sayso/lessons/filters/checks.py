"""The calls that the exercise has to answer, and the wrong answers that are known."""

from __future__ import annotations

from sayso.lessons.checking import Case


def _sums(signal: list[float], wrong: list[float], width: int, stride: int) -> list[float]:
    return [
        sum(signal[place * stride + k] * error for place, error in enumerate(wrong))
        for k in range(width)
    ]


CASES = (
    Case("weight_gradient([3, 5], [2], 2, 1)", "One place: the weights touched 3 and 5."),
    Case("weight_gradient([1, 2, 4], [1, 10], 2, 1)", "The first weight touched 1, then 2."),
    Case(
        "weight_gradient([1, 0, 0, 2, 5, 3], [1, -1, 0, 2], 3, 1)",
        "Go through the four places for each of the three weights.",
    ),
    Case(
        "weight_gradient([1, 2, 3, 4, 5, 6], [1, -3], 3, 2)",
        "The second place begins two further on.",
    ),
    Case("weight_gradient([1, 2, 3], [0, 0], 2, 1)", "All answers are right: nothing to blame."),
    Case("step([1, 2], [0.5, -4], 0.5)", "Where the loss rises with a weight, the weight falls."),
    Case("step([0, 0, 1], [10, 0, -30], 0.01)", "A slope of zero moves nothing."),
    Case(
        "(lambda weights: [step(weights, [1, 2], 1), weights])([5, 5])",
        "The second list is the one that was given: is it still what it was?",
        of="step",
    ),
)


def flipped(signal: list[float], wrong: list[float], width: int, stride: int) -> list[float]:
    """The filter is the wrong way round: weight k touched the value k further on, not k back."""
    return _sums(signal, wrong, width, stride)[::-1]


def last_place(signal: list[float], wrong: list[float], width: int, stride: int) -> list[float]:
    """Only the last place counts: a weight is used at every place, so sum over all of them."""
    last = (len(wrong) - 1) * stride
    return [signal[last + k] * wrong[-1] for k in range(width)]


def first_place(signal: list[float], wrong: list[float], width: int, stride: int) -> list[float]:
    """Only the first place counts: does a return stand inside the loop?"""
    return [signal[0 * stride + k] * wrong[0] for k in range(width)]


def apart(signal: list[float], wrong: list[float], width: int, stride: int) -> list[list[float]]:
    """The places are kept apart: one number for each weight, the sum over all places."""
    return [
        [signal[place * stride + k] * error for place, error in enumerate(wrong)]
        for k in range(width)
    ]


def averaged(signal: list[float], wrong: list[float], width: int, stride: int) -> list[float]:
    """That is the mean over the places: the loss is a sum, so its gradient is one too."""
    return [blame / len(wrong) for blame in _sums(signal, wrong, width, stride)]


def doubled(signal: list[float], wrong: list[float], width: int, stride: int) -> list[float]:
    """Twice too much: the two that comes from the square cancels the half in the loss."""
    return [2 * blame for blame in _sums(signal, wrong, width, stride)]


def squared(signal: list[float], wrong: list[float], width: int, stride: int) -> list[float]:
    """It squares the errors: the loss does, its slope has the errors as they are."""
    return _sums(signal, [error**2 for error in wrong], width, stride)


def no_sign(signal: list[float], wrong: list[float], width: int, stride: int) -> list[float]:
    """It forgets the sign of the errors: too high and too low push in opposite directions."""
    return _sums(signal, [abs(error) for error in wrong], width, stride)


def downhill(signal: list[float], wrong: list[float], width: int, stride: int) -> list[float]:
    """The sign is turned: a gradient points uphill. To go down is the business of `step`."""
    return [-blame for blame in _sums(signal, wrong, width, stride)]


def no_signal(signal: list[float], wrong: list[float], width: int, stride: int) -> list[float]:
    """The signal is missing: a weight that touched a zero is not to blame for anything."""
    return [sum(wrong) + 0 * signal[k * stride // stride] for k in range(width)]


def by_input(signal: list[float], wrong: list[float], width: int, stride: int) -> list[float]:
    """It adds up what happened at each input: add up what happened to each weight."""
    gradient = [0.0] * len(signal)
    for place, error in enumerate(wrong):
        for k in range(width):
            gradient[place * stride + k] += error * signal[place * stride + k]
    return gradient


def to_input(signal: list[float], wrong: list[float], width: int, stride: int) -> list[float]:
    """That goes back to the inputs, which stay as they are: give one number for each weight."""
    gradient = [0.0] * len(signal)
    for place, error in enumerate(wrong):
        for k in range(width):
            gradient[place * stride + k] += error
    return gradient


def no_stride(signal: list[float], wrong: list[float], width: int, stride: int) -> list[float]:
    """It ignores the stride: place number n begins at n times the stride."""
    return _sums(signal, wrong, width, stride // stride)


def uphill(weights: list[float], gradient: list[float], rate: float) -> list[float]:
    """It walks uphill: the gradient points to more loss, so subtract."""
    return [weight + rate * slope for weight, slope in zip(weights, gradient, strict=True)]


def no_rate(weights: list[float], gradient: list[float], rate: float) -> list[float]:
    """It ignores the rate: a weight changes by the rate times its slope."""
    return [weight - slope * rate / rate for weight, slope in zip(weights, gradient, strict=True)]


def in_place(weights: list[float], gradient: list[float], rate: float) -> list[float]:
    """It changes the list that it was given: make a new one, whoever called may need the old."""
    for k, slope in enumerate(gradient):
        weights[k] -= rate * slope
    return weights


def only_change(weights: list[float], gradient: list[float], rate: float) -> list[float]:
    """That is only the change: add it to the weights."""
    return [-rate * slope + 0 * weight for weight, slope in zip(weights, gradient, strict=True)]


def same_for_all(weights: list[float], gradient: list[float], rate: float) -> list[float]:
    """Every weight moves alike: each has a slope of its own."""
    return [weight - rate * sum(gradient) for weight in weights]


def only_sign(weights: list[float], gradient: list[float], rate: float) -> list[float]:
    """It looks only at the sign of a slope: the steeper it is, the longer the step."""
    return [
        weight - rate * ((slope > 0) - (slope < 0))
        for weight, slope in zip(weights, gradient, strict=True)
    ]


MISCONCEPTIONS = {
    "weight_gradient": (
        flipped,
        last_place,
        first_place,
        apart,
        averaged,
        doubled,
        squared,
        no_sign,
        downhill,
        no_signal,
        by_input,
        to_input,
        no_stride,
    ),
    "step": (uphill, no_rate, in_place, only_change, same_for_all, only_sign),
}
