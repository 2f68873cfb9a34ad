"""What a detector reports of a sound, at as many thresholds as one likes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sayso.evaluation.streams import Spoken, Stream
from sayso.recognition import Model
from sayso.recognition.events import HOPS_PER_S, SMOOTHED_HOPS, Events, Floats, hop_probabilities

BEFORE = SMOOTHED_HOPS  # that a decision looks back on
AFTER = 2 * HOPS_PER_S  # two seconds after a word, no decision depends on it any more
ROUNDING = 1e-4  # of an average, more than it can be off


@dataclass(frozen=True, slots=True)
class Event:
    """A command that a detector reports.

    Attributes:
        word: which.
        start_s: about where it began, in seconds since the stream began.
        reported_s: when all the sound that it took had been heard.
    """

    word: str
    start_s: float
    reported_s: float


@dataclass(frozen=True, eq=False)
class Listening:
    """The network's answers to one sound, to be decided upon again and again.

    Attributes:
        words: the classes in order.
        probabilities: `(hops, classes)`, from `recognition.events.hop_probabilities`.
        seconds: of sound.
        spoken: the commands in it.
    """

    words: tuple[str, ...]
    probabilities: Floats
    seconds: float
    spoken: Sequence[Spoken] = ()

    @classmethod
    def to(cls, stream: Stream, model: Model) -> Listening:
        """Runs the network over a stream."""
        probabilities = hop_probabilities(model, stream.samples)
        return cls(model.words, probabilities, stream.seconds, stream.spoken)

    def events(self, thresholds: Floats) -> list[Event]:
        """What a detector with these thresholds `(classes,)` reports.

        Most hops of most sounds hold nothing like a command. Those far from any that does are left
        out, which changes no event and saves nearly all the time.
        """
        loud = np.flatnonzero((self._averages >= thresholds - ROUNDING).any(axis=1))
        near = (loud[:, np.newaxis] + np.arange(-BEFORE, AFTER + 1)).ravel()
        kept = np.unique(np.clip(near, 0, len(self.probabilities) - 1))
        found = []
        for stretch in np.split(kept, np.flatnonzero(np.diff(kept) > 1) + 1):
            decision = Events(self.words, thresholds)
            for hop in stretch.tolist():
                if detection := decision.push(self.probabilities[hop]):
                    start_s = detection.start_s + stretch[0] / HOPS_PER_S
                    found.append(Event(detection.word, start_s, (hop + 1) / HOPS_PER_S))
        return found

    @cached_property
    def _averages(self) -> Floats:
        """What the decision compares with the thresholds, `(hops, classes)`, but for rounding."""
        padded = np.pad(self.probabilities, ((SMOOTHED_HOPS - 1, 0), (0, 0)))
        windows = np.lib.stride_tricks.sliding_window_view(padded, SMOOTHED_HOPS, axis=0)
        return np.asarray(windows.mean(axis=-1), np.float32)
