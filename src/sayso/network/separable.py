"""A separable network over time: what hears how a word goes on, and what mixes the channels, apart.

The stem is that of the residual network. Each block has two separable convolutions (MobileNet,
arXiv 1704.04861; over time alone in MatchboxNet, arXiv 2004.08531): one filter over time for each
channel, then a product that mixes the channels. For the same weights that is more channels, more
layers and a longer look than ordinary convolutions have.
"""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional

from sayso.network.features import MELS
from sayso.network.residual import make_stem, pool, pool_each

KERNEL_FRAMES = 9  # 180 ms after the stem's stride of two


class SeparableNetwork(nn.Module):
    """From features `(batch, 40, frames)` to an embedding `(batch, 2 * width)`.

    Args:
        stem: channels of the two-dimensional stem.
        width: channels of each block over time.
        blocks: how many.
    """

    def __init__(self, stem: int, width: int, blocks: int) -> None:
        super().__init__()
        self.embedding_width = 2 * width
        self.stem = make_stem(stem)
        self.mix = nn.Conv1d(stem * MELS // 4, width, 1, bias=False)
        self.mix_norm = nn.BatchNorm1d(width)
        self.blocks = nn.Sequential(*(SeparableBlock(width) for _ in range(blocks)))

    def forward(self, features: Tensor) -> Tensor:
        """Gives the mean and the maximum over time of the last block's channels."""
        return pool(self.blocks(self._mixed(features)))

    def layers(self, features: Tensor) -> list[Tensor]:
        """Gives the same of every block, the embedding last."""
        return pool_each(self.blocks, self._mixed(features))

    def _mixed(self, features: Tensor) -> Tensor:
        patches = self.stem(features.unsqueeze(1))  # (batch, stem, mel / 4, frames / 2)
        return functional.relu(self.mix_norm(self.mix(patches.flatten(1, 2))))


class SeparableBlock(nn.Module):
    """Two separable convolutions beside a shortcut: `(batch, width, t)` keeps its shape."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(*separable(width), nn.ReLU(), *separable(width))

    def forward(self, x: Tensor) -> Tensor:
        """Adds what the two convolutions found to what came in."""
        return functional.relu(x + self.layers(x))


def separable(width: int) -> tuple[nn.Module, ...]:
    """A filter over time for each channel, then a product that mixes the channels."""
    padding = KERNEL_FRAMES // 2
    return (
        nn.Conv1d(width, width, KERNEL_FRAMES, padding=padding, groups=width, bias=False),
        nn.Conv1d(width, width, 1, bias=False),
        nn.BatchNorm1d(width),
    )
