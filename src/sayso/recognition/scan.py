"""What a sound holds: the model's view of it second by second, and the commands read from that."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from sayso.audio import SAMPLE_RATE
from sayso.recognition.model import WINDOW

HOP = SAMPLE_RATE // 10  # samples between the starts of two windows: 100 ms
APART = 7 * HOP  # two findings closer than 700 ms are one utterance, heard twice
NEAR_PEAK = 0.9  # of a finding's highest confidence: there the whole word is in the window

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Heard:
    """One answer: a word, how sure, and where.

    Attributes:
        word: the most probable class, `_unknown_` and `_silence_` included.
        confidence: its calibrated probability; in a long sound the average over 300 ms.
        start_s: where the second of sound that was judged starts, in seconds.
        end_s: where it ends; the sound's own end where that comes first.
        ranked: every class with its probability, the most probable first.
    """

    word: str
    confidence: float
    start_s: float
    end_s: float
    ranked: tuple[tuple[str, float], ...]


@dataclass(frozen=True, eq=False)
class Scan:
    """The probabilities of every window of one sound.

    Attributes:
        words: the classes in order.
        thresholds: `(classes,)`, confidence from which a class is a command; infinite for those
            that are none.
        probabilities: `(windows, classes)`.
        starts: `(windows,)`, the first sample of each window.
        samples: the length of the sound.
    """

    words: tuple[str, ...]
    thresholds: Floats
    probabilities: Floats
    starts: npt.NDArray[np.int64]
    samples: int

    @property
    def searched(self) -> bool:
        """Whether the sound was longer than one window."""
        return len(self.starts) > 1

    @cached_property
    def smoothed(self) -> Floats:
        """The probabilities, each window's averaged with those of its two neighbours.

        A word shows in several windows, a chance likeness of half a word in one (the smoothing
        of Chen et al., "Small-footprint keyword spotting using deep neural networks", ICASSP 2014).
        """
        padded = np.pad(self.probabilities, ((1, 1), (0, 0)), mode="edge")
        return np.asarray((padded[:-2] + padded[1:-1] + padded[2:]) / 3, np.float32)

    def best(self) -> Heard:
        """The window that holds a command most confidently; for a sound of a second, the only one.

        A window whose most probable class is a command comes before one in which it is not.
        """
        confidence = self.smoothed[:, np.isfinite(self.thresholds)].max(axis=1)
        is_command = confidence == self.smoothed.max(axis=1)
        return self._heard(int(np.argmax(confidence + is_command)))

    def commands(self) -> list[Heard]:
        """Every command in the sound, in order, each utterance once.

        An utterance is heard by every window that it lies in, so consecutive windows that agree on
        a word are one finding, placed in the middle of those that are surest. Of findings less than
        700 ms apart only the most confident stays. A word said again within a second counts once;
        `Detector` tells such apart.
        """
        top = self.smoothed.argmax(axis=1)  # (windows,)
        confidence = self.smoothed.max(axis=1)
        top[confidence < self.thresholds[top]] = -1
        edges = np.flatnonzero(np.diff(top, prepend=-1, append=-1))  # where the answer changes
        findings = []
        for first, end in pairwise(edges):
            if top[first] >= 0:
                peak = float(confidence[first:end].max())
                surest = first + np.flatnonzero(confidence[first:end] >= NEAR_PEAK * peak)
                findings.append((peak, int(surest[(len(surest) - 1) // 2])))
        kept: list[int] = []
        for _, window in sorted(findings, reverse=True):
            if all(abs(self.starts[window] - self.starts[near]) >= APART for near in kept):
                kept.append(window)
        return [self._heard(window) for window in sorted(kept)]

    def _heard(self, window: int) -> Heard:
        order = np.argsort(-self.smoothed[window], kind="stable")
        ranked = tuple((self.words[i], float(self.smoothed[window, i])) for i in order)
        start = int(self.starts[window])
        return Heard(
            *ranked[0],
            start_s=start / SAMPLE_RATE,
            end_s=min(start + WINDOW, self.samples) / SAMPLE_RATE,
            ranked=ranked,
        )


def window_starts(samples: int) -> npt.NDArray[np.int64]:
    """The first sample of each window: every 100 ms, and the last one flush with the end.

    A sound of up to a second has one window, that starts with it.
    """
    last = max(0, samples - WINDOW)
    return np.append(np.arange(0, last, HOP), last)
