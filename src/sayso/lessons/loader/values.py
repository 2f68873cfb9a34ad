"""The numbers in the prose."""

from __future__ import annotations

from functools import cache
from time import perf_counter

import numpy as np
import torch

from sayso.corpus.noise import Noise
from sayso.lessons.glass import clip_words, read_clip
from sayso.lessons.loader.functions import by_hand, with_loader, work
from sayso.lessons.loader.timing import SIZE
from sayso.training.augment import augment
from sayso.training.recipe import Recipe

BATCHES = 12  # of the timeline
LEARN_S = 0.1


def order_of(seed: int) -> list[int]:
    """The bundled clips, shuffled."""
    return [int(i) for i in np.random.default_rng(seed).permutation(len(clip_words()))]


def largest_difference(size: int) -> float:
    """Between the batches by hand and those of the loader, over a whole epoch."""
    pairs = zip(
        by_hand(clip_words(), order_of(0), size),
        with_loader(clip_words(), order_of(0), size),
        strict=True,
    )
    return max(float(max((a - b).abs().max(), (x - y).abs().max())) for (a, x), (b, y) in pairs)


def enough_workers(make_s: float) -> int:
    """With how many workers the network waits for the first batch only."""
    least = make_s + BATCHES * LEARN_S
    for workers in range(1, BATCHES):
        if work(BATCHES, make_s, LEARN_S, workers)[-1][2] < least + 1e-9:
            return workers
    return BATCHES


@cache
def milliseconds() -> float:
    """How long it takes on this machine to change one clip as training does: the median."""
    recipe, noise = Recipe(), Noise([])  # white, where no recording is given
    rng = np.random.default_rng(0)
    times = []
    for word in clip_words() * 3:
        clip = read_clip(word)
        started = perf_counter()
        augment(clip, noise, recipe, rng)
        times.append(1000 * (perf_counter() - started))
    return float(np.median(times))


def values() -> dict[str, float | str]:
    """Computed, by name."""
    return {
        "clips": len(clip_words()),
        "apart": largest_difference(5),
        "torch": torch.__version__.partition("+")[0],
        "clip_ms": milliseconds(),
        "timed_size": SIZE,
    }
