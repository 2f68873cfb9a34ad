"""Two recorders, one of which stops early; and whether the padding tells which it was."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from sayso.audio import SAMPLE_RATE, Sound
from sayso.lessons.sound.data import recordings
from sayso.lessons.sound.functions import best_split, quietest
from sayso.prepare import equalise
from sayso.prepare.equalise import Fill

FILLS: tuple[Fill, ...] = ("zeros", "noise")


class Split(NamedTuple):
    """The level in dB of the quietest 10 ms of each clip, by recorder, and the best threshold."""

    padded: tuple[float, ...]
    whole: tuple[float, ...]
    threshold: float
    right: float


@lru_cache(maxsize=32)
def split(fill: Fill, missing_ms: int) -> Split:
    """Pads the clips of a recorder that stops early, and tells them from the others.

    Args:
        fill: what the clips are padded with.
        missing_ms: how much too early it stops.
    """
    clips = [clip for clip in recordings() if len(clip) >= SAMPLE_RATE]
    early = np.random.default_rng(1).random(len(clips)) < 0.5
    length = SAMPLE_RATE - missing_ms * SAMPLE_RATE // 1000
    padded, whole = [], []
    for number, clip in enumerate(clips):
        if early[number]:
            padded.append(quietest(pad_end(clip[:length], fill, number)))
        else:
            whole.append(quietest(clip[:SAMPLE_RATE]))
    return Split(tuple(padded), tuple(whole), *best_split(padded, whole))


def pad_end(clip: Sound, fill: Fill, seed: int) -> Sound:
    """One second of a clip that is shorter."""
    return equalise(clip, SAMPLE_RATE, pad="end", fill=fill, rng=seed)
