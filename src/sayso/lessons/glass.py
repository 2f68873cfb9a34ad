"""What lies under the lessons' glass: the packaged recognizer and the clips that come with it."""

from __future__ import annotations

import json
from functools import cache
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


@cache
def read_clip(word: str) -> audio.Sound:
    """The packaged clip of a word, one second: `(16000,)`."""
    return audio.fit(audio.read(_CLIPS / f"{word}.opus"), audio.SAMPLE_RATE)


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
