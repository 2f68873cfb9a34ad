"""Which part of a clip decided: what the answer loses when that part is silent.

Zeiler and Fergus, "Visualizing and Understanding Convolutional Networks", ECCV 2014, section 4.2,
along time only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sayso.audio import SAMPLE_RATE, Sound
from sayso.recognition.events import Floats
from sayso.recognition.model import WINDOW, Model

MASK = SAMPLE_RATE // 10  # samples: 100 ms, about one speech sound
STEP = SAMPLE_RATE // 50  # samples: 20 ms
_SOFT = SAMPLE_RATE // 200  # samples: the mask's edges take 5 ms, or the model would hear a click


@dataclass(frozen=True, eq=False)
class Occlusion:
    """How the probability of a word falls when a stretch of the clip is silenced.

    Attributes:
        whole: the probability with nothing silenced.
        starts: `(masks,)`, the first sample of each mask.
        drops: `(masks,)`, the fall in probability; negative where silence helps the word.
    """

    whole: float
    starts: npt.NDArray[np.int64]
    drops: Floats

    def worst(self) -> tuple[int, float]:
        """The first sample of the mask that costs most, and what it costs."""
        index = int(self.drops.argmax())
        return int(self.starts[index]), float(self.drops[index])

    def along(self) -> Floats:
        """The mean drop of all masks over each `STEP` of the window, `(WINDOW / STEP,)`."""
        steps = WINDOW // STEP
        sums, counts = np.zeros(steps), np.zeros(steps)
        for start, drop in zip(self.starts // STEP, self.drops, strict=True):
            sums[start : start + MASK // STEP] += drop
            counts[start : start + MASK // STEP] += 1
        return np.asarray(sums / counts, np.float32)


def occlude(model: Model, window: Sound, word: str) -> Occlusion:
    """Slides a silent mask of 100 ms over a window `(16000,)`, 20 ms at a time."""
    starts = np.arange(0, WINDOW - MASK + 1, STEP)
    masked = np.repeat(window[np.newaxis], len(starts), axis=0)  # (masks, samples)
    mask = _mask()
    for row, start in zip(masked, starts, strict=True):
        row[start : start + MASK] *= mask
    index = model.words.index(word)
    whole = float(model.probabilities(window[np.newaxis])[0, index])
    return Occlusion(whole, starts, whole - model.probabilities(masked)[:, index])


def _mask() -> Sound:
    """Gains `(MASK,)`: 1 at both ends, then half a cosine down to 0."""
    fall = 0.5 + 0.5 * np.cos(np.pi * np.arange(_SOFT) / _SOFT)
    return np.concatenate([fall, np.zeros(MASK - 2 * _SOFT), fall[::-1]]).astype(np.float32)
