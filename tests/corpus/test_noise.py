from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sayso import audio
from sayso.corpus.noise import Noise, add_noise, rms

RNG = np.random.default_rng(0)
SPEECH = (0.1 * RNG.standard_normal(16_000)).astype(np.float32)
HUM = (0.02 * RNG.standard_normal(16_000)).astype(np.float32)


@given(st.floats(-10, 40))
def test_noise_is_mixed_in_at_the_ratio_asked_for(snr_db: float) -> None:
    mixed = add_noise(SPEECH, HUM, snr_db)
    scale = np.linalg.lstsq(np.stack([SPEECH, HUM], axis=1), mixed, rcond=None)[0]
    ratio = scale[0] * rms(SPEECH) / (scale[1] * rms(HUM))
    assert 20 * np.log10(ratio) == pytest.approx(snr_db, abs=0.01)
    assert np.abs(mixed).max() <= 1


def test_silence_has_no_ratio_and_stays_what_it_is() -> None:
    zeros = np.zeros(16_000, np.float32)
    np.testing.assert_array_equal(add_noise(zeros, HUM, 10), zeros)
    np.testing.assert_array_equal(add_noise(SPEECH, zeros, 10), SPEECH)


def test_what_is_held_out_is_never_trained_on(tmp_path: Path) -> None:
    ramp = np.linspace(-0.9, 0.9, 40_000, dtype=np.float32)
    audio.write(tmp_path / "ramp.wav", ramp)
    training = Noise.read([tmp_path / "ramp.wav"])
    held_out = Noise.read([tmp_path / "ramp.wav"], held_out=True)
    assert len(training.recordings[0]) == 34_000
    assert training.recordings[0].max() < held_out.recordings[0].min()
    assert len(training.recordings[0]) + len(held_out.recordings[0]) == 40_000


@given(st.integers(1, 40_000), st.integers(0, 99))
def test_a_piece_has_the_length_asked_for_and_is_cut_from_the_recording(
    length: int, seed: int
) -> None:
    recording = np.arange(20_000, dtype=np.float32)
    piece = Noise([recording]).piece(length, np.random.default_rng(seed))
    assert len(piece) == length
    assert (np.diff(piece) % 20_000 == 1).all()


def test_silence_is_between_the_levels_stated_or_nothing() -> None:
    noise = Noise([HUM])
    levels = [rms(noise.silence(np.random.default_rng(seed))) for seed in range(300)]
    silent = [level for level in levels if level == 0]
    loud_db = 20 * np.log10([level for level in levels if level > 0])
    assert 10 <= len(silent) <= 60  # 30 expected; six standard deviations
    assert loud_db.min() >= -80.1
    assert loud_db.max() <= -19.9
    assert loud_db.mean() == pytest.approx(-50, abs=6)


def test_without_recordings_there_is_white_noise() -> None:
    piece = Noise([]).piece(16_000, np.random.default_rng(0))
    power = np.abs(np.fft.rfft(piece)) ** 2
    assert power[:4000].mean() == pytest.approx(power[4000:].mean(), rel=0.1)
