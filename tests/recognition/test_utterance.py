from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from sayso.audio import SAMPLE_RATE, Sound
from sayso.recognition.utterance import next_utterance
from tone_model import silence, tone


def blocks(sound: Sound, size: int = 800) -> Iterator[Sound]:
    for first in range(0, len(sound), size):
        yield sound[first : first + size]


def room(seconds: float, rms: float = 1e-3) -> Sound:
    rng = np.random.default_rng(0)
    return (rms * rng.standard_normal(round(seconds * SAMPLE_RATE))).astype(np.float32)


@pytest.mark.parametrize("size", [320, 800, 1111])
@pytest.mark.parametrize("rms", [1e-5, 1e-3, 1e-2])
def test_an_utterance_ends_by_itself(size: int, rms: float) -> None:
    said = tone("go", 0.5, 0.3)
    stream = blocks(np.concatenate([silence(0.1), room(2, rms), said, room(5, rms)]), size)
    sound = next_utterance(stream)
    assert sound is not None
    assert 0.3 + 0.5 + 0.6 <= len(sound) / SAMPLE_RATE < 1.4 + 3 * size / SAMPLE_RATE + 0.01
    above = np.flatnonzero(np.abs(sound) > 0.15)
    assert (above[-1] - above[0]) / SAMPLE_RATE == pytest.approx(0.5, abs=0.01)  # whole
    assert sum(map(len, stream)) > 4 * SAMPLE_RATE  # it did not listen on


def test_a_pause_within_a_word_does_not_end_it() -> None:
    said = np.concatenate([tone("go", 0.3), room(0.3), tone("stop", 0.3)])
    sound = next_utterance(blocks(np.concatenate([room(1), said, room(2)])))
    assert sound is not None
    assert len(sound) / SAMPLE_RATE == pytest.approx(0.3 + 0.9 + 0.6, abs=0.11)


def test_who_goes_on_is_stopped() -> None:
    sound = next_utterance(blocks(np.concatenate([room(1), tone("go", 20)])))
    assert sound is not None
    assert len(sound) / SAMPLE_RATE == pytest.approx(3.3, abs=0.06)


def test_silence_is_no_utterance() -> None:
    stream = blocks(room(20))
    assert next_utterance(stream) is None
    assert sum(map(len, stream)) == pytest.approx(14 * SAMPLE_RATE, abs=800)
    assert next_utterance(blocks(room(1))) is None  # the stream ended
    assert next_utterance([]) is None
    assert next_utterance([np.zeros(0, np.float32), silence(10)]) is None
