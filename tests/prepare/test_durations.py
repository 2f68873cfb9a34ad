import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sayso.errors import SaysoError
from sayso.prepare import durations
from sayso.prepare.durations import parse_length, target_s

SECONDS = st.lists(st.floats(0.01, 100), min_size=2, max_size=50)


@given(SECONDS)
def test_sums_agree_with_the_standard_library(seconds: list[float]) -> None:
    found = durations(seconds)
    assert found.clips == len(seconds)
    assert found.mean == pytest.approx(statistics.fmean(seconds))
    assert found.median == pytest.approx(statistics.median(seconds))
    assert found.deviation == pytest.approx(statistics.pstdev(seconds), abs=1e-9)
    assert (found.min, found.max) == (min(seconds), max(seconds))
    quarters = statistics.quantiles(seconds, n=4, method="inclusive")
    assert (found.p25, found.p75) == pytest.approx((quarters[0], quarters[2]))
    twentieths = statistics.quantiles(seconds, n=20, method="inclusive")
    assert (found.p5, found.p95) == pytest.approx((twentieths[0], twentieths[-1]))


def test_a_generator_will_do() -> None:
    assert durations(n / 2 for n in (1, 2, 3)).mean == 1


@pytest.mark.parametrize("seconds", [[], [0.5, 0], [float("nan")], [-1]])
def test_no_durations_is_told(seconds: list[float]) -> None:
    with pytest.raises(SaysoError):
        durations(seconds)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("mean", 2.0), ("median", 1.5), ("max", 4.0), ("750ms", 0.75), ("1s", 1.0), ("1.5s", 1.5)],
)
def test_a_length_becomes_seconds(text: str, expected: float) -> None:
    assert target_s(text, durations([1, 1.5, 1.5, 4])) == pytest.approx(expected)


def test_no_length_keeps_each_its_own() -> None:
    assert parse_length("none") is None
    assert target_s("none", durations([1])) is None


@pytest.mark.parametrize("text", ["", "1", "0s", "fast", "1h", "-1s", "601s", "1 s", "nan"])
def test_a_wrong_length_is_told(text: str) -> None:
    with pytest.raises(SaysoError, match="length"):
        parse_length(text)
