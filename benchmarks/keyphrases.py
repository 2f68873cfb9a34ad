"""PocketSphinx keyword spotting, to compare with: `pip install pocketsphinx` brings its model."""

from __future__ import annotations

import importlib
import math
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from sayso.audio import SAMPLE_RATE, Sound
from sayso.evaluation.listening import Event

LOWEST = -20.0  # log10 of the threshold that spotting runs at; any higher one is applied afterwards
REST_S = 0.7  # two findings closer than this are one utterance, as for sayso's own detector
FRAMES_PER_S = 100
_LOG_BASE = math.log10(1.0001)  # in which PocketSphinx counts scores, ten bits cut off
_SHIFT, _OFFSET = 1 << 10, 1500

Found = npt.NDArray[np.float64]  # (findings, 4): word's index, start_s, end_s, log10 of the score


def find_keyphrases(samples: Sound, words: Sequence[str]) -> Found:
    """Everything that PocketSphinx spots in a sound, with the highest threshold that finds it.

    A finding's score does not depend on the threshold, and a threshold leaves out those below it.
    """
    pocketsphinx: Any = importlib.import_module("pocketsphinx")
    with tempfile.TemporaryDirectory() as folder:
        phrases = Path(folder, "phrases")
        phrases.write_text("".join(f"{word} /1e{LOWEST:.0f}/\n" for word in words))
        decoder = pocketsphinx.Decoder(kws=str(phrases), lm=None, loglevel="FATAL")
    decoder.start_utt()
    for first in range(0, len(samples), SAMPLE_RATE):
        block = np.asarray(samples[first : first + SAMPLE_RATE] * 32767, "<i2")
        decoder.process_raw(block.tobytes(), False, False)
    decoder.end_utt()
    rows = [
        (
            words.index(each.word.strip()),
            each.start_frame / FRAMES_PER_S,
            each.end_frame / FRAMES_PER_S,
            (math.log10(each.prob) / _LOG_BASE + _OFFSET) * _SHIFT * _LOG_BASE,
        )
        for each in decoder.seg() or ()
    ]
    return np.array(rows, np.float64).reshape(-1, 4)


def strongest(found: Found) -> Found:
    """The best of all findings within 0.7 s, the best first.

    What a threshold leaves of them are its events: no finding gives way to one that scores less.
    """
    if not len(found):
        return found
    frames = np.round(found[:, 1] * FRAMES_PER_S).astype(np.int64)
    reach = round(REST_S * FRAMES_PER_S)
    taken = np.zeros(frames.max() + 1, bool)
    kept = []
    for index in np.argsort(-found[:, 3], kind="stable"):
        frame = frames[index]
        if not taken[frame]:
            kept.append(index)
            taken[max(0, frame - reach + 1) : frame + reach] = True
    return found[kept]


def keyphrase_events(kept: Found, words: Sequence[str], threshold: float) -> list[Event]:
    """The events at a threshold (log10), of what `strongest` has kept."""
    return [
        Event(words[int(index)], start_s, end_s)
        for index, start_s, end_s, score in kept
        if score >= threshold
    ]
