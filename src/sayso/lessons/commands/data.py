"""The bundled sample: what its clips are called, who speaks them, who validates."""

from __future__ import annotations

import io
import zipfile
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import numpy as np
import numpy.typing as npt

from sayso import audio
from sayso.audio import SAMPLE_RATE
from sayso.corpus import speaker_of
from sayso.recognition.recognizer import PACKAGED
from sayso.words import BACKGROUND_NOISE

_SAMPLE = PACKAGED.parent / "sample.zip"
Texts = npt.NDArray[np.str_]


@cache
def clip_names() -> tuple[str, ...]:
    """The clips of the sample, as `yes/0a2b400e_nohash_1`."""
    with zipfile.ZipFile(_SAMPLE) as sample:
        names = [name for name in sample.namelist() if "_nohash_" in name]
    return tuple(sorted(name.removesuffix(".opus") for name in names))


@cache
def words() -> Texts:
    """The word of each clip."""
    return np.array([name.partition("/")[0] for name in clip_names()])


@cache
def voices() -> Texts:
    """The speaker of each clip."""
    return np.array([speaker_of(name) for name in clip_names()])


@cache
def validates() -> npt.NDArray[np.bool_]:
    """Whether each clip is for validation."""
    with zipfile.ZipFile(_SAMPLE) as sample:
        listed = sample.read("validation_list.txt").decode().split()
    return np.isin(clip_names(), [name.removesuffix(".wav") for name in listed])


@cache
def said_again() -> npt.NDArray[np.bool_]:
    """Whether the speaker of each clip says its word in another clip too."""
    pairs = np.char.add(np.char.add(words(), "/"), voices())
    _, of_clip, count = np.unique(pairs, return_inverse=True, return_counts=True)
    return np.asarray(count[of_clip] > 1)


def read_sounds() -> npt.NDArray[np.float32]:
    """All clips: `(clips, 16000)`."""
    with zipfile.ZipFile(_SAMPLE) as sample, ThreadPoolExecutor() as pool:
        files = [sample.read(f"{name}.opus") for name in clip_names()]
        sounds = pool.map(lambda file: audio.fit(audio.read(io.BytesIO(file)), SAMPLE_RATE), files)
        return np.stack(list(sounds))


@cache
def read_noise() -> tuple[audio.Sound, ...]:
    """Recordings of background noise."""
    with zipfile.ZipFile(_SAMPLE) as sample:
        names = [name for name in sample.namelist() if name.startswith(BACKGROUND_NOISE)]
        return tuple(audio.read(io.BytesIO(sample.read(name))) for name in sorted(names))
