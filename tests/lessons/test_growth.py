from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import special

from sayso.lessons.glass import clip_words, read_clip, read_scores, recipe, recognizer
from sayso.lessons.growth import panels
from sayso.lessons.growth.functions import grow, grow_at_once, softmax
from sayso.lessons.growth.values import values


@pytest.mark.parametrize("rate", [-1.0, 0.5, 1.0, 2.0])
@pytest.mark.parametrize("steps", [1, 2, 12, 100])
def test_growth_is_the_power(steps: int, rate: float) -> None:
    closed = (1 + rate / steps) ** np.arange(steps + 1)
    np.testing.assert_allclose(grow(steps, rate), closed, rtol=1e-12)


def test_growth_tends_to_the_exponential_and_the_error_falls_as_one_over_n() -> None:
    gaps = [math.e - grow(steps)[-1] for steps in (1000, 10_000)]
    assert gaps[0] / gaps[1] == pytest.approx(10, rel=1e-3)
    assert gaps[1] * 10_000 == pytest.approx(math.e / 2, rel=1e-3)
    assert grow(10_000, -1.0)[-1] == pytest.approx(math.exp(-1), rel=1e-4)


def test_softmax_is_scipys() -> None:
    scores = np.random.default_rng(1).normal(0, 300, 37)
    for temperature in (0.25, 1.0, 8.0):
        np.testing.assert_allclose(
            softmax(scores, temperature), special.softmax(scores / temperature), rtol=1e-12
        )


def test_a_point_more_is_e_times_the_share() -> None:
    share = softmax(np.array([3.0, 2.0, -1.0]))
    assert share[0] / share[1] == pytest.approx(math.e)


def test_what_the_prose_claims_of_growth() -> None:
    told = values()
    assert told["twice"] == 2.25
    assert told["short_10"] / told["short_100"] == pytest.approx(10, rel=0.1)
    assert told["too_many"] == 1.0
    assert told["best"] == 8
    assert told["kept_percent"] / 100 == pytest.approx(math.exp(-1), rel=1e-2)


def test_log1p_keeps_the_small_part_apart() -> None:
    assert math.exp(10.0**16 * math.log1p(10.0**-16)) == pytest.approx(math.e, rel=1e-15)


def test_the_year_shows_the_staircase_and_the_curve_it_tends_to() -> None:
    curve, stairs = panels.year(12, 1).figure.data
    np.testing.assert_allclose(curve.y, np.exp(np.linspace(0, 1, 101)))
    np.testing.assert_allclose(stairs.y, (1 + 1 / 12) ** np.arange(13))
    assert panels.year(12, 1).caption.startswith("After 12 steps one euro has become 2.6130;")


def test_the_ends_of_all_years() -> None:
    all_ends, marked = panels.ends(10).figure.data
    n = np.arange(1, 101)
    np.testing.assert_allclose(all_ends.y, (1 + 1 / n) ** n, rtol=1e-12)
    assert marked.y[0] == pytest.approx(1.1**10)


def test_the_error_falls_until_floats_spoil_it() -> None:
    _, gaps, _ = panels.error(8).figure.data
    falling = np.array(gaps.y[1:7])
    np.testing.assert_allclose(falling, math.e / 2 / 10.0 ** np.arange(1, 7), rtol=0.1)
    assert gaps.y[-1] == math.e - 1
    assert gaps.y[8] == min(gaps.y) == abs(math.e - grow_at_once(10**8))


def test_at_temperature_one_the_shares_are_what_the_recognizer_says() -> None:
    for number, word in enumerate(clip_words()):
        heard = recognizer().recognize(read_clip(word))
        bars = panels.shares(1, number).figure.data[0]
        assert list(bars.x) == [name for name, _ in heard.ranked[:6]]
        np.testing.assert_allclose(bars.y, [share for _, share in heard.ranked[:6]], rtol=1e-4)


def test_temperature_keeps_the_order_of_the_words() -> None:
    scores = read_scores("stop")
    for temperature in (0.25, 8.0):
        assert (np.argsort(softmax(scores, temperature)) == np.argsort(scores)).all()


def test_the_packaged_model_was_averaged() -> None:
    assert 0.9 < recipe()["averaging"] < 1
