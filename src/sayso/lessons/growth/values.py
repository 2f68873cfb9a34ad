"""The numbers in the prose."""

from __future__ import annotations

import math

from sayso.lessons.glass import recipe
from sayso.lessons.growth.functions import grow, grow_at_once


def values() -> dict[str, float]:
    """Computed, by name."""
    keep = float(recipe()["averaging"])
    memory = round(1 / (1 - keep))
    return {
        "e": math.e,
        "twice": grow(2)[-1],
        "monthly": grow(12)[-1],
        "hundred": grow(100)[-1],
        "short_10": math.e - grow(10)[-1],
        "short_100": math.e - grow(100)[-1],
        "best": best_exponent(),
        "too_many": grow_at_once(10**16),
        "keep": keep,
        "memory": memory,
        "kept_percent": 100 * keep**memory,
    }


def best_exponent() -> int:
    """The power of ten of steps at which `grow_at_once` comes closest to e."""
    return min(range(18), key=lambda power: abs(math.e - grow_at_once(10**power)))
