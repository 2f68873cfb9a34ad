from __future__ import annotations

import io

import numpy as np
import pytest
from rich.console import Console

from sayso.cli import console
from sayso.cli.meter import WIDTH, Meter, bar, level_dbfs
from tone_model import silence, tone


def test_the_level_is_that_of_a_sine() -> None:
    assert level_dbfs(tone("go", 1.0, amplitude=1.0)) == pytest.approx(-3.01, abs=0.01)
    assert level_dbfs(tone("go", 1.0, amplitude=0.01)) == pytest.approx(-43.01, abs=0.01)
    assert level_dbfs(silence(1.0)) == -100


@pytest.mark.parametrize(
    ("dbfs", "filled", "text"),
    [(-100, 0, "quiet"), (-60, 0, "quiet"), (-30, 15, "-30 dB"), (0, 30, "0 dB")],
)
def test_a_bar_is_as_long_as_the_level(dbfs: float, filled: int, text: str) -> None:
    drawn = bar(dbfs)
    assert drawn.plain.count("━") == WIDTH
    assert text in drawn.plain
    first = drawn.spans[0]
    assert (first.end - first.start if filled else 0) == filled
    assert str(first.style) != "red" or dbfs >= -6


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """Standard error as a terminal."""
    written = io.StringIO()
    monkeypatch.setattr(console, "err", Console(file=written, force_terminal=True, width=80))
    return written


def test_it_shows_the_loudest_block_since_the_last_time(
    terminal: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [10.0]
    monkeypatch.setattr("sayso.cli.meter.time.monotonic", lambda: now[0])
    with Meter(wanted=True) as shown:
        shown.show(tone("go", 0.05, amplitude=0.001))
        now[0] += 0.05
        shown.show(tone("go", 0.05, amplitude=0.1))
        shown.show(np.zeros(0, np.float32))
        assert "-23 dB" not in terminal.getvalue()
        now[0] += 0.06
        shown.show(silence(0.05))
        assert "-23 dB" in terminal.getvalue()
        now[0] += 0.2
        shown.show(silence(0.05))
        assert terminal.getvalue().count("-23 dB") == 1


def test_without_a_terminal_or_a_wish_it_shows_nothing(
    terminal: io.StringIO, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with Meter(wanted=False) as shown:
        shown.show(tone("go", 0.05))
    assert terminal.getvalue() == ""
    monkeypatch.undo()
    with Meter(wanted=True) as shown:
        shown.show(tone("go", 0.05))
    assert capsys.readouterr() == ("", "")
