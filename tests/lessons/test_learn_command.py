from __future__ import annotations

import os
import select
import signal
import sys
import time
from pathlib import Path

import pytest

from command_line import Run
from sayso.cli import console
from sayso.lessons import find_lesson, find_lessons

GROWTH = find_lesson("growth")
CASES = len(GROWTH.part("checks").CASES)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_an_exercise_begins_with_a_copy_that_fails(run: Run, here: Path) -> None:
    done = run("learn", "growth")
    assert done.status == 1
    assert (here / "growth.py").read_text() == GROWTH.source("exercise.py")
    for told in (
        f"0 of {CASES}",
        "call",
        "compound(1.0, 1)",
        "expected",
        "2.0",
        "still to be written",
    ):
        assert told in done.out
    assert "solution" not in done.out


def test_success_shows_a_solution(run: Run, here: Path) -> None:
    (here / "growth.py").write_text(GROWTH.source("solution.py"))
    done = run("learn", "growth")
    assert done.status == 0
    assert f"{CASES} of {CASES} are right" in done.out
    assert "while left > 0.5" in done.out


def test_progress_is_listed(run: Run, here: Path) -> None:
    (here / "growth.py").write_text(GROWTH.source("solution.py"))
    (here / "coins.py").write_text(find_lesson("coins").source("exercise.py"))
    done = run("learn", "--list")
    lines = {line.split()[0]: line for line in done.out.splitlines() if line.strip()}
    assert list(lines) == [lesson.name for lesson in find_lessons()]
    assert lines["growth"].split()[1] == "done"
    assert "0 of 9" in lines["coins"]
    assert lines["calculus"].split()[1] == "A"


def test_a_class_is_checked(run: Run, here: Path) -> None:
    for pupil, part in (("ada", "solution.py"), ("bob", "exercise.py")):
        (here / pupil).mkdir()
        (here / pupil / "growth.py").write_text(GROWTH.source(part))
    (here / "empty").mkdir()
    done = run("learn", "--check", here)
    assert done.status == 1
    rows = [line.split() for line in done.out.splitlines() if line.strip()]
    assert rows[1:] == [["ada", "done"], ["bob", "0", "of", str(CASES)]]
    assert run("learn", "--check", here / "ada").status == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["grwth"], "There is no lesson 'grwth'"),
        (["--check", "nowhere"], "nowhere is not a folder"),
        (["--check", "."], "hold no exercise: growth.py, "),
    ],
)
def test_bad_input_gets_a_sentence(run: Run, arguments: list[str], told: str) -> None:
    done = run("learn", *arguments)
    assert done.status == 1
    assert told in done.err
    assert done.err.strip().count("\n") == 0


def test_one_thing_at_a_time(run: Run) -> None:
    assert run("learn", "growth", "--list").status == 2


def test_pages_need_the_extra(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console, "find_spec", lambda _name: None)
    for arguments in ([], ["--export", "copy"]):
        done = run("learn", *arguments)
        assert (done.status, done.out) == (1, "")
        assert 'pip install "sayso[web]"' in done.err


@pytest.mark.skipif(os.name != "posix", reason="pseudo terminals")
def test_each_save_is_checked_in_a_terminal(here: Path) -> None:
    """The real program on a terminal of its own: fail, hint, repair, solution."""
    import pty

    pid, terminal = pty.fork()
    if pid == 0:
        os.environ["TERM"] = "xterm"
        os.execv(sys.executable, [sys.executable, "-m", "sayso", "learn", "growth"])  # noqa: S606
    try:
        screen = _read_until(terminal, "q: enough")
        assert "compound is still to be written." in screen
        os.write(terminal, b"h")
        assert "1 + 1" in _read_until(terminal, "1 + 1")
        (here / "growth.py").write_text(GROWTH.source("solution.py"))
        assert "Well done" in _read_until(terminal, "return")
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
        pid = 0
    finally:
        if pid:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        os.close(terminal)


def _read_until(terminal: int, wanted: str) -> str:
    seen, end = "", time.monotonic() + 20
    while wanted not in seen and time.monotonic() < end:
        if select.select([terminal], [], [], 0.2)[0]:
            seen += os.read(terminal, 65536).decode("utf-8", "replace")
    assert wanted in seen
    return seen
