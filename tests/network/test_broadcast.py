import pytest
import torch

from sayso.network import ARCHITECTURES, RecognizerNetwork


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_no_network_draws_random_numbers_of_its_own(architecture: str) -> None:
    network = RecognizerNetwork(4, architecture).train()
    waveform = torch.randn(2, 16_000)
    before = torch.get_rng_state()
    first, second = network(waveform).logits, network(waveform).logits
    torch.testing.assert_close(first, second)
    assert torch.equal(torch.get_rng_state(), before)
