"""Where a word begins and ends, found in three simple ways; and what padding gives away."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from sayso.audio import Sound
from sayso.prepare import Edges

FRAME = 160  # samples, 10 ms at 16 kHz
NOTHING = 1e-10  # power, -100 dB: less than 16 bits can hold
WINDOW, HOP = 2048, 512  # samples: librosa's frames


def levels(samples: Sound) -> npt.NDArray[np.floating]:
    """The mean power of every 10 ms, in dB of full scale: `(frames,)`."""
    frames = samples[: len(samples) // FRAME * FRAME].reshape(-1, FRAME)
    return np.asarray(10 * np.log10(np.maximum((frames**2).mean(axis=1), NOTHING)))


def above(samples: Sound, threshold_db: float) -> Edges | None:
    """From the first to the last 10 ms that are louder than a threshold."""
    loud = np.flatnonzero(levels(samples) > threshold_db)
    return Edges(int(loud[0]) * FRAME, int(loud[-1] + 1) * FRAME) if loud.size else None


def window_levels(samples: Sound) -> npt.NDArray[np.floating]:
    """The level of librosa's windows in dB: 128 ms long, one every 32 ms."""
    padded = np.pad(samples, WINDOW // 2)
    windows = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP]
    return np.asarray(10 * np.log10(np.maximum((windows**2).mean(axis=1), NOTHING)))


def below_peak(samples: Sound, top_db: float) -> Edges:
    """What is less than `top_db` below the loudest window, as `librosa.effects.trim` finds it."""
    level = window_levels(samples)
    loud = np.flatnonzero(level > level.max() - top_db)
    return Edges(int(loud[0]) * HOP, min(len(samples), int(loud[-1] + 1) * HOP))


def speech_band(samples: Sound, over_db: float = 6) -> Edges | None:
    """From the first to the last 10 ms that stand out from the floor between 100 and 4000 Hz."""
    frames = samples[: len(samples) // FRAME * FRAME].reshape(-1, FRAME)
    power = np.abs(np.fft.rfft(frames * np.hanning(FRAME))) ** 2  # (frames, bands of 100 Hz)
    level = 10 * np.log10(power[:, 1:40].sum(axis=1) + NOTHING)
    loud = np.flatnonzero(level > np.quantile(level, 0.1) + over_db) if len(level) else level
    return Edges(int(loud[0]) * FRAME, int(loud[-1] + 1) * FRAME) if loud.size else None


def quietest(samples: Sound) -> float:
    """The level of the quietest 10 ms, in dB."""
    return float(levels(samples).min())


def best_split(low: Sequence[float], high: Sequence[float]) -> tuple[float, float]:
    """The threshold that best keeps two groups apart, and the share that it gets right."""
    both = sorted({*low, *high})
    thresholds = [both[0] - 1, *((a + b) / 2 for a, b in pairwise(both))]

    def right(threshold: float) -> float:
        below = sum(value < threshold for value in low)
        return (below + sum(value >= threshold for value in high)) / (len(low) + len(high))

    best = max(thresholds, key=right)
    return best, right(best)
