"""A network of two layers, its gradient by hand, and the loop that trains it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from sayso.lessons.mistakes.data import Floats, Integers

Network = Sequence[Floats]
"""Weights and offsets of the first layer, then of the second."""

BATCH = 10  # clips
LEAST = 1e-9  # of a share, so that the loss stays a number


def new_network(cells: int, hidden: int, words: int, rng: np.random.Generator) -> Network:
    """Random weights, smaller where more inputs are summed."""
    return (
        rng.normal(0, 1 / np.sqrt(cells), (cells, hidden)),
        np.zeros(hidden),
        rng.normal(0, 1 / np.sqrt(hidden), (hidden, words)),
        np.zeros(words),
    )


def forward(network: Network, x: Floats) -> tuple[Floats, Floats]:
    """What the first layer hands on, and each word's share."""
    w1, b1, w2, b2 = network
    hidden = np.maximum(0, x @ w1 + b1)  # (clips, hidden)
    scores = hidden @ w2 + b2  # (clips, words)
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return hidden, powers / powers.sum(axis=1, keepdims=True)


def mean_loss(network: Network, x: Floats, labels: Integers) -> float:
    """The mean of log(1 / the right word's share)."""
    _, shares = forward(network, x)
    right = shares[np.arange(len(x)), labels]
    return float(np.log(1 / np.maximum(right, LEAST)).mean())


def accuracy(network: Network, x: Floats, labels: Integers) -> float:
    """How many of the clips get the right word."""
    _, shares = forward(network, x)
    return float((shares.argmax(axis=1) == labels).mean())


def nearest_mean(x: Floats, labels: Integers, new: Floats) -> Integers:
    """The word whose mean over the training clips is nearest: no training at all."""
    words = np.unique(labels)
    means = np.stack([x[labels == word].mean(axis=0) for word in words])
    far = ((new[:, None] - means) ** 2).sum(axis=2)  # (clips, words)
    nearest: Integers = words[far.argmin(axis=1)]
    return nearest


def gradient(network: Network, x: Floats, labels: Integers) -> Network:
    """How the loss changes with each weight: backwards through `forward`."""
    _, _, w2, b2 = network
    hidden, shares = forward(network, x)
    error = (shares - np.eye(len(b2))[labels]) / len(x)  # (clips, words)
    back = error @ w2.T * (hidden > 0)  # (clips, hidden)
    return x.T @ back, back.sum(axis=0), hidden.T @ error, error.sum(axis=0)


def train(
    network: Network,
    x: Floats,
    labels: Integers,
    epochs: int,
    rate: float,
    rng: np.random.Generator,
    shuffled: bool = True,
    zeroed: bool = True,
) -> Iterator[Network]:
    """Downhill, batch by batch: the network after each epoch."""
    slopes: Network = [np.zeros_like(weights) for weights in network]
    for _ in range(epochs):
        order = rng.permutation(len(x)) if shuffled else np.arange(len(x))
        for batch in np.array_split(order, len(x) // BATCH):
            new = gradient(network, x[batch], labels[batch])
            slopes = new if zeroed else [old + more for old, more in zip(slopes, new, strict=True)]
            network = [w - rate * slope for w, slope in zip(network, slopes, strict=True)]
        yield network
