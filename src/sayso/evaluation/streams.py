"""Long sound in which it is known who says what when: commands among noise and other speech."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sayso import audio
from sayso.audio import SAMPLE_RATE, Sound
from sayso.corpus import Corpus, CorpusError, Split
from sayso.corpus.noise import Noise, rms
from sayso.prepare.edges import find_edges
from sayso.words import SILENCE

COMMANDS = 40  # in one stream: one to three minutes
GAP_S = (0.75, 1.75)  # without speech between two utterances
SPEECH_DBFS = -26.0  # root mean square of every utterance; the level of telephony's test signals
OTHER_SPEECH_SHARE = 0.5  # of the commands are followed by an utterance that is none


@dataclass(frozen=True, slots=True)
class Spoken:
    """A command in a stream: the word, where it begins and where it ends, in seconds."""

    word: str
    start_s: float
    end_s: float


@dataclass(frozen=True)
class Stream:
    """A sound, `(samples,)`, and the commands in it in order."""

    samples: Sound
    spoken: tuple[Spoken, ...] = ()

    @property
    def seconds(self) -> float:
        """How long it is."""
        return len(self.samples) / SAMPLE_RATE


def make_streams(
    commands: Sequence[tuple[str, Path]],
    noise: Noise,
    snr_db: float,
    rng: np.random.Generator,
    others: Sequence[Path] = (),
) -> Iterator[Stream]:
    """Plays a clip of every command once, in random order, in streams of forty.

    One recording of background noise runs through each stream. All utterances are equally loud; the
    signal-to-noise ratio is their power, over the whole clip, against the mean power of the noise.
    Where a command begins and ends is measured on its clip (`prepare.edges`).

    Args:
        commands: words, each with a clip of it.
        noise: to cut the background from.
        snr_db: dB; infinite for no background at all.
        rng: draws order, gaps and noise.
        others: clips of speech that is no command; one follows about every second command.

    Raises:
        SoundError: a clip cannot be read.
    """
    order = rng.permutation(len(commands))
    for first in range(0, len(order), COMMANDS):
        line = _Line(rng)
        for index in order[first : first + COMMANDS]:
            word, clip = commands[index]
            line.say(audio.read(clip), word)
            if others and rng.random() < OTHER_SPEECH_SHARE:
                line.say(audio.read(others[int(rng.integers(len(others)))]))
        samples = np.concatenate(line.parts)
        if math.isfinite(snr_db):
            samples += _level(noise.piece(len(samples), rng), SPEECH_DBFS - snr_db)
        yield Stream(np.clip(samples, -1, 1), tuple(line.spoken))


def corpus_streams(
    corpus: Corpus,
    split: Split,
    words: Collection[str],
    snr_db: float,
    rng: np.random.Generator,
) -> Iterator[Stream]:
    """The streams of a split of a data set: its clips of some words are the commands.

    All its other clips but those of `_silence_` are the speech that is none, and what training
    leaves out of its noise is the background.

    Raises:
        CorpusError: the split has none of the words.
    """
    clips = corpus.of(split)
    commands = [(clip.word, clip.path) for clip in clips if clip.word in words]
    others = [clip.path for clip in clips if clip.word not in (*words, SILENCE)]
    if not commands:
        raise CorpusError(f"{corpus.root} has no clips of these words for {split}.")
    noise = Noise.read(corpus.noise, held_out=True)
    return make_streams(commands, noise, snr_db, rng, others)


class _Line:
    """Utterances one after the other, a pause before the first and after each."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.parts: list[Sound] = []
        self.spoken: list[Spoken] = []
        self._samples = 0
        self._rng = rng
        self._pause()

    def say(self, samples: Sound, command: str | None = None) -> None:
        if command:
            edges = find_edges(samples) or (0, len(samples))
            start_s, end_s = ((self._samples + edge) / SAMPLE_RATE for edge in edges)
            self.spoken.append(Spoken(command, start_s, end_s))
        self._play(_level(samples, SPEECH_DBFS))
        self._pause()

    def _pause(self) -> None:
        self._play(np.zeros(round(self._rng.uniform(*GAP_S) * SAMPLE_RATE), np.float32))

    def _play(self, samples: Sound) -> None:
        self.parts.append(samples)
        self._samples += len(samples)


def _level(samples: Sound, dbfs: float) -> Sound:
    """Scales a sound to a root mean square in dB of full scale; silence stays silence."""
    return np.asarray(samples * (10 ** (dbfs / 20) / (rms(samples) or 1.0)), np.float32)
