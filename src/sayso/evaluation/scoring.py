"""What was said against what was reported: hits, misses, mix-ups and false alarms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sayso.evaluation.accuracy import Share
from sayso.evaluation.intervals import poisson_interval
from sayso.evaluation.listening import Event, Listening
from sayso.evaluation.streams import Spoken
from sayso.recognition.events import Floats

ONSET_TOLERANCE_S = 0.75  # between where a command begins and where its event says that it did


@dataclass
class Score:
    """How the events of some streams compare with what was said in them.

    Attributes:
        hits: commands that were recognized, each with its event.
        misses: commands that were not.
        mixups: the misses in whose place another command was reported, with that event. They are
            no false alarms: how many there are depends on how much is said, not on the hours.
        false_alarms: all other events; a second one for the same utterance is one too.
        hours: of sound.
    """

    hits: list[tuple[Spoken, Event]] = field(default_factory=list)
    misses: list[Spoken] = field(default_factory=list)
    mixups: list[tuple[Spoken, Event]] = field(default_factory=list)
    false_alarms: list[Event] = field(default_factory=list)
    hours: float = 0.0

    def add(self, spoken: Iterable[Spoken], events: Iterable[Event], seconds: float) -> None:
        """Scores one stream: each event answers one command at most, each command one event.

        A command and an event belong together where the word is the same and their beginnings are
        `ONSET_TOLERANCE_S` apart or less. As the tolerance is one for all, taking both in the order
        of time finds the most pairs that there are.
        """
        missed = []
        left = sorted(events, key=lambda event: event.start_s)
        for command in sorted(spoken, key=lambda command: command.start_s):
            event = _first(left, command, same_word=True)
            if event is None:
                missed.append(command)
            else:
                left.remove(event)
                self.hits.append((command, event))
        for command in missed:
            if event := _first(left, command, same_word=False):
                left.remove(event)
                self.mixups.append((command, event))
        self.misses += missed
        self.false_alarms += left
        self.hours += seconds / 3600

    @property
    def missed(self) -> Share:
        """The share of the commands that was missed."""
        return Share(len(self.misses), len(self.misses) + len(self.hits))

    def missed_by_word(self) -> dict[str, Share]:
        """The share missed of each command that was said, in alphabetical order."""
        misses = Counter(command.word for command in self.misses)
        said = misses + Counter(command.word for command, _ in self.hits)
        return {word: Share(misses[word], said[word]) for word in sorted(said)}

    @property
    def false_alarms_per_hour(self) -> float:
        """False alarms of all words in an hour of sound."""
        return len(self.false_alarms) / self.hours

    def false_alarms_interval(self) -> tuple[float, float]:
        """The exact 95 % interval of the false alarms per hour."""
        low, high = poisson_interval(len(self.false_alarms))
        return low / self.hours, high / self.hours

    def latencies_s(self) -> list[float]:
        """From the end of each command that was recognized to its event, in seconds of sound."""
        return [event.reported_s - command.end_s for command, event in self.hits]


def score(listenings: Iterable[Listening], thresholds: Floats) -> Score:
    """Scores some sounds together, at thresholds `(classes,)`."""
    total = Score()
    for listening in listenings:
        total.add(listening.spoken, listening.events(thresholds), listening.seconds)
    return total


def _first(events: Sequence[Event], command: Spoken, *, same_word: bool) -> Event | None:
    for event in events:
        near = abs(event.start_s - command.start_s) <= ONSET_TOLERANCE_S
        if near and (event.word == command.word) == same_word:
            return event
    return None
