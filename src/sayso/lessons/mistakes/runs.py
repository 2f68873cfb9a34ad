"""Runs with one mistake each: what is reported, and what is true of speakers never met."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from typing import Literal

import numpy as np
import numpy.typing as npt

from sayso.audio import SAMPLE_RATE
from sayso.lessons.mistakes import data
from sayso.lessons.mistakes.data import Floats, Integers
from sayso.lessons.mistakes.functions import accuracy, mean_loss, new_network, train

EPOCHS = 12
ROUNDS = 20  # the speakers dealt anew in each


@dataclass(frozen=True)
class Run:
    """How a run is made. As it stands here it is made right; a mistake changes a line or two."""

    split: Literal["by speaker", "by file", "not at all"] = "by speaker"
    copies: int = 1  # of each clip, a bit varied, made before the split
    tries: int = 1  # of which the best epoch of the best is kept, by the test
    empty: str = ""  # the word whose recordings are silent
    late: int = 0  # by how many clips the labels are behind
    only: str = ""  # the word to be told from all others
    rate: float = 0.3  # how far to go downhill
    shuffled: bool = True  # the clips, anew in each epoch
    zeroed: bool = True  # the slopes, before each batch
    normalised: bool = True  # to a mean of zero and a spread of one
    hidden: int = 32  # how many numbers the first layer hands on
    drawn: bool = False  # the labels, at random: no mistake, a check
    seed: int = 0  # of the first weights and of the order


MISTAKES: Mapping[str, Run] = {
    "none": Run(),
    "test on training clips": Run(split="not at all"),
    "split by file": Run(split="by file"),
    "split after copying": Run(split="by file", copies=3),
    "best of six tries": Run(tries=6),
    "a silent folder": Run(empty="seven"),
    "labels one behind": Run(late=1),
    "one word against all": Run(only="two"),
    "steps too large": Run(rate=1.5),
    "steps too small": Run(rate=0.001),
    "never shuffled": Run(shuffled=False),
    "slopes never zeroed": Run(zeroed=False),
    "never normalised": Run(normalised=False),
    "ten times too big": Run(hidden=320),
}
NAMES = tuple(MISTAKES)


@dataclass(frozen=True)
class Part:
    """Some clips: features `(clips, cells)`; labels, speakers and places in `data` `(clips,)`."""

    x: Floats
    labels: Integers
    speakers: npt.NDArray[np.str_]
    places: Integers

    def __getitem__(self, chosen: npt.NDArray[np.bool_] | Integers) -> Part:
        return Part(*(getattr(self, field.name)[chosen] for field in fields(self)))


@dataclass(frozen=True)
class Deal:
    """Who trains, who tests, and whom nobody has met."""

    training: Part
    test: Part
    strangers: Part


@dataclass(frozen=True)
class Curves:
    """What came of a run, before the first step and after each epoch: the mean of all rounds.

    Attributes:
        losses: on the training clips: `(1 + epochs,)`.
        reported: accuracy on the run's own test: `(1 + epochs,)`.
        true: accuracy on speakers never met, whose clips and labels are in order.
        baseline: accuracy on the test of always saying the most frequent word of the training.
    """

    losses: Floats
    reported: Floats
    true: Floats
    baseline: float


def classes(run: Run) -> int:
    """How many answers there are."""
    return 2 if run.only else len(data.WORDS)


def deal(run: Run, number: int) -> Deal:
    """Deals the speakers: about a quarter are strangers, a quarter test, the others train."""
    rng = np.random.default_rng(number)
    labels = data.labels()
    if run.only:
        labels = (labels == data.WORDS.index(run.only)).astype(np.int64)
    clips = Part(data.features(), labels, data.speakers(), np.arange(len(labels)))
    quarter = quarters(clips.speakers, rng)
    strangers, own = clips[quarter == 0], clips[quarter > 0]
    own = _spoil(own, run, rng)
    testing = quarter[quarter > 0] == 1
    if run.split == "by file":
        testing = rng.permutation(testing)
    if run.copies > 1:
        own = _copy(own, run.copies, rng)
        testing = rng.permutation(np.tile(testing, run.copies))
    training, test = own[~testing], own[testing]
    if run.split == "not at all":
        test = training
    if run.normalised:
        mean, spread = training.x.mean(axis=0), training.x.std(axis=0)
        training, test, strangers = (
            replace(part, x=(part.x - mean) / spread) for part in (training, test, strangers)
        )
    return Deal(training, test, strangers)


def quarters(speakers: npt.NDArray[np.str_], rng: np.random.Generator) -> Integers:
    """In which quarter, 0 to 3, the speaker of each clip is dealt: `(clips,)`."""
    dealt, of, counts = np.unique(speakers, return_inverse=True, return_counts=True)
    order = rng.permutation(len(dealt))
    before = np.empty(len(dealt), dtype=np.int64)
    before[order] = np.cumsum(counts[order]) - counts[order]
    return np.asarray(4 * before // len(speakers))[of]


def _spoil(own: Part, run: Run, rng: np.random.Generator) -> Part:
    """Clips as they are after a mistake in how they were collected."""
    if run.empty:
        silence = data.cells(np.zeros(SAMPLE_RATE, dtype=np.float32))
        silent = own.labels == data.WORDS.index(run.empty)
        own = replace(own, x=np.where(silent[:, None], silence, own.x))
    if run.drawn:
        own = replace(own, labels=rng.permutation(own.labels))
    if run.late:
        order = rng.permutation(len(own.x))  # of the list of labels, which is not word by word
        labels = own.labels.copy()
        labels[order] = np.roll(own.labels[order], run.late)
        own = replace(own, labels=labels)
    return own


def _copy(own: Part, copies: int, rng: np.random.Generator) -> Part:
    """Several of each clip, a bit louder or softer and with some noise."""
    many = own[np.tile(np.arange(len(own.x)), copies)]
    louder = rng.uniform(-3, 3, (len(many.x), 1))  # dB
    noise = rng.normal(0, 1.5, many.x.shape)  # dB
    return replace(many, x=many.x + louder + noise)


@cache
def curves(run: Run, rounds: int = ROUNDS) -> Curves:
    """Trains in every round and keeps what is reported, and what is true."""
    deals = [deal(run, number) for number in range(rounds)]
    losses, reported, true = np.mean([_best_try(run, dealt) for dealt in deals], axis=0).T
    baseline = float(np.mean([_most_frequent(dealt) for dealt in deals]))
    return Curves(losses, reported, true, baseline)


def _best_try(run: Run, dealt: Deal) -> Floats:
    """Losses, reported and true accuracies of a training: `(1 + epochs, 3)`."""
    tries = [_follow(run, dealt, 100 * run.seed + number) for number in range(run.tries)]
    if run.tries == 1:
        return tries[0]
    best = max(tries, key=lambda one: float(one[:, 1].max()))
    kept = int(best[:, 1].argmax())
    return best[np.minimum(np.arange(len(best)), kept)]  # and no step further


def _follow(run: Run, dealt: Deal, seed: int) -> Floats:
    rng = np.random.default_rng(seed)
    x, labels = dealt.training.x, dealt.training.labels
    network = new_network(x.shape[1], run.hidden, classes(run), rng)
    after = train(network, x, labels, EPOCHS, run.rate, rng, run.shuffled, run.zeroed)
    rows = [
        (
            mean_loss(each, x, labels),
            accuracy(each, dealt.test.x, dealt.test.labels),
            accuracy(each, dealt.strangers.x, dealt.strangers.labels),
        )
        for each in (network, *after)
    ]
    return np.array(rows)


def _most_frequent(dealt: Deal) -> float:
    return float((dealt.test.labels == np.bincount(dealt.training.labels).argmax()).mean())
