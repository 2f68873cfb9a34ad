from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from sayso.lessons import find_lesson
from sayso.lessons.watch import begin, follow

GROWTH = find_lesson("growth")


def test_an_exercise_is_put_beside_the_reader_once(tmp_path: Path) -> None:
    path = begin(GROWTH, tmp_path)
    assert path.read_text() == GROWTH.source("exercise.py")
    path.write_text("mine")
    assert begin(GROWTH, tmp_path).read_text() == "mine"


def test_saves_hints_and_the_end(tmp_path: Path) -> None:
    path = begin(GROWTH, tmp_path)

    def moments() -> Iterator[str]:
        yield ""
        yield "h"
        path.unlink()  # as editors do that write another file and rename it
        yield ""
        path.write_text("changed")
        yield ""
        yield "x"
        yield "Q"

    happening = moments()
    events = list(follow(path, lambda _seconds: next(happening)))
    assert events == ["saved", "hint", "saved"]


@pytest.mark.skipif(os.name != "posix", reason="pseudo terminals")
def test_keys_come_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    import pty
    import sys

    from sayso.lessons.keys import single_keys

    master, slave = pty.openpty()
    with os.fdopen(slave) as terminal:
        monkeypatch.setattr(sys, "stdin", terminal)
        with single_keys() as wait:
            os.write(master, b"hq")
            assert (wait(1), wait(1), wait(0.01)) == ("h", "q", "")
    os.close(master)
