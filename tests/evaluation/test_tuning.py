from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from sayso.evaluation.intervals import poisson_upper
from sayso.evaluation.listening import Listening
from sayso.evaluation.scoring import score
from sayso.evaluation.streams import Spoken, Stream
from sayso.evaluation.tuning import BUDGET_STEPS, GRID, Curves, allocate, measure_curves, tune
from sayso.recognition import Model
from sayso.recognition.stream import listening_thresholds
from tone_model import CLASSES, silence, tone

Reals = npt.NDArray[np.float64]
WORDS = ("go", "left")


def random_curves(rng: np.random.Generator, rows: int, words: int) -> tuple[Reals, Reals]:
    alarms = np.sort(rng.integers(0, 12, (rows, words)), axis=0)[::-1].astype(np.float64)
    alarms[-1] = 0
    return alarms, np.sort(rng.random((rows, words)), axis=0)


@pytest.mark.parametrize("seed", range(40))
def test_no_other_choice_within_the_budget_misses_fewer(seed: int) -> None:
    rng = np.random.default_rng(seed)
    alarms, misses = random_curves(rng, 5, 4)
    budget = int(rng.choice([0, 1, 2, 4, 5, 8, 10, 20]))  # whole parts of a thousand each
    columns = np.arange(4)
    every = [np.array(rows) for rows in itertools.product(range(5), repeat=4)]
    allowed = [rows for rows in every if alarms[rows, columns].sum() <= budget]
    fewest = min(misses[rows, columns].sum() for rows in allowed)
    chosen = allocate(alarms, misses, budget)
    assert alarms[chosen, columns].sum() <= budget
    assert misses[chosen, columns].sum() == pytest.approx(fewest)


def test_uneven_budgets_are_kept_to_a_thousandth_a_word() -> None:
    rng = np.random.default_rng(0)
    for _ in range(8):
        alarms, misses = random_curves(rng, 6, 5)
        alarms[:-1] += rng.random((5, 5))
        alarms[:-1] = np.sort(alarms[:-1], axis=0)[::-1]
        budget = 15 * rng.random()
        chosen = allocate(alarms, misses, budget)
        columns = np.arange(5)
        assert alarms[chosen, columns].sum() <= budget + 1e-9
        less = budget * (1 - 5 / BUDGET_STEPS)
        every = itertools.product(range(6), repeat=5)
        fewest = min(
            misses[rows, columns].sum()
            for rows in map(np.array, every)
            if alarms[rows, columns].sum() <= less
        )
        assert misses[chosen, columns].sum() <= fewest + 1e-9


def test_of_equal_choices_the_cautious_one_is_taken() -> None:
    alarms = np.array([[3.0], [2.0], [0.0], [0.0], [0.0]])
    misses = np.array([[0.1], [0.1], [0.1], [0.1], [0.9]])
    assert allocate(alarms, misses, 10).tolist() == [3]
    misses[2:4] = 0.2
    assert allocate(alarms, misses, 10).tolist() == [1]  # two false alarms rather than three


def curves(alarms: list[list[int]], missed: list[list[int]], said: list[int]) -> Curves:
    return Curves(WORDS, np.array(alarms), 1.0, np.array(missed), np.array(said))


def test_a_silent_word_is_expected_to_sound_as_others_do() -> None:
    expected = curves([[40, 0], [4, 0], [0, 0]], [[0, 0]] * 3, [1, 1]).expected_alarms()
    # (n + 1) m / (m + 1) with the mean m of the words, and no less than was counted
    np.testing.assert_allclose(expected, np.array([[40, 20 / 21], [4, 2 / 3], [0, 0]]))


def test_expected_false_alarms_never_fall_with_the_threshold() -> None:
    expected = curves([[2, 0], [5, 1], [0, 0]], [[0, 0]] * 3, [1, 1]).expected_alarms()
    assert np.all(np.diff(expected, axis=0) <= 0)
    assert expected[0, 0] == 5


def test_a_word_with_few_recordings_is_taken_to_be_like_the_others() -> None:
    expected = curves([[0, 0]] * 2, [[10, 0], [60, 0]], [100, 0]).expected_misses()
    np.testing.assert_allclose(expected, [[0.1, 0.1], [0.6, 0.6]])
    expected = curves([[0, 0]] * 2, [[10, 2], [10, 2]], [90, 10]).expected_misses()
    np.testing.assert_allclose(expected[0], [(10 + 1.2) / 100, (2 + 1.2) / 20])


@pytest.fixture(scope="module")
def model(tone_model: Path) -> Model:
    return Model(tone_model)


def listening(model: Model, *parts: tuple[str, float]) -> Listening:
    """Tones of half a second, each of an amplitude, with pauses: what is said is what is heard."""
    sound, spoken, at_s = [silence(1.5)], [], 1.5
    for word, amplitude in parts:
        sound += [tone(word, 0.5, amplitude), silence(1.5)]
        spoken.append(Spoken(word, at_s, at_s + 0.5))
        at_s += 2.0
    return Listening.to(Stream(np.concatenate(sound), tuple(spoken)), model)


def as_background(heard: Listening, hours: float) -> Listening:
    """The same sound, taken to be hours long and without commands."""
    return Listening(heard.words, heard.probabilities, 3600 * hours)


AMPLITUDES = (0.42, 0.5, 0.6, 0.7, 0.8, 0.9)


@pytest.fixture(scope="module")
def commands(model: Model) -> Listening:
    return listening(model, *((word, each) for each in AMPLITUDES for word in WORDS))


def test_curves_count_what_each_threshold_does(model: Model, commands: Listening) -> None:
    background = as_background(listening(model, ("go", 0.5), ("go", 0.9), ("right", 0.9)), 2)
    measured = measure_curves([background], [commands], WORDS)
    assert measured.hours == 2
    assert measured.said.tolist() == [6, 6]
    assert measured.alarms[-1].tolist() == [0, 0]
    assert measured.missed[-1].tolist() == [6, 6]
    assert measured.alarms[0].tolist() == [2, 0]
    assert np.all(np.diff(measured.missed, axis=0) >= 0)
    assert np.all(np.diff(measured.alarms, axis=0) <= 0)
    thresholds = np.array([0.9, 0.9, np.inf, np.inf, np.inf, np.inf], np.float32)
    row = int(np.searchsorted(GRID, 0.9))
    assert measured.missed[row].sum() == len(score([commands], thresholds).misses)


@pytest.mark.parametrize("allowed", [0, 1, 2, 4])
def test_the_chosen_thresholds_keep_the_rate(
    model: Model, commands: Listening, allowed: int
) -> None:
    hours = 100
    heard = listening(model, ("go", 0.5), ("go", 0.6), ("go", 0.8), ("left", 0.5))
    background = as_background(heard, hours)
    own = listening_thresholds(model, None, WORDS)
    tuned = tune([background], [commands], own, WORDS, max(allowed, 0.03) / hours)
    assert tuned.false_alarms.total() <= allowed
    chosen = listening_thresholds(model, tuned.thresholds, WORDS)
    assert len(score([background], chosen).false_alarms) == tuned.false_alarms.total()
    assert set(tuned.thresholds) == set(WORDS)
    assert tuned.upper_per_hour == poisson_upper(tuned.false_alarms.total()) / hours


def test_more_false_alarms_allowed_miss_no_more(model: Model, commands: Listening) -> None:
    background = as_background(listening(model, ("go", 0.5), ("left", 0.6), ("go", 0.7)), 100)
    own = listening_thresholds(model, None, WORDS)
    missed = []
    for allowed in (0.03, 1, 2, 3):
        tuned = tune([background], [commands], own, WORDS, allowed / 100)
        chosen = listening_thresholds(model, tuned.thresholds, WORDS)
        missed.append(score([commands], chosen).missed.right)
    assert missed == sorted(missed, reverse=True)
    assert missed[0] > missed[-1]


def test_too_short_a_background_lowers_no_threshold(model: Model, commands: Listening) -> None:
    own = listening_thresholds(model, {"go": 0.97, "left": 0.97}, WORDS)
    quiet = listening(model)
    short, long = (
        tune([as_background(quiet, hours)], [commands], own, WORDS, 0.5) for hours in (5.9, 6.1)
    )
    assert min(short.thresholds.values()) >= 0.97
    assert max(long.thresholds.values()) < 0.97  # six hours without any show 0.5 an hour


def test_words_not_listened_for_never_sound(model: Model, commands: Listening) -> None:
    background = as_background(listening(model, ("stop", 0.9)), 10)
    own = listening_thresholds(model, None, WORDS)
    tuned = tune([background], [commands], own, WORDS, 1.0)
    assert tuned.false_alarms.total() == 0
    assert set(CLASSES) > set(tuned.thresholds)


def fabricated(*stretches: tuple[str | None, float, int]) -> npt.NDArray[np.float32]:
    """Probabilities hop by hop: a word, how sure, for how many hops; the rest is silence."""
    rows = []
    for word, confidence, hops in stretches:
        row = np.zeros(len(CLASSES), np.float32)
        row[-1] = 1 - confidence
        if word:
            row[CLASSES.index(word)] = confidence
        rows += [row] * hops
    return np.array(rows, np.float32)


def test_an_alarm_that_another_word_hid_is_counted_too() -> None:
    """Where "go" sounds, "left" right after it is not heard; with "go" out of the way it is."""
    alike = fabricated((None, 0, 30), ("go", 0.8, 5), ("left", 0.6, 5), (None, 0, 30))
    background = Listening(CLASSES, alike, 3600 * 100)
    said = fabricated((None, 0, 30), ("left", 0.6, 8), (None, 0, 30))
    commands = Listening(CLASSES, said, 7.0, (Spoken("left", 2.9, 3.4),))
    measured = measure_curves([background], [commands], WORDS)
    assert measured.alarms[:, 0].max() == 1
    assert measured.alarms[:, 1].max() == 0
    low = np.array([np.inf, 0.55, *[np.inf] * 4], np.float32)
    assert len(score([background], low).false_alarms) == 1
    tuned = tune([background], [commands], np.full(6, 0.5, np.float32), WORDS, 0.5 / 100)
    assert tuned.false_alarms.total() == 0
    assert tuned.thresholds["left"] > 0.6
