"""How thresholds hold for people they were not chosen on: cross-validation over the voices."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from benchmarks.held_out import CONDITIONS, SEED, VOICES, Heard

from sayso.corpus import speaker_of
from sayso.evaluation.stretch import Recording
from sayso.evaluation.tuning import GRID, Curves, allocate, grid_thresholds, measure_curves
from sayso.words import CORE

FOLDS, REPEATS = 5, 3
COLUMNS = np.arange(len(CORE))

Rows = npt.NDArray[np.int64]  # (words,), the row of GRID of each word's threshold
Rule = Callable[[Curves, float], Rows]


class HeldOut(NamedTuple):
    """What was counted on voices that were not chosen on: a rate, and shares missed."""

    false_alarms_per_hour: float
    missed: tuple[float, ...]


def one_for_all(curves: Curves, budget: float) -> Rows:
    """The lowest threshold, the same for all words, that keeps the budget."""
    row = int(np.argmax(curves.alarms.sum(axis=1) <= budget))
    return np.full(len(curves.words), row)


def each_its_own(curves: Curves, budget: float) -> Rows:
    """As `sayso tune` shares the budget out."""
    return allocate(curves.expected_alarms(), curves.expected_misses(), budget)


def cross_validate(heard: Heard, rules: Mapping[str, Rule], per_hour: float) -> dict[str, HeldOut]:
    """Chooses on the voices of four folds and counts on the fifth, each fold once, three times.

    The false alarms of a threshold are those that it has as one for all words. The misses are of
    all commands of the side: they have other speakers than the sound has.
    """
    alarms, hours = _by_voice(heard)
    missed = {  # with one stretch of background, whose false alarms are not needed
        name: measure_curves(heard.stretched[:1], each, CORE)
        for name, each in heard.commands.items()
    }
    both = [each for condition in heard.commands.values() for each in condition]
    together = measure_curves(heard.stretched[:1], both, CORE)
    results = {}
    for name, rule in rules.items():
        sounded, lost = 0, np.zeros((0, len(CONDITIONS)))
        for repeat in range(REPEATS):
            order = np.random.default_rng([SEED, repeat]).permutation(len(alarms))
            for fold in np.array_split(order, FOLDS):
                rest = np.setdiff1d(order, fold)
                known = Curves(
                    CORE,
                    alarms[rest].sum(axis=0),
                    hours[rest].sum(),
                    together.missed,
                    together.said,
                )
                rows = rule(known, per_hour * known.hours)
                sounded += int(alarms[fold][:, rows, COLUMNS].sum())
                shares = [
                    each.missed[rows, COLUMNS].sum() / each.said.sum() for each in missed.values()
                ]
                lost = np.vstack([lost, shares])
        rate = sounded / (REPEATS * hours.sum())
        results[name] = HeldOut(rate, tuple(lost.mean(axis=0).tolist()))
    return results


def _by_voice(heard: Heard) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """False alarms `(voices, thresholds, words)` and hours `(voices,)` of each voice.

    Speakers of unknown words and noise recordings are voices too.
    """
    with VOICES.open(encoding="utf-8", newline="") as file:
        groups = {row["recording"]: row["voice"] for row in csv.DictReader(file)}

    def voice(recording: Recording) -> str:
        if recording.kind == "unknown":
            return speaker_of(f"{recording.name}.wav")
        return groups.get(f"{recording.kind}/{recording.name}", recording.name)

    index = {name: i for i, name in enumerate(sorted(set(map(voice, heard.side.recordings))))}
    alarms = np.zeros((len(index), len(GRID), len(CORE)), np.int64)
    hours = np.zeros(len(index))
    for listening, played in zip(heard.stretched, heard.rounds, strict=True):
        for passage in played.passages:
            hours[index[voice(passage.recording)]] += (passage.end_s - passage.start_s) / 3600
        for row, threshold in enumerate(map(float, GRID[:-1])):
            for event in listening.events(grid_thresholds(listening.words, CORE, threshold)):
                alarms[index[voice(played.at(event.start_s))], row, CORE.index(event.word)] += 1
    return alarms, hours
