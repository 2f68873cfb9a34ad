"""The log-mel front end as a layer, so that it travels inside the exported model."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

SAMPLE_RATE = 16_000  # Hz
HOP_SAMPLES = 160  # 10 ms
WINDOW_SAMPLES = 480  # 30 ms, three hops: framing is then a reshape
FRAMES = (SAMPLE_RATE - WINDOW_SAMPLES) // HOP_SAMPLES + 1  # 98 in a second
FFT_POINTS = 512
FOLD = FFT_POINTS // 4  # samples from the middle, at which the DFT folds a second time
HALF = WINDOW_SAMPLES // 2
MELS = 40
LOWEST_HZ, HIGHEST_HZ = 20.0, 7_600.0  # below is hum, above are the edges of resampling filters
FLOOR = 1e-4  # of the clip's mean power; what is 40 dB below it is left to the microphone
SILENCE = 1e-5  # power added to that mean, which in digital silence is none


class LogMel(nn.Module):
    """Log-mel spectrogram, each clip's mean removed: `(batch, samples)` → `(batch, mel, frames)`.

    The real DFT is folded twice, so that four matrix products of an eighth of its size each do what
    an FFT does; every runtime has matrix products. Around the middle of its window, the even part
    of a frame meets only cosines and the odd part only sines. Half a period of the lowest bin from
    there both fold once more, and what they fold to tells the even bins from the odd ones.
    """

    near_window: Tensor
    far_window: Tensor
    cosines: Tensor
    sines: Tensor
    mel_filters: Tensor

    def __init__(self) -> None:
        super().__init__()
        offset = np.arange(HALF) + 0.5  # samples from the window's middle
        window = 0.5 + 0.5 * np.cos(np.pi * offset / HALF)  # Hann's right half
        bins = np.arange(1, FFT_POINTS // 2 - 11).reshape(-1, 2).T  # (2, bins / 2): odd and even
        angle = 2 * np.pi * offset[:FOLD, None] * bins[:, None] / FFT_POINTS
        for name, value in {
            "near_window": window[:FOLD],
            "far_window": window[: FOLD - 1 : -1],
            "cosines": np.cos(angle),  # (2, fold, bins / 2)
            "sines": np.sin(angle),
            "mel_filters": mel_filters()[:, bins].transpose(1, 2, 0),  # (2, bins / 2, mel)
        }.items():
            self.register_buffer(
                name, torch.tensor(value.copy(), dtype=torch.float32), persistent=False
            )

    def forward(self, waveform: Tensor) -> Tensor:
        """Turns sound into features; `(batch, 16000)` gives `(batch, 40, 98)`."""
        turned = waveform.flip(1)  # its frames are the same, each backwards, the last one first
        after_near = _segments(waveform, HALF, FOLD)  # (batch, frames, 128): from the middle on
        before_near = _segments(turned, HALF, FOLD).flip(1)  # from the middle back
        before_far = _segments(waveform, 0, HALF - FOLD)  # (batch, frames, 112): from the edges in
        after_far = _segments(turned, 0, HALF - FOLD).flip(1)
        even_near = self.near_window * (after_near + before_near)
        odd_near = self.near_window * (after_near - before_near)
        rest = (2 * FOLD - HALF, 0)  # of the second fold, where the window has ended
        even_far = functional.pad(self.far_window * (after_far + before_far), rest)
        odd_far = functional.pad(self.far_window * (after_far - before_far), rest)
        mel = self._mel(0, even_near - even_far, odd_near + odd_far) + self._mel(
            1, even_near + even_far, odd_near - odd_far
        )
        mean = mel.mean(dim=(1, 2), keepdim=True)
        log_mel = torch.log(mel + FLOOR * (mean + SILENCE))  # the same at any loudness
        return (log_mel - log_mel.mean(dim=1, keepdim=True)).transpose(1, 2)

    def _mel(self, parity: int, even: Tensor, odd: Tensor) -> Tensor:
        """What the bins of one parity add to the mel bands: `(batch, frames, mel)`."""
        real, imaginary = even @ self.cosines[parity], odd @ self.sines[parity]
        return (real * real + imaginary * imaginary) @ self.mel_filters[parity]


def _segments(waveform: Tensor, first: int, length: int) -> Tensor:
    """From each frame the samples from `first` on, at most a hop: `(batch, frames, length)`."""
    hops = waveform[:, first : first + FRAMES * HOP_SAMPLES].reshape(-1, FRAMES, HOP_SAMPLES)
    return hops[:, :, :length]


def mel_filters() -> npt.NDArray[np.float64]:
    """Triangular filters, `(mel, bins)`, evenly spaced on the mel scale and of height one.

    The scale is mel = 2595 log10(1 + Hz / 700) (O'Shaughnessy 1987), the one of HTK.
    """
    edges_mel = np.linspace(_hz_to_mel(LOWEST_HZ), _hz_to_mel(HIGHEST_HZ), MELS + 2)
    edges_hz = 700.0 * (10.0 ** (edges_mel / 2595.0) - 1.0)
    low, centre, high = edges_hz[:-2, None], edges_hz[1:-1, None], edges_hz[2:, None]
    bins_hz = np.arange(FFT_POINTS // 2 + 1) * (SAMPLE_RATE / FFT_POINTS)
    rising = (bins_hz - low) / (centre - low)
    falling = (high - bins_hz) / (high - centre)
    return np.maximum(0.0, np.minimum(rising, falling))


def _hz_to_mel(hertz: float) -> float:
    return float(2595.0 * np.log10(1.0 + hertz / 700.0))
