"""Ideal kernels of five by five, and how alike a learned one is to them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.floating]

SIZE = 5  # mel bands, frames
_RAMP = np.arange(SIZE) - SIZE // 2
_RIDGE = np.array([-1, -1, 4, -1, -1]) / 4
_DIAGONAL = np.eye(SIZE) - 1 / SIZE

IDEALS: dict[str, Array] = {
    "more sound": np.ones((SIZE, SIZE)),
    "a beginning": np.tile(_RAMP, (SIZE, 1)),
    "more above than below": np.tile(_RAMP[:, None], (1, SIZE)),
    "a steady tone": np.tile(_RIDGE[:, None], (1, SIZE)),
    "a click": np.tile(_RIDGE, (SIZE, 1)),
    "a rising tone": _DIAGONAL,
    "a falling tone": _DIAGONAL[::-1],
}
"""(mel, frames), the lowest band first: what a kernel would look like that answers to it alone."""


def likeness(a: Array, b: Array) -> float:
    """The cosine between two kernels: 1 the same but for size, 0 nothing in common, -1 opposite."""
    return float((a * b).sum() / np.sqrt((a * a).sum() * (b * b).sum()))


def most_alike(kernel: Array) -> tuple[str, float]:
    """The ideal that a kernel, or its opposite, is most like; and how much, with a sign."""
    found = {name: likeness(kernel, ideal) for name, ideal in IDEALS.items()}
    name = max(found, key=lambda each: abs(found[each]))
    return name, found[name]
