"""Checks of how the loss of a training run went, and the accuracies with it."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from sayso.advice.verdict import Finding, cannot_say, listed, ok

if TYPE_CHECKING:
    from sayso.advice.training import TrainingRun

LOWEST_START = 0.5  # of log(classes), the loss of a network that knows nothing
START_ABOVE = 5.0  # nats over log(classes); uneven guesses cost new networks 0.3 to 4
FLAT = 0.05  # share of its loss that a run must lose to have learned anything
ENOUGH = 3  # epochs to speak of a curve
TURNED = 1.15  # times its lowest that a validation loss rises to
TURNED_BY = 0.05
GAP = 0.10  # of training accuracy over that of validation
LOW = 0.80  # of the validation clips; less is of use to nobody
RISING = 0.02  # in the last quarter of the epochs
JUMP = 0.15  # of the first epoch's loss, up from one epoch to the next


def starting_loss(run: TrainingRun) -> Finding:
    """Before it learns anything, the loss is log(classes)."""
    classes = len(run.classes)
    expected = math.log(classes)
    if run.config.start or run.config.teacher:
        return cannot_say("It began with what another run had learned, or with a teacher.")
    loss, how = run.first_loss, "recorded"
    if not math.isfinite(loss):
        if run.corpus is None or not run.same_clips:
            return cannot_say(
                "The run has not recorded the loss of its first step.",
                "Name its data with --data DIR: the step is then done again.",
            )
        from sayso.advice.trials import first_loss

        loss, how = first_loss(run, run.corpus), "of the first step, done again"
    evidence = (f"{loss:.3f} {how}; log({classes}) = {expected:.3f}",)
    if LOWEST_START * expected <= loss <= expected + START_ABOVE:
        return ok(f"It was {loss:.2f}; log({classes}) is {expected:.2f}.", evidence)
    return Finding(
        "fault",
        f"It was {loss:.2f}, and log({classes}) is {expected:.2f}.",
        evidence,
        advice="Far above it the network is sure of nonsense: look at the scale of what goes in "
        "and of the last layer's weights. Far below, the answer is among what goes in.",
    )


def loss_falls(run: TrainingRun) -> Finding:
    """The loss is a number, and falls."""
    losses = [epoch.training_loss for epoch in run.epochs]
    broken = [
        str(epoch.epoch)
        for epoch in run.epochs
        if not math.isfinite(epoch.training_loss) or not math.isfinite(epoch.validation_loss)
    ]
    if broken:
        return Finding(
            "fault",
            f"It is not a number in epoch {listed(broken)}.",
            advice="Lower the learning rate, and look for clips that are not finite "
            "(sayso check DIR). What was learned since is lost.",
        )
    if len(losses) < ENOUGH:
        return cannot_say(f"That takes {ENOUGH} epochs, and there are {len(losses)}.")
    lowest = min(losses[1:])
    evidence = (f"training loss {losses[0]:.3f} in the first epoch, at best {lowest:.3f}",)
    if run.config.start is None and lowest > (1 - FLAT) * losses[0]:
        return Finding(
            "fault",
            f"It fell by {100 * max(0.0, 1 - lowest / losses[0]):.1f} % in {len(losses)} epochs.",
            evidence,
            advice="Nothing was learned. Do the labels belong to the clips? Is the learning rate "
            "far too small or too large? See one-batch.",
        )
    return ok("It does.", evidence)


def overfitting(run: TrainingRun) -> Finding:
    """What it has learned holds for other speakers."""
    if len(run.epochs) < ENOUGH:
        return cannot_say(f"That takes {ENOUGH} epochs, and there are {len(run.epochs)}.")
    last = run.epochs[-1]
    lowest = min(run.epochs, key=lambda epoch: epoch.validation_loss)
    gap = last.training_accuracy - last.validation_accuracy
    evidence = (
        f"right in the last epoch: {last.training_accuracy:.1%} in training, "
        f"{last.validation_accuracy:.1%} in validation",
        f"validation loss {last.validation_loss:.3f}; at best {lowest.validation_loss:.3f}, in "
        f"epoch {lowest.epoch}",
    )
    advice = (
        "Record more speakers, strengthen what the recipe changes about the clips (noise, speed, "
        "masks), or end earlier. The best epoch was kept, not the last."
    )
    if gap > GAP:
        says = f"It knows its own clips {100 * gap:.0f} points better than those of others."
        return Finding("warning", says, evidence, advice=advice)
    rise = last.validation_loss - lowest.validation_loss
    rose = rise > TURNED_BY and last.validation_loss > TURNED * lowest.validation_loss
    if rose and last.training_loss < run.epochs[run.epochs.index(lowest)].training_loss:
        says = f"From epoch {lowest.epoch} on the validation loss rises while the other falls."
        return Finding("warning", says, evidence, advice=advice)
    return ok("It does.", evidence)


def underfitting(run: TrainingRun) -> Finding:
    """It has learned what there is to learn."""
    epochs = run.epochs
    if not run.is_finished:
        return cannot_say(f"{len(epochs)} of {run.config.recipe.epochs} epochs are done.")
    if len(epochs) < ENOUGH:
        return cannot_say(f"That takes {ENOUGH} epochs, and there are {len(epochs)}.")
    last, best = epochs[-1], max(epoch.validation_accuracy for epoch in epochs)
    earlier = max(e.validation_accuracy for e in epochs[: max(1, len(epochs) * 3 // 4)])
    evidence = (
        f"right in training {last.training_accuracy:.1%}, in validation at best {best:.1%}, "
        f"and {earlier:.1%} in the first three quarters",
    )
    if best - earlier > RISING:
        return Finding(
            "warning",
            f"It still gained {100 * (best - earlier):.1f} points in the last quarter.",
            evidence,
            advice="Give it more --epochs.",
        )
    if best < LOW and last.training_accuracy - last.validation_accuracy <= GAP:
        return Finding(
            "warning",
            f"It gets {best:.1%} right, and hardly more of its own clips.",
            evidence,
            advice="Look at the data first (sayso check DIR). Then: change the clips less, a "
            "larger architecture, more epochs.",
        )
    return ok("It has.", evidence)


def learning_rate(run: TrainingRun) -> Finding:
    """The learning rate is not at the edge of what the network bears."""
    if len(run.epochs) < ENOUGH:
        return cannot_say(f"That takes {ENOUGH} epochs, and there are {len(run.epochs)}.")
    peak = run.config.recipe.learning_rate
    first = run.epochs[0].training_loss
    jumps = [
        f"epoch {after.epoch}: training loss {before.training_loss:.3f} → {after.training_loss:.3f}"
        for before, after in pairwise(run.epochs)
        if not after.training_loss - before.training_loss <= JUMP * first  # or not a number
    ]
    if jumps:
        return Finding(
            "warning",
            f"At a peak of {peak:g} the loss jumped {len(jumps)} times.",
            tuple(jumps[:5]),
            advice=f"Try {peak / 3:.1g}, or a longer warm-up.",
        )
    steepest = max(b.training_loss - a.training_loss for a, b in pairwise(run.epochs))
    rise = f"by {steepest:.3f} at most" if steepest > 0 else "never"
    return ok(
        f"A peak of {peak:g} was borne.", [f"from one epoch to the next the loss rose {rise}"]
    )
