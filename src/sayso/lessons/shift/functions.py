"""A convolution and a pooling as loops, and how alike two answers are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating]


def convolve(signal: Sequence[float], weights: Sequence[float], stride: int = 1) -> list[float]:
    """Lays the weights on the signal, multiplies, adds, moves on by the stride."""
    answers = []
    for start in range(0, len(signal) - len(weights) + 1, stride):
        piece = signal[start : start + len(weights)]
        answers.append(sum(a * b for a, b in zip(piece, weights, strict=True)))
    return answers


def pool(answers: Sequence[float]) -> float:
    """The largest answer, wherever it is."""
    return max(answers)


def move(values: Floats, later: int) -> Floats:
    """Moves values along their last axis; zeros come in at the edge."""
    moved = np.zeros_like(values)
    kept = values.shape[-1] - abs(later)
    if later >= 0:
        moved[..., later:] = values[..., :kept]
    else:
        moved[..., :kept] = values[..., -later:]
    return moved


def turn(values: Floats, later: int) -> Floats:
    """Moves values along their last axis; what leaves at one end comes in at the other."""
    return np.roll(values, later, axis=-1)


def alike(a: Floats, b: Floats) -> float:
    """The correlation: 1 the same, 0 nothing in common."""
    return float(np.corrcoef(a.ravel(), b.ravel())[0, 1])
