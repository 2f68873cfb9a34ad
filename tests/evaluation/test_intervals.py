import pytest
from scipy.stats import chi2

from sayso.evaluation.intervals import poisson_interval, poisson_upper


@pytest.mark.parametrize("count", [0, 1, 2, 7, 50, 1000, 20_000])
def test_the_limits_are_those_of_the_chi_square_distribution(count: int) -> None:
    low, high = poisson_interval(count)
    assert low == pytest.approx(chi2.ppf(0.025, 2 * count) / 2 if count else 0.0, rel=1e-6)
    assert high == pytest.approx(chi2.ppf(0.975, 2 * count + 2) / 2, rel=1e-6)
    assert poisson_upper(count) == pytest.approx(chi2.ppf(0.95, 2 * count + 2) / 2, rel=1e-6)


def test_the_rule_of_three() -> None:
    assert poisson_upper(0) == pytest.approx(3, abs=0.005)
