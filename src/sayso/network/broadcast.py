"""BC-ResNet: broadcasted residual learning (Kim et al., arXiv 2106.04140).

Two dimensions all the way: convolutions over frequency see every band, those over time see the
mean over the bands, and what they find is added to every band again. The paper's dropout is left
out: whatever is random in training is drawn with the batches, so that a run comes out the same.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

SUB_BANDS = 5  # of sub-spectral normalisation, arXiv 2103.13620
STAGES = (  # blocks, channels for a scale of one, stride over frequency, dilation over time
    (2, 8, 1, 1),
    (2, 12, 2, 2),
    (4, 16, 2, 4),
    (4, 20, 1, 8),
)


class BroadcastNetwork(nn.Module):
    """From features `(batch, 40, frames)` to an embedding `(batch, 32 * scale)`.

    Args:
        scale: of all widths; the paper's BC-ResNet-1, -2, -3, -6 and -8.
    """

    def __init__(self, scale: int) -> None:
        super().__init__()
        self.embedding_width = 32 * scale
        before = 16 * scale
        self.stem = nn.Sequential(
            nn.Conv2d(1, before, 5, stride=(2, 1), padding=2, bias=False),
            nn.BatchNorm2d(before),
            nn.ReLU(),
        )
        blocks: list[nn.Module] = []
        for count, width, stride, dilation in STAGES:
            after = width * scale
            blocks.append(BroadcastBlock(before, after, stride, dilation))
            blocks.extend(BroadcastBlock(after, after, 1, dilation) for _ in range(count - 1))
            before = after
        self.blocks = nn.Sequential(*blocks)
        self.last = nn.Sequential(  # five bands are left: one filter sees them all
            nn.Conv2d(before, before, 5, padding=(0, 2), groups=before, bias=False),
            nn.Conv2d(before, self.embedding_width, 1, bias=False),
            nn.BatchNorm2d(self.embedding_width),
            nn.ReLU(),
        )

    def forward(self, features: Tensor) -> Tensor:
        """Gives the mean over time of the last channels."""
        found = self.last(self.blocks(self.stem(features.unsqueeze(1))))
        return found.mean(dim=(2, 3))  # type: ignore[no-any-return]

    def layers(self, features: Tensor) -> list[Tensor]:
        """Gives the mean over bands and time of every block's channels, then the embedding."""
        channels, found = self.stem(features.unsqueeze(1)), []
        for block in self.blocks:
            channels = block(channels)
            found.append(channels.mean(dim=(2, 3)))
        return [*found, self.last(channels).mean(dim=(2, 3))]


class BroadcastBlock(nn.Module):
    """`(batch, before, bands, t)` → `(batch, after, bands / stride, t)`.

    Where the channels stay, what came in is added as well (the paper's normal block); elsewhere
    they are mixed first (its transition block).
    """

    def __init__(self, before: int, after: int, stride: int, dilation: int) -> None:
        super().__init__()
        self.keeps = before == after
        self.over_bands = nn.Sequential(
            *(() if self.keeps else _mixed(before, after)),
            nn.Conv2d(after, after, (3, 1), (stride, 1), (1, 0), groups=after, bias=False),
            SubSpectralNorm(after),
        )
        self.over_time = nn.Sequential(
            nn.Conv2d(
                after, after, (1, 3), 1, (0, dilation), (1, dilation), groups=after, bias=False
            ),
            nn.BatchNorm2d(after),
            nn.SiLU(),
            nn.Conv2d(after, after, 1, bias=False),
        )

    def forward(self, x: Tensor) -> Tensor:
        """Adds what is found over time in the mean of the bands to each band."""
        bands = self.over_bands(x)
        found = bands + self.over_time(bands.mean(dim=2, keepdim=True))
        return functional.relu(found + x if self.keeps else found)


def _mixed(before: int, after: int) -> tuple[nn.Module, ...]:
    return nn.Conv2d(before, after, 1, bias=False), nn.BatchNorm2d(after), nn.ReLU()


class SubSpectralNorm(nn.Module):
    """Batch normalisation with a mean and a variance of its own for each fifth of the bands."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.norm = nn.BatchNorm2d(channels * SUB_BANDS)

    def forward(self, x: Tensor) -> Tensor:
        """Normalises `(batch, channels, bands, t)`."""
        batch, channels, bands, frames = x.shape
        split = x.reshape(batch, channels * SUB_BANDS, bands // SUB_BANDS, frames)
        return torch.reshape(self.norm(split), x.shape)
