"""Changes to a clip that leave the word what it is: more to hear than was recorded."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import soxr

from sayso import audio
from sayso.audio import SAMPLE_RATE, Sound
from sayso.network.features import MELS
from sayso.training.recipe import Recipe

FRAMES = 98  # of one second's features
VALIDATION_SHARE = 0.15  # of each noise recording, its end: noise that training never hears


class Noise:
    """Recordings of background noise to cut pieces from.

    Args:
        recordings: `(samples,)` each, at 16 kHz; none at all stands for white noise.
    """

    def __init__(self, recordings: list[Sound]) -> None:
        if not recordings:
            white = np.random.default_rng(0).standard_normal(60 * SAMPLE_RATE)
            recordings = [(0.1 * white).astype(np.float32)]
        self.recordings = recordings

    @classmethod
    def read(cls, paths: tuple[Path, ...], *, validation: bool = False) -> Noise:
        """Reads noise recordings: their first part for training, their last for validation."""
        parts = []
        for path in paths:
            samples = audio.read(path)
            border = int(len(samples) * (1 - VALIDATION_SHARE))
            parts.append(samples[border:] if validation else samples[:border])
        return cls(parts)

    def piece(self, length: int, rng: np.random.Generator) -> Sound:
        """Cuts `length` samples from a random place of a random recording."""
        recording = self.recordings[rng.integers(len(self.recordings))]
        if len(recording) <= length:
            return np.resize(recording, length)
        start = rng.integers(len(recording) - length)
        return recording[start : start + length]


def augment(samples: Sound, noise: Noise, recipe: Recipe, rng: np.random.Generator) -> Sound:
    """Another speed, another moment, other surroundings: one second out, whatever comes in."""
    samples = change_speed(samples, rng.uniform(-recipe.speed_change, recipe.speed_change))
    samples = audio.fit(samples, SAMPLE_RATE)
    samples = shift(samples, int(rng.uniform(-1, 1) * recipe.shift_ms / 1000 * SAMPLE_RATE))
    if rng.random() < recipe.noise_probability:
        snr_db = rng.uniform(recipe.noise_snr_low_db, recipe.noise_snr_high_db)
        samples = add_noise(samples, noise.piece(SAMPLE_RATE, rng), snr_db)
    return samples


def change_speed(samples: Sound, change: float) -> Sound:
    """Plays faster (and higher) for a positive change, slower (and lower) for a negative one."""
    faster = soxr.resample(samples, SAMPLE_RATE * (1.0 + change), SAMPLE_RATE, quality="QQ")
    return np.asarray(faster, dtype=np.float32)


def shift(samples: Sound, later: int) -> Sound:
    """Moves a sound by a number of samples; what comes in at the edge is zero."""
    moved = np.zeros_like(samples)
    if later >= 0:
        moved[later:] = samples[: len(samples) - later]
    else:
        moved[:later] = samples[-later:]
    return moved


def add_noise(samples: Sound, noise: Sound, snr_db: float) -> Sound:
    """Mixes noise in at a signal-to-noise ratio in dB, both powers taken over the whole clip.

    The sum is scaled down where it would leave [-1, 1].
    """
    signal_rms, noise_rms = _rms(samples), _rms(noise)
    if not signal_rms or not noise_rms:
        return samples
    mixed = samples + noise * (signal_rms / noise_rms * 10 ** (-snr_db / 20))
    return np.asarray(mixed / max(1.0, float(np.abs(mixed).max())), dtype=np.float32)


def silence(noise: Noise, rng: np.random.Generator) -> Sound:
    """One second without speech: noise from -80 to -20 dB of full scale, or nothing at all."""
    piece = noise.piece(SAMPLE_RATE, rng)
    rms = _rms(piece)
    if rng.random() < 0.1 or not rms:
        return np.zeros(SAMPLE_RATE, np.float32)
    loud = piece * (10 ** (rng.uniform(-80, -20) / 20) / rms)
    return np.clip(loud, -1, 1).astype(np.float32)


def draw_masks(recipe: Recipe, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    """Draws the stretches of mel bands and of frames to hide: `(2, stretches, 2)`, see `hide`."""
    stretches = max(recipe.mel_masks, recipe.frame_masks)
    masks = np.zeros((2, stretches, 2), np.int64)
    for axis, (count, widest, size) in enumerate(
        (
            (recipe.mel_masks, recipe.mel_mask_width, MELS),
            (recipe.frame_masks, recipe.frame_mask_width, FRAMES),
        )
    ):
        width = rng.integers(0, widest, count, endpoint=True)
        first = (rng.random(count) * (size - width)).astype(np.int64)
        masks[axis, :count] = np.stack([first, first + width], axis=1)
    return masks


def _rms(samples: Sound) -> float:
    return float(np.sqrt(np.mean(np.square(samples, dtype=np.float64))))
