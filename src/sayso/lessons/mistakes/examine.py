"""Nine checks. Each measures something of a run; beyond its limit, something is wrong."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from sayso.audio import SAMPLE_RATE
from sayso.lessons.glass import recognizer
from sayso.lessons.mistakes import data
from sayso.lessons.mistakes.data import Floats
from sayso.lessons.mistakes.functions import BATCH, mean_loss, nearest_mean, new_network, train
from sayso.lessons.mistakes.runs import ROUNDS, Run, classes, curves, deal

LISTENED = 3  # clips of each word


def first_loss(run: Run) -> float:
    """How far the first loss is from that of somebody who knows nothing."""
    return abs(float(curves(run).losses[0]) - math.log(classes(run)))


def one_batch(run: Run) -> float:
    """The loss on ten clips after fifty steps with nothing else."""
    rng = np.random.default_rng(run.seed)
    training = deal(run, 0).training
    few = training[rng.permutation(len(training.x))[:BATCH]]
    network = new_network(few.x.shape[1], run.hidden, classes(run), rng)
    *_, network = train(network, few.x, few.labels, 50, run.rate, rng, run.shuffled, run.zeroed)
    return mean_loss(network, few.x, few.labels)


def loss_left(run: Run) -> float:
    """How much of the first loss the last three epochs still have."""
    losses = curves(run).losses
    return float(losses[-3:].mean() / losses[0])


def errors_left(run: Run) -> float:
    """How many of the baseline's errors the network still makes."""
    found = curves(run)
    return (1 - float(found.reported[-1])) / (1 - found.baseline)


def without_sense(run: Run) -> float:
    """Labels drawn at random: what is reported beyond the baseline."""
    found = curves(replace(run, drawn=True), ROUNDS // 2)
    return 100 * (float(found.reported[-1]) - found.baseline)


def known_speakers(run: Run) -> float:
    """How many of the test clips are of speakers who train."""
    dealt = deal(run, 0)
    return 100 * float(np.isin(dealt.test.speakers, dealt.training.speakers).mean())


def strange_words(run: Run) -> float:
    """Listen to three clips of each word: how many words are mostly something else?"""
    training = deal(run, 0).training
    strange = 0
    for label in range(classes(run)):
        clips = training.places[training.labels == label][:LISTENED]
        right = sum(_answer(run, _hear(run, int(clip))) == label for clip in clips)
        strange += right < len(clips) / 2
    return strange


def another_seed(run: Run) -> float:
    """Once again with another seed: by how much is the report another one?"""
    again = curves(replace(run, tries=1, seed=run.seed + 1))
    return 100 * abs(float(curves(run).reported[-1] - again.reported[-1]))


def new_speakers(run: Run) -> float:
    """What is reported beyond the accuracy on speakers never met."""
    found = curves(run)
    return 100 * float(found.reported[-1] - found.true[-1])


def nearest_percent(centred: bool) -> float:
    """How many clips of speakers never met get the nearest mean's word, in percent.

    Args:
        centred: whether the mean level of each moment is removed.
    """
    right = []
    for number in range(ROUNDS):
        dealt = deal(Run(normalised=False), number)
        x, new = dealt.training.x, dealt.strangers.x
        if centred:
            x, new = _centre(x), _centre(new)
        guess = nearest_mean(x, dealt.training.labels, new)
        right.append((guess == dealt.strangers.labels).mean())
    return 100 * float(np.mean(right))


@dataclass(frozen=True)
class Check:
    """A check: a name, what it measures, and how much of it is too much."""

    name: str
    unit: str
    limit: float
    measure: Callable[[Run], float]


CHECKS = (
    Check("first loss", "away from log(words)", 0.5, first_loss),
    Check("one batch", "loss after 50 steps", 0.1, one_batch),
    Check("loss curve", "of the first loss is left", 0.5, loss_left),
    Check("baseline", "of the errors are left", 0.6, errors_left),
    Check("random labels", "points above baseline", 15.0, without_sense),
    Check("speakers", "% known speakers", 0.0, known_speakers),
    Check("listening", "words are others", 0.0, strange_words),
    Check("other seed", "points apart", 5.0, another_seed),
    Check("new speakers", "points too many", 10.0, new_speakers),
)


def _centre(x: Floats) -> Floats:
    moments = x.reshape(-1, data.CELLS, data.CELLS)  # (clips, time, pitch)
    centred: Floats = moments - moments.mean(axis=2, keepdims=True)
    return centred.reshape(x.shape)


def _answer(run: Run, word: str) -> int:
    """The label that a word should have, or -1."""
    if run.only:
        return int(word == run.only)
    return data.WORDS.index(word) if word in data.WORDS else -1


def _hear(run: Run, clip: int) -> str:
    """The word that sayso hears in a clip as the run has it."""
    word = data.WORDS[data.labels()[clip]]
    return _heard(None if word == run.empty else clip)


@cache
def _heard(clip: int | None) -> str:
    sound = np.zeros(SAMPLE_RATE, dtype=np.float32) if clip is None else data.sounds()[clip]
    probabilities = recognizer().probabilities(sound[None])[0]
    return recognizer().words[int(probabilities.argmax())]
