"""The packaged network in NumPy, with weights that can be changed: enough for a step of training.

Its normalisations are folded into its weights, as in the model file.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np

from sayso.lessons.filters.convolution import Array, Pair
from sayso.lessons.filters.tape import Tape, Traced
from sayso.lessons.weights import read_weights

FIRST = "body.stem.0.weight"  # (16, 1, 5, 5)
_SECOND = "body.stem.3.weight"
_TEMPERATURE = "temperature"  # calibrates the probabilities; not learned with the weights


@cache
def packaged_weights() -> Mapping[str, Array]:
    """The weights and biases that the packaged model has learned, by the network's names."""
    found = {
        name.removeprefix("network.").replace("weight_bias", "bias"): values.astype(np.float64)
        for name, values in read_weights().items()
        if name.startswith("network.") and "front_end" not in name
    }
    for name, values in found.items():
        if values.ndim == 3:  # over time alone: kernels of one row
            found[name] = values[:, :, None]
    apart = found[_SECOND]  # one kernel for each channel: zeros between different channels
    found[_SECOND] = apart * np.eye(len(apart))[:, :, None, None]
    return found


def loss_of(weights: Mapping[str, Array], log_mel: Array, right: int) -> float:
    """How surprised the network is by the right answer: 0 if it was sure of it."""
    return float(_forward(Tape(), _trace(weights), log_mel, right).value)


def loss_and_gradient(
    weights: Mapping[str, Array], log_mel: Array, right: int
) -> tuple[float, dict[str, Array]]:
    """The loss, and for every weight how much it rises with it.

    Args:
        weights: by the network's names.
        log_mel: `(mel, frames)`.
        right: the number of the right class.
    """
    tape, traced = Tape(), _trace(weights)
    loss = _forward(tape, traced, log_mel, right)
    tape.back_from(loss)
    gradient = {name: one.gradient for name, one in traced.items() if name != _TEMPERATURE}
    return float(loss.value), gradient


def _trace(weights: Mapping[str, Array]) -> dict[str, Traced]:
    return {name: Traced(values) for name, values in weights.items()}


def _forward(tape: Tape, weights: Mapping[str, Traced], log_mel: Array, right: int) -> Traced:
    """What `sayso.network.residual` computes, then the loss."""

    def convolve(x: Traced, name: str, stride: Pair = (1, 1)) -> Traced:
        kernel = weights[f"{name}.weight"]
        return tape.convolve(x, kernel, weights[f"{name}.bias"], stride)

    x = tape.rectify(convolve(Traced(log_mel[None]), "body.stem.0", (2, 2)))
    x = tape.rectify(convolve(x, "body.stem.3", (2, 1)))
    x = tape.reshape(x, (-1, 1, x.value.shape[2]))  # mel bands become channels
    number = 0
    while (block := f"body.blocks.{number}") + ".first.weight" in weights:
        found = convolve(tape.rectify(convolve(x, f"{block}.first")), f"{block}.second")
        shortcut = f"{block}.shortcut.0"
        beside = convolve(x, shortcut) if f"{shortcut}.weight" in weights else x
        x = tape.rectify(tape.add(beside, found))
        number += 1
    embedding = tape.pool(tape.reshape(x, (x.value.shape[0], -1)))
    scores = tape.combine(embedding, weights["classifier.weight"], weights["classifier.bias"])
    return tape.surprise(scores, right, float(weights[_TEMPERATURE].value))
