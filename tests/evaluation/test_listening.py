from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
from hypothesis import given, settings
from hypothesis import strategies as st

from sayso.evaluation.listening import Listening
from sayso.evaluation.streams import Spoken, Stream
from sayso.recognition import Model
from sayso.recognition.events import Events, detections, hop_probabilities
from tone_model import CLASSES, silence, tone

WORDS = ("a", "b", "c", "_unknown_", "_silence_")


def random_probabilities(seed: int) -> npt.NDArray[np.float32]:
    """Stretches of one answer, some of them long and quiet."""
    rng = np.random.default_rng(seed)
    rows = rng.dirichlet([0.05] * 5, 60).astype(np.float32)
    rows[rng.random(60) < 0.5] = [0, 0.2, 0, 0, 0.8]
    return np.repeat(rows, rng.integers(1, 40, 60), axis=0)


@given(st.integers(0, 10_000), st.floats(0.05, 0.999))
@settings(max_examples=30, deadline=None)
def test_leaving_the_quiet_out_changes_no_event(seed: int, threshold: float) -> None:
    probabilities = random_probabilities(seed)
    thresholds = np.array([threshold, threshold, 0.9, np.inf, np.inf], np.float32)
    expected = detections(probabilities, WORDS, thresholds)
    found = Listening(WORDS, probabilities, 1.0).events(thresholds)
    assert [(event.word, event.start_s) for event in found] == [
        (event.word, event.start_s) for event in expected
    ]


def test_a_threshold_that_is_reached_to_the_last_bit_counts_alike() -> None:
    rng = np.random.default_rng(0)
    probabilities = rng.dirichlet([0.3] * 5, 50).astype(np.float32)
    decision = Events(WORDS, np.full(5, np.inf, np.float32))
    for row in probabilities:
        decision.push(row)
        thresholds = np.full(5, np.inf, np.float32)
        thresholds[0] = decision.smoothed[0]  # just what a detector finds at some hop
        expected = detections(probabilities, WORDS, thresholds)
        found = Listening(WORDS, probabilities, 5.0).events(thresholds)
        assert [event.start_s for event in found] == [event.start_s for event in expected]


def test_an_event_is_reported_when_its_hop_has_been_heard() -> None:
    probabilities = random_probabilities(3)
    thresholds = np.array([0.6, 0.6, 0.6, np.inf, np.inf], np.float32)
    decision = Events(WORDS, thresholds)
    hops = [hop for hop, row in enumerate(probabilities) if decision.push(row)]
    found = Listening(WORDS, probabilities, 1.0).events(thresholds)
    assert len(hops) > 5
    np.testing.assert_allclose([event.reported_s for event in found], (np.array(hops) + 1) / 10)


def test_a_sound_without_anything_like_a_command_has_no_events() -> None:
    quiet = np.tile(np.array([0, 0, 0, 0, 1], np.float32), (100, 1))
    thresholds = np.array([0.5] * 4 + [np.inf], np.float32)
    assert Listening(WORDS, quiet, 10.0).events(thresholds) == []


def test_a_stream_goes_through_the_network(tone_model: Path) -> None:
    model = Model(tone_model)
    sound = np.concatenate([silence(1), tone("left", 0.6), silence(1)])
    spoken = (Spoken("left", 1.0, 1.6),)
    listening = Listening.to(Stream(sound, spoken), model)
    np.testing.assert_array_equal(listening.probabilities, hop_probabilities(model, sound))
    assert (listening.words, listening.spoken) == (CLASSES, spoken)
    assert listening.seconds == len(sound) / 16_000
    thresholds = np.array([0.5] * 4 + [np.inf] * 2, np.float32)
    (event,) = listening.events(thresholds)
    assert event.word == "left"
    assert abs(event.start_s - 1.0) < 0.5
