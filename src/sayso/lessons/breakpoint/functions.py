"""A debugger that takes notes, and two loops to stop in."""

from __future__ import annotations

import bdb
import inspect
import math
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from threading import Lock
from types import FrameType
from typing import Any

from sayso.corpus import Clip

_ONE_AT_A_TIME = Lock()  # bdb keeps the breakpoints of all debuggers in one list


def mean_db(levels: Sequence[float]) -> float:
    """The mean of many levels in decibels, as they come in."""
    mean = 0.0
    for i, level in enumerate(levels):
        db = 20 * math.log10(level) if level else -math.inf
        mean = mean + (db - mean) / (i + 1)  # the breakpoint
    return mean


def sizes(training: Sequence[Clip], test: Sequence[Clip]) -> tuple[int, Counter[str]]:
    """How many speakers train, and how many clips of each word test."""
    speakers = {clip.speaker for clip in training}
    words: Counter[str] = Counter()
    for clip in test:
        words[clip.word] += 1  # the breakpoint
    return len(speakers), words


class Debugger(bdb.Bdb):
    """Writes down the names wherever it stops, and goes on."""

    def __init__(self, function: Callable[..., object], condition: str) -> None:
        super().__init__()
        self.stops: list[dict[str, Any]] = []
        self.line = line_of(function)
        self.set_break(inspect.getfile(function), self.line, cond=condition)

    def user_line(self, frame: FrameType) -> None:
        """Called at the function's first line, and at every stop."""
        if frame.f_lineno == self.line:
            self.stops.append(dict(frame.f_locals))
        self.set_continue()


def stops(
    condition: str, function: Callable[..., object], *arguments: object
) -> list[dict[str, Any]]:
    """Runs a function under the debugger: its names at each stop."""
    before = sys.gettrace()
    with _ONE_AT_A_TIME:
        debugger = Debugger(function, condition)
        try:
            debugger.runcall(function, *arguments)
        finally:
            debugger.clear_all_breaks()
            sys.settrace(before)
    return debugger.stops


def line_of(function: Callable[..., object]) -> int:
    """The line that is marked as the place of the breakpoint."""
    lines, first = inspect.getsourcelines(function)
    return first + next(n for n, line in enumerate(lines) if "# the breakpoint" in line)
