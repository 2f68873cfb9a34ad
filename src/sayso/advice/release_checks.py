"""Checks of what is given to others: the packaged model and the clips beside it."""

from __future__ import annotations

import json

from sayso.advice.release import Release
from sayso.advice.verdict import Finding, listed, ok, share
from sayso.words import NO_COMMAND

SAMPLE_RIGHT = 0.95  # of the bundled sample, whose speakers the model was trained on
_RECORDED = ("recipe", "seed", "data", "versions", "chosen_epoch")


def model_record(release: Release) -> Finding:
    """The model file says how it was made, and has a threshold for each word."""
    metadata = release.metadata
    training = json.loads(metadata.get("training", "{}"))
    thresholds = json.loads(metadata.get("threshold", "{}"))
    words = [word for word in release.words if word not in NO_COMMAND]
    made_by = metadata.get("sayso_version")
    faults = [] if made_by else ["no version of sayso"]
    faults += [f"no {part}" for part in _RECORDED if part not in training]
    faults += [f"no threshold for {word}" for word in words if word not in thresholds]
    clips = training.get("data", {}).get("clips", {})
    faults += [f"{word} was trained with test clips" for word in clips if "testing" in clips[word]]
    if faults:
        return Finding(
            "fault", f"{listed(faults)}.", advice="Make it again from its run: sayso export RUN."
        )
    return ok(f"{len(words)} words, made by sayso {made_by}.", [f"seed {training['seed']}"])


def model_hears_clips(release: Release) -> Finding:
    """The model hears the word of each bundled clip."""
    wrong = [r for r in release.clips if r.answer != r.clip.word]
    if not wrong and release.clips:
        least = min(r.confidence for r in release.clips)
        return ok(f"All {len(release.clips)}.", [f"the least sure with {least:.1%}"])
    return Finding(
        "fault",
        f"{share(len(wrong), len(release.clips))} are heard as another word.",
        tuple(f"{r.clip.word}: {r.answer} ({r.confidence:.1%})" for r in wrong),
        tuple(r.clip.path for r in wrong),
        "They are the first that a user tries: do not release this model.",
    )


def model_hears_sample(release: Release) -> Finding:
    """The model knows the clips of the bundled sample."""
    asked = [r for r in release.sample.spoken if r.own is not None]
    wrong = [r for r in asked if r.answer != r.clip.word]
    says = f"{share(len(asked) - len(wrong), len(asked))} are right."
    if asked and len(wrong) <= (1 - SAMPLE_RIGHT) * len(asked):
        return ok(says, ["their speakers were among those it was trained on: no test"])
    return Finding(
        "fault",
        says,
        tuple(f"{r.clip.word}: {r.answer} ({r.confidence:.1%})" for r in wrong[:5]),
        tuple(r.clip.path for r in wrong),
        "It was trained on these very speakers: the model file or the front end is broken.",
    )
