from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from sayso.lessons.coins import panels
from sayso.lessons.coins.functions import (
    bell,
    chances,
    flat_sums,
    in_spreads,
    share_within,
    toss,
)
from sayso.lessons.coins.values import share_near, tossed, values
from sayso.lessons.weights import fan_in, layers


@pytest.mark.parametrize("coins", [1, 2, 16, 100, 900])
def test_chances_are_the_binomial(coins: int) -> None:
    expected = stats.binom.pmf(np.arange(coins + 1), coins, 0.5)
    np.testing.assert_allclose(chances(coins), expected, rtol=1e-9, atol=1e-300)


def test_the_bell_is_scipys() -> None:
    x = np.linspace(-5, 9, 50)
    np.testing.assert_allclose(bell(x, 2.0, 1.5), stats.norm.pdf(x, 2.0, 1.5), rtol=1e-12)


def test_tosses_are_fair_and_independent() -> None:
    heads = toss(10_000, 100, np.random.default_rng(0))
    assert abs(heads.mean() - 50) < 4 * 5 / 100  # four of the mean's own spreads
    assert heads.std() == pytest.approx(5, rel=0.03)
    seen = np.bincount(np.clip(heads, 38, 62) - 38, minlength=25)
    pmf = stats.binom.pmf(np.arange(101), 100, 0.5)
    expected = np.array([pmf[:39].sum(), *pmf[39:62], pmf[62:].sum()]) * 10_000
    assert stats.chisquare(seen, expected).pvalue > 1e-4


def test_the_first_days_are_those_of_a_shorter_experiment() -> None:
    short = panels.days(20).figure.data[1]
    assert sorted(short.x) == sorted(tossed()[:20])


def test_one_day_is_one_dot() -> None:
    dots = panels.days(200).figure.data[1]
    assert len(set(zip(dots.x, dots.y, strict=True))) == 200
    for heads in set(dots.x):
        stack = sorted(y for x, y in zip(dots.x, dots.y, strict=True) if x == heads)
        assert stack == list(range(1, len(stack) + 1))


def test_many_days_are_bars_under_the_bell() -> None:
    bars, curve = panels.days(10_000).figure.data
    assert sum(bars.y) == 10_000
    np.testing.assert_allclose(curve.y, 10_000 * stats.norm.pdf(curve.x, 50, 5))


@pytest.mark.parametrize("spreads", [1, 2, 3])
def test_what_lies_within_some_spreads(spreads: int) -> None:
    low, high = 200 - 10 * spreads, 200 + 10 * spreads
    expected = stats.binom.cdf(high, 400, 0.5) - stats.binom.cdf(low - 1, 400, 0.5)
    assert share_near(400, spreads) == pytest.approx(expected)
    bars = panels.spread(400, spreads).figure.data[0]
    inside = [h for h, color in zip(bars.x, bars.marker.color, strict=True) if color == "#3d7eff"]
    assert (min(inside), max(inside)) == (low, high)


def test_each_outputs_weights_are_measured_in_their_own_spreads() -> None:
    weights = np.random.default_rng(2).normal(3, [[[7.0]], [[0.1]]], (2, 30, 5))
    far = in_spreads(weights.astype(np.float32))
    np.testing.assert_allclose(far.mean(axis=1), 0, atol=1e-6)
    np.testing.assert_allclose(far.std(axis=1), 1, rtol=1e-6)


def test_the_weights_shown_are_those_of_the_model() -> None:
    for number, values_ in enumerate(layers().values()):
        bars, curve, box = panels.weights(number).figure.data
        inside = (np.abs(in_spreads(values_)) <= 4.5).mean()
        assert np.sum(bars.y) / 8 == pytest.approx(1, abs=1e-9)  # an area of bars, not of weights
        assert inside > 0.99
        np.testing.assert_allclose(curve.y, stats.norm.pdf(curve.x))
        width = box.x[2] - box.x[1]
        assert width * box.y[1] == pytest.approx(1)
        assert width**2 / 12 == pytest.approx(1)  # the variance of a flat distribution


def test_what_the_prose_claims_of_the_weights() -> None:
    told = values()
    assert 93 < float(told["least_within"]) <= float(told["most_within"]) < 98
    far = in_spreads(layers()[str(told["largest"])])
    flat = 1 / math.sqrt(3)
    assert share_within(far, 1) > 0.69 > 0.6 > flat  # taller in the middle than bell and box
    assert share_within(far, 4) < math.erf(4 / math.sqrt(2))  # and more of them far outside


def test_layers_begin_flat_in_pytorch() -> None:
    torch = pytest.importorskip("torch")
    values_ = next(iter(layers().values()))
    torch.manual_seed(0)
    first = torch.nn.Conv1d(values_.shape[1], values_.shape[0], values_.shape[2]).weight
    bound = 1 / math.sqrt(fan_in(values_))
    scaled = first.detach().numpy().ravel() / bound
    assert stats.kstest(scaled, stats.uniform(-1, 2).cdf).pvalue > 1e-3


def test_sums_of_flat_numbers_are_irwin_hall() -> None:
    total = flat_sums(3, 4000, np.random.default_rng(5))
    assert stats.kstest((total + 3) / 2, stats.irwinhall(3).cdf).pvalue > 1e-3
    many = flat_sums(300, 4000, np.random.default_rng(5)) / math.sqrt(100)
    assert stats.kstest(many, stats.norm.cdf).pvalue > 1e-3


def test_the_bars_of_sums_are_their_density() -> None:
    bars, _ = panels.sums(100).figure.data
    assert np.sum(bars.y) * (8 / 48) == pytest.approx(1)
