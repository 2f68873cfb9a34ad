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

KERNEL_FRAMES = 7  # 140 ms after the stem's stride of two


class ResidualNetwork(nn.Module):
    """From features `(batch, 40, frames)` to an embedding `(batch, 2 * widths[-1])`.

    Args:
        stem: channels of the two-dimensional stem.
        widths: channels of each block over time.
        halved: the block, counted from zero, that sees every second frame only; none where None.
    """

    def __init__(
        self,
        stem: int = 16,
        widths: tuple[int, ...] = (48, 48, 64, 64, 72, 80),
        halved: int | None = None,
    ) -> None:
        super().__init__()
        self.embedding_width = 2 * widths[-1]
        self.stem = make_stem(stem)
        self.blocks = nn.Sequential(
            *(
                Block(before, after, stride=2 if place == halved else 1)
                for place, (before, after) in enumerate(pairwise((stem * MELS // 4, *widths)))
            )
        )

    def forward(self, features: Tensor) -> Tensor:
        """Gives the mean and the maximum over time of the last block's channels."""
        return pool(self.blocks(self._patches(features)))

    def layers(self, features: Tensor) -> list[Tensor]:
        """Gives the same of every block, the embedding last."""
        return pool_each(self.blocks, self._patches(features))

    def _patches(self, features: Tensor) -> Tensor:
        patches: Tensor = self.stem(features.unsqueeze(1))  # (batch, stem, mel / 4, frames / 2)
        return patches.flatten(1, 2)


def pool(channels: Tensor) -> Tensor:
    """The mean and the maximum over time: `(batch, width, t)` → `(batch, 2 * width)`."""
    return torch.cat([channels.mean(dim=2), channels.amax(dim=2)], dim=1)


def pool_each(blocks: nn.Sequential, channels: Tensor) -> list[Tensor]:
    """What each block in turn makes of channels `(batch, width, t)`, pooled."""
    found = []
    for block in blocks:
        channels = block(channels)
        found.append(pool(channels))
    return found


def make_stem(channels: int) -> nn.Sequential:
    """Looks at patches: `(batch, 1, mel, frames)` → `(batch, channels, mel / 4, frames / 2)`."""
    return nn.Sequential(
        nn.Conv2d(1, channels, 5, stride=2, padding=2, bias=False),
        nn.BatchNorm2d(channels),
        nn.ReLU(),
        nn.Conv2d(channels, channels, 3, (2, 1), 1, groups=channels, bias=False),
        nn.BatchNorm2d(channels),
        nn.ReLU(),
    )


class Block(nn.Module):
    """Two convolutions over time beside a shortcut.

    `(batch, before, t)` → `(batch, after, t / stride)`.
    """

    def __init__(self, before: int, after: int, stride: int = 1) -> None:
        super().__init__()
        padding = KERNEL_FRAMES // 2
        self.first = nn.Conv1d(before, after, KERNEL_FRAMES, stride, padding, bias=False)
        self.first_norm = nn.BatchNorm1d(after)
        self.second = nn.Conv1d(after, after, KERNEL_FRAMES, padding=padding, bias=False)
        self.second_norm = nn.BatchNorm1d(after)
        self.shortcut: nn.Module = nn.Identity()
        if before != after or stride > 1:
            self.shortcut = nn.Sequential(
                nn.Conv1d(before, after, 1, stride, bias=False), nn.BatchNorm1d(after)
            )

    def forward(self, x: Tensor) -> Tensor:
        """Adds what the two convolutions found to what came in."""
        found = functional.relu(self.first_norm(self.first(x)))
        found = self.second_norm(self.second(found))
        return functional.relu(self.shortcut(x) + found)
