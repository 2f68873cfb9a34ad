"""Words that nobody spoke, in noise, whose true beginning and end are known to the sample.

They are the measure for every way to trim: a recording's edges are somebody's opinion, these are
not. A word is one to three vowels (harmonics of a gliding pitch), perhaps with a stop's silence
between them, and it begins and ends as words do: at once, with a soft fricative like "f", "s" or
"h", or with the burst of a "p" or "t".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from sayso.audio import Sound

Colour: TypeAlias = Literal["white", "pink"]

_FRICATIVES = {  # band in Hz, level below the vowel in dB (lowest, highest)
    "f": (1500.0, 7500.0, 12.0, 18.0),
    "s": (3500.0, 7800.0, 6.0, 12.0),
    "h": (500.0, 4000.0, 12.0, 18.0),
}
_VOWEL_RMS = 0.1


@dataclass(frozen=True, slots=True)
class MarkedClip:
    """A clip and the samples between which its word lies: `samples[start:end]`."""

    samples: Sound
    rate: int
    start: int
    end: int


def marked_clip(
    rng: np.random.Generator,
    snr_db: float,
    colour: Colour = "white",
    length_s: float = 1.0,
    rate: int = 16_000,
) -> MarkedClip:
    """Makes one clip: a word at a random place, in noise.

    Args:
        rng: where all of its chance comes from.
        snr_db: the word's mean power over the noise's, in dB, both over the whole band.
        colour: "white", or "pink" (power falls as 1/f, as it does in rooms).
        length_s: the clip's length in seconds; it should hold a word of 0.8 s.
        rate: Hz, at least 16 000.
    """
    word = _word(rng, rate)
    length = max(round(length_s * rate), len(word))
    start = int(rng.integers(0, length - len(word) + 1))
    noise = _noise(rng, length, colour)
    noise *= np.sqrt(np.mean(word**2) / np.mean(noise**2)) * 10 ** (-snr_db / 20)
    samples = noise
    samples[start : start + len(word)] += word
    samples /= max(1.0, float(np.abs(samples).max()))
    return MarkedClip(samples.astype(np.float32), rate, start, start + len(word))


def _word(rng: np.random.Generator, rate: int) -> np.ndarray:
    parts = [_edge(rng, rate)]
    for index in range(int(rng.integers(1, 4))):
        if index and rng.random() < 0.3:
            parts.append(np.zeros(int(rng.uniform(0.03, 0.08) * rate)))  # the silence of a stop
        parts.append(_vowel(rng, rate))
    parts.append(_edge(rng, rate)[::-1])
    return np.concatenate(parts)


def _edge(rng: np.random.Generator, rate: int) -> np.ndarray:
    """How a word begins (turned round: how it ends): at once, with a fricative or with a burst."""
    kind = str(rng.choice(["", "f", "s", "h", "p"]))
    if not kind:
        return np.zeros(0)
    if kind == "p":
        burst = _band_noise(rng, int(0.012 * rate), rate, 500.0, 6000.0)
        burst *= np.exp(-np.arange(len(burst)) / (0.005 * rate))
        closure = np.zeros(int(rng.uniform(0.01, 0.06) * rate))
        return np.concatenate([burst * _VOWEL_RMS * 10 ** (-rng.uniform(0, 6) / 20), closure])
    low, high, softest, loudest = _FRICATIVES[kind]
    samples = _band_noise(rng, int(rng.uniform(0.06, 0.15) * rate), rate, low, high)
    samples *= _VOWEL_RMS * 10 ** (-rng.uniform(softest, loudest) / 20)
    return _fade(samples, int(0.02 * rate), 0)


def _vowel(rng: np.random.Generator, rate: int) -> np.ndarray:
    length = int(rng.uniform(0.1, 0.2) * rate)
    pitch_hz = rng.uniform(90, 250) * np.linspace(1, rng.uniform(0.8, 1.2), length)
    phase = 2 * np.pi * np.cumsum(pitch_hz) / rate
    formants_hz = np.array([rng.uniform(300, 800), rng.uniform(900, 2300), rng.uniform(2400, 3200)])
    samples = np.zeros(length)
    for harmonic in range(1, int(4000 / pitch_hz.max()) + 1):
        distance = (harmonic * pitch_hz.mean() - formants_hz) / np.array([80.0, 120.0, 200.0])
        gain = np.sum(np.array([1.0, 0.5, 0.25]) / (1 + distance**2)) + 0.01
        samples += gain * np.sin(harmonic * phase + rng.uniform(0, 2 * np.pi))
    samples *= _VOWEL_RMS / np.sqrt(np.mean(samples**2))
    return _fade(samples, int(0.015 * rate), int(0.025 * rate))


def _band_noise(
    rng: np.random.Generator, length: int, rate: int, low_hz: float, high_hz: float
) -> np.ndarray:
    """Noise of RMS 1 between two frequencies."""
    spectrum = np.fft.rfft(rng.standard_normal(length))
    hz = np.fft.rfftfreq(length, 1 / rate)
    samples = np.fft.irfft(np.where((hz >= low_hz) & (hz <= high_hz), spectrum, 0), length)
    return np.asarray(samples / np.sqrt(np.mean(samples**2)))


def _noise(rng: np.random.Generator, length: int, colour: Colour) -> np.ndarray:
    white = rng.standard_normal(length)
    if colour == "white":
        return white
    hz = np.fft.rfftfreq(length)
    return np.fft.irfft(np.fft.rfft(white) / np.sqrt(np.maximum(hz, hz[1] * 20)), length)


def _fade(samples: np.ndarray, rise: int, fall: int) -> np.ndarray:
    """Raised-cosine ramps, so that nothing begins or ends with a click."""
    envelope = np.ones(len(samples))
    envelope[:rise] = 0.5 - 0.5 * np.cos(np.pi * (np.arange(rise) + 0.5) / rise)
    envelope[len(samples) - fall :] = 0.5 + 0.5 * np.cos(np.pi * (np.arange(fall) + 0.5) / fall)
    return samples * envelope
