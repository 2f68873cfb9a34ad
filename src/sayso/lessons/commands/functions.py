"""What happens to a second of sound before the network sees it, and a baseline without a network.

The front end is that of `sayso.network.features`, which needs PyTorch, written in NumPy.
"""

from __future__ import annotations

import hashlib

import numpy as np
import numpy.typing as npt

from sayso.audio import SAMPLE_RATE

Floats = npt.NDArray[np.floating]

HOP_SAMPLES = 160  # 10 ms
WINDOW_SAMPLES = 480  # 30 ms
FFT_POINTS = 512  # at least
MELS = 40
LOWEST_HZ, HIGHEST_HZ = 20.0, 7_600.0
FLOOR = 1e-4  # of the clip's mean power
SILENCE = 1e-5  # power added to that mean, which in digital silence is none


def percent_of(text: str) -> float:
    """A number from 0 to 100, the same for a text every time: the rule of Speech Commands."""
    digest = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
    return int(digest, 16) % 2**27 * 100 / (2**27 - 1)


def spectrum(samples: Floats, window: int = WINDOW_SAMPLES) -> Floats:
    """How strong each frequency is, every 10 ms: `(frames, bins)`."""
    starts = np.arange(0, len(samples) - window + 1, HOP_SAMPLES)
    frames = samples[starts[:, None] + np.arange(window)]  # (frames, window)
    fade = 0.5 - 0.5 * np.cos(2 * np.pi * (np.arange(window) + 0.5) / window)
    waves = np.fft.rfft(frames * fade, max(window, FFT_POINTS))
    return np.asarray(np.square(np.abs(waves)))


def mel_filters(mels: int, bins: int) -> Floats:
    """Which bins make up which band, `(mels, bins)`: wide bands above, narrow ones below."""
    lowest, highest = (2595 * np.log10(1 + hertz / 700) for hertz in (LOWEST_HZ, HIGHEST_HZ))
    edges = 700 * (10 ** (np.linspace(lowest, highest, mels + 2) / 2595) - 1)
    low, centre, high = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    hertz = np.linspace(0, SAMPLE_RATE / 2, bins)
    triangles = np.minimum((hertz - low) / (centre - low), (high - hertz) / (high - centre))
    return np.asarray(np.maximum(0, triangles))


def bands(power: Floats, mels: int = MELS) -> Floats:
    """The strength of each mel band: `(frames, mels)`."""
    return np.asarray(power @ mel_filters(mels, power.shape[1]).T)


def log_floor(strength: Floats, floor: float = FLOOR) -> Floats:
    """The logarithm, as ears have it; what is far below the mean is lifted to a floor."""
    return np.asarray(np.log(strength + floor * (strength.mean() + SILENCE)))


def without_mean(logs: Floats) -> Floats:
    """Takes from each band what it always has: the colour of microphone and room."""
    return np.asarray(logs - logs.mean(axis=0))


def nearest(clips: Floats, voices: npt.NDArray[np.generic] | None = None) -> npt.NDArray[np.intp]:
    """For each clip the one that is most like it, another voice's where voices are given.

    Args:
        clips: `(clips, numbers)`; alike is what correlates.
        voices: `(clips,)`, whose voice each is.
    """
    centred = clips - clips.mean(axis=1, keepdims=True)
    centred /= np.linalg.norm(centred, axis=1, keepdims=True)
    alike = centred @ centred.T
    own = np.eye(len(clips), dtype=bool) if voices is None else voices[:, None] == voices
    return np.asarray(np.where(own, -2, alike).argmax(axis=1))
