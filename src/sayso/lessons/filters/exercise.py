"""Filters: complete the two functions and save."""


def weight_gradient(
    signal: list[float], wrong: list[float], width: int, stride: int
) -> list[float]:
    """For each weight of a filter: how much the loss rises with it.

    The loss is half the sum of the squared errors. Answer number n came from the piece of the
    signal that begins at n times the stride, each of its values times one weight.

    Args:
        signal: what the filter was laid on.
        wrong: how much too high the answer was at each place.
        width: how many weights the filter has.
        stride: how far apart the places are.
    """
    raise NotImplementedError


def step(weights: list[float], gradient: list[float], rate: float) -> list[float]:
    """The weights after one step downhill; the list that was given stays as it is.

    Args:
        weights: where they are.
        gradient: how much the loss rises with each.
        rate: times the slope, it is the length of a step.
    """
    raise NotImplementedError
