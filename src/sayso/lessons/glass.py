"""What lies under the lessons' glass: the packaged recognizer and the clips that come with it."""

from __future__ import annotations

import json
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

import sayso
from sayso import audio
from sayso.recognition.recognizer import PACKAGED

_CLIPS = PACKAGED.parent / "clips"


def clip_words() -> tuple[str, ...]:
    """The words of which a clip comes with the package."""
    return tuple(sorted(path.stem for path in _CLIPS.glob("*.opus")))


def clip_path(word: str) -> Path:
    """Where the packaged clip of a word lies."""
    return _CLIPS / f"{word}.opus"


@cache
def read_clip(word: str) -> audio.Sound:
    """The packaged clip of a word, one second: `(16000,)`."""
    return audio.fit(audio.read(clip_path(word)), audio.SAMPLE_RATE)


def read_recording(recording: audio.Sound) -> audio.Sound:
    """The second `(16000,)` of a recording in which sayso hears a command most clearly."""
    return np.frombuffer(_clearest(recording.tobytes()), np.float32)


@lru_cache(maxsize=8)
def _clearest(samples: bytes) -> bytes:
    sound = np.frombuffer(samples, np.float32)
    start = round(recognizer().recognize(sound).start_s * audio.SAMPLE_RATE)
    return audio.fit(sound[start : start + audio.SAMPLE_RATE], audio.SAMPLE_RATE).tobytes()


@cache
def recognizer() -> sayso.Recognizer:
    """The packaged recognizer, loaded once."""
    return sayso.load()


@cache
def read_scores(word: str) -> npt.NDArray[np.float64]:
    """The recognizer's score for each of its words, `(classes,)`, given the clip of a word."""
    probabilities = recognizer().probabilities(read_clip(word)[None])[0]
    return np.asarray(np.log(probabilities.astype(np.float64)))


def recipe() -> dict[str, Any]:
    """The values that the packaged model was trained with."""
    found: dict[str, Any] = json.loads(recognizer().model.metadata["training"])["recipe"]
    return found
