"""Shift: one way to do it."""


def convolve(signal: list[float], weights: list[float], stride: int) -> list[float]:
    """Lays the weights on the signal, multiplies, adds, and moves on by the stride."""
    answers = []
    for start in range(0, len(signal) - len(weights) + 1, stride):
        answers.append(sum(signal[start + i] * weight for i, weight in enumerate(weights)))
    return answers


def move(values: list[float], later: int) -> list[float]:
    """Moves values to the right, or to the left for a negative number; the length stays."""
    return [values[i - later] if 0 <= i - later < len(values) else 0.0 for i in range(len(values))]


def pool(values: list[float], size: int) -> list[float]:
    """The largest of each group of `size` values; a last group that is not full is left out."""
    starts = range(0, len(values) - size + 1, size)
    return [max(values[start : start + size]) for start in starts]
