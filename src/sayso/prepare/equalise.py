"""Clips of one length: the longer ones lose what matters least, the shorter ones are padded."""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

import numpy as np

from sayso.audio import Sound
from sayso.errors import SaysoError

Keep: TypeAlias = Literal["energy", "start", "center", "end"]
Pad: TypeAlias = Literal["both", "start", "end", "random"]
Fill: TypeAlias = Literal["noise", "zeros"]

_CHOICES = {"keep": get_args(Keep), "pad": get_args(Pad), "fill": get_args(Fill)}

STEP_SAMPLES = 80  # the loudest stretch is found to 5 ms (at 16 kHz), as the edges are
PIECE, FADE = 256, 32  # samples, 16 and 2 ms, of the noise that is pieced together
STRETCH = 2 * PIECE  # of the floor, which the pieces come from: less than the margin of a trim
PLACES = STRETCH - PIECE - FADE + 1  # where in the stretch a piece can begin
_ANGLES = (np.arange(FADE, dtype=np.float32) + 0.5) * np.float32(np.pi / 2 / FADE)
_FADE_IN, _FADE_OUT = np.sin(_ANGLES), np.cos(_ANGLES)


def equalise(
    samples: Sound,
    length: int,
    keep: Keep = "energy",
    pad: Pad = "both",
    fill: Fill = "noise",
    rng: np.random.Generator | int = 0,
) -> Sound:
    """Gives a clip exactly `length` samples.

    Args:
        samples: `(samples,)` float32.
        length: samples wanted.
        keep: what a longer clip keeps: the stretch with the most energy, its start, center or end.
        pad: where a shorter clip is padded; "random" puts it anywhere.
        fill: with noise like the clip's own floor, or with zeros, which no microphone gives and a
            model could learn to tell by.
        rng: the source of the noise and of the random place, or a seed for it.

    Returns:
        `(length,)` float32: a view where nothing is padded.

    Raises:
        SaysoError: a choice is none, or the length is not positive.
    """
    check_equalise(keep, pad, fill)
    if length < 1:
        raise SaysoError(f"A clip of {length} samples is none: give a positive length.")
    missing = length - len(samples)
    if missing <= 0:
        start = _first_kept(samples, length, keep)
        return samples[start : start + length]
    rng = np.random.default_rng(rng)
    before = _missing_before(missing, pad, rng)
    noisy = fill == "noise" and len(samples)
    around = noise_like(samples, missing, rng) if noisy else np.zeros(missing, np.float32)
    return np.concatenate([around[:before], samples, around[before:]])


def noise_like(samples: Sound, length: int, rng: np.random.Generator) -> Sound:
    """Makes noise with the level and the colour of one of a clip's quiet stretches.

    Pieces from random places in the stretch fade into one another. The squares of the two fades
    add up to 1, and so does the power, the pieces being uncorrelated.

    Args:
        samples: `(samples,)` float32, not empty.
        length: samples wanted.
        rng: the source of the places.
    """
    stretch = _quiet_stretch(samples)
    stretch = stretch - np.add.reduce(stretch) / np.float32(STRETCH)
    starts = (rng.random(-(-length // PIECE)) * PLACES).astype(np.intp)
    pieces = _all_pieces(stretch)[starts]  # (pieces, PIECE + FADE)
    pieces[1:, :FADE] = pieces[1:, :FADE] * _FADE_IN + pieces[:-1, PIECE:] * _FADE_OUT
    return np.asarray(pieces[:, :PIECE].reshape(-1)[:length])


def check_equalise(keep: str, pad: str, fill: str) -> None:
    """Raises `SaysoError` for a choice that is none."""
    for (name, choices), given in zip(_CHOICES.items(), (keep, pad, fill), strict=True):
        if given not in choices:
            raise SaysoError(f'"{given}" is nothing to {name}: choose {", ".join(choices)}.')


def _first_kept(samples: Sound, length: int, keep: Keep) -> int:
    spare = len(samples) - length
    if keep != "energy" or not spare:
        return {"start": 0, "center": spare // 2, "end": spare}.get(keep, 0)
    steps = len(samples) // STEP_SAMPLES
    groups = samples[: steps * STEP_SAMPLES].reshape(steps, STEP_SAMPLES)
    energy = np.zeros(steps + 1)
    np.add.accumulate(np.einsum("ij,ij->i", groups, groups), out=energy[1:])
    window = min(length // STEP_SAMPLES, steps)
    held = energy[window:] - energy[: steps + 1 - window]  # by the window from each step on
    return min(int(held.argmax()) * STEP_SAMPLES, spare)


def _missing_before(missing: int, pad: Pad, rng: np.random.Generator) -> int:
    if pad == "random":
        return int(rng.integers(0, missing + 1))
    return {"both": missing // 2, "start": missing, "end": 0}[pad]


def _all_pieces(stretch: Sound) -> Sound:
    """The piece from each place of a stretch on, `(PLACES, PIECE + FADE)`, without a copy."""
    return np.ndarray((PLACES, PIECE + FADE), stretch.dtype, stretch, 0, stretch.strides * 2)


def _quiet_stretch(samples: Sound) -> Sound:
    """One of a clip's quiet stretches of 32 ms, louder than the quietest tenth of them."""
    count = len(samples) // STRETCH
    if count < 2:
        return np.resize(samples, STRETCH)
    stretches = samples[: count * STRETCH].reshape(count, STRETCH)
    powers = np.einsum("ij,ij->i", stretches, stretches)
    return np.asarray(stretches[powers.argsort()[count // 10]])
