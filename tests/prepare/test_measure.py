import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sayso.errors import SaysoError
from sayso.prepare import Edges, measure


def test_a_sine_has_the_closed_forms_levels() -> None:
    sine = (0.5 * np.sin(2 * np.pi * 400 * np.arange(16_000) / 16_000)).astype(np.float32)
    found = measure(sine, 16_000, Edges(0, 16_000))
    assert found.duration_s == found.sound_s == 1
    assert found.loudness_dbfs == pytest.approx(10 * np.log10(0.5**2 / 2), abs=1e-3)
    assert found.peak_dbfs == pytest.approx(20 * np.log10(0.5), abs=1e-3)
    assert found.dc == pytest.approx(0, abs=1e-6)
    assert found.clipped == 0
    assert found.snr_db is None  # nothing is left outside to compare with


@given(snr_db=st.floats(5, 40), dc=st.floats(-0.2, 0.2), seed=st.integers(0, 99))
@settings(max_examples=30, deadline=None)
def test_the_ratio_is_the_one_that_was_mixed(snr_db: float, dc: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    samples = rng.standard_normal(32_000) * 0.01
    word = rng.standard_normal(16_000) * 0.01 * 10 ** (snr_db / 20)
    samples[8_000:24_000] += word
    clip = (samples + dc).astype(np.float32)
    found = measure(clip, 16_000, Edges(8_000, 24_000))
    inside = np.var(clip[8_000:24_000].astype(np.float64))
    outside = np.var(np.delete(clip, slice(8_000, 24_000)).astype(np.float64))
    ratio_db = 10 * np.log10((inside - outside) / outside)
    assert found.snr_db == pytest.approx(ratio_db, abs=0.05)
    assert found.snr_db == pytest.approx(snr_db, abs=0.6)
    assert found.loudness_dbfs == pytest.approx(10 * np.log10(inside), abs=0.01)
    assert found.dc == pytest.approx(float(clip.mean(dtype=np.float64)), abs=1e-5)


def test_clipping_is_the_share_at_full_scale() -> None:
    samples = np.zeros(1000, np.float32)
    samples[:30], samples[30:50], samples[50:60] = 1, -1, 0.99
    assert measure(samples).clipped == pytest.approx(0.05)


def test_silence_is_all_numbers() -> None:
    found = measure(np.zeros(1600, np.float32))
    assert (found.loudness_dbfs, found.peak_dbfs, found.sound_s) == (-120, -120, 0)
    assert found.snr_db is None


def test_direct_current_has_no_loudness() -> None:
    found = measure(np.full(1_000_000, 0.5, np.float32))
    assert found.dc == pytest.approx(0.5, rel=1e-4)
    assert found.loudness_dbfs < -60


def test_an_empty_clip_is_refused() -> None:
    with pytest.raises(SaysoError):
        measure(np.zeros(0, np.float32))
