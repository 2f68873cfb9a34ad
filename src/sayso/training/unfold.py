"""From a model file back to a network that goes on learning.

In the file each batch norm is folded into the convolution before it: its scale into the weights,
its shift into a bias. Here the two are taken apart again. The weights may have any scale, as the
batch norm takes it out; its mean and variance come from hearing clips; its scale and shift are what
then makes the network say what the file says.
"""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from sayso.corpus import read_corpus
from sayso.corpus.noise import Noise
from sayso.corpus.sample import write_sample
from sayso.network import RecognizerNetwork
from sayso.recognition.model import Model
from sayso.training.dataset import TrainingEpoch
from sayso.training.recipe import Recipe, RecipeError, make_recipe
from sayso.training.run import Config, RunError
from sayso.words import NO_COMMAND

WEIGHT_RMS = 0.17  # where training from scratch ends up; AdamW's steps are alike for any size
LARGEST_DIFFERENCE = 1e-4  # between the file and the network, of probabilities on `COMPARED` clips
COMPARED = 32
HEARD = 256  # clips, for the means and variances: of 49 places in time each
BATCH_SIZE = 64


Convolution: TypeAlias = nn.Conv1d | nn.Conv2d


class Folded(NamedTuple):
    """A convolution, the batch norm after it, and the bias `(channels,)` the file has instead."""

    convolution: Convolution
    norm: _BatchNorm
    bias: Tensor


@torch.no_grad()
def unfold(path: Path) -> tuple[RecognizerNetwork, Config, dict[str, float]]:
    """Makes a network of a model file that `export` wrote, packaged or not.

    Args:
        path: the file.

    Returns:
        The network in evaluation mode, the configuration of the run that the file came from, and
        the figures of that run's best epoch.

    Raises:
        ModelError: it is not a model file of sayso.
        RunError: it holds eight-bit integers, or a network that this version cannot make.
    """
    model = Model(path)
    config, epoch = origin(model)
    network = RecognizerNetwork(len(model.words), config.recipe.architecture).eval()
    waveforms = _as_training_hears()
    try:
        folded = _load(network, onnx.load(path).graph, waveforms[:1])
    except (KeyError, RuntimeError) as error:  # other names, other shapes
        raise RunError(_foreign(model)) from error
    _unfold(network, folded, waveforms)
    heard = waveforms[:COMPARED]
    mine = network.answers(heard)[0].numpy()
    if not np.abs(mine - model.probabilities(heard.numpy())).max() <= LARGEST_DIFFERENCE:
        raise RunError(_foreign(model))
    return network, config, epoch


def origin(model: Model) -> tuple[Config, dict[str, float]]:
    """What a file says of the run that it came from: its configuration, its best epoch's figures.

    Raises:
        RunError: it holds eight-bit integers, or what no run of this version has.
    """
    if model.metadata.get("precision") == "int8":
        raise RunError(
            f"{model.path} holds eight-bit integers, which cannot learn: name the file in floats."
        )
    try:
        training: dict[str, Any] = json.loads(model.metadata["training"])
        epoch = training.pop("chosen_epoch")
        training["recipe"] = make_recipe(training["recipe"], model.path.name)
        words = tuple(word for word in model.words if word not in NO_COMMAND)
        return Config(**training, words=words), epoch
    except (KeyError, TypeError, ValueError, AttributeError, RecipeError) as error:
        raise RunError(_foreign(model)) from error


def _foreign(model: Model) -> str:
    return f"{model.path} holds a network that this version of sayso cannot train: install its own."


def _as_training_hears() -> Tensor:
    """Clips of the bundled sample as training draws and changes them, `(HEARD, 16000)`."""
    with TemporaryDirectory() as folder:
        write_sample(Path(folder, "sample"))
        corpus = read_corpus(Path(folder, "sample"))
        epoch = TrainingEpoch(
            corpus.of("training"), corpus.words, Noise.read(corpus.noise), Recipe(), seed=0, epoch=0
        )
        return torch.stack([epoch[position].waveform for position in range(HEARD)])


def _load(network: RecognizerNetwork, graph: onnx.GraphProto, waveform: Tensor) -> list[Folded]:
    """Gives the network a file's weights; a folded batch norm becomes one that adds the bias.

    Raises:
        KeyError: the file lacks some.
        RuntimeError: they have other shapes.
    """
    values = {each.name: torch.tensor(numpy_helper.to_array(each)) for each in graph.initializer}
    biases = {  # by the names of the convolutions' weights
        node.input[1]: values[node.input[2]]
        for node in graph.node
        if node.op_type == "Conv" and len(node.input) > 2
    }
    name_of = {module: f"network.{name}" for name, module in network.named_modules()}
    folded = []
    for convolution, norm in _pairs(network, waveform):
        name, bias = name_of[norm], biases.get(f"{name_of[convolution]}.weight")
        if bias is None or f"{name}.weight" in values:
            continue
        folded.append(Folded(convolution, norm, bias))
        values |= {
            f"{name}.weight": torch.ones_like(bias),
            f"{name}.bias": bias,
            f"{name}.running_mean": torch.zeros_like(bias),
            f"{name}.running_var": torch.full_like(bias, 1 - norm.eps),
            f"{name}.num_batches_tracked": torch.tensor(0),
        }
    network.load_state_dict({name: values[f"network.{name}"] for name in network.state_dict()})
    return folded


def _pairs(network: nn.Module, waveform: Tensor) -> list[tuple[Convolution, _BatchNorm]]:
    """Each convolution whose output a batch norm takes in, and that batch norm."""
    outputs: list[tuple[Convolution, Tensor]] = []
    pairs: list[tuple[Convolution, _BatchNorm]] = []

    def note(module: nn.Module, given: tuple[Tensor, ...], output: Tensor) -> None:
        if isinstance(module, Convolution):
            outputs.append((module, output))
        elif isinstance(module, _BatchNorm):
            pairs.extend((layer, module) for layer, heard in outputs if heard is given[0])

    handles = [module.register_forward_hook(note) for module in network.modules()]
    network(waveform)
    for handle in handles:
        handle.remove()
    return pairs


def _unfold(network: nn.Module, folded: list[Folded], waveforms: Tensor) -> None:
    """Gives each batch norm what it measures on clips; what the network computes stays the same."""
    moments: dict[nn.Module, list[Tensor]] = {norm: [] for _, norm, _ in folded}

    def note(norm: nn.Module, given: tuple[Tensor, ...], _output: Tensor) -> None:
        values = given[0].transpose(0, 1).flatten(1)  # (channels, batch * places)
        moments[norm].append(torch.stack([values.mean(dim=1), values.square().mean(dim=1)]))

    handles = [norm.register_forward_hook(note) for norm in moments]
    for batch in torch.split(waveforms, BATCH_SIZE):
        network(batch)
    for handle in handles:
        handle.remove()
    for convolution, norm, bias in folded:
        mean, square = torch.stack(moments[norm]).mean(dim=0)
        weight = convolution.weight
        rms = weight.flatten(1).square().mean(dim=1).sqrt()
        growth = torch.where(rms > 0, WEIGHT_RMS / rms, 1.0)  # (channels,)
        weight *= growth.view(-1, *[1] * (weight.ndim - 1))
        variance = (square - mean**2).clamp(min=0) * growth**2
        state = {
            "running_mean": mean * growth,
            "running_var": variance,
            "weight": torch.sqrt(variance + norm.eps) / growth,
            "bias": bias + mean,
        }
        norm.load_state_dict(state, strict=False)
