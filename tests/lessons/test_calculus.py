from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import integrate, optimize

from sayso import audio
from sayso.lessons.calculus import panels
from sayso.lessons.calculus.functions import (
    descend,
    running_sum,
    slope,
    slope_both_ways,
    speeds,
    valleys,
)
from sayso.lessons.calculus.values import TICK_S, error, rebuilt, recording, values


@pytest.mark.parametrize("x", [-1.0, 0.0, 0.5, 3.0])
def test_slopes_tend_to_the_derivative(x: float) -> None:
    assert slope(math.sin, x, 1e-7) == pytest.approx(math.cos(x), abs=1e-6)
    assert slope_both_ways(math.sin, x, 1e-5) == pytest.approx(math.cos(x), abs=1e-9)


def test_a_tenth_of_the_step_is_a_tenth_of_the_error_and_a_hundredth_both_ways() -> None:
    for power in range(1, 5):
        assert error(power) / error(power + 1) == pytest.approx(10, rel=0.05)
    for power in range(1, 4):
        assert error(power, True) / error(power + 1, True) == pytest.approx(100, rel=0.01)


def test_a_running_sum_is_scipys_integral() -> None:
    speed = np.sin(np.linspace(0, 3, 301))
    expected = integrate.cumulative_trapezoid(speed, dx=0.01, initial=0) + 2
    places = running_sum(list(speed), 0.01, 2.0)
    np.testing.assert_allclose(places[:-1], expected, atol=0.01)
    np.testing.assert_allclose(places, 2 + 0.01 * np.append(0, np.cumsum(speed)), rtol=1e-12)


def test_difference_and_running_sum_undo_each_other() -> None:
    places = recording()
    again = running_sum(speeds(places, TICK_S), TICK_S, places[0])
    np.testing.assert_allclose(again, places, atol=1e-12)
    moved = running_sum(speeds(places, TICK_S), TICK_S, places[0] + 0.25)
    np.testing.assert_allclose(moved, np.array(places) + 0.25, atol=1e-12)


def test_few_speeds_drift_off() -> None:
    places = np.array(recording())
    off = [
        np.abs(rebuilt(step)[: len(places[::step])] - places[::step]).max() for step in (1, 2, 8)
    ]
    assert off[0] < 1e-12
    assert off[0] < off[1] < off[2]


def test_the_recording_is_the_packaged_clip() -> None:
    clip = audio.read(
        panels.__file__.replace("lessons/calculus/panels.py", "bundled/clips/down.opus")
    )
    piece = np.array(recording(), np.float32)
    windows = np.lib.stride_tricks.sliding_window_view(clip, len(piece))
    assert (windows == piece).all(axis=1).any()


def test_descent_ends_at_scipys_minimum_of_the_same_valley() -> None:
    for start, bounds in ((-2.0, (-2.0, 0.0)), (2.0, (0.2, 2.0))):
        best = optimize.minimize_scalar(valleys, bounds=bounds, method="bounded")
        assert descend(valleys, start, 0.1, 40)[-1] == pytest.approx(best.x, abs=1e-3)


def test_what_the_prose_claims_of_calculus() -> None:
    told = values()
    assert (told["best"], told["best_both"]) == (8, 5)
    assert told["digits"] < told["digits_both"]
    assert told["bottom_left"] < told["bottom_right"]
    assert math.cos(math.pi / 2) == pytest.approx(0)  # on the top of the hill


def test_a_higher_rate_jumps_to_and_fro_and_then_over_the_hill() -> None:
    calm, wild = (np.diff(descend(valleys, 2.0, rate, 40)) for rate in (0.1, 0.4))
    assert (calm[np.abs(calm) > 1e-6] < 0).all()
    assert (wild[:-1] * wild[1:] < 0).any()
    ends = [descend(valleys, 2.0, rate, 40)[-1] for rate in (0.5, 0.6, 0.7)]
    assert any(not end > 0 for end in ends)


def test_the_line_goes_through_both_points() -> None:
    _, line, points = panels.tangent(0.5, 1).figure.data
    through = np.polynomial.Polynomial.fit(line.x, line.y, 1)
    np.testing.assert_allclose(through(np.array(points.x)), np.sin(points.x), atol=1e-12)


def test_the_errors_shown_are_those_of_the_sine() -> None:
    ahead, both, _ = panels.steps(3).figure.data
    for power in (0, 3, 6):
        step = 10.0**-power
        expected = abs((math.sin(1 + step) - math.sin(1)) / step - math.cos(1))
        assert ahead.y[power] == pytest.approx(expected, rel=1e-12)
    assert both.y[2] == pytest.approx(math.cos(1) / 6 * 1e-4, rel=1e-3)  # the next Taylor term


def test_the_recording_and_its_copy_are_shown() -> None:
    shown, again, speed = panels.undo(1).figure.data
    np.testing.assert_allclose(shown.y, again.y, atol=1e-12)
    np.testing.assert_allclose(np.diff(shown.y) / TICK_S, speed.y)


def test_a_walk_that_flies_off_is_told() -> None:
    assert "flies off" in panels.descent(1, 2).caption
