"""Shift: complete the three functions and save."""


def convolve(signal: list[float], weights: list[float], stride: int) -> list[float]:
    """Lays the weights on the signal, multiplies, adds, and moves on by the stride.

    It begins at the start of the signal and ends where the weights no longer fit.
    """
    raise NotImplementedError


def move(values: list[float], later: int) -> list[float]:
    """Moves values to the right, or to the left for a negative number; the length stays.

    What leaves is lost, what comes in is zero.
    """
    raise NotImplementedError


def pool(values: list[float], size: int) -> list[float]:
    """The largest of each group of `size` values; a last group that is not full is left out."""
    raise NotImplementedError
