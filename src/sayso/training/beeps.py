"""Beeps and clicks: sounds of machines, keys and doors that are no speech, learned as silence."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sayso.audio import SAMPLE_RATE, Sound

LEVEL_DB = (-40.0, -6.0)  # of the loudest sample; dB of full scale
BEEP_HZ = (150.0, 5_000.0)
BEEP_S = (0.04, 0.7)
MOST_BEEPS, MOST_CLICKS = 4, 6  # in a second
HARMONICS = 4  # a pure tone's to a buzzer's
GLIDE = 0.5  # octaves up or down from its beginning to its end, at most
EDGE_S = 0.005  # in which a beep swells and fades, so that it does not click
CLICK_S = (0.0005, 0.02)  # in which a click decays to one e-th
CLICKS_PROBABILITY = 0.4

Floats = npt.NDArray[np.float64]


def add_beeps(samples: Sound, rng: np.random.Generator) -> Sound:
    """Adds a few beeps, all alike, or a few clicks to a second without speech, `(16000,)`."""
    sound = np.zeros(len(samples))
    clicks = rng.random() < CLICKS_PROBABILITY
    one = make_click(rng) if clicks else make_beep(rng)
    for _ in range(rng.integers(1, MOST_CLICKS if clicks else MOST_BEEPS, endpoint=True)):
        start = int(rng.integers(-len(one) // 2, len(sound)))  # one may be cut off at either end
        piece = one[max(0, -start) : len(sound) - start]
        sound[max(0, start) :][: len(piece)] += piece
    loudest = max(float(np.abs(sound).max()), 1e-9)
    sound *= 10 ** (rng.uniform(*LEVEL_DB) / 20) / loudest
    return np.asarray(np.clip(samples + sound, -1, 1), np.float32)


def make_beep(rng: np.random.Generator) -> Floats:
    """A tone with some harmonics, that may glide, and hold or ring out like a bell."""
    length = int(rng.uniform(*BEEP_S) * SAMPLE_RATE)
    seconds = np.arange(length) / SAMPLE_RATE
    hertz = np.exp(rng.uniform(*np.log(BEEP_HZ))) * 2 ** np.linspace(
        0, rng.uniform(-GLIDE, GLIDE) * (rng.random() < 0.5), length
    )
    phase = 2 * np.pi * np.cumsum(hertz) / SAMPLE_RATE
    tone = np.zeros(length)
    for harmonic in range(1, int(rng.integers(1, HARMONICS, endpoint=True)) + 1):
        audible = hertz * harmonic < SAMPLE_RATE / 2
        tone += audible * rng.random() / harmonic * np.sin(harmonic * phase)
    decay = rng.uniform(1, 6) * (rng.random() < 0.5)  # of its length: a hold, or a bell
    edge = np.minimum(1.0, np.minimum(seconds, seconds[::-1]) / EDGE_S)
    return np.asarray(tone * edge * np.exp(-decay * np.linspace(0, 1, length)))


def make_click(rng: np.random.Generator) -> Floats:
    """A burst of noise that dies away: a key, a switch, a door."""
    decay = np.exp(rng.uniform(*np.log(CLICK_S))) * SAMPLE_RATE
    time = np.arange(int(5 * decay) + 1)
    return np.asarray(rng.standard_normal(len(time)) * np.exp(-time / decay))
