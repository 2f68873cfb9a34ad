"""Checks that a training run was done as one should: they try things out, and need the data."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sayso.advice.verdict import OTHER_DATA, Finding, cannot_say, ok
from sayso.words import NO_COMMAND

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sayso.advice.training import TrainingRun
    from sayso.corpus import Clip

MOST_VALIDATED = 1000  # clips: enough to know an accuracy to a point or two
MOST_LEARNED = 4000  # clips of the baselines
UNSURE = 3.3  # standard deviations, one in a thousand
CLOSE = 0.005  # of accuracy, where all clips were looked at
_NEEDS_DATA = "Name the data set that it was trained on: --data DIR."
_NOT_KEPT = "There is no best.pt with the record of its epoch."
_REHEARSED = "Clips of the sample inside sayso were among those that it was validated with."
_SPLIT_ANEW = "Other clips of the data set are for validation than when the run was trained."


def one_batch(run: TrainingRun) -> Finding:
    """A new network can learn one batch by heart."""
    from sayso.advice.trials import BY_HEART_LOSS, learn_by_heart, one_of_each

    own = one_of_each(_spoken(run, "training"))
    clips = own or _bundled(run)
    by_heart = learn_by_heart(run, clips)
    whose = "of its data" if own else "bundled with sayso, named after its words"
    evidence = (
        f"{len(clips)} clips {whose}: loss {by_heart.first_loss:.3f} → {by_heart.loss:.3f} and "
        f"{by_heart.accuracy:.0%} right after {by_heart.steps} steps",
    )
    if by_heart.accuracy == 1.0 and by_heart.loss < BY_HEART_LOSS:
        return ok(f"It took {by_heart.steps} steps.", evidence)
    return Finding(
        "fault",
        f"After {by_heart.steps} steps it gets {by_heart.accuracy:.0%} of them right.",
        evidence,
        advice="A network that cannot learn 16 clips by heart will not learn a word. Look at the "
        "learning rate, whether the loss reaches the weights, and whether two clips that sound the "
        "same have different words.",
    )


def validation_plain(run: TrainingRun) -> Finding:
    """Validation is done on clips as they were recorded."""
    if run.corpus is None:
        return cannot_say("Only the clips can tell.", _NEEDS_DATA)
    if reason := _not_comparable(run):
        return reason
    if run.kept is None:
        return cannot_say(_NOT_KEPT)
    from sayso.advice.trials import validate
    from sayso.corpus.noise import Noise

    recorded = run.kept["validation_accuracy"]
    clips = _spoken(run, "validation")
    chosen = _draw(clips, MOST_VALIDATED)
    measured = validate(run, chosen, Noise([]))
    spread = math.sqrt(measured * (1 - measured) / len(chosen) * (1 - len(chosen) / len(clips)))
    evidence = (f"recorded {recorded:.2%}, now {measured:.2%} of {len(chosen)} clips as they are",)
    if abs(recorded - measured) <= max(CLOSE, UNSURE * spread):
        return ok("The recorded accuracy comes out again.", evidence)
    if recorded < measured:
        says = "On the clips as they are it does better than it was recorded to."
        advice = (
            "Was noise mixed in, or were clips shifted, in validation? Such figures are not "
            "those of your users, and do not compare between recipes. Change clips in training "
            "only."
        )
    else:
        says = "The clips do not bear out the accuracy that was recorded."
        advice = "It was measured on other clips, or with other weights: train again."
    return Finding("fault", says, evidence, advice=advice)


def chosen_on_validation(run: TrainingRun) -> Finding:
    """The best epoch was chosen by the validation clips, and the test clips were not looked at."""
    from sayso.training.history import best_of

    counts: dict[str, dict[str, int]] = run.config.data["clips"]
    if any("testing" in count for count in counts.values()):
        return Finding(
            "fault",
            "The run has counted clips for testing among those that it used.",
            advice="Keep them for the one figure at the end. Chosen by them, it is no test.",
        )
    kept = run.kept
    if kept is None or not run.epochs:
        return cannot_say(_NOT_KEPT)
    best = best_of(run.epochs)
    evidence = [
        f"kept: epoch {kept['epoch']:.0f}, with {kept['validation_accuracy']:.2%} in validation; "
        f"the best: epoch {best.epoch}, with {best.validation_accuracy:.2%}"
    ]
    if kept["validation_accuracy"] < best.validation_accuracy:
        return Finding(
            "fault",
            "The weights kept are not those that did best in validation.",
            tuple(evidence),
            advice="Whatever else they were chosen by, it was not validation. If it was the test "
            "set, that is used up: record another.",
        )
    if run.corpus:
        used = _validated(run)
        held = {split: _counts(_spoken(run, split)) for split in ("validation", "testing")}
        evidence.append(f"{used.total()} validation clips of words, as in the data set")
        if used == held["testing"] != held["validation"]:
            return Finding(
                "fault",
                "The clips that it was chosen by are those for testing.",
                (f"{used.total()} clips, word by word as many as there are for testing",),
                advice="Train again with validation speakers of their own.",
            )
        if reason := _not_comparable(run):
            return reason
    return ok("It was; sayso train never opens a clip for testing.", evidence)


def better_than_baseline(run: TrainingRun) -> Finding:
    """It does better than what anybody can make in a minute."""
    if run.corpus is None:
        return cannot_say("The baselines have to be made.", _NEEDS_DATA)
    if reason := _not_comparable(run):
        return reason
    if not run.epochs:
        return cannot_say("No epoch is finished.")
    from sayso.advice.baselines import measure_baselines

    training, validation = _spoken(run, "training"), _spoken(run, "validation")
    asked = _draw(validation, MOST_VALIDATED)
    baselines = measure_baselines(_draw(training, MOST_LEARNED), asked)
    name, best = max(baselines.items(), key=lambda item: item[1])
    recorded = max(epoch.validation_accuracy for epoch in run.epochs)
    evidence = (
        *(f"{baseline}: {accuracy:.1%}" for baseline, accuracy in baselines.items()),
        f"the run: {recorded:.1%}, of {len(validation)} validation clips",
    )
    margin = 1.96 * math.sqrt(best * (1 - best) / len(asked))
    if recorded > best + margin:
        return ok(f"{recorded:.1%} against {best:.1%} ({name}).", evidence)
    return Finding(
        "fault" if recorded < best else "warning",
        f"{recorded:.1%} is {'less than' if recorded < best else 'hardly more than'} {name} gets: "
        f"{best:.1%}.",
        evidence,
        advice="Look at the loss and at the data before you try another network: what it learns "
        "can be had for nothing.",
    )


def _not_comparable(run: TrainingRun) -> Finding | None:
    """Why the run's figures cannot be held against the data set; None where they can."""
    if not run.same_clips:
        return cannot_say(OTHER_DATA, "See data-unchanged.")
    held = _counts(_spoken(run, "validation"))
    if held != _validated(run):
        if "rehearsed" in run.config.data:
            return cannot_say(_REHEARSED)
        return cannot_say(_SPLIT_ANEW, "Bring the old lists back, or train again.")
    return None if held else cannot_say("No clips of words are for validation.", "See balance.")


def _spoken(run: TrainingRun, split: str) -> list[Clip]:
    clips = run.corpus.clips if run.corpus else ()
    return [clip for clip in clips if clip.split == split and clip.word not in NO_COMMAND]


def _bundled(run: TrainingRun) -> list[Clip]:
    """The clips in the package, with the words of the run: any names can be learned by heart."""
    from importlib.resources import files

    from sayso import audio
    from sayso.corpus import Clip

    paths = list(audio.find(Path(str(files("sayso") / "bundled" / "clips"))))
    words = run.config.words
    return [
        Clip(path, words[number % len(words)], "", "training") for number, path in enumerate(paths)
    ]


def _draw(clips: Sequence[Clip], most: int) -> list[Clip]:
    """At most so many, the same ones each time."""
    chosen = np.random.default_rng(0).permutation(len(clips))[:most]
    return [clips[index] for index in sorted(chosen)]


def _counts(clips: Sequence[Clip]) -> Counter[str]:
    return Counter(clip.word for clip in clips)


def _validated(run: TrainingRun) -> Counter[str]:
    """How many clips of each word the run was validated with."""
    counts = run.config.data["clips"]
    return Counter({word: counts[word]["validation"] for word in run.config.words})
