"""What thresholds are tuned on: a user's background, and recordings of the commands in it."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np

from sayso import audio
from sayso.audio import SAMPLE_RATE
from sayso.corpus import Corpus, CorpusError
from sayso.corpus.noise import Noise
from sayso.corpus.progress import Report, silently
from sayso.evaluation.listening import Listening
from sayso.evaluation.streams import Stream, make_streams
from sayso.recognition import Model

CONDITIONS = {"as recorded": math.inf, "at 10 dB": 10.0}  # signal to background, dB
MOST_CLIPS = 100  # of a word: enough to know its misses to a few per cent
PART_S = 300  # of background that goes through the network at once
MIXED_S = 300  # of each background recording that commands are mixed with, at most


def hear_background(
    paths: Sequence[Path], model: Model, report: Report = silently
) -> tuple[list[Listening], Noise]:
    """Runs the network over background recordings, of any length together.

    Args:
        paths: sound files without commands.
        model: what listens.
        report: told the recordings done.

    Returns:
        what the network said, and the recordings to mix commands with.

    Raises:
        SoundError: a file cannot be used.
    """
    heard, beginnings = [], []
    for done, path in enumerate(paths):
        samples = audio.read(path)
        beginnings.append(samples[: MIXED_S * SAMPLE_RATE].copy())
        for first in range(0, len(samples), PART_S * SAMPLE_RATE):
            part = samples[first : first + PART_S * SAMPLE_RATE]
            heard.append(Listening.to(Stream(part), model))
        report("hearing the background", done + 1, len(paths))
    return heard, Noise(beginnings)


def hear_commands(
    corpus: Corpus,
    words: Collection[str],
    noise: Noise,
    model: Model,
    rng: np.random.Generator,
    report: Report = silently,
) -> dict[str, list[Listening]]:
    """Runs the network over recordings of the commands, as they are and in the background.

    Args:
        corpus: the recordings; of each word at most a hundred are taken, at random.
        words: to listen for; those without recordings are left out.
        noise: the background.
        model: what listens.
        rng: chooses and orders the clips.
        report: told the clips heard.

    Returns:
        what the network said, for each of `CONDITIONS`.

    Raises:
        CorpusError: there is no recording of any of the words.
        SoundError: a clip cannot be read.
    """
    by_word = defaultdict(list)
    for clip in corpus.clips:
        if clip.word in words:
            by_word[clip.word].append(clip.path)
    if not by_word:
        raise CorpusError(f"{corpus.root} has no recordings of {', '.join(sorted(words))}.")
    clips = [
        (word, paths[index])
        for word, paths in by_word.items()
        for index in rng.permutation(len(paths))[:MOST_CLIPS]
    ]
    heard: dict[str, list[Listening]] = {name: [] for name in CONDITIONS}
    done = 0
    for name, snr_db in CONDITIONS.items():
        for stream in make_streams(clips, noise, snr_db, rng):
            heard[name].append(Listening.to(stream, model))
            done += len(stream.spoken)
            report("hearing the commands", done, len(CONDITIONS) * len(clips))
    return heard
