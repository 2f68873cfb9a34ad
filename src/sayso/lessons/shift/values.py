"""The numbers in the prose, and the recognizer's answers while a word slides."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from sayso.audio import SAMPLE_RATE
from sayso.lessons.glass import read_clip, recipe, recognizer
from sayso.lessons.layers import run_layers
from sayso.lessons.shift.functions import alike, move, turn

WORD = "left"
SHIFTS_MS = tuple(range(-500, 501, 50))
FAR_MS = 200
_MS = SAMPLE_RATE // 1000  # samples


@cache
def layers_of(word: str, shift_ms: int) -> dict[str, npt.NDArray[np.float32]]:
    """The layers' outputs for the clip of a word, turned by some milliseconds."""
    return run_layers(turn(read_clip(word), shift_ms * _MS).astype(np.float32))


def compare(word: str, shift_ms: int) -> dict[str, tuple[float, float]]:
    """For each layer: how alike to its answer moved along, and to its answer left in place."""
    found = {}
    for name, old in layers_of(word, 0).items():
        new = layers_of(word, shift_ms)[name]
        frames = shift_ms // round(1000 / old.shape[-1]) if old.ndim > 1 else 0
        found[name] = (alike(new, turn(old, frames)), alike(new, old))
    return found


def frame_ms() -> int:
    """How far apart the frames are that the last convolution hands on."""
    *_, last, _ = layers_of(WORD, 0).values()
    return round(1000 / int(last.shape[-1]))


@cache
def confidences(word: str) -> npt.NDArray[np.float32]:
    """The recognizer's probabilities while a word slides: `(shifts, classes)`."""
    clips = [move(read_clip(word), shift * _MS) for shift in SHIFTS_MS]
    return recognizer().probabilities(np.stack(clips).astype(np.float32))


def steady_ms(word: str) -> int:
    """How much later a word may come until the answer is another one."""
    probabilities = confidences(word)
    index = recognizer().words.index(word)
    for shift, row in zip(SHIFTS_MS, probabilities, strict=True):
        if shift >= 0 and row.argmax() != index:
            return shift
    return SHIFTS_MS[-1]


def values() -> dict[str, float | str]:
    """Computed, by name."""
    far = compare(WORD, FAR_MS)
    half, whole = compare(WORD, frame_ms() // 2), compare(WORD, frame_ms())
    moved = [along for along, _ in list(far.values())[:-1]]
    stayed = [left for _, left in list(far.values())[:-1]]
    return {
        "word": WORD,
        "far": FAR_MS,
        "layers": len(moved),
        "least_moved": min(moved),
        "most_stayed": max(stayed),
        "embedding": far["embedding"][1],
        "frame": frame_ms(),
        "half": frame_ms() // 2,
        "whole_first": whole["layer 1"][0],
        "half_first": half["layer 1"][0],
        "steady": steady_ms(WORD),
        "trained_ms": float(recipe()["shift_ms"]),
    }
