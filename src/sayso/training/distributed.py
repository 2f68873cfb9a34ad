"""More processes that learn what one would: batch norm over the batch of all of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from lightning_fabric import Fabric
from torch import Tensor, distributed, nn


def means(fabric: Fabric, *values: Tensor | float) -> list[float]:
    """The mean over all processes of each value."""
    here = torch.tensor([float(value) for value in values], device=fabric.device)
    reduced: Any = fabric.all_reduce(here, reduce_op="mean")
    return [float(value) for value in reduced]


class SharedBatchNorm(nn.BatchNorm1d):
    """Batch norm whose mean and variance are those of every process's part of the batch.

    PyTorch's own `SyncBatchNorm` does this on accelerators only; this one runs wherever
    `all_reduce` does. Each process's part must have the same size.
    """

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002 - the name in torch's base class
        """Normalizes `(batch, channels, …)`."""
        if not self.training:
            return super().forward(input)
        axes = [axis for axis in range(input.dim()) if axis != 1]
        shape = (1, -1, *([1] * (input.dim() - 2)))
        processes = distributed.get_world_size()
        mean = _sum_over_processes(input.mean(axes)) / processes
        apart = input - mean.view(shape)  # before squaring: a large mean would drown the rest
        variance = _sum_over_processes(apart.square().mean(axes)) / processes
        count = input.numel() / input.shape[1] * processes
        with torch.no_grad():
            for kept, new in (
                (self.running_mean, mean),
                (self.running_var, variance * count / (count - 1)),
            ):
                if kept is not None and self.momentum is not None:
                    kept.lerp_(new, self.momentum)
        scale = self.weight / torch.sqrt(variance + self.eps)
        return apart.mul(scale.view(shape)).add(self.bias.view(shape))

    def _check_input_dim(self, input: Tensor) -> None:  # noqa: A002 - as above
        """Any number of dimensions from two on will do."""


def share_batch_norm(module: nn.Module) -> None:
    """Turns every batch norm in a module into a shared one, in place; weights and names stay."""
    for child in module.modules():
        if isinstance(child, (nn.BatchNorm1d, nn.BatchNorm2d)):
            child.__class__ = SharedBatchNorm


class _SumOverProcesses(torch.autograd.Function):
    """The sum of a tensor over all processes; its gradient is the sum of theirs."""

    @staticmethod
    def forward(_context: Any, tensor: Tensor) -> Tensor:
        total = tensor.clone()
        distributed.all_reduce(total)
        return total

    @staticmethod
    def backward(_context: Any, *gradients: Tensor) -> Tensor:
        total = gradients[0].clone()
        distributed.all_reduce(total)
        return total


_sum_over_processes: Callable[[Tensor], Tensor] = _SumOverProcesses.apply
