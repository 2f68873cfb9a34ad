"""What PyTorch's autograd says of the same gradients, where PyTorch is installed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from sayso.lessons.filters.convolution import Array


def autograd_gradient(
    weights: Sequence[float], signal: Sequence[float], wanted: Sequence[float]
) -> list[float]:
    """The slope of the loss for each weight of a filter."""
    import torch

    kernel = torch.tensor(weights, dtype=torch.float64, requires_grad=True)
    sound, right = (torch.tensor(each, dtype=torch.float64) for each in (signal, wanted))
    answers = torch.nn.functional.conv1d(sound[None, None], kernel[None, None])[0, 0]
    loss = (answers - right).square().sum() / 2
    return list(map(float, torch.autograd.grad(loss, kernel)[0]))


def autograd_network(
    weights: Mapping[str, Array], log_mel: Array, right: int
) -> dict[str, npt.NDArray[np.float64]]:
    """The slope of the loss for the weights of all convolutions, by the package's own network.

    In a model file the normalisations are folded into the weights. So those of the network are set
    to add the bias and to change nothing else.

    Args:
        weights: as `packaged_weights` gives them.
        log_mel: `(mel, frames)`.
        right: the number of the right class.
    """
    import torch
    from torch import nn

    from sayso.network import RecognizerNetwork

    network = RecognizerNetwork(len(weights["classifier.bias"])).double().eval()
    modules = list(network.named_modules())
    convolutions = {n: m for n, m in modules if isinstance(m, (nn.Conv1d, nn.Conv2d))}
    norms = [m for _, m in modules if isinstance(m, (nn.BatchNorm1d, nn.BatchNorm2d))]
    with torch.no_grad():
        for (name, convolution), norm in zip(convolutions.items(), norms, strict=True):
            values = torch.tensor(weights[f"{name}.weight"])
            if name == "body.stem.3":  # one kernel for each channel
                values = values.diagonal().permute(2, 0, 1)[:, None]
            convolution.weight.copy_(values.reshape(convolution.weight.shape))
            norm.bias.copy_(torch.tensor(weights[f"{name}.bias"]))
            norm.eps = 0
        network.classifier.weight.copy_(torch.tensor(weights["classifier.weight"]))
        network.classifier.bias.copy_(torch.tensor(weights["classifier.bias"]))
    embedding = network.body(torch.tensor(log_mel)[None])
    scores = network.classifier(embedding) / float(weights["temperature"])
    loss = nn.functional.cross_entropy(scores, torch.tensor([right]))
    gradients = torch.autograd.grad(loss, [each.weight for each in convolutions.values()])
    return {
        f"{name}.weight": gradient.numpy()
        for name, gradient in zip(convolutions, gradients, strict=True)
    }
