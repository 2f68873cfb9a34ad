"""The log-mel front end as a layer, so that it travels inside the exported model."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

SAMPLE_RATE = 16_000  # Hz
HOP_SAMPLES = 160  # 10 ms
WINDOW_SAMPLES = 480  # 30 ms, three hops: framing is then a reshape
FRAMES = (SAMPLE_RATE - WINDOW_SAMPLES) // HOP_SAMPLES + 1  # 98 in a second
FFT_POINTS = 512
MELS = 40
LOWEST_HZ, HIGHEST_HZ = 20.0, 7_600.0  # below is hum, above are the edges of resampling filters
FLOOR = 1e-4  # of the clip's mean power; what is 40 dB below it is left to the microphone
SILENCE = 1e-5  # power added to that mean, which in digital silence is none


class LogMel(nn.Module):
    """Log-mel spectrogram, each clip's mean removed: `(batch, samples)` → `(batch, mel, frames)`.

    The window is symmetric around the middle of its frame, so the real DFT splits in two halves:
    the even part of the frame meets only cosines, the odd part only sines. Two matrix products of
    half the length then do what one FFT does, and every runtime has matrix products.
    """

    window: Tensor
    cosines: Tensor
    sines: Tensor
    mel_filters: Tensor

    def __init__(self) -> None:
        super().__init__()
        half = WINDOW_SAMPLES // 2
        offset = np.arange(half) + 0.5  # samples from the frame's middle
        filters = mel_filters()
        bins = np.flatnonzero(filters.any(axis=0))
        angle = 2 * np.pi * np.outer(offset, bins) / FFT_POINTS
        for name, value in {
            "window": 0.5 + 0.5 * np.cos(np.pi * offset / half),  # Hann
            "cosines": np.cos(angle),
            "sines": np.sin(angle),
            "mel_filters": filters[:, bins].T,
        }.items():
            self.register_buffer(name, torch.tensor(value, dtype=torch.float32), persistent=False)

    def forward(self, waveform: Tensor) -> Tensor:
        """Turns sound into features; `(batch, 16000)` gives `(batch, 40, 98)`."""
        half = WINDOW_SAMPLES // 2
        hops = waveform.reshape(waveform.shape[0], -1, HOP_SAMPLES)  # (batch, hops, 160)
        frames = torch.cat([hops[:, :-2], hops[:, 1:-1], hops[:, 2:]], dim=2)  # (…, frames, 480)
        before = frames[:, :, :half].flip(2)  # from the middle outwards, like `after`
        after = frames[:, :, half:]
        real = (self.window * (after + before)) @ self.cosines  # (batch, frames, bins)
        imaginary = (self.window * (after - before)) @ self.sines
        power = real.square() + imaginary.square()
        mel = power @ self.mel_filters  # (batch, frames, mel)
        mean = mel.mean(dim=(1, 2), keepdim=True)
        log_mel = torch.log(mel + FLOOR * (mean + SILENCE))  # the same at any loudness
        return (log_mel - log_mel.mean(dim=1, keepdim=True)).transpose(1, 2)


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
