"""The sounds of this lesson: words of the bundled sample, noise, and words with known edges."""

from __future__ import annotations

import io
import zipfile
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.resources import files

import numpy as np

from sayso import audio
from sayso.audio import SAMPLE_RATE, Sound
from sayso.prepare.synthetic import MarkedClip, marked_clip

PER_WORD = 3
SNRS_DB = (5, 10, 15, 20, 30, 40)
MARKED = 15  # clips for each ratio
SOFTEST_DB = 30.0  # below the loudest: as far away as some people sit
_NOISE = "_background_noise_/running_tap.opus"


@cache
def recordings() -> tuple[Sound, ...]:
    """Three recordings of each of the 35 words, as they were made: `(samples,)` each."""
    with zipfile.ZipFile(_sample()) as sample, ThreadPoolExecutor() as pool:
        words: dict[str, list[str]] = {}
        for name in sorted(sample.namelist()):
            if name.endswith(".opus") and not name.startswith("_"):
                words.setdefault(name.partition("/")[0], []).append(name)
        chosen = [name for names in words.values() for name in names[:PER_WORD]]
        return tuple(pool.map(_decode, map(sample.read, chosen)))


@cache
def tap() -> Sound:
    """One second of a running tap, `(16000,)`."""
    with zipfile.ZipFile(_sample()) as sample:
        return _decode(sample.read(_NOISE))[:SAMPLE_RATE]


@cache
def marked() -> dict[int, tuple[MarkedClip, ...]]:
    """For each signal-to-noise ratio in dB, words with known edges, each from its own distance."""
    rng = np.random.default_rng(7)
    return {snr: tuple(_anywhere(rng, snr) for _ in range(MARKED)) for snr in SNRS_DB}


def _anywhere(rng: np.random.Generator, snr_db: float) -> MarkedClip:
    clip = marked_clip(rng, snr_db, "pink")
    gain = np.float32(10 ** (-rng.uniform(0, SOFTEST_DB) / 20))
    return MarkedClip(clip.samples * gain, clip.rate, clip.start, clip.end)


def _sample() -> str:
    return str(files("sayso") / "bundled" / "sample.zip")


def _decode(content: bytes) -> Sound:
    return audio.read(io.BytesIO(content))
