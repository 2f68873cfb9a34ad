"""Breakpoint: complete the three conditions and save.

Each is what you would type into the debugger. They are run under `bdb`: the first two at the marked
line of `mean_db`, which sees i, level, db and mean; the third in `sizes`, which sees clip,
speakers and words. Both stand in the lesson.
"""

from sayso.lessons.breakpoint.data import where, which

__all__ = ["where", "which"]


def silence() -> str:
    """Stops at the turn at which the level is zero, and at no other."""
    raise NotImplementedError


def every_hundredth() -> str:
    """Stops at the turns 100, 200, 300 and so on, not at 0."""
    raise NotImplementedError


def leak() -> str:
    """Stops at a test clip whose speaker is among those that train."""
    raise NotImplementedError
