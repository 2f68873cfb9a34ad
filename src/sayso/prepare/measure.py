"""What can be said of one clip in numbers: how long, how loud, how clean."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sayso.audio import SAMPLE_RATE, Sound
from sayso.errors import SaysoError
from sayso.prepare.edges import Edges

SILENCE_DBFS = -120.0  # written for a level of nothing, so that every measure is a number
FULL_SCALE = 32767 / 32768  # the largest sample of 16 bits
PIECE_SAMPLES = 8192  # BLAS takes one thread for so few: the same sum on any machine
NOISE_S = 0.05  # outside the word, at least, before a ratio of word to noise is stated

_ONES = np.ones(PIECE_SAMPLES, np.float32)  # a product with it is a sum, in half the time


class Measures(NamedTuple):
    """Of one clip; levels in dB relative to full scale (dBFS), 0 being the loudest that fits.

    Attributes:
        duration_s: the whole clip's.
        sound_s: of the part that is kept; 0 where the clip holds nothing but silence.
        loudness_dbfs: the kept part's mean power, its mean taken off (the whole clip's where
            nothing is kept).
        peak_dbfs: the largest sample's.
        clipped: the share of samples at full scale.
        dc: the mean of the samples, which is 0 in a sound recording.
        snr_db: the kept part's power over that of the rest, noise taken off; None where less than
            50 ms is left outside or nothing is kept.
    """

    duration_s: float
    sound_s: float
    loudness_dbfs: float
    peak_dbfs: float
    clipped: float
    dc: float
    snr_db: float | None


def measure(samples: Sound, rate: int = SAMPLE_RATE, cut: Edges | None = None) -> Measures:
    """Measures a clip of which `cut` is kept (None: it holds nothing but silence).

    Args:
        samples: `(samples,)` float32 in [-1, 1], not empty.
        rate: Hz.
        cut: what is kept, as `find_cut` found it.

    Raises:
        SaysoError: the clip is empty.
    """
    if not len(samples):
        raise SaysoError("A clip without samples cannot be measured.")
    start, end = (0, len(samples)) if cut is None else cut
    sound, rest = end - start, len(samples) - (end - start)
    total, squares = _sums(samples[start:end])
    total_before, squares_before = _sums(samples[:start])
    total_after, squares_after = _sums(samples[end:])
    total_rest, squares_rest = total_before + total_after, squares_before + squares_after
    inside, outside = _power(total, squares, sound), _power(total_rest, squares_rest, rest)
    peak = max(float(np.maximum.reduce(samples)), -float(np.minimum.reduce(samples)))
    return Measures(
        duration_s=len(samples) / rate,
        sound_s=0.0 if cut is None else sound / rate,
        loudness_dbfs=_db(inside),
        peak_dbfs=_db(peak**2),
        clipped=_clipped(samples, peak),
        dc=(total + total_rest) / len(samples),
        snr_db=_snr_db(inside, outside) if rest >= NOISE_S * rate else None,
    )


def _sums(samples: Sound) -> tuple[float, float]:
    """The sum of the samples and that of their squares."""
    total = squares = 0.0
    for start in range(0, len(samples), PIECE_SAMPLES):
        piece = samples[start : start + PIECE_SAMPLES]
        total += float(piece @ _ONES[: len(piece)])
        squares += float(piece @ piece)
    return total, squares


def _power(total: float, squares: float, count: int) -> float:
    """The mean square about the mean."""
    return max(0.0, squares / count - (total / count) ** 2) if count else 0.0


def _db(power: float) -> float:
    return 10 * math.log10(power) if power > 1e-12 else SILENCE_DBFS


def _snr_db(inside: float, outside: float) -> float | None:
    """Sound and noise are uncorrelated, so the sound's own power is the difference."""
    if outside <= 1e-12 or inside <= outside:
        return None
    return 10 * math.log10((inside - outside) / outside)


def _clipped(samples: Sound, peak: float) -> float:
    if peak < FULL_SCALE:
        return 0.0
    return float(np.count_nonzero(np.abs(samples) >= FULL_SCALE)) / len(samples)
