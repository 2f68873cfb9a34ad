"""Changes to a clip that leave the word what it is: more to hear than was recorded."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import soxr

from sayso import audio
from sayso.audio import SAMPLE_RATE, Sound
from sayso.corpus.noise import Noise, add_noise, rms
from sayso.network.features import FRAMES, MELS
from sayso.training.recipe import Recipe

REVERBERATION_S = (0.1, 0.6)  # a small room with curtains to an empty one
TAIL_SAMPLES = SAMPLE_RATE // 4  # of the reverberation, 250 ms
DIRECT_TO_TAIL_DB = (0.0, 20.0)  # a step away from the microphone, or close to it
MICROPHONE_HZ = (0.0, 200.0, 500.0, 1200.0, 2500.0, 4500.0, 8000.0)  # between them a straight line
MICROPHONE_DB = 15.0  # louder or softer at most


def augment(samples: Sound, noise: Noise, recipe: Recipe, rng: np.random.Generator) -> Sound:
    """Another speed, microphone, room and moment: one second out, whatever comes in."""
    samples = change_speed(samples, rng.uniform(-recipe.speed_change, recipe.speed_change))
    samples = audio.fit(samples, SAMPLE_RATE)
    if rng.random() < recipe.colour_probability:
        samples = colour(samples, rng)
    samples = shift(samples, int(rng.uniform(-1, 1) * recipe.shift_ms / 1000 * SAMPLE_RATE))
    if rng.random() < recipe.noise_probability:
        snr_db = rng.uniform(recipe.noise_snr_low_db, recipe.noise_snr_high_db)
        samples = add_noise(samples, noise.piece(SAMPLE_RATE, rng), snr_db)
    return samples


def change_speed(samples: Sound, change: float) -> Sound:
    """Plays faster (and higher) for a positive change, slower (and lower) for a negative one."""
    faster = soxr.resample(samples, SAMPLE_RATE * (1.0 + change), SAMPLE_RATE, quality="QQ")
    return np.asarray(faster, dtype=np.float32)


def colour(samples: Sound, rng: np.random.Generator) -> Sound:
    """Plays a clip in another room, to another microphone; loudness stays.

    The room is noise that decays exponentially behind the direct sound (Moorer 1979), by 60 dB in
    its reverberation time; the microphone's response is a curve of random gains over frequency.
    """
    reverberation_s = rng.uniform(*REVERBERATION_S)
    tail = rng.standard_normal(TAIL_SAMPLES, dtype=np.float32) * np.exp(
        np.arange(TAIL_SAMPLES, dtype=np.float32) * np.float32(-6.9 / reverberation_s / SAMPLE_RATE)
    )
    tail *= 10 ** (-rng.uniform(*DIRECT_TO_TAIL_DB) / 20) / np.sqrt(np.sum(np.square(tail)))
    tail[0] += 1.0
    points = len(samples) + TAIL_SAMPLES
    gains_db = rng.uniform(-MICROPHONE_DB, MICROPHONE_DB, len(MICROPHONE_HZ))
    curve_db = np.interp(np.fft.rfftfreq(points, 1 / SAMPLE_RATE), MICROPHONE_HZ, gains_db)
    response = np.fft.rfft(tail, points) * 10 ** (curve_db / 20)
    played = np.fft.irfft(np.fft.rfft(samples, points) * response, points)[: len(samples)]
    heard: Sound = np.asarray(played, np.float32)
    level = rms(samples) / max(rms(heard), 1e-9)
    return heard * np.float32(min(level, 1 / max(np.abs(heard).max(), 1e-9)))


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
