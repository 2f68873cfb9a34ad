"""Changes to a clip that leave the word what it is: more to hear than was recorded."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import soxr

from sayso import audio
from sayso.audio import SAMPLE_RATE, Sound
from sayso.corpus.noise import Noise, add_noise
from sayso.network.features import FRAMES, MELS
from sayso.training.recipe import Recipe


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
