"""How long the clips of a data set are, and how long all of them shall be."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from sayso.errors import SaysoError

LENGTHS = ("mean", "median", "p95", "max")
LONGEST_S = 600.0


@dataclass(frozen=True, slots=True)
class Durations:
    """The durations of some clips, in seconds; percentiles are interpolated linearly."""

    clips: int
    mean: float
    median: float
    deviation: float
    """The standard deviation of these very clips (divided by their number)."""
    min: float
    p5: float
    p25: float
    p75: float
    p95: float
    max: float


def durations(seconds: Iterable[float]) -> Durations:
    """Sums up durations.

    Args:
        seconds: one number a clip, for example `(len(clip) / rate for clip in clips)`.

    Raises:
        SaysoError: there is no duration, or one is not a positive number.
    """
    each = np.fromiter(seconds, np.float64)
    if not len(each):
        raise SaysoError("There is no clip whose duration could be measured.")
    if not (np.isfinite(each) & (each > 0)).all():
        raise SaysoError("Durations are positive numbers of seconds.")
    low, p5, p25, median, p75, p95, high = np.percentile(each, [0, 5, 25, 50, 75, 95, 100])
    return Durations(
        clips=len(each),
        mean=float(each.mean()),
        median=float(median),
        deviation=float(each.std()),
        min=float(low),
        p5=float(p5),
        p25=float(p25),
        p75=float(p75),
        p95=float(p95),
        max=float(high),
    )


def parse_length(text: str) -> str | float | None:
    """Reads a wish for a length: a name of `LENGTHS`, seconds ("750ms", "1s"), or None for "none".

    Raises:
        SaysoError: the text is none of these.
    """
    if text == "none":
        return None
    if text in LENGTHS:
        return text
    given = re.fullmatch(r"(\d+(?:\.\d+)?)(ms|s)", text)
    seconds = float(given[1]) / (1000 if given[2] == "ms" else 1) if given else 0.0
    if not 0.01 <= seconds <= LONGEST_S:
        raise SaysoError(
            f'"{text}" is no length: give {", ".join(LENGTHS)}, none, or a time like 750ms or 1s.'
        )
    return seconds


def target_s(length: str, measured: Durations) -> float | None:
    """The length that all clips shall have, in seconds; None where each keeps its own."""
    wish = parse_length(length)
    return float(getattr(measured, wish)) if isinstance(wish, str) else wish


def target_samples(length_s: float | None, rate: int) -> int | None:
    """A length in samples, at least one; None stays None."""
    return None if length_s is None else max(1, round(length_s * rate))
