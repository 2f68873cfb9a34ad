"""How fast a stream is listened to: `make bench`; `stream.py` has lateness and memory."""

from __future__ import annotations

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

import sayso
from sayso import audio
from sayso.recognition import Detector
from sayso.recognition.events import HOP, Events
from sayso.recognition.sources import resampled

SECOND = np.random.default_rng(0).uniform(-0.1, 0.1, audio.SAMPLE_RATE).astype(np.float32)


@pytest.fixture(scope="module")
def recognizer() -> sayso.Recognizer:
    """The packaged one."""
    return sayso.load()


def test_a_hop(benchmark: BenchmarkFixture, recognizer: sayso.Recognizer) -> None:
    """100 ms of a stream; goal: 1 ms, which is 1 % of one core."""
    benchmark(Detector(recognizer.model).feed, SECOND[:HOP])


def test_a_hop_in_blocks_of_10_ms(
    benchmark: BenchmarkFixture, recognizer: sayso.Recognizer
) -> None:
    """The same, cut small: what a block costs besides."""
    detector = Detector(recognizer.model)

    def feed() -> None:
        for start in range(0, HOP, 160):
            detector.feed(SECOND[start : start + 160])

    benchmark(feed)


def test_deciding(benchmark: BenchmarkFixture, recognizer: sayso.Recognizer) -> None:
    """From a hop's probabilities to its event, without the network."""
    events = Events(recognizer.words, recognizer.model.thresholds)
    benchmark(events.push, recognizer.probabilities(SECOND[None])[0])


def test_resampling_a_second_of_48_khz(benchmark: BenchmarkFixture) -> None:
    """What a microphone costs that cannot give 16 kHz."""
    blocks = np.array_split(np.repeat(SECOND, 3), 20)
    benchmark(lambda: list(resampled(blocks, 48_000)))
