from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from sayso.errors import SaysoError
from sayso.evaluation import Evaluation
from sayso.evaluation.comparison import Paired, compare, holm, verdict

WORDS = ("no", "yes", "_unknown_", "_silence_")


def answers(words: tuple[str, ...], said: str, heard: str) -> Evaluation:
    """Clips named in turn, each answered with full confidence."""
    label = np.array([words.index(word) for word in said.split()])
    probabilities = np.eye(len(words), dtype=np.float32)[
        [words.index(word) for word in heard.split()]
    ]
    paths = tuple(Path(f"{number}.wav") for number in range(len(label)))
    return Evaluation(words, label, probabilities, paths)


@given(st.integers(0, 400), st.integers(0, 400))
def test_p_is_scipys_binomial_test(first: int, second: int) -> None:
    p = Paired(1000, first, second, 5).p
    expected = binomtest(first, first + second).pvalue if first + second else 1.0
    assert p == pytest.approx(expected, rel=1e-9)


def test_p_of_many_clips_is_exact_too() -> None:
    expected = binomtest(2600, 5000).pvalue
    assert Paired(0, 2600, 2400, 0).p == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("shares", [(0.9, 0.04, 0.02), (0.6, 0.1, 0.25), (0.5, 0.3, 0.05)])
def test_the_interval_holds_the_true_difference_19_times_in_20(
    shares: tuple[float, float, float],
) -> None:
    rng = np.random.default_rng(0)
    draws = rng.multinomial(400, (*shares, 1 - sum(shares)), size=4000)
    truth = shares[1] - shares[2]
    inside = 0
    for draw in draws.tolist():
        low, high = Paired(*draw).interval()
        inside += low <= truth <= high
    assert inside / len(draws) == pytest.approx(0.95, abs=0.02)


def test_holm_agrees_with_its_definition() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == [True, False, False, True]
    assert holm([0.03, 0.01]) == [True, True]  # 2 x 0.01 and 1 x 0.03 are below 0.05
    assert holm([0.03, 0.026]) == [False, False]  # 2 x 0.026 is not
    assert holm([]) == []


def test_clips_that_one_alone_gets_right_are_named() -> None:
    said = "no no yes yes _unknown_ _silence_"
    first = answers(WORDS, said, "no yes yes yes yes _silence_")
    second = answers(WORDS, said, "no no no yes _unknown_ _silence_")
    comparison = compare(first, second)
    assert comparison.all_classes == Paired(both=3, only_first=1, only_second=2, neither=0)
    assert comparison.words == Paired(both=2, only_first=1, only_second=1, neither=0)
    assert comparison.only_first == [2]
    assert comparison.only_second == [1, 4]
    assert {change.word: change.paired for change in comparison.by_word} == {
        "yes": Paired(1, 1, 0, 0),
        "_silence_": Paired(1, 0, 0, 0),
        "no": Paired(1, 0, 1, 0),
        "_unknown_": Paired(0, 0, 1, 0),
    }
    assert comparison.by_word[0].word == "yes"
    assert comparison.words_only_first == comparison.words_only_second == []


def test_among_the_words_other_classes_are_no_answer() -> None:
    first = answers(WORDS, "yes no", "_silence_ no")
    first.probabilities[0] = (0.1, 0.3, 0.0, 0.6)
    comparison = compare(first, answers(WORDS, "yes no", "no no"))
    assert comparison.words == Paired(1, 1, 0, 0)
    assert comparison.all_classes == Paired(1, 0, 0, 1)


def test_only_clips_that_mean_the_same_to_both_count() -> None:
    fewer = ("no", "go", "_unknown_", "_silence_")
    first = answers(WORDS, "no yes _unknown_", "no yes _unknown_")
    second = answers(fewer, "no _unknown_ go", "_unknown_ _unknown_ go")
    comparison = compare(first, second)
    assert comparison.all_classes == Paired(0, 1, 0, 0)
    assert comparison.only_first == [0]
    assert comparison.only_second == []
    assert (comparison.words_only_first, comparison.words_only_second) == (["yes"], ["go"])


def test_other_clips_cannot_be_compared() -> None:
    with pytest.raises(SaysoError, match="on the same clips"):
        compare(answers(WORDS, "no yes", "no yes"), answers(WORDS, "no", "no"))
    others = ("go", "up", "_unknown_", "_silence_")
    with pytest.raises(SaysoError, match="no word in common"):
        compare(answers(WORDS, "no yes", "no yes"), answers(others, "go up", "go up"))


def test_the_verdict_names_the_better_one() -> None:
    assert "there is no difference at all" in verdict(Paired(9, 0, 0, 1), "a", "b")
    real = verdict(Paired(900, 10, 60, 30), "a", "b")
    assert real.startswith(
        "The difference is real: b alone is right on 60 of 1,000 clips, a alone on 10."
    )
    low, high = Paired(900, 60, 10, 30).interval()
    assert "probability of less than 0.0001" in real
    assert f"b is better by 5.00% (95 %: {low:.2%} to {high:.2%})." in real
    unclear = verdict(Paired(900, 12, 9, 79), "a", "b")
    assert unclear.startswith("No difference can be shown: a alone is right on 12 of 1,000 clips")
    assert f"a probability of {binomtest(9, 21).pvalue:.2g}." in unclear
