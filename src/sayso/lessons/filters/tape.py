"""Backpropagation in NumPy: what is computed is noted on a tape, which is then read backwards."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sayso.lessons.filters.convolution import (
    Array,
    Pair,
    input_gradient,
    kernel_gradient,
    lay,
)


class Traced:
    """Numbers, and for each of them how much the loss rises with it."""

    def __init__(self, value: Array) -> None:
        self.value = value
        self.gradient = np.zeros(value.shape, value.dtype)


class Tape:
    """Computes, and notes how to go back."""

    def __init__(self) -> None:
        self._backs: list[Callable[[], None]] = []

    def convolve(self, x: Traced, kernel: Traced, bias: Traced, stride: Pair = (1, 1)) -> Traced:
        """Lays kernels `(outputs, inputs, rows, columns)` on `(inputs, height, width)`.

        All have an odd number of rows and columns; so many zeros surround the inputs that a stride
        of one keeps height and width.
        """
        rows, columns = kernel.value.shape[2:]
        around = ((0, 0), (rows // 2, rows // 2), (columns // 2, columns // 2))
        inputs = np.pad(x.value, around)
        y = Traced(lay(inputs, kernel.value, stride) + bias.value[:, None, None])

        def back() -> None:
            kernel.gradient += kernel_gradient(inputs, y.gradient, (rows, columns), stride)
            bias.gradient += y.gradient.sum(axis=(1, 2))
            padded = input_gradient(inputs.shape, kernel.value, y.gradient, stride)
            _, height, width = x.value.shape
            x.gradient += padded[:, rows // 2 :, columns // 2 :][:, :height, :width]

        self._backs.append(back)
        return y

    def rectify(self, x: Traced) -> Traced:
        """Makes what is below zero zero."""
        y = Traced(np.maximum(x.value, 0))

        def back() -> None:
            x.gradient += y.gradient * (x.value > 0)

        self._backs.append(back)
        return y

    def add(self, a: Traced, b: Traced) -> Traced:
        """Adds two of the same shape."""
        y = Traced(a.value + b.value)

        def back() -> None:
            a.gradient += y.gradient
            b.gradient += y.gradient

        self._backs.append(back)
        return y

    def reshape(self, x: Traced, shape: tuple[int, ...]) -> Traced:
        """Puts the same numbers into another shape."""
        y = Traced(x.value.reshape(shape))

        def back() -> None:
            x.gradient += y.gradient.reshape(x.value.shape)

        self._backs.append(back)
        return y

    def pool(self, x: Traced) -> Traced:
        """The mean over time of `(channels, frames)`, then the largest: `(2 * channels,)`."""
        channels, frames = x.value.shape
        best = x.value.argmax(axis=1)
        y = Traced(np.concatenate([x.value.mean(axis=1), x.value.max(axis=1)]))

        def back() -> None:
            x.gradient += y.gradient[:channels, None] / frames
            x.gradient[np.arange(channels), best] += y.gradient[channels:]

        self._backs.append(back)
        return y

    def combine(self, x: Traced, weights: Traced, bias: Traced) -> Traced:
        """A linear layer: weights `(outputs, inputs)` times `(inputs,)`, plus a bias."""
        y = Traced(weights.value @ x.value + bias.value)

        def back() -> None:
            weights.gradient += np.outer(y.gradient, x.value)
            bias.gradient += y.gradient
            x.gradient += weights.value.T @ y.gradient

        self._backs.append(back)
        return y

    def surprise(self, scores: Traced, right: int, temperature: float) -> Traced:
        """The loss: minus the logarithm of the probability of the right class."""
        cooled = scores.value / temperature
        log_chances = cooled - cooled.max()
        log_chances = log_chances - np.log(np.exp(log_chances).sum())
        y = Traced(-log_chances[right])

        def back() -> None:
            wrong = np.exp(log_chances)  # what was said, minus what was right
            wrong[right] -= 1
            scores.gradient += y.gradient * wrong / temperature

        self._backs.append(back)
        return y

    def back_from(self, loss: Traced) -> None:
        """Reads the tape backwards: fills in the gradient of everything that led to the loss."""
        loss.gradient = np.ones_like(loss.value)
        for back in reversed(self._backs):
            back()
