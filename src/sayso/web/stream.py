"""One client's stream: bytes in, what the detector says of them out, without any socket."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import soxr

from sayso.audio import SAMPLE_RATE, Sound
from sayso.errors import SaysoError
from sayso.prepare import find_edges
from sayso.recognition import Model
from sayso.recognition.stream import Detection, Detector

Answer = dict[str, Any]

LOWEST_RATE, HIGHEST_RATE = 8_000, 96_000  # Hz
PIECES_PER_S = 10  # into which sound is cut: one hop of the detector each
SEARCHED_S = 1.2  # before an event, for the end of the sound that made it
STILL_SOUNDING_S = 0.03  # before it; what ends later has not ended yet
_BYTES = 2  # of a sample
_DIGITS = 3  # of a probability


class StreamError(SaysoError):
    """What a client sent is not what a stream takes."""


class Stream:
    """Cuts a client's blocks into pieces of 100 ms and lets a detector hear them.

    Args:
        model: what tells the words apart.
        thresholds: of the words, over those of the model file.
        config: the client's wishes: `rate` in Hz, `words` to listen for, `hops` to be told of.

    Raises:
        SaysoError: a wish that cannot be met, in a sentence.
    """

    def __init__(
        self, model: Model, thresholds: Mapping[str, float], config: Mapping[str, Any]
    ) -> None:
        self.rate, words, self._tells_hops = _read_config(config)
        self._detector = Detector(model, thresholds=thresholds, words=words)
        self._resampler = None
        if self.rate != SAMPLE_RATE:
            self._resampler = soxr.ResampleStream(self.rate, SAMPLE_RATE, 1, dtype="float32")
        self._pending = bytearray()
        self._told_s = 0.0

    def take(self, block: bytes) -> list[bytes]:
        """Adds a block to what is pending and returns the pieces that are complete.

        Raises:
            StreamError: the block is not made of 16-bit samples.
        """
        if len(block) % _BYTES:
            raise StreamError(
                f"A block is 16-bit samples, an even number of bytes; this one has {len(block)}."
            )
        self._pending += block
        size = self.rate // PIECES_PER_S * _BYTES
        whole = len(self._pending) // size * size
        pieces = [bytes(self._pending[at : at + size]) for at in range(0, whole, size)]
        del self._pending[:whole]
        return pieces

    def hear(self, piece: bytes) -> list[Answer]:
        """What there is to say after one more piece."""
        return self._answers(self._detector.feed(self._samples(piece, last=False)))

    def finish(self) -> list[Answer]:
        """What there is to say at the end of the stream, and that it ended."""
        found = self._detector.feed(self._samples(bytes(self._pending), last=True))
        heard_s = self._detector.heard_s
        answers = self._answers(found + self._detector.finish())
        return [*answers, {"type": "end", "at_s": round(heard_s, _DIGITS)}]

    def _samples(self, piece: bytes, *, last: bool) -> Sound:
        samples = np.frombuffer(piece, "<i2").astype(np.float32) / 32768
        if self._resampler is not None:
            samples = np.clip(self._resampler.resample_chunk(samples, last=last), -1.0, 1.0)
        return np.asarray(samples, np.float32)

    def _answers(self, found: list[Detection]) -> list[Answer]:
        answers = [self._command(detection) for detection in found]
        if self._tells_hops and self._detector.heard_s > self._told_s:
            self._told_s = self._detector.heard_s
            latest = [round(float(value), _DIGITS) for value in self._detector.latest]
            answers.append(
                {"type": "hop", "at_s": round(self._told_s, _DIGITS), "probabilities": latest}
            )
        return answers

    def _command(self, detection: Detection) -> Answer:
        quiet_s = self._quiet_s()
        return {
            "type": "command",
            "word": detection.word,
            "confidence": round(detection.confidence, _DIGITS),
            "start_s": round(detection.start_s, _DIGITS),
            "end_s": round(detection.end_s, _DIGITS),
            "at_s": round(self._detector.heard_s, _DIGITS),
            "quiet_s": quiet_s and round(quiet_s, _DIGITS),
        }

    def _quiet_s(self) -> float | None:
        """Where the sound fell quiet, found apart from the model; None while it has not."""
        now_s = self._detector.heard_s
        recent = self._detector.sound(now_s - SEARCHED_S, now_s)
        edges = find_edges(recent)
        if edges is None or len(recent) - edges.end < STILL_SOUNDING_S * SAMPLE_RATE:
            return None
        return now_s - (len(recent) - edges.end) / SAMPLE_RATE


def _read_config(config: Mapping[str, Any]) -> tuple[int, list[str] | None, bool]:
    rate, words = config.get("rate", SAMPLE_RATE), config.get("words")
    hops = config.get("hops", False)
    if unknown := set(config) - {"rate", "words", "hops"}:
        raise StreamError(f"There is no {min(unknown)[:40]!r} to set: rate, words and hops are.")
    if type(rate) is not int or not LOWEST_RATE <= rate <= HIGHEST_RATE:
        raise StreamError(f"A rate is {LOWEST_RATE} to {HIGHEST_RATE} (Hz), a whole number.")
    if type(hops) is not bool:
        raise StreamError("hops is true or false.")
    if words is not None and not (
        isinstance(words, list) and words and all(isinstance(word, str) for word in words)
    ):
        raise StreamError("words is a list of the words to listen for.")
    return rate, words, hops
