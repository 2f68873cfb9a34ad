"""What of a clip is kept: the sound between its edges and a margin on both sides."""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

import numpy as np

from sayso.audio import SAMPLE_RATE, Sound
from sayso.errors import SaysoError
from sayso.prepare.edges import Edges, find_edges
from sayso.prepare.vad import vad_edges

Method: TypeAlias = Literal["energy", "vad", "none"]

METHODS: tuple[str, ...] = get_args(Method)
MARGIN_MS = 50.0  # soft beginnings that no detector is sure of are shorter


def trim(
    samples: Sound,
    rate: int = SAMPLE_RATE,
    method: Method = "energy",
    margin_ms: float = MARGIN_MS,
) -> Sound:
    """Cuts the silence before and after the sound of a clip.

    Args:
        samples: `(samples,)` float32 in [-1, 1].
        rate: Hz.
        method: "energy" (`find_edges`), "vad" (WebRTC's detector) or "none".
        margin_ms: milliseconds that are kept on both sides of the sound.

    Returns:
        A view of `samples`; all of it where nothing but silence is found.

    Raises:
        SaysoError: the method or the margin is not one, or the array is not `(samples,)`.
    """
    cut = find_cut(samples, rate, method, margin_ms)
    return samples if cut is None else samples[cut.start : cut.end]


def find_cut(
    samples: Sound,
    rate: int = SAMPLE_RATE,
    method: Method = "energy",
    margin_ms: float = MARGIN_MS,
) -> Edges | None:
    """Finds where `trim` cuts; None where nothing but silence is found."""
    check_trim(method, margin_ms)
    if np.ndim(samples) != 1:
        raise SaysoError(f"A clip is an array (samples,), not of shape {np.shape(samples)}.")
    if method == "none":
        return Edges(0, len(samples))
    edges = find_edges(samples, rate) if method == "energy" else vad_edges(samples, rate)
    if edges is None:
        return None
    margin = round(margin_ms / 1000 * rate)
    return Edges(max(0, edges.start - margin), min(len(samples), edges.end + margin))


def check_trim(method: str, margin_ms: float) -> None:
    """Raises `SaysoError` for a method or a margin that is none."""
    if method not in METHODS:
        raise SaysoError(f'"{method}" is no method: choose {", ".join(METHODS)}.')
    if not 0 <= margin_ms <= 10_000:
        raise SaysoError(f"A margin of {margin_ms:g} ms is none: give 0 to 10000.")
