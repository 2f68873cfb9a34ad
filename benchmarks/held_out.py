"""The sound that false alarms are counted in: never trained on, in two sides that share nothing.

Thresholds are chosen on one side and reported on the other. There are two ways to make sides:
`phrase` puts another phrase on each, `speaker` both phrases on each, of other voices
(`benchmarks.voices`). Either way the sides have other noise recordings, and other speakers of
unknown words and of commands.
"""

from __future__ import annotations

import csv
import hashlib
import math
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from sayso import audio
from sayso.audio import SAMPLE_RATE, Sound
from sayso.corpus import read_corpus, speaker_of, split_of
from sayso.corpus.noise import Noise
from sayso.evaluation.listening import Listening
from sayso.evaluation.streams import Stream, make_streams
from sayso.evaluation.stretch import Recording, Round, play_round
from sayso.files import atomic_path
from sayso.recognition import Model
from sayso.recognition.events import hop_probabilities
from sayso.words import CORE

PHRASES = ("snowboy", "jarvis")
VOICES = Path(__file__).with_name("voices.csv")  # which recordings of them sound alike
SPLITS = {"phrase": PHRASES, "speaker": ("speakers A", "speakers B")}
CONDITIONS = {"clean": math.inf, "10 dB": 10.0}
SEED = 0


@dataclass(frozen=True)
class Side:
    """Half of the sound: no recording and no speaker of commands is in both halves."""

    name: str
    recordings: list[Recording]
    noise: Noise
    commands: list[tuple[str, Path]]

    def rounds(self, hours: float | None) -> Iterator[Round]:
        """The recordings stretched, round after round; None for once as they are."""
        once_s = sum(len(each.samples) for each in self.recordings) / SAMPLE_RATE
        for number in range(1 if hours is None else math.ceil(hours * 3600 / once_s)):
            rng = np.random.default_rng([SEED, number])
            yield play_round(self.recordings, rng, None if hours is None else self.noise)

    def streams(self, snr_db: float) -> Iterator[Stream]:
        """The commands, one after the other."""
        return make_streams(self.commands, self.noise, snr_db, np.random.default_rng(SEED))


def read_sides(data: Path, split: str) -> list[Side]:
    """Both sides of a split, `phrase` or `speaker`."""
    corpus = read_corpus(data / "speech_commands_v0.02")
    recordings: list[list[Recording]] = [[], []]
    for side, path in _phrases(data / "speech_without_words", split):
        recordings[side].append(Recording(path.stem, path.parent.name, audio.read(path)))
    for path in audio.find(data / "unknown"):
        speaker = speaker_of(path.name)
        if split_of(speaker) == "validation":
            each = Recording(path.stem, "unknown", audio.read(path))
            recordings[_half(speaker)].append(each)
    sides = []
    for side, name in enumerate(SPLITS[split]):
        paths = sorted(corpus.noise)[side::2]
        noise = Noise.read(paths, held_out=True)
        recordings[side] += [
            Recording(path.stem, "noise", samples)
            for path, samples in zip(paths, noise.recordings, strict=True)
        ]
        commands = [
            (clip.word, clip.path)
            for clip in corpus.of("validation")
            if clip.word in CORE and _half(clip.speaker) == side
        ]
        sides.append(Side(name, recordings[side], noise, commands))
    return sides


def _phrases(folder: Path, split: str) -> Iterator[tuple[int, Path]]:
    """Each recording of the two phrases, and the side that it belongs to."""
    with VOICES.open(encoding="utf-8", newline="") as file:
        voices = {row["recording"]: int(row["voice"]) for row in csv.DictReader(file)}
    sizes = Counter(voices.values())
    halves: dict[int, int] = {}
    for voice in sorted(sizes):  # the largest first, each to the smaller side
        sums = [sum(sizes[each] for each, side in halves.items() if side == s) for s in (0, 1)]
        halves[voice] = int(sums[1] < sums[0])
    for side, phrase in enumerate(PHRASES):
        for path in audio.find(folder / phrase):
            by_voice = halves[voices[f"{phrase}/{path.stem}"]]
            yield (side if split == "phrase" else by_voice), path


def _half(speaker: str) -> int:
    return hashlib.sha256(speaker.encode()).digest()[0] % 2


class Cache:
    """What was computed from sounds, kept in a folder by what it was computed by and from."""

    def __init__(self, folder: Path, by: str) -> None:
        self.folder, self.by = folder, by

    def get(
        self, samples: Sound, compute: Callable[[Sound], npt.NDArray[np.generic]]
    ) -> npt.NDArray[np.generic]:
        """Computes an array from a sound, or reads it where that was done before."""
        name = hashlib.sha256(self.by.encode() + samples.tobytes()).hexdigest()[:32]
        path = self.folder / f"{name}.npy"
        if path.exists():
            kept: npt.NDArray[np.generic] = np.load(path)
            return kept
        array = compute(samples)
        with atomic_path(path) as partial, partial.open("wb") as file:
            np.save(file, array)
        return array


@dataclass(frozen=True)
class Heard:
    """A side as a network heard it."""

    side: Side
    stretched: list[Listening]
    rounds: list[Round]
    recorded: list[Listening]
    commands: dict[str, list[Listening]]

    @classmethod
    def by(cls, model: Model, side: Side, hours: float, folder: Path) -> Heard:
        """Runs the network over everything that is not in the cache."""
        cache = Cache(folder, hashlib.sha256(model.path.read_bytes()).hexdigest())

        def listen(stream: Stream | Round) -> Listening:
            probabilities = cache.get(stream.samples, lambda x: hop_probabilities(model, x))
            spoken = stream.spoken if isinstance(stream, Stream) else ()
            print(".", end="", flush=True)
            return Listening(model.words, probabilities.astype(np.float32), stream.seconds, spoken)

        stretched, rounds = [], []
        for each in side.rounds(hours):
            stretched.append(listen(each))
            rounds.append(Round(each.samples[:0], each.passages))  # whose sound is not needed
        recorded = [listen(each) for each in side.rounds(None)]
        commands = {
            name: [listen(s) for s in side.streams(snr)] for name, snr in CONDITIONS.items()
        }
        print()
        return cls(side, stretched, rounds, recorded, commands)
