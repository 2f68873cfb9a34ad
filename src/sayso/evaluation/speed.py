"""Size and speed of a model, on this machine and now."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from time import perf_counter

import numpy as np

from sayso.recognition.model import WINDOW, Model

RUNS = 40  # of one clip; few enough for a second
WARM_UP = 3  # the first calls allocate memory


@dataclass(frozen=True)
class Speed:
    """How large a model is and how long it takes.

    Attributes:
        file_bytes: of the model file.
        parameters: as the file states them; None where it does not.
        median_ms: for one clip of a second on one thread, sound to probabilities.
        fastest_ms: the fastest run, what the model takes when nothing else runs.
        runs: that were timed.
        machine: what it was measured on.
    """

    file_bytes: int
    parameters: int | None
    median_ms: float
    fastest_ms: float
    runs: int
    machine: str


def measure_speed(model: Model, runs: int = RUNS) -> Speed:
    """Times a model on one clip after the other, each a second of noise, on one thread."""
    rng = np.random.default_rng(0)
    waveform = rng.uniform(-0.1, 0.1, (1, WINDOW)).astype(np.float32)
    times_ms = []
    for _ in range(WARM_UP + runs):
        started = perf_counter()
        model.probabilities(waveform)
        times_ms.append(1000 * (perf_counter() - started))
    kept = times_ms[WARM_UP:]
    stated = model.metadata.get("parameters", "")
    return Speed(
        model.path.stat().st_size,
        int(stated) if stated.isdecimal() else None,
        float(np.median(kept)),
        min(kept),
        runs,
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
    )
