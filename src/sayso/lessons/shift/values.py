"""The numbers in the prose, and the recognizer's answers while a word slides."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from sayso.audio import SAMPLE_RATE, Sound
from sayso.lessons.glass import read_clip, recipe, recognizer
from sayso.lessons.layers import run_layers
from sayso.lessons.shift.functions import alike, move, turn

WORD = "left"
SHIFTS_MS = tuple(range(-500, 501, 50))
FAR_MS = 200
_MS = SAMPLE_RATE // 1000  # samples


def compare(clip: Sound, shift_ms: int) -> dict[str, tuple[float, float]]:
    """For each layer: how alike to its answer moved along, and to its answer left in place.

    Args:
        clip: `(16000,)`; what leaves it at one end comes in at the other.
        shift_ms: how much later.
    """
    moved = run_layers(turn(clip, shift_ms * _MS).astype(np.float32))
    found = {}
    for name, old in run_layers(clip).items():
        new = moved[name]
        frames = shift_ms // round(1000 / old.shape[-1]) if old.ndim > 1 else 0
        found[name] = (alike(new, turn(old, frames)), alike(new, old))
    return found


def frame_ms() -> int:
    """How far apart the frames are that the last convolution hands on."""
    *_, last, _ = run_layers(read_clip(WORD)).values()
    return round(1000 / int(last.shape[-1]))


def confidences(clip: Sound) -> npt.NDArray[np.float32]:
    """The recognizer's probabilities while a clip `(16000,)` slides: `(shifts, classes)`."""
    return _confidences(clip.tobytes())


@lru_cache(maxsize=32)
def _confidences(samples: bytes) -> npt.NDArray[np.float32]:
    clip = np.frombuffer(samples, np.float32)
    clips = [move(clip, shift * _MS) for shift in SHIFTS_MS]
    return recognizer().probabilities(np.stack(clips).astype(np.float32))


def steady_ms(clip: Sound) -> int:
    """How much later a clip may come until the answer is another one."""
    answers = confidences(clip).argmax(axis=1)
    start = SHIFTS_MS.index(0)
    for shift, heard in zip(SHIFTS_MS[start:], answers[start:], strict=True):
        if heard != answers[start]:
            return shift
    return SHIFTS_MS[-1]


def values() -> dict[str, float | str]:
    """Computed, by name."""
    clip = read_clip(WORD)
    far = compare(clip, FAR_MS)
    half, whole = compare(clip, frame_ms() // 2), compare(clip, frame_ms())
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
        "steady": steady_ms(clip),
        "trained_ms": float(recipe()["shift_ms"]),
    }
