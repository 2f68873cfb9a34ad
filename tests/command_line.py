"""The command line, run in this process as a shell would run it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True)
class Finished:
    """What a command left behind: its exit status and what it wrote."""

    status: int
    out: str
    err: str


Run: TypeAlias = Callable[..., Finished]  # the arguments, and `stdin` as bytes
