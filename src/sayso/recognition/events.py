"""From probabilities to events: when a word that slides through the window counts as said.

Pure NumPy and one hop at a time, so that a live stream, a long recording and the search for good
thresholds all decide alike, and thresholds can be tried without running the network again.

The rule is short. A word counts when its probability, averaged over the last five windows, reaches
its threshold: half a word that looks like another ("four" in "forward") fills two or three of
them. Then all words rest for 0.7 s, and this one until it has slid out of the window and of the
average: an utterance counts once, and a word said again after half a second of pause counts twice.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sayso.audio import SAMPLE_RATE, Sound
from sayso.recognition.model import BATCH, WINDOW, Model

Floats = npt.NDArray[np.float32]

HOP = SAMPLE_RATE // 10  # samples between two looks at the stream: 100 ms
HOPS_PER_S = SAMPLE_RATE // HOP
SMOOTHED_HOPS = 5  # averaged; fewer let more halves of words through, more come later
REST_HOPS = 7  # after an event, for all words: the next one takes no less to be said
SEEN_HOPS = 14  # a word shows in fewer windows in a row than that, mostly in ten
PADDING_HOPS = 10  # of silence after the end of a sound, so that its last word slides through

_SHOWN = 0.5  # from this probability on a window shows a word
_SHOWN_AFTER_S = 0.2  # from the beginning of a word to the first window that shows it; the median
_WORD_S = 0.5  # the median length of a spoken command


@dataclass(frozen=True, slots=True)
class Detection:
    """One command, heard in a stream.

    Attributes:
        word: what was said.
        confidence: its calibrated probability in the window that shows it best, of those that led
            to the event; never below the threshold, which their average has reached.
        start_s: where the word began, in seconds since the stream began: 0.2 s before the end of
            the first window that shows it. Half of them are right to 0.06 s, nine in ten to 0.35 s.
        end_s: where it ended: half a second later, a spoken command's usual length, and no later
            than the event.
    """

    word: str
    confidence: float
    start_s: float
    end_s: float


class Events:
    """Decides, hop by hop, when a command was said: each utterance once.

    Args:
        words: the classes in order.
        thresholds: `(classes,)`, the confidence from which a word counts; infinite for never.

    Attributes:
        smoothed: `(classes,)`, the probabilities averaged over the last 500 ms; before the stream
            began they were zero.
    """

    def __init__(self, words: Sequence[str], thresholds: Floats) -> None:
        self._words = tuple(words)
        self._thresholds = np.asarray(thresholds, np.float32)
        self._recent = np.zeros((SMOOTHED_HOPS, len(self._words)), np.float32)  # the newest last
        self._resting_until = np.zeros(len(self._words), np.int64)  # hop, for each class
        self._hops = 0
        self.smoothed: Floats = self._recent[0].copy()

    def push(self, probabilities: Floats) -> Detection | None:
        """Takes the probabilities `(classes,)` of the next hop; returns the event, if it is one."""
        self._recent[:-1] = self._recent[1:]
        self._recent[-1] = probabilities
        self._hops += 1
        self.smoothed = np.add.reduce(self._recent) / np.float32(SMOOTHED_HOPS)
        return self.judge(self._hops, self._recent, self.smoothed)

    def judge(self, hops: int, recent: Floats, smoothed: Floats) -> Detection | None:
        """Decides after so many hops; those between two calls can be left out if none was loud.

        Args:
            hops: since the stream began.
            recent: `(SMOOTHED_HOPS, classes)`, the last probabilities.
            smoothed: `(classes,)`, their average.
        """
        said = smoothed >= self._thresholds
        if not said.any():
            return None
        word = int(np.where(said, smoothed, -1).argmax())
        if hops < self._resting_until[word]:
            return None
        of_word = recent[:, word]
        peak = float(of_word.max())
        missing = int((of_word >= min(_SHOWN, peak)).argmax())  # of the average, before the word
        first_shown = hops - SMOOTHED_HOPS + 1 + missing
        np.maximum(self._resting_until, hops + REST_HOPS, out=self._resting_until)
        self._resting_until[word] = first_shown + SEEN_HOPS + missing  # it leaves as it came
        start_s = max(0.0, round(first_shown / HOPS_PER_S - _SHOWN_AFTER_S, 3))
        end_s = min(round(start_s + _WORD_S, 3), hops / HOPS_PER_S)
        return Detection(self._words[word], peak, start_s, end_s)


def detections(probabilities: Floats, words: Sequence[str], thresholds: Floats) -> list[Detection]:
    """All events of a whole sound, from the probabilities of its hops `(hops, classes)`."""
    events = Events(words, thresholds)
    found = (events.push(row) for row in probabilities)
    return [detection for detection in found if detection]


def hop_probabilities(model: Model, samples: Sound) -> Floats:
    """The probabilities `(hops, classes)` that a `Detector` sees hop by hop in a sound.

    The first hop's window ends 100 ms into the sound; before the sound and for a second after it
    there is silence. Works on all cores, window by window as a stream does: in batches a network
    is no faster, and its answers differ in the seventh digit.
    """
    hops = -(-len(samples) // HOP) + PADDING_HOPS
    padded = np.zeros(WINDOW - HOP + hops * HOP, np.float32)
    padded[WINDOW - HOP : WINDOW - HOP + len(samples)] = samples
    windows = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP]  # (hops, 16000)

    def infer(first: int) -> list[Floats]:
        return [model.probabilities(window[None]) for window in windows[first : first + BATCH]]

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        parts = pool.map(infer, range(0, hops, BATCH))
        return np.concatenate([row for part in parts for row in part])
