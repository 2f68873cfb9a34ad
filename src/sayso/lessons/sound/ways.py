"""Four ways to find a word, side by side, and how far each is off where the truth is known."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache
from importlib.util import find_spec
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from sayso.audio import SAMPLE_RATE, Sound
from sayso.lessons.sound.data import marked
from sayso.lessons.sound.functions import above, below_peak, speech_band
from sayso.prepare import Edges, find_edges
from sayso.prepare.synthetic import MarkedClip
from sayso.prepare.trim import MARGIN_MS
from sayso.prepare.vad import vad_edges

Way: TypeAlias = Callable[[Sound], Edges | None]

PLAIN, LIBROSA, WEBRTC, SAYSO = WAYS = ("plain", "librosa", "webrtcvad", "sayso")
LOST_MS = 20.0  # of a word, beyond the margin: more is heard
_MS = SAMPLE_RATE / 1000  # samples


def ways(plain_db: float, top_db: float) -> dict[str, Way]:
    """The four ways by name.

    Args:
        plain_db: the plain threshold, in dB of full scale.
        top_db: of librosa: what is kept is less than this below the loudest window.
    """
    return {
        PLAIN: lambda samples: above(samples, plain_db),
        LIBROSA: lambda samples: below_peak(samples, top_db),
        WEBRTC: vad_edges if has_webrtcvad() else speech_band,
        SAYSO: find_edges,
    }


@cache
def has_webrtcvad() -> bool:
    """Whether WebRTC's detector is installed; else a band of frequencies takes its place."""
    return find_spec("webrtcvad") is not None


def errors_ms(plain_db: float, top_db: float) -> dict[str, npt.NDArray[np.floating]]:
    """How early and how late each way cuts the words with known edges.

    Returns:
        by way `(ratios, clips, 2)`: milliseconds of the word that are lost at its beginning and at
        its end; negative where silence is kept.
    """
    settings = {PLAIN: plain_db, LIBROSA: top_db}
    return {name: _errors_ms(name, settings.get(name, 0.0)) for name in WAYS}


@lru_cache(maxsize=64)
def _errors_ms(name: str, setting: float) -> npt.NDArray[np.floating]:
    way = ways(setting, setting)[name]
    return np.array([[_lost_ms(way, clip) for clip in clips] for clips in marked().values()])


def _lost_ms(way: Way, clip: MarkedClip) -> tuple[float, float]:
    found = way(clip.samples) or Edges(clip.end, clip.start)  # nothing: lost from either side
    return (found.start - clip.start) / _MS, (clip.end - found.end) / _MS


def share_cut(errors: npt.NDArray[np.floating]) -> float:
    """The share of words that lose something although a margin is left around what is found."""
    return float((errors.max(axis=-1) > MARGIN_MS + LOST_MS).mean())
