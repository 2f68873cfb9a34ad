"""The clips that the runs of this lesson learn from: a few words of the bundled sample."""

from __future__ import annotations

import io
import zipfile
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import numpy as np
import numpy.typing as npt

from sayso import audio
from sayso.corpus.split import speaker_of
from sayso.recognition.recognizer import PACKAGED

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

WORDS = (
    "follow",
    "house",
    "marvin",
    "nine",
    "seven",
    "six",
    "three",
    "two",
)  # some speakers repeat them
LOUDEST_SAMPLES = 8_000  # the half second that the word is in
CELLS = 12  # in time, and as many in pitch
_HOP_SAMPLES = 160  # 10 ms
_WINDOW_SAMPLES = 480  # 30 ms
_FFT_POINTS = 512
_MELS = 40
_RANGE_HZ = (20.0, 7_600.0)


@cache
def names() -> tuple[str, ...]:
    """The clips, `word/speaker_nohash_n.opus`, in the order of the folders."""
    with zipfile.ZipFile(PACKAGED.parent / "sample.zip") as sample:
        return tuple(sorted(name for name in sample.namelist() if name.split("/")[0] in WORDS))


@cache
def sounds() -> tuple[audio.Sound, ...]:
    """The clips as sound, a second each."""
    with zipfile.ZipFile(PACKAGED.parent / "sample.zip") as sample:
        files = [io.BytesIO(sample.read(name)) for name in names()]
    with ThreadPoolExecutor() as pool:
        return tuple(audio.fit(sound, audio.SAMPLE_RATE) for sound in pool.map(audio.read, files))


@cache
def features() -> Floats:
    """What a network gets to see of the clips: `(clips, cells)`."""
    return np.stack([cells(sound) for sound in sounds()])


@cache
def labels() -> Integers:
    """The place in `WORDS` of each clip's word: `(clips,)`."""
    return np.array([WORDS.index(name.split("/")[0]) for name in names()])


@cache
def speakers() -> npt.NDArray[np.str_]:
    """Who speaks: `(clips,)`."""
    return np.array([speaker_of(name) for name in names()])


def cells(sound: audio.Sound) -> Floats:
    """A word as 12 times 12 levels in decibels, early to late and low to high: `(cells,)`."""
    decibels = 10 / np.log(10) * log_mel(audio.fit(sound, LOUDEST_SAMPLES))
    columns = [part.mean(axis=0) for part in np.array_split(decibels, CELLS)]
    return np.array([part.mean() for each in columns for part in np.array_split(each, CELLS)])


def log_mel(sound: audio.Sound) -> Floats:
    """The packaged model's front end, before it removes each pitch's mean: `(frames, mel)`.

    The model does it with matrices, this with an FFT; a test holds one against the other.
    """
    frames = np.lib.stride_tricks.sliding_window_view(sound, _WINDOW_SAMPLES)[::_HOP_SAMPLES]
    window = 0.5 - 0.5 * np.cos(2 * np.pi * (np.arange(_WINDOW_SAMPLES) + 0.5) / _WINDOW_SAMPLES)
    power = np.abs(np.fft.rfft(frames * window, _FFT_POINTS)) ** 2  # (frames, bins)
    mel = power @ mel_filters().T
    floor = 1e-4 * (mel.mean() + 1e-5)  # of the clip, so that silence has a logarithm
    return np.asarray(np.log(mel + floor))


@cache
def mel_filters() -> Floats:
    """Triangles of height one, evenly spaced in mel = 2595 log10(1 + Hz / 700): `(mel, bins)`."""
    low_mel, high_mel = (2595 * np.log10(1 + hertz / 700) for hertz in _RANGE_HZ)
    edges_hz = 700 * (10 ** (np.linspace(low_mel, high_mel, _MELS + 2) / 2595) - 1)
    bins_hz = np.fft.rfftfreq(_FFT_POINTS, 1 / audio.SAMPLE_RATE)
    low, centre, high = (edges_hz[n : n + _MELS, None] for n in range(3))
    triangles = np.minimum((bins_hz - low) / (centre - low), (high - bins_hz) / (high - centre))
    return np.asarray(np.maximum(0.0, triangles))
