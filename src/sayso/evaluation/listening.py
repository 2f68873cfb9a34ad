"""What a detector reports of a sound, at as many thresholds as one likes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sayso.evaluation.streams import Spoken, Stream
from sayso.recognition import Model
from sayso.recognition.events import HOPS_PER_S, SMOOTHED_HOPS, Events, Floats, hop_probabilities


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

        Most hops of most sounds hold nothing like a command. They are left out, which changes no
        event and saves nearly all the time.
        """
        decision = Events(self.words, thresholds)
        found = []
        for hop in np.flatnonzero((self._averages >= thresholds).any(axis=1)).tolist():
            recent = self._padded[hop : hop + SMOOTHED_HOPS]
            if detection := decision.judge(hop + 1, recent, self._averages[hop]):
                found.append(Event(detection.word, detection.start_s, (hop + 1) / HOPS_PER_S))
        return found

    @cached_property
    def _padded(self) -> Floats:
        """The probabilities after as many zeros as the first average looks back on."""
        return np.pad(self.probabilities, ((SMOOTHED_HOPS - 1, 0), (0, 0)))

    @cached_property
    def _averages(self) -> Floats:
        """What the decision compares with the thresholds, `(hops, classes)`, to the last bit."""
        hops = len(self.probabilities)
        total = self._padded[:hops].copy()
        for after in range(1, SMOOTHED_HOPS):  # in the order in which a detector adds them up
            total += self._padded[after : after + hops]
        return total / np.float32(SMOOTHED_HOPS)
