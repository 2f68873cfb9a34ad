"""Filters: one way to do it."""


def weight_gradient(
    signal: list[float], wrong: list[float], width: int, stride: int
) -> list[float]:
    """For each weight of a filter: how much the loss rises with it."""
    gradient = []
    for k in range(width):
        blame = 0.0
        for place, error in enumerate(wrong):
            blame += signal[place * stride + k] * error
        gradient.append(blame)
    return gradient


def step(weights: list[float], gradient: list[float], rate: float) -> list[float]:
    """The weights after one step downhill; the list that was given stays as it is."""
    return [weight - rate * slope for weight, slope in zip(weights, gradient, strict=True)]
