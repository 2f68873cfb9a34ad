"""Background noise: pieces of it, silence made of it, and speech mixed with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from sayso import audio
from sayso.audio import SAMPLE_RATE, Sound

HELD_OUT_SHARE = 0.15  # of each recording, its end: noise that training never hears
SILENCE_DB = (-80.0, -20.0)  # level of silence, from a quiet room to a kitchen; dB of full scale
SILENT_CLIPS = 200  # in an evaluation, where a corpus has noise and no clips of silence
NOTHING_PROBABILITY = 0.1  # of silence that is all zeros, as a muted microphone gives


class Noise:
    """Recordings of background noise to cut pieces from.

    Args:
        recordings: `(samples,)` each, at 16 kHz; white noise stands in where there are none.
    """

    def __init__(self, recordings: Sequence[Sound]) -> None:
        white = np.random.default_rng(0).standard_normal(60 * SAMPLE_RATE)
        self.recordings = recordings or [np.asarray(0.1 * white, dtype=np.float32)]

    @classmethod
    def read(cls, paths: Iterable[Path], *, held_out: bool = False) -> Noise:
        """Reads noise recordings: the part of each for training, or its end, held out."""
        parts = []
        for path in paths:
            samples = audio.read(path)
            border = int(len(samples) * (1 - HELD_OUT_SHARE))
            parts.append(samples[border:] if held_out else samples[:border])
        return cls(parts)

    def piece(self, length: int, rng: np.random.Generator) -> Sound:
        """Cuts `length` samples from a random place of a random recording."""
        recording = self.recordings[int(rng.integers(len(self.recordings)))]
        if len(recording) <= length:
            return np.resize(recording, length)
        start = int(rng.integers(len(recording) - length))
        return recording[start : start + length]

    def silence(self, rng: np.random.Generator) -> Sound:
        """One second without speech, `(16000,)`: noise at any level, sometimes all zeros."""
        piece = self.piece(SAMPLE_RATE, rng)
        if rng.random() < NOTHING_PROBABILITY or not rms(piece):
            return np.zeros(SAMPLE_RATE, np.float32)
        loud = piece * (10 ** (rng.uniform(*SILENCE_DB) / 20) / rms(piece))
        return np.asarray(np.clip(loud, -1, 1), dtype=np.float32)


def add_noise(samples: Sound, noise: Sound, snr_db: float) -> Sound:
    """Mixes noise in at a signal-to-noise ratio in dB, both powers taken over the whole clip.

    The sum is scaled down where it would leave [-1, 1].
    """
    if not rms(samples) or not rms(noise):
        return samples
    mixed = samples + noise * (rms(samples) / rms(noise) * 10 ** (-snr_db / 20))
    return np.asarray(mixed / max(1.0, float(np.abs(mixed).max())), dtype=np.float32)


def rms(samples: Sound) -> float:
    """The root mean square of a sound."""
    return float(np.sqrt(np.mean(np.square(samples, dtype=np.float64))))
