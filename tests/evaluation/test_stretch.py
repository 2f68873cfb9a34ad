from __future__ import annotations

import numpy as np
import pytest

from sayso.audio import SAMPLE_RATE
from sayso.corpus.noise import Noise, rms
from sayso.evaluation.stretch import (
    FADE_S,
    SPEED,
    Recording,
    play_round,
    reverberate,
    room_response,
    stretch,
)
from tone_model import tone

RNG = np.random.default_rng


def test_a_rooms_response_loses_sixty_decibels_in_its_reverberation_time() -> None:
    for seed in range(20):
        response = room_response(RNG(seed))
        assert response[0] == 1
        tail = response[1:]
        reverberation_s = len(response) / SAMPLE_RATE  # it is cut off where 60 dB are lost
        half = len(tail) // 2
        lost_db = 20 * np.log10(rms(tail[: half // 4]) / rms(tail[half : half + half // 4]))
        assert lost_db == pytest.approx(30, abs=3)  # half the time, half the decibels
        assert 0.1 <= reverberation_s <= 0.6
        assert -12.1 <= 10 * np.log10(np.sum(tail**2)) <= 0.1


def test_reverberation_is_a_convolution() -> None:
    samples, response = (RNG(0).standard_normal(n).astype(np.float32) for n in (3000, 700))
    expected = np.convolve(samples.astype(np.float64), response)[:3000]
    np.testing.assert_allclose(reverberate(samples, response), expected, atol=1e-3)


def test_a_stretched_recording_has_another_speed_and_noise() -> None:
    sound = tone("left", 2.0)
    noise = Noise([RNG(1).standard_normal(5 * SAMPLE_RATE).astype(np.float32)])
    peaks_hz, snrs_db = [], []
    for seed in range(30):
        stretched = stretch(sound, noise, RNG(seed))
        assert stretched.dtype == np.float32
        assert np.abs(stretched).max() <= 1
        power = np.square(np.abs(np.fft.rfft(stretched)))
        peak = int(power.argmax())
        peaks_hz.append(peak * SAMPLE_RATE / len(stretched))
        assert len(stretched) * peaks_hz[-1] == pytest.approx(2 * 1000 * SAMPLE_RATE, rel=0.01)
        around = power[max(0, peak - 40) : peak + 40].sum()
        snrs_db.append(10 * np.log10(around / (power.sum() - around)))
    assert 1000 * SPEED[0] <= min(peaks_hz) < 920
    assert 1080 < max(peaks_hz) <= 1000 * SPEED[1] + 1
    assert min(snrs_db) == pytest.approx(5, abs=3)
    assert max(snrs_db) == pytest.approx(29, abs=3)


def test_a_round_plays_everything_once_and_knows_where() -> None:
    recordings = [
        Recording(str(number), "tone", tone("go", 0.5 + 0.1 * number)) for number in range(8)
    ]
    played = play_round(recordings, RNG(0))
    order = [passage.recording.name for passage in played.passages]
    assert sorted(order) == sorted(each.name for each in recordings)
    assert order != sorted(order)
    assert played.seconds == pytest.approx(sum(len(each.samples) for each in recordings) / 16_000)
    edge = round(FADE_S * SAMPLE_RATE)
    for passage in played.passages:
        start, end = round(passage.start_s * SAMPLE_RATE), round(passage.end_s * SAMPLE_RATE)
        inside = slice(edge, -edge)
        np.testing.assert_array_equal(
            played.samples[start:end][inside], passage.recording.samples[inside]
        )
        assert played.at(passage.start_s) is passage.recording
        assert played.at(passage.end_s - 1e-4) is passage.recording
    stretched = play_round(recordings, RNG(0), Noise([]))
    assert stretched.seconds != played.seconds
