"""Breakpoint: one way to do it."""

from sayso.lessons.breakpoint.data import where, which

__all__ = ["where", "which"]


def silence() -> str:
    """Stops at the turn at which the level is zero, and at no other."""
    return "level == 0"


def every_hundredth() -> str:
    """Stops at the turns 100, 200, 300 and so on, not at 0."""
    return "i > 0 and i % 100 == 0"


def leak() -> str:
    """Stops at a test clip whose speaker is among those that train."""
    return "clip.speaker in speakers"
