import numpy as np
import pytest
from scipy.stats import binom

from sayso.evaluation import Evaluation, Share
from sayso.evaluation.spread import by_speaker, spread


def test_speakers_are_counted_the_worst_first() -> None:
    right = np.array([True, False, True, True, False, True])
    probabilities = np.where(right[:, np.newaxis], [[0.9, 0.1]], [[0.1, 0.9]]).astype(np.float32)
    evaluation = Evaluation(("no", "_unknown_"), np.zeros(6, np.int64), probabilities, (None,) * 6)
    shares = by_speaker(evaluation, ["ann", "bob", "ann", "bob", "bob", None])
    assert list(shares.items()) == [("bob", Share(1, 3)), ("ann", Share(2, 2))]


def test_the_expected_spread_is_the_binomial_distribution() -> None:
    shares = [Share(5, 10), Share(10, 10), Share(7, 8), Share(3, 10)]
    result = spread(shares, bins=4)
    assert result.edges == [0, 0.25, 0.5, 0.75, 1]
    assert result.speakers == [0, 1, 1, 2]
    expected = np.zeros(4)
    for clips in (10, 10, 8, 10):
        for right in range(clips + 1):
            place = min(3, int(4 * right / clips))
            expected[place] += binom.pmf(right, clips, 25 / 38)
    assert result.by_chance == pytest.approx(expected.tolist())


def test_perfect_speakers_are_expected_to_be_perfect() -> None:
    result = spread([Share(5, 5), Share(9, 9)], bins=4)
    assert result.speakers == [0, 0, 0, 2]
    assert result.by_chance == [0, 0, 0, 2]
    assert spread([], bins=2).speakers == [0, 0]
