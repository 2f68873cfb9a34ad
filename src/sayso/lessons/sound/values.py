"""The numbers in the prose, and what the figures share."""

from __future__ import annotations

from functools import cache

import numpy as np

from sayso.audio import SAMPLE_RATE
from sayso.lessons.glass import read_clip
from sayso.lessons.sound.data import SNRS_DB, SOFTEST_DB, recordings
from sayso.lessons.sound.functions import below_peak
from sayso.lessons.sound.libraries import column, tables
from sayso.lessons.sound.padding import split
from sayso.lessons.sound.ways import LIBROSA, SAYSO, errors_ms, share_cut
from sayso.prepare import Durations, durations, find_cut

WORD = "happy"
PLAIN_DB, TOP_DB = -40.0, 30.0  # where the sliders begin
LIBROSAS_DB = 60.0  # librosa's own choice
FORGOTTEN_S = 20.0
MISSING_MS = 100


@cache
def word_seconds() -> tuple[float, ...]:
    """How long the words are in the recordings, margins of 50 ms included."""
    cuts = [find_cut(clip) for clip in recordings()]
    return tuple((cut.end - cut.start) / SAMPLE_RATE for cut in cuts if cut)


def with_forgotten(count: int) -> Durations:
    """The words' durations, and some recordings that nobody stopped."""
    return durations([*word_seconds(), *[FORGOTTEN_S] * count])


def librosa_keeps_ms() -> float:
    """How much of a clip of one second librosa keeps with the threshold that is its own choice."""
    found = below_peak(read_clip(WORD), LIBROSAS_DB)
    return (found.end - found.start) * 1000 / SAMPLE_RATE


def values() -> dict[str, float | str]:
    """Computed, by name."""
    errors = errors_ms(PLAIN_DB, TOP_DB)
    first, one_more = with_forgotten(0), with_forgotten(1)
    decode, size = column("decode"), column("installed")
    return {
        "softest": SOFTEST_DB,
        "worst": min(SNRS_DB),
        "sayso_worst": float(np.median(np.abs(errors[SAYSO][0]))),
        "librosa_worst": float(np.median(np.abs(errors[LIBROSA][0]))),
        "sayso_cut": 100 * share_cut(errors[SAYSO]),
        "clips": first.clips,
        "recorded": float(np.mean([len(clip) for clip in recordings()])) / SAMPLE_RATE,
        "mean": first.mean,
        "median": first.median,
        "forgotten": FORGOTTEN_S,
        "mean_after": one_more.mean,
        "median_after": one_more.median,
        "by_zeros": 100 * split("zeros", MISSING_MS).right,
        "by_noise": 100 * split("noise", MISSING_MS).right,
        "quick": next(iter(decode)),
        "quick_decode": decode["scipy"],
        "librosa_decode": decode["librosa"],
        "librosa_size": size["librosa"],
        "soundfile_array": tables()["soundfile"]["array"],
        "librosa_array": tables()["librosa"]["array"],
        "pydub_trim": column("trim")["pydub"],
        "pydub_released": tables()["pydub"]["last release"],
    }
