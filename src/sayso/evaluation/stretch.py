"""Hours of sound from minutes: every recording again and again, each time in other surroundings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import soxr

from sayso.audio import SAMPLE_RATE, Sound
from sayso.corpus.noise import Noise, add_noise

SPEED = (0.85, 1.15)  # times as fast, and as high
ROOM_S = (0.1, 0.6)  # reverberation time: from a furnished room to a bare one
DIRECT_DB = (0.0, 12.0)  # direct sound over reverberation: across the room, or near
GAIN_DB = (-12.0, 6.0)
SNR_DB = (5.0, 30.0)
FADE_S = 0.01  # at both ends of a recording, so that no click joins it to the next


@dataclass(frozen=True)
class Recording:
    """A recording without commands: its name, what kind of sound it is, `(samples,)`."""

    name: str
    kind: str
    samples: Sound


@dataclass(frozen=True, slots=True)
class Passage:
    """Where in a longer sound a recording lies, in seconds."""

    recording: Recording
    start_s: float
    end_s: float


@dataclass(frozen=True)
class Round:
    """Recordings one after the other, `(samples,)`, and which lies where."""

    samples: Sound
    passages: tuple[Passage, ...]

    @property
    def seconds(self) -> float:
        """How long it is."""
        return len(self.samples) / SAMPLE_RATE

    def at(self, time_s: float) -> Recording:
        """The recording that sounds at a moment."""
        starts = [passage.start_s for passage in self.passages]
        return self.passages[max(0, int(np.searchsorted(starts, time_s, "right")) - 1)].recording


def play_round(
    recordings: Sequence[Recording], rng: np.random.Generator, noise: Noise | None = None
) -> Round:
    """Plays every recording once, in random order.

    Args:
        recordings: what to play.
        rng: draws the order and the surroundings.
        noise: each recording is stretched with it (see `stretch`); None plays them as they are.
    """
    parts, passages, end = [], [], 0
    for index in rng.permutation(len(recordings)):
        recording = recordings[index]
        samples = recording.samples if noise is None else stretch(recording.samples, noise, rng)
        parts.append(_fade(samples))
        start, end = end, end + len(samples)
        passages.append(Passage(recording, start / SAMPLE_RATE, end / SAMPLE_RATE))
    return Round(np.concatenate(parts), tuple(passages))


def stretch(samples: Sound, noise: Noise, rng: np.random.Generator) -> Sound:
    """The same recording at another speed, in another room, louder or softer, with other noise."""
    samples = soxr.resample(samples, SAMPLE_RATE * rng.uniform(*SPEED), SAMPLE_RATE)
    samples = reverberate(samples, room_response(rng))
    samples = samples * np.float32(10 ** (rng.uniform(*GAIN_DB) / 20))
    return add_noise(samples, noise.piece(len(samples), rng), rng.uniform(*SNR_DB))


def room_response(rng: np.random.Generator) -> Sound:
    """A room's impulse response, `(samples,)`: the direct sound, then noise that dies away.

    The noise loses 60 dB in the reverberation time (Moorer, "About this reverberation business",
    Computer Music Journal 3(2), 1979).
    """
    reverberation_s = rng.uniform(*ROOM_S)
    time_s = np.arange(1, round(reverberation_s * SAMPLE_RATE)) / SAMPLE_RATE
    tail = rng.standard_normal(len(time_s)) * 10 ** (-3 * time_s / reverberation_s)
    tail *= 10 ** (-rng.uniform(*DIRECT_DB) / 20) / np.sqrt(np.square(tail).sum())
    return np.concatenate([[1], tail]).astype(np.float32)


def reverberate(samples: Sound, response: Sound) -> Sound:
    """Convolves a sound with a room's response; what rings on after its end is cut off."""
    points = 1 << (len(samples) + len(response) - 2).bit_length()  # a power of two is fastest
    spectrum = np.fft.rfft(samples, points) * np.fft.rfft(response, points)
    return np.asarray(np.fft.irfft(spectrum, points)[: len(samples)], np.float32)


def _fade(samples: Sound) -> Sound:
    count = min(round(FADE_S * SAMPLE_RATE), len(samples) // 2)
    envelope = np.ones(len(samples), np.float32)
    envelope[:count] = np.linspace(0, 1, count, dtype=np.float32)
    envelope[len(samples) - count :] = np.linspace(1, 0, count, dtype=np.float32)
    return samples * envelope
