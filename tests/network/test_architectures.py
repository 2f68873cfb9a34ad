"""The networks against what their papers say of them."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from sayso.network.broadcast import BroadcastBlock, BroadcastNetwork, SubSpectralNorm
from sayso.network.separable import KERNEL_FRAMES, SeparableBlock


@pytest.mark.parametrize(("scale", "thousands"), [(1, 9.2), (2, 27.3), (3, 54.2), (6, 188)])
def test_bc_resnet_has_the_papers_number_of_parameters(scale: int, thousands: float) -> None:
    body = BroadcastNetwork(scale)
    classifier = nn.Linear(body.embedding_width, 12)
    count = sum(each.numel() for part in (body, classifier) for each in part.parameters())
    assert count / 1000 == pytest.approx(thousands, rel=0.02)


def test_sub_bands_are_normalised_apart() -> None:
    x = torch.randn(4, 3, 20, 7, generator=torch.Generator().manual_seed(0))
    x[:, :, :4] = 5 * x[:, :, :4] + 30  # the lowest fifth is louder
    found = SubSpectralNorm(3).train()(x).detach()
    for band in range(0, 20, 4):
        part = found[:, :, band : band + 4]
        torch.testing.assert_close(part.mean(dim=(0, 2, 3)), torch.zeros(3), atol=1e-5, rtol=0)
        torch.testing.assert_close(
            part.var(dim=(0, 2, 3), correction=0), torch.ones(3), atol=1e-3, rtol=0
        )


def test_a_bc_resnet_block_adds_what_it_finds_over_time_to_every_band() -> None:
    block = BroadcastBlock(8, 8, stride=1, dilation=2).eval()
    x = torch.rand(1, 8, 20, 30)
    with torch.no_grad():
        bands = block.over_bands(x)
        added = block.over_time(bands.mean(dim=2, keepdim=True))
        expected = torch.relu(x + bands + added.expand_as(bands))
        torch.testing.assert_close(block(x), expected)


def test_a_separable_block_sees_two_kernels_of_time_and_mixes_all_channels() -> None:
    block = SeparableBlock(6).eval()
    x = torch.rand(1, 6, 60, requires_grad=True)
    block(x)[0, 2, 30].backward()
    assert x.grad is not None
    seen = x.grad[0].abs().sum(dim=0).nonzero().flatten()
    reach = KERNEL_FRAMES - 1
    assert (int(seen[0]), int(seen[-1])) == (30 - reach, 30 + reach)
    assert (x.grad[0].abs().sum(dim=1) > 0).all()
