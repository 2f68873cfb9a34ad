import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sayso.evaluation.accuracy import Evaluation
from sayso.evaluation.confidence import calibration_error, passed, reliability
from sayso.words import SILENCE, UNKNOWN

WORDS = ("no", "yes", UNKNOWN, SILENCE)


def evaluation(label: list[int], probabilities: npt.ArrayLike) -> Evaluation:
    rows = np.asarray(probabilities, np.float32)
    return Evaluation(WORDS, np.array(label), rows, (None,) * len(label))


def drawn(seed: int, clips: int) -> Evaluation:
    """Answers that are right exactly as often as they say."""
    rng = np.random.default_rng(seed)
    rows = rng.dirichlet(np.full(4, 0.4), clips)
    label = [int(rng.choice(4, p=row)) for row in rows]
    return evaluation(label, rows)


def test_answers_that_are_right_as_often_as_they_say_have_no_error() -> None:
    assert calibration_error(drawn(0, 20_000)) < 0.015


def test_boasting_is_an_error_of_its_own_size() -> None:
    boasting = evaluation([0] * 60 + [1] * 40, [[0.95, 0.05, 0, 0]] * 100)
    assert calibration_error(boasting) == pytest.approx(0.35, abs=1e-6)
    (only,) = reliability(boasting)
    assert only.confidence == pytest.approx(0.95)
    assert (only.share.right, only.share.clips) == (60, 100)


@given(st.integers(0, 2**32 - 1), st.floats(0, 0.5))
def test_no_more_commands_are_missed_than_allowed_and_none_could_be_saved(
    seed: int, missed: float
) -> None:
    heard = drawn(seed, 200)
    result = passed(heard, missed)
    assert result.threshold == 0 or result.missed.right <= missed * result.missed.clips
    rows, label = heard.probabilities, heard.label
    answer, confidence = rows.argmax(axis=1), rows.max(axis=1)
    expected = sum(
        answer[clip] < 2 and confidence[clip] >= result.threshold
        for clip in range(200)
        if label[clip] == 2
    )
    assert result.unknown.right == expected
    higher = np.nextafter(np.float32(result.threshold), np.float32(1))
    misses = sum(
        not (answer[clip] == label[clip] and confidence[clip] >= higher)
        for clip in range(200)
        if label[clip] < 2
    )
    assert misses > missed * result.missed.clips - 1


def test_where_too_many_are_misheard_everything_passes() -> None:
    result = passed(evaluation([0, 0, 2], [[0.1, 0.9, 0, 0], [0.9, 0.1, 0, 0], [0.4, 0.3, 0.3, 0]]))
    assert result.threshold == 0
    assert (result.missed.right, result.unknown.right) == (1, 1)
