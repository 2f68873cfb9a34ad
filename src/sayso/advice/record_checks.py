"""Checks that a training run can be done again from what its folder says."""

from __future__ import annotations

import dataclasses
import math
import platform
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from sayso.advice.verdict import OTHER_DATA, Finding, cannot_say, listed, ok

if TYPE_CHECKING:
    from sayso.advice.training import TrainingRun

SAME_LOSS = 1e-3  # relative; other processors round differently


def config_complete(run: TrainingRun) -> Finding:
    """The folder says all that decides the result."""
    from sayso.training.recipe import Recipe

    missing = [f.name for f in dataclasses.fields(Recipe) if f.name not in run.stated["recipe"]]
    if missing:
        return Finding(
            "warning",
            f"config.json does not give the recipe's {listed(missing)}.",
            advice="An older sayso made it, which had no such values; it would now take today's. "
            f"To do it again, install sayso {run.config.versions.get('sayso', 'of that time')}.",
        )
    there = {name: _installed(name) for name in run.config.versions}
    others = [
        f"{name} {then}, now {there[name]}"
        for name, then in run.config.versions.items()
        if there[name] != then
    ]
    if others:
        return Finding(
            "warning",
            f"It was made with other versions than those here: {listed(others)}.",
            advice="The result will be alike and not equal. For the same, install the same.",
        )
    weights = [name for name in ("start", "teacher") if getattr(run.config, name)]
    evidence = [f"recipe, seed {run.config.seed}, {len(run.config.words)} words, versions"]
    evidence += [f"{name}: weights with SHA-256 {getattr(run.config, name)}" for name in weights]
    return ok("It does, and the versions here are the same.", evidence)


def data_unchanged(run: TrainingRun) -> Finding:
    """The data set is still the one that it was trained on."""
    if run.corpus is None:
        return cannot_say("No data set was named.", "Name it: --data DIR.")
    evidence = (
        f"SHA-256 of the names of {len(run.corpus.clips)} clips; what is in them is not recorded",
    )
    if run.same_clips:
        return ok("The clips have the same names.", evidence)
    return Finding(
        "fault",
        "Clips were added, removed or renamed since, or it is another data set.",
        (
            *evidence,
            f"trained on {run.config.data['folder']}, compared with {run.corpus.root.name}",
        ),
        advice="Train again, or bring the old clips back: figures of two data sets do not compare.",
    )


def first_step_repeats(run: TrainingRun) -> Finding:
    """Done again from the seed, the first step has the recorded loss."""
    if run.config.start or run.config.teacher:
        return cannot_say(
            "It began with learned weights, or had a teacher: the folder has only their SHA-256."
        )
    recorded = run.first_loss
    if not math.isfinite(recorded):
        return cannot_say("The run has not recorded the loss of its first step.")
    if run.corpus is None:
        return cannot_say("The step needs the clips.", "Name the data set: --data DIR.")
    if not run.same_clips:
        return cannot_say(OTHER_DATA, "See data-unchanged.")
    from sayso.advice.trials import first_loss

    again = first_loss(run, run.corpus)
    evidence = (f"recorded {recorded:.5f}, now {again:.5f}",)
    if abs(again - recorded) <= SAME_LOSS * abs(recorded):
        return ok("It has.", evidence)
    return Finding(
        "fault",
        "It has another loss, so the run does not come out the same from here.",
        evidence,
        advice="Is it the same data, down to the samples? Are the versions the same? See "
        "data-unchanged and config-complete.",
    )


def _installed(name: str) -> str:
    own = {"python": platform.python_version, "machine": platform.machine}
    try:
        return own[name]() if name in own else version(name)
    except PackageNotFoundError:
        return "not installed"
