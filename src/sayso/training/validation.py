"""How good the averaged weights are on clips of speakers that training never hears."""

from __future__ import annotations

import dataclasses
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from sayso.network import recognizer_weights
from sayso.training.dataset import ClipDataset
from sayso.training.history import Epoch, best_of
from sayso.training.loader import Batches, load
from sayso.training.state import State

BATCH_SIZE = 256


def judge(
    state: State, clips: ClipDataset, words: int, workers: int
) -> tuple[Epoch, dict[str, Any] | None]:
    """Validates after an epoch and adds the record to the history.

    Returns:
        The epoch's record, and what to keep where it is the best so far: the averaged weights, with
        the temperature that calibrates them.
    """
    progress, network = state.progress, state.average.module
    logits, label = predict(network, clips, workers, state.device)
    training_loss, training_accuracy = progress.means()
    spoken = label < words
    record = Epoch(
        epoch=progress.epoch + 1,
        learning_rate=float(state.schedule.get_last_lr()[0]),
        training_loss=training_loss,
        training_accuracy=training_accuracy,
        validation_loss=float(functional.cross_entropy(logits, label)),
        validation_accuracy=_accuracy(logits[spoken, :words], label[spoken]),
        validation_accuracy_open=_accuracy(logits, label),
        seconds=progress.seconds,
    )
    progress.history.append(record)
    if best_of(progress.history) is not record:
        return record, None
    weights = {**recognizer_weights(network), "temperature": fit_temperature(logits, label)}
    return record, {"network": weights, "epoch": dataclasses.asdict(record)}


@torch.no_grad()
def predict(
    network: nn.Module, clips: ClipDataset, workers: int, device: torch.device
) -> tuple[Tensor, Tensor]:
    """Logits `(clips, classes)` and labels `(clips,)` of a whole data set."""
    network.eval()
    logits, labels = [], []
    for waveform, label, *_ in load(clips, Batches(len(clips), BATCH_SIZE, whole=False), workers):
        logits.append(network(waveform.to(device)).logits.cpu())
        labels.append(label)
    return torch.cat(logits), torch.cat(labels)


def fit_temperature(logits: Tensor, label: Tensor) -> Tensor:
    """The temperature whose probabilities fit the labels best (Guo et al., arXiv 1706.04599).

    The negative log likelihood is convex in the inverse temperature: golden-section search.
    """

    def loss(inverse: float) -> float:
        return float(functional.cross_entropy(logits * inverse, label))

    low, high = 0.05, 20.0
    golden = (5**0.5 - 1) / 2
    while high - low > 1e-4:
        left, right = high - golden * (high - low), low + golden * (high - low)
        low, high = (low, right) if loss(left) < loss(right) else (left, high)
    return torch.tensor(2.0 / (low + high))


def _accuracy(logits: Tensor, label: Tensor) -> float:
    return float((logits.argmax(dim=1) == label).float().mean())
