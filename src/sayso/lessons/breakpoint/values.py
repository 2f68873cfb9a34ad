"""The numbers in the prose."""

from __future__ import annotations

from functools import cache

from sayso.lessons.breakpoint.data import LEVELS, levels, names, shuffled, where
from sayso.lessons.breakpoint.functions import line_of, mean_db, sizes, stops

LEAK = "clip.speaker in speakers"


def silent_turn() -> int:
    """The turn at which the level is zero."""
    return levels().index(0.0)


@cache
def leaks(test_percent: int, by_speaker: bool) -> int:
    """How many test clips are of speakers that are trained on too."""
    return len(stops(LEAK, sizes, *shuffled(test_percent, by_speaker)))


def values() -> dict[str, float | str]:
    """Computed, by name."""
    return {
        "levels": LEVELS,
        "answer": str(mean_db(levels())),
        "silent": silent_turn(),
        "first_nan": where("math.isnan(mean)", 1)[0],
        "line": line_of(mean_db),
        "clips": len(names()),
        "tested": len(shuffled(10, by_speaker=False)[1]),
        "leaks": leaks(10, by_speaker=False),
        "by_speaker": leaks(10, by_speaker=True),
    }
