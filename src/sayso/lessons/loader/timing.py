"""Times loaders with and without workers, in a process of its own; started by `measured.py`.

    python -m sayso.lessons.loader.timing

One JSON line is written for each thing measured, as soon as it is known. A process of its own has
one thread, so that it may be forked, and what the server does meanwhile does not slow it down.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from multiprocessing import get_start_method
from statistics import median
from time import perf_counter
from typing import Any

from sayso import audio
from sayso.corpus import Clip
from sayso.corpus.noise import Noise
from sayso.lessons.glass import clip_path, clip_words
from sayso.lessons.loader.functions import measure
from sayso.training.dataset import TrainingEpoch
from sayso.training.recipe import Recipe

CLIPS = 192  # one to two seconds of work without workers
SIZE = 12  # clips in a batch


def epoch() -> TrainingEpoch:
    """The bundled clips, drawn and changed as an epoch of training does."""
    words = clip_words()
    clips = [Clip(clip_path(word), word, word, "training") for word in words]
    return TrainingEpoch(clips * (CLIPS // len(clips)), words, Noise([]), Recipe(), 0, 0)


def loaders() -> list[tuple[int, str]]:
    """The numbers of workers that are timed, and how they are started."""
    usual = get_start_method()
    chosen = [(0, usual), (1, usual), (2, usual)]
    return chosen if usual == "spawn" else [*chosen, (1, "spawn")]  # as Windows and macOS do


def measure_all() -> Iterator[dict[str, Any]]:
    """Yields how long a clip takes, then for each loader the times at which its batches are there.

    Each comes with its number of workers and the way in which they were started.
    """
    made = epoch()
    clip_s, read_s = _medians_s(made.__getitem__, lambda i: audio.read(made.clips[i].path))
    yield {"clip_s": clip_s, "read_s": read_s}
    for workers, start in loaders():
        times = measure(made, SIZE, workers, start if workers else None)
        yield {"workers": workers, "start": start, "times": times}


def _medians_s(*makes: Callable[[int], object]) -> list[float]:
    """How long each takes for a clip, in turn, so that what else is going on slows all alike."""
    times: list[list[float]] = [[] for _ in makes]
    for position in range(CLIPS // 4):
        for make, taken in zip(makes, times, strict=True):
            begun = perf_counter()
            make(position)
            taken.append(perf_counter() - begun)
    return list(map(median, times))


if __name__ == "__main__":
    for found in measure_all():
        print(json.dumps(found), flush=True)  # noqa: T201  (it is read by the process that asked)
