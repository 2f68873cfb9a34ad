"""Batches of clips, by hand and with PyTorch; and who waits for whom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from time import perf_counter
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from sayso.lessons.glass import read_clip

Batch = tuple[Tensor, Tensor]


def by_hand(words: Sequence[str], order: Sequence[int], size: int) -> Iterator[Batch]:
    """Everything in one loop: cut, read, stack, convert."""
    start = 0
    while start < len(order):
        chosen = order[start : start + size]
        sounds = [read_clip(words[i]) for i in chosen]
        yield torch.from_numpy(np.stack(sounds)), torch.tensor(chosen)
        start = start + size


class Clips(Dataset[tuple[Tensor, int]]):
    """Two questions, two answers: how many, and what is the i-th."""

    def __init__(self, words: Sequence[str]) -> None:
        self.words = words

    def __len__(self) -> int:
        return len(self.words)

    def __getitem__(self, i: int) -> tuple[Tensor, int]:
        return torch.from_numpy(read_clip(self.words[i])), i


def with_loader(words: Sequence[str], order: Sequence[int], size: int) -> Iterator[Batch]:
    """The loader cuts, asks, stacks and converts."""
    yield from DataLoader(Clips(words), batch_size=size, sampler=order)


def cut(clips: int, size: int, first: int, step: int) -> list[range]:
    """Batches by index arithmetic: where each begins and ends."""
    return [range(start, min(start + size, clips)) for start in range(first, clips, step)]


def measure(clips: Dataset[Any], size: int, workers: int, start: str | None = None) -> list[float]:
    """When each batch is there, in seconds since the first was asked for."""
    loader = DataLoader(clips, batch_size=size, num_workers=workers, multiprocessing_context=start)
    asked = perf_counter()
    return [perf_counter() - asked for _ in loader]


def work(
    batches: int, make_s: float, learn_s: float, workers: int
) -> list[tuple[float, float, float]]:
    """When each batch is begun, ready, and learned from."""
    times = []
    free = [0.0] * max(1, workers)  # when each worker is next
    learned = 0.0
    for batch in range(batches):
        worker = batch % len(free)
        begun = max(free[worker], 0.0 if workers else learned)
        ready = free[worker] = begun + make_s
        learned = max(ready, learned) + learn_s
        times.append((begun, ready, learned))
    return times
