"""The calls that the exercise has to answer, and the wrong answers that are known."""

from __future__ import annotations

from sayso.lessons.checking import Case

CASES = (
    Case("where(silence(), 1)", "Compare level with zero.", of="silence"),
    Case(
        "where(silence(), 2)", "Other numbers, another turn: the cause is the same.", of="silence"
    ),
    Case("where(every_hundredth(), 1)", "What remains of i, divided by 100?", of="every_hundredth"),
    Case("which(leak(), 1)", "Is the clip's speaker in the set of speakers?", of="leak"),
    Case("which(leak(), 2)", "Other clips in the test: ask for the speaker.", of="leak"),
)


def everywhere() -> str:
    """It stops at every turn: it is always true, or it fails (a name misspelt, = for ==)."""
    return "level = 0"


def too_late() -> str:
    """It stops when the damage is done: ask for the cause, the level."""
    return "math.isnan(mean)"


def one_late() -> str:
    """It stops one turn late: mean still has the value of the turn before."""
    return "mean == -math.inf"


def quiet() -> str:
    """It stops at quiet levels too: only zero has no logarithm."""
    return "level < 0.01"


def by_number() -> str:
    """It knows the number of the turn, which other data does not have: ask for the level."""
    return "i == 751"


def at_zero_too() -> str:
    """It stops at turn 0 as well, which divides by everything: leave it out."""
    return "i % 100 == 0"


def all_others() -> str:
    """It stops at all the others: a remainder is true unless it is zero. Compare it with 0."""
    return "i % 100"


def only_once() -> str:
    """It stops once only: ask for the remainder, with %."""
    return "i == 100"


def the_others() -> str:
    """These are the clips that do not leak: turn it round."""
    return "clip.speaker not in speakers"


def never() -> str:
    """It never stops: a speaker never equals a set. Is it in the set?"""
    return "clip.speaker == speakers"


def every_clip() -> str:
    """It stops at every clip: it is always true, or it fails (is it speakers, clip.speaker?)."""
    return "speaker in speakers"


MISCONCEPTIONS = {
    "silence": (everywhere, too_late, one_late, quiet, by_number),
    "every_hundredth": (at_zero_too, all_others, only_once),
    "leak": (the_others, never, every_clip),
}
