import numpy as np
import pytest
import torch
from scipy.signal import get_window

from sayso.network.features import (
    FFT_POINTS,
    FLOOR,
    HOP_SAMPLES,
    MELS,
    SILENCE,
    WINDOW_SAMPLES,
    LogMel,
    mel_filters,
)


def reference(waveform: np.ndarray) -> np.ndarray:
    """The same features by an FFT in double precision."""
    frames = np.lib.stride_tricks.sliding_window_view(waveform, WINDOW_SAMPLES, axis=1)
    middle_out = (np.arange(WINDOW_SAMPLES) + 0.5) / WINDOW_SAMPLES
    window = np.sin(np.pi * middle_out) ** 2
    power = np.abs(np.fft.rfft(frames[:, ::HOP_SAMPLES] * window, FFT_POINTS)) ** 2
    mel = power @ mel_filters().T
    log_mel = np.log(mel + FLOOR * (mel.mean(axis=(1, 2), keepdims=True) + SILENCE))
    return np.asarray((log_mel - log_mel.mean(axis=1, keepdims=True)).transpose(0, 2, 1))


@pytest.mark.parametrize("level", [0.3, 0.01, 1e-4])
def test_the_folded_matrix_products_are_the_fft(level: float) -> None:
    waveform = level * np.random.default_rng(0).standard_normal((3, 16_000))
    mine = LogMel()(torch.tensor(waveform, dtype=torch.float32))
    assert mine.shape == (3, MELS, 98)
    np.testing.assert_allclose(mine.numpy(), reference(waveform), atol=2e-3)


def test_the_window_is_scipys_hann_between_its_samples() -> None:
    twice = get_window("hann", 2 * WINDOW_SAMPLES, fftbins=True)
    right_half = twice[1::2][WINDOW_SAMPLES // 2 :]
    front_end = LogMel()
    mine = torch.cat([front_end.near_window, front_end.far_window.flip(0)])
    np.testing.assert_allclose(mine.numpy(), right_half, atol=1e-6)


def test_each_mel_filter_is_a_triangle_between_its_neighbours_peaks() -> None:
    filters = mel_filters()
    assert filters.shape == (MELS, FFT_POINTS // 2 + 1)
    peaks = filters.argmax(axis=1) * 16_000 / FFT_POINTS
    assert (np.diff(peaks) >= 0).all()
    inside = (np.arange(257) * 31.25 > peaks[0] + 32) & (np.arange(257) * 31.25 < peaks[-1] - 32)
    np.testing.assert_allclose(filters.sum(axis=0)[inside], 1.0, atol=1e-9)


def test_a_tone_is_loudest_in_the_filter_around_it() -> None:
    time_s = np.arange(16_000) / 16_000
    bands = []
    for hertz in (300, 1000, 3000):
        tone = torch.tensor(0.1 * np.sin(2 * np.pi * hertz * time_s), dtype=torch.float32)
        start = torch.where(torch.arange(16_000) < 8_000, 0.0, tone)  # the mean is removed
        band = int(LogMel()(start[None])[0, :, 80].argmax())
        bands.append(band)
        low, high = np.flatnonzero(mel_filters()[band])[[0, -1]] * 31.25
        assert low - 32 <= hertz <= high + 32
    assert bands == sorted(set(bands))


def test_loudness_does_not_matter_and_silence_is_zero() -> None:
    front_end = LogMel()
    waveform = 0.1 * torch.randn(1, 16_000, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(front_end(waveform), front_end(5 * waveform), atol=1e-3, rtol=0)
    torch.testing.assert_close(front_end(torch.zeros(1, 16_000)), torch.zeros(1, MELS, 98))
