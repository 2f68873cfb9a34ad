"""The loops of `functions.py` for many filters, channels and two directions at once.

Only the loop over a kernel's weights is left: for each of them, all places at once are one view.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.floating]
Pair = tuple[int, int]  # rows, columns


def touched(inputs: Array, size: Pair, stride: Pair) -> Iterator[Array]:
    """For each weight of a kernel, row by row: a view of all the inputs that it is laid on."""
    (rows, columns), (down, right) = size, stride
    height = down * ((inputs.shape[1] - rows) // down + 1)
    width = right * ((inputs.shape[2] - columns) // right + 1)
    for row in range(rows):
        for column in range(columns):
            yield inputs[:, row : row + height : down, column : column + width : right]


def lay(inputs: Array, kernel: Array, stride: Pair) -> Array:
    """Lays kernels on the inputs, multiplies, adds, moves on by the stride."""
    outputs, channels, rows, columns = kernel.shape
    weights = kernel.reshape(outputs, channels, -1)
    first, *others = (
        np.tensordot(weights[:, :, n], piece, 1)
        for n, piece in enumerate(touched(inputs, (rows, columns), stride))
    )
    answers: Array = first
    for other in others:
        answers += other
    return answers


def kernel_gradient(inputs: Array, wrong: Array, size: Pair, stride: Pair) -> Array:
    """For each weight: the inputs that it touched, times how wrong it came out, summed."""
    slopes = [
        np.tensordot(wrong, piece, ((1, 2), (1, 2)))  # (outputs, inputs)
        for piece in touched(inputs, size, stride)
    ]
    return np.stack(slopes, axis=2).reshape(*slopes[0].shape, *size)


def input_gradient(shape: tuple[int, ...], kernel: Array, wrong: Array, stride: Pair) -> Array:
    """For each input: the weights that touched it, times how wrong it came out, summed."""
    outputs, channels, rows, columns = kernel.shape
    weights = kernel.reshape(outputs, channels, -1)
    gradient = np.zeros(shape, wrong.dtype)
    for n, piece in enumerate(touched(gradient, (rows, columns), stride)):
        piece += np.tensordot(weights[:, :, n].T, wrong, 1)
    return gradient
