from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import sayso
from sayso.recognition.events import (
    HOP,
    PADDING_HOPS,
    REST_HOPS,
    SMOOTHED_HOPS,
    Detection,
    Events,
    Floats,
    detections,
    hop_probabilities,
)
from tone_model import CLASSES, expected_probabilities, silence, tone

WORDS = ("four", "forward", "_unknown_")
HALF = np.array([0.5, 0.5, np.inf], np.float32)


def rows(*stretches: tuple[str | None, int], probability: float = 0.96) -> Floats:
    """Probabilities `(hops, 3)`: for so many hops a word is seen, or nothing."""
    result = np.zeros((sum(hops for _, hops in stretches), 3), np.float32)
    begin = 0
    for word, hops in stretches:
        if word:
            result[begin : begin + hops, WORDS.index(word)] = probability
        begin += hops
    return result


def at_hops(probabilities: Floats, thresholds: Floats = HALF) -> list[tuple[int, Detection]]:
    """Every event, with the number of hops after which it came."""
    events = Events(WORDS, thresholds)
    pushed = enumerate((events.push(row) for row in probabilities), start=1)
    return [(hops, detection) for hops, detection in pushed if detection]


@pytest.mark.parametrize(("threshold", "seen"), [(0.3, 2), (0.5, 3), (0.7, 4), (0.9, 5)])
def test_a_word_counts_when_its_average_over_five_hops_reaches_its_threshold(
    threshold: float, seen: int
) -> None:
    thresholds = np.array([1, threshold, np.inf], np.float32)
    ((hops, detection),) = at_hops(rows((None, 10), ("forward", 8), (None, 9)), thresholds)
    assert hops == 10 + seen
    assert detection.word == "forward"
    assert detection.confidence == pytest.approx(0.96)


def test_at_the_threshold_is_enough() -> None:
    probabilities = np.full((5, 3), [0.25, 0.5, 0.25], np.float32)
    assert at_hops(probabilities[:4]) == []
    assert [hops for hops, _ in at_hops(probabilities)] == [5]
    just_above = np.array([1, np.nextafter(np.float32(0.5), np.float32(1)), 1], np.float32)
    assert at_hops(probabilities, just_above) == []


def test_half_a_word_that_looks_like_another_is_none() -> None:
    probabilities = rows((None, 5), ("four", 2), ("forward", 8), (None, 9))
    assert [found.word for _, found in at_hops(probabilities)] == ["forward"]


@pytest.mark.parametrize("seen", range(4, 14))
@pytest.mark.parametrize("threshold", [0.3, 0.5, 0.7])
def test_an_utterance_counts_once_however_long_it_is_in_the_window(
    seen: int, threshold: float
) -> None:
    thresholds = np.array([threshold, threshold, np.inf], np.float32)
    assert len(at_hops(rows((None, 5), ("four", seen), (None, 15)), thresholds)) == 1


def test_a_word_said_again_counts_again_even_if_it_never_leaves_the_window() -> None:
    # "four" from 0.5 to 0.9 s and from 1.4 to 1.8 s: some window shows one of the two all the time
    (_, first), (second_hops, second) = at_hops(rows((None, 7), ("four", 17), (None, 10)))
    assert first.start_s == pytest.approx(0.6)
    assert second_hops / 10 >= 1.8
    assert second.start_s == pytest.approx(1.4, abs=0.45)


def test_another_word_is_heard_soon_after() -> None:
    probabilities = rows((None, 5), ("four", 6), ("forward", 6), (None, 5))
    assert [found.word for _, found in at_hops(probabilities)] == ["four", "forward"]


def test_no_other_word_counts_within_700_ms() -> None:
    low = np.array([0.3, 0.3, np.inf], np.float32)
    found = at_hops(rows((None, 5), ("four", 4), ("forward", 8), (None, 5)), low)
    assert [(hops, event.word) for hops, event in found] == [(7, "four"), (14, "forward")]


def test_another_word_does_not_shorten_the_rest_of_the_first() -> None:
    low = np.array([0.3, 0.3, np.inf], np.float32)
    parts = [("four", 4), ("forward", 7), ("four", 3), (None, 9)]
    found = at_hops(rows((None, 5), *parts), low)  # "four" at 7 rests until 6 + 14 + 3
    assert [(hops, event.word) for hops, event in found] == [(7, "four"), (14, "forward")]


def test_the_likelier_of_two_words_over_their_thresholds_counts() -> None:
    probabilities = np.tile(np.array([0.3, 0.6, 0.1], np.float32), (8, 1))
    low = np.array([0.2, 0.2, np.inf], np.float32)
    assert [found.word for _, found in at_hops(probabilities, low)] == ["forward"]


def test_an_infinite_threshold_is_never_reached() -> None:
    assert at_hops(np.ones((30, 3), np.float32), np.full(3, np.inf, np.float32)) == []


def test_the_place_of_a_word_does_not_depend_on_the_threshold() -> None:
    probabilities = rows((None, 20), ("four", 9), (None, 9))
    for threshold in (0.5, 0.7, 0.9):
        ((hops, found),) = at_hops(probabilities, np.full(3, threshold, np.float32))
        assert found.start_s == pytest.approx(2.1 - 0.2)  # first seen after 2.1 s
        assert found.end_s == pytest.approx(min(2.4, hops / 10))


def test_a_word_at_the_very_beginning_starts_at_zero() -> None:
    ((_, found),) = at_hops(rows(("four", 8)))
    assert found.start_s == 0.0


@settings(deadline=None)
@given(
    arrays(np.float32, (60, 3), elements=st.sampled_from([0.0, 0.2, 0.5, 0.9, 1.0])),
    st.sampled_from([0.3, 0.5, 0.8]),
)
def test_events_are_the_hops_above_the_threshold_with_rests_between(
    probabilities: Floats, threshold: float
) -> None:
    thresholds = np.array([threshold, threshold, np.inf], np.float32)
    padded = np.pad(probabilities.astype(np.float64), ((SMOOTHED_HOPS - 1, 0), (0, 0)))
    average = np.stack([padded[i : i + SMOOTHED_HOPS].mean(axis=0) for i in range(60)])
    found = at_hops(probabilities, thresholds)
    hops = [when for when, _ in found]
    for (when, detection), before in zip(found, [-99, *hops], strict=False):
        likeliest = WORDS.index(detection.word)
        assert average[when - 1, likeliest] >= threshold - 1e-6
        assert average[when - 1, likeliest] == average[when - 1, :2].max()
        assert when - before >= REST_HOPS
        assert detection.confidence >= threshold - 1e-6
        assert 0 <= detection.start_s <= detection.end_s <= when / 10
    for hop in np.flatnonzero(average[:, :2].max(axis=1) >= threshold + 1e-6) + 1:
        assert any(hop - 18 < when <= hop for when in hops)


@settings(deadline=None)
@given(arrays(np.float32, (40, 3), elements=st.floats(0, 1, width=32)))
def test_detections_are_the_events_of_all_hops(probabilities: Floats) -> None:
    assert detections(probabilities, WORDS, HALF) == [d for _, d in at_hops(probabilities)]


def test_smoothed_is_the_average_and_zeros_before_the_first_hop() -> None:
    events = Events(WORDS, HALF)
    np.testing.assert_array_equal(events.smoothed, [0, 0, 0])
    probabilities = np.random.default_rng(0).random((8, 3)).astype(np.float32)
    for row in probabilities:
        events.push(row)
    np.testing.assert_allclose(events.smoothed, probabilities[-5:].mean(axis=0), rtol=1e-6)


@pytest.mark.parametrize("samples", [0, 1, HOP - 1, HOP, HOP + 1, 23_456])
def test_hop_probabilities_are_those_of_the_windows_that_end_with_each_hop(
    tone_recognizer: sayso.Recognizer, samples: int
) -> None:
    sound = np.concatenate([tone("left", 0.6), silence(0.4), tone("go", 0.6)])[:samples]
    given_hops = hop_probabilities(tone_recognizer.model, sound)
    assert given_hops.shape == (-(-samples // HOP) + PADDING_HOPS, len(CLASSES))
    for hop, row in enumerate(given_hops, start=1):
        stream = np.concatenate([np.zeros(16_000), sound, np.zeros(30_000)])
        window = stream[hop * HOP : hop * HOP + 16_000]
        np.testing.assert_allclose(row, expected_probabilities(window), atol=1e-4)
