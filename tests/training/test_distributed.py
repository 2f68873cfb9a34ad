import math
from collections.abc import Iterator

import pytest
import torch
from torch import distributed, nn
from torch._C._distributed_c10d import HashStore

from sayso.training.distributed import SharedBatchNorm, share_batch_norm


@pytest.fixture
def alone() -> Iterator[None]:
    """A group of one process, in which `all_reduce` is the identity."""
    distributed.init_process_group("gloo", store=HashStore(), rank=0, world_size=1)
    yield
    distributed.destroy_process_group()


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize(
    ("kind", "shape"), [(nn.BatchNorm1d, (6, 4, 9)), (nn.BatchNorm2d, (6, 4, 3, 5))]
)
def test_shared_batch_norm_is_torchs(kind: type[nn.Module], shape: tuple[int, ...]) -> None:
    torch.manual_seed(0)
    theirs, mine = nn.Sequential(kind(4)), nn.Sequential(kind(4))
    share_batch_norm(mine)
    assert isinstance(mine[0], SharedBatchNorm)
    for parameter in (*theirs.parameters(),):
        nn.init.uniform_(parameter, 0.5, 2.0)
    mine.load_state_dict(theirs.state_dict())
    upstream = torch.randn(shape)
    gradients = []
    for module in (theirs, mine):
        x = (3 + 2 * torch.arange(math.prod(shape)).sin().view(shape)).requires_grad_()
        module(x).backward(upstream)
        gradients.append((x.grad, *(parameter.grad for parameter in module.parameters())))
    for expected, got in zip(*gradients, strict=True):
        torch.testing.assert_close(got, expected, atol=1e-5, rtol=1e-5)
    for name in ("running_mean", "running_var"):
        torch.testing.assert_close(getattr(mine[0], name), getattr(theirs[0], name))
    mine.eval(), theirs.eval()
    torch.testing.assert_close(mine(upstream), theirs(upstream))


@pytest.mark.usefixtures("alone")
def test_shared_batch_norm_finds_a_small_variance_beside_a_large_mean() -> None:
    theirs, mine = nn.Sequential(nn.BatchNorm1d(4)), nn.Sequential(nn.BatchNorm1d(4))
    share_batch_norm(mine)
    noise = 0.01 * torch.randn(64, 4, 50, generator=torch.Generator().manual_seed(0))
    x = torch.tensor([2.0, 30.0, 100.0, -300.0]).view(1, 4, 1) + noise
    torch.testing.assert_close(mine(x).std((0, 2)), theirs(x).std((0, 2)), rtol=0.01, atol=0)
