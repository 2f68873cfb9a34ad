import numpy as np
import pytest
import torch
from torch import nn

from sayso.network import ARCHITECTURES, RecognizerNetwork, hide
from sayso.network.recognizer import CLIPS_IN_CACHE


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_any_batch_gives_probabilities_an_embedding_and_layers(architecture: str) -> None:
    network = RecognizerNetwork(37, architecture).eval()
    waveform = 0.1 * torch.randn(3, 16_000)
    probabilities, embedding, layers = network.answers(waveform)
    assert probabilities.shape == (3, 37)
    assert embedding.shape == (3, network.body.embedding_width)
    torch.testing.assert_close(probabilities.sum(dim=1), torch.ones(3))
    output = network(waveform)
    torch.testing.assert_close(embedding, output.embedding)
    torch.testing.assert_close(probabilities, torch.softmax(output.logits, dim=1))
    torch.testing.assert_close(layers[:, -network.body.embedding_width :], embedding)
    assert layers.shape[1] > 2 * network.body.embedding_width


@pytest.mark.parametrize("architecture", ["residual", "residual-small", "separable-small"])
def test_the_layers_are_what_each_block_hears_on_average_and_at_most(architecture: str) -> None:
    body = ARCHITECTURES[architecture]().eval()
    heard: list[torch.Tensor] = []
    for block in body.blocks:
        block.register_forward_hook(lambda _block, _given, found: heard.append(found))
    with torch.no_grad():
        layers = torch.cat(body.layers(torch.randn(2, 40, 98)), dim=1)
    expected = [part for found in heard for part in (found.mean(dim=2), found.amax(dim=2))]
    torch.testing.assert_close(layers, torch.cat(expected, dim=1))


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_the_network_keeps_to_its_size(architecture: str) -> None:
    parameters = RecognizerNetwork(37, architecture).parameters()
    assert sum(parameter.numel() for parameter in parameters) <= 400_000


def test_temperature_divides_the_logits() -> None:
    network = RecognizerNetwork(5).eval()
    waveform = 0.1 * torch.randn(2, 16_000)
    network.temperature.fill_(2.5)
    expected = torch.softmax(network(waveform).logits.double() / 2.5, dim=1)
    torch.testing.assert_close(network.answers(waveform)[0].double(), expected, atol=1e-6, rtol=0)


def test_every_weight_of_the_body_gets_a_gradient() -> None:
    network = RecognizerNetwork(5)
    logits = network(0.1 * torch.randn(4, 16_000)).logits
    torch.autograd.backward(nn.functional.cross_entropy(logits, torch.arange(4)))
    for name, parameter in network.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.abs().sum() > 0, name


def test_hide_empties_just_the_stretches_named() -> None:
    features = torch.rand(2, 40, 98) + 1
    masks = torch.zeros(2, 2, 2, 2, dtype=torch.int64)
    masks[0, 0, 0] = torch.tensor([3, 7])  # mel bands of the first clip
    masks[1, 1, 1] = torch.tensor([90, 98])  # frames of the second
    expected = features.numpy().copy()
    expected[0, 3:7, :] = 0
    expected[1, :, 90:98] = 0
    np.testing.assert_array_equal(hide(features, masks).numpy(), expected)


def test_in_training_the_features_are_the_same_for_any_number_of_clips() -> None:
    network = RecognizerNetwork(5)
    waveform = 0.1 * torch.randn(CLIPS_IN_CACHE * 2 + 3, 16_000)
    in_training = network.train()(waveform, torch.ones(len(waveform), 2, 1, 2).long()).features
    torch.testing.assert_close(in_training, network.eval()(waveform).features, atol=1e-5, rtol=0)
