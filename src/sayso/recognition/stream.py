"""The detector: sound in blocks of any size goes in, commands come out as they are said."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

import numpy as np

from sayso import audio
from sayso.audio import SAMPLE_RATE, Sound, SoundError
from sayso.recognition.events import HOP, PADDING_HOPS, Detection, Events, Floats
from sayso.recognition.model import WINDOW, Model, ModelError
from sayso.words import NO_COMMAND

__all__ = ["KEPT_S", "Detection", "Detector", "listen", "listening_thresholds"]

KEPT_S = 4  # seconds of the recent past, to hear again
_KEPT = KEPT_S * SAMPLE_RATE + (1 + PADDING_HOPS) * HOP  # samples, those of the padding as well


class Detector:
    """Listens to one stream of sound and reports each command once, soon after it was said.

    Every 100 ms the model judges the last second. The events do not depend on how the stream is
    cut into blocks, and memory stays the same however long it is.

    Args:
        model: what tells the words apart.
        thresholds: the confidence from which a word counts, over those of the model file.
        words: the only words to listen for; every word of the model where None.

    Attributes:
        words: those that are listened for, in the order of the model's classes.
        look: called after each hop, if set, with its end in seconds and its event or None.

    Raises:
        ModelError: the model does not know one of the words, or a threshold is none.
    """

    def __init__(
        self,
        model: Model,
        *,
        thresholds: Mapping[str, float] | None = None,
        words: Collection[str] | None = None,
    ) -> None:
        self.model = model
        stated = listening_thresholds(model, thresholds, words)
        self.words = tuple(np.array(model.words)[np.isfinite(stated)].tolist())
        self.look: Callable[[float, Detection | None], None] | None = None
        self._events = Events(model.words, stated)
        self._recent = _Recent()
        self._fed = 0  # samples
        self._finished = False

    @property
    def latest(self) -> Floats:
        """The smoothed probabilities `(classes,)` of the newest hop; zeros before the first."""
        return self._events.smoothed

    @property
    def heard_s(self) -> float:
        """Seconds of sound fed so far."""
        return self._fed / SAMPLE_RATE

    def feed(self, block: Sound) -> list[Detection]:
        """Takes the next piece of the stream and returns the commands that it completes.

        Args:
            block: `(samples,)` float32 in [-1, 1] at 16 kHz, of any length, also 0. What
                `audio.conform` takes is converted: 16-bit integers, channels.

        Raises:
            SoundError: the block is no sound, or the stream has been finished.
        """
        if self._finished:
            raise SoundError("This stream has ended: make a new Detector for the next one.")
        if not np.size(block):
            return []
        samples = audio.conform(block)
        self._fed += len(samples)
        return self._take(samples)

    def finish(self) -> list[Detection]:
        """Ends the stream, as if silence followed, and returns what its last moments held."""
        if self._finished:
            return []
        self._finished = True
        return self._take(np.zeros(-self._fed % HOP + PADDING_HOPS * HOP, np.float32))

    def sound(self, start_s: float, end_s: float) -> Sound:
        """A copy of the sound between two moments, in seconds since the stream began.

        The last four seconds are kept; what lies outside of them or of the stream is left out.
        """
        oldest = max(0, self._fed - KEPT_S * SAMPLE_RATE)
        start, end = (round(moment_s * SAMPLE_RATE) for moment_s in (start_s, end_s))
        return self._recent.between(max(start, oldest), min(end, self._fed)).copy()

    def _take(self, samples: Sound) -> list[Detection]:
        """Adds samples and looks at the last second wherever another hop is complete."""
        found = []
        while len(samples):
            missing = HOP - self._recent.total % HOP
            piece, samples = samples[:missing], samples[missing:]
            self._recent.append(piece)
            if len(piece) == missing:
                total = self._recent.total
                window = self._recent.between(total - WINDOW, total)
                detection = self._events.push(self.model.probabilities(window[None])[0])
                if self.look:
                    self.look(total / SAMPLE_RATE, detection)
                if detection:
                    found.append(detection)
        return found


class _Recent:
    """The last samples of a stream, always in one piece; before the stream there was silence.

    New samples are written behind the old ones. Where there is no more room, what must be kept
    moves to the beginning: one copy in many hops.

    Attributes:
        total: samples of the stream so far.
    """

    def __init__(self) -> None:
        self._samples = np.zeros(4 * _KEPT, np.float32)
        self._end = _KEPT
        self.total = 0

    def append(self, piece: Sound) -> None:
        """Adds up to a hop of samples."""
        if self._end + len(piece) > len(self._samples):
            self._samples[:_KEPT] = self._samples[self._end - _KEPT : self._end]
            self._end = _KEPT
        self._samples[self._end : self._end + len(piece)] = piece
        self._end += len(piece)
        self.total += len(piece)

    def between(self, start: int, end: int) -> Sound:
        """A view of the samples from `start` to `end` of the stream, of those that are kept."""
        before = self._end - self.total  # where the stream's first sample lies, or would lie
        return self._samples[before + start : before + max(start, end)]


def listen(source: Iterable[Sound], detector: Detector) -> Iterator[Detection]:
    """Yields the commands in a stream as they are said.

    Args:
        source: blocks of sound, of any size.
        detector: a new one.
    """
    for block in source:
        yield from detector.feed(block)
    yield from detector.finish()


def listening_thresholds(
    model: Model,
    thresholds: Mapping[str, float] | None = None,
    words: Collection[str] | None = None,
) -> Floats:
    """The threshold of each class, `(classes,)`; infinite for what is not listened for.

    Args:
        model: its file names the thresholds to begin with.
        thresholds: other ones, for some words or all; infinite for never.
        words: the only words to listen for; every word of the model where None.

    Raises:
        ModelError: the model does not know one of the words, or a threshold is none.
    """
    changed = thresholds or {}
    known = [word for word in model.words if word not in NO_COMMAND]
    for word in (*changed, *(words or ())):
        if word not in known:
            raise ModelError(f"The model does not know {word!r}: it knows {', '.join(known)}.")
    for word, threshold in changed.items():
        if not (0 < threshold <= 1 or threshold == np.inf):
            raise ModelError(
                f"The threshold of {word} is {threshold}: it must be above 0, at most 1."
            )
    chosen = known if words is None else words
    return np.array(
        [
            changed.get(word, own) if word in chosen else np.inf
            for word, own in zip(model.words, model.thresholds, strict=True)
        ],
        np.float32,
    )
