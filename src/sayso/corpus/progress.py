"""How long work tells how far it has come, without knowing who shows it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

Report: TypeAlias = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""


def silently(what: str, done: int, total: int) -> None:
    """Reports nothing."""
