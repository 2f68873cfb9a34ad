"""A residual network over time, in the family of TC-ResNet (arXiv 1904.03814).

A small two-dimensional stem looks at patches of the spectrogram. From there on the mel bands are
channels, and every convolution runs over time alone: cheap per weight on a CPU.
"""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

from sayso.network.features import MELS

STEM_CHANNELS = 16
WIDTHS = (48, 48, 64, 64, 72, 80)  # channels of the six blocks: 0.39 million parameters in all
KERNEL_FRAMES = 7  # 140 ms after the stem's stride of two


class ResidualNetwork(nn.Module):
    """From features `(batch, 40, frames)` to an embedding `(batch, 160)`."""

    embedding_width = 2 * WIDTHS[-1]

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(1, STEM_CHANNELS, 5, stride=2, padding=2, bias=False),
            nn.BatchNorm2d(STEM_CHANNELS),
            nn.ReLU(),
            nn.Conv2d(STEM_CHANNELS, STEM_CHANNELS, 3, (2, 1), 1, groups=STEM_CHANNELS, bias=False),
            nn.BatchNorm2d(STEM_CHANNELS),
            nn.ReLU(),
        )
        widths = (STEM_CHANNELS * MELS // 4, *WIDTHS)
        self.blocks = nn.Sequential(*(Block(before, after) for before, after in pairwise(widths)))

    def forward(self, features: Tensor) -> Tensor:
        """Gives the mean and the maximum over time of the last block's channels."""
        patches = self.stem(features.unsqueeze(1))  # (batch, 16, mel / 4, frames / 2)
        channels = self.blocks(patches.flatten(1, 2))  # (batch, 80, frames / 2)
        return torch.cat([channels.mean(dim=2), channels.amax(dim=2)], dim=1)


class Block(nn.Module):
    """Two convolutions over time beside a shortcut: `(batch, before, t)` → `(batch, after, t)`."""

    def __init__(self, before: int, after: int) -> None:
        super().__init__()
        padding = KERNEL_FRAMES // 2
        self.first = nn.Conv1d(before, after, KERNEL_FRAMES, padding=padding, bias=False)
        self.first_norm = nn.BatchNorm1d(after)
        self.second = nn.Conv1d(after, after, KERNEL_FRAMES, padding=padding, bias=False)
        self.second_norm = nn.BatchNorm1d(after)
        self.shortcut: nn.Module = nn.Identity()
        if before != after:
            self.shortcut = nn.Sequential(
                nn.Conv1d(before, after, 1, bias=False), nn.BatchNorm1d(after)
            )

    def forward(self, x: Tensor) -> Tensor:
        """Adds what the two convolutions found to what came in."""
        found = functional.relu(self.first_norm(self.first(x)))
        found = self.second_norm(self.second(found))
        return functional.relu(self.shortcut(x) + found)
