"""The reader's copy of an exercise, and what happens to it: saved, a hint wanted, enough."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

from sayso.files import write_text
from sayso.lessons.lesson import Lesson

POLL_S = 0.2  # a save is seen within it; a look costs microseconds


def begin(lesson: Lesson, folder: Path) -> Path:
    """Puts the lesson's exercise into a folder; a file that is there already is kept."""
    path = folder / f"{lesson.name}.py"
    if not path.exists():
        write_text(path, lesson.source("exercise.py"))
    return path


def follow(path: Path, wait: Callable[[float], str]) -> Iterator[Literal["saved", "hint"]]:
    """Yields what happens: first `saved` for the file as it is; ends with the key q.

    Args:
        path: the file; while an editor replaces it, it may be missing for a moment.
        wait: from `single_keys`.
    """
    seen = None
    while True:
        now = _stamp(path)
        if now is not None and now != seen:
            seen = now
            yield "saved"
        key = wait(POLL_S).lower()
        if key == "q":
            return
        if key == "h":
            yield "hint"


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        state = path.stat()
    except OSError:
        return None
    return state.st_mtime_ns, state.st_size
