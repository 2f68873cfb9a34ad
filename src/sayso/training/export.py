"""From a run's folder to one ONNX file that hears raw sound and says what it is worth."""

from __future__ import annotations

import dataclasses
import json
import logging
import warnings
from importlib.resources import files
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from torch import Tensor, nn

from sayso import audio
from sayso.audio import SAMPLE_RATE
from sayso.errors import SaysoError
from sayso.files import atomic_path
from sayso.network import RecognizerNetwork
from sayso.training.best import read_best
from sayso.training.dataset import classes_of
from sayso.training.quantize import quantize
from sayso.training.run import Config

OPSET = 20
LARGEST_DIFFERENCE = 1e-4  # between PyTorch and ONNX Runtime, on clips, noise and nothing
THRESHOLD = 0.8  # the confidence from which a word in a long sound or a stream is reported


class ExportError(SaysoError):
    """An ONNX file that does not say what the network says."""


class _Exported(nn.Module):
    def __init__(self, network: RecognizerNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, waveform: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        return self.network.answers(waveform)


def export(run: Path, target: Path, int8: bool = False) -> float | None:
    """Writes the best weights of a training run as the model file that `sayso.load` reads.

    Args:
        run: the folder of a run, finished or not.
        target: the ONNX file; it is replaced only by one that was checked.
        int8: make it smaller and faster with eight-bit integers, see `quantize`.

    Returns:
        With `int8`, the share of bundled clips to which the integers give the floats' answer.

    Raises:
        RunError: the folder holds no run, or one without a finished epoch.
        ExportError: ONNX Runtime and PyTorch differ by more than 1e-4.
    """
    best = read_best(run)
    module = _Exported(best.network).eval()

    with atomic_path(target) as partial:
        _convert(module, partial)
        model = onnx.load(partial)
        _forget_where_it_was_made(model)
        onnx.helper.set_model_props(model, _metadata(*best))
        onnx.save(model, partial)
        _check_equal(module, partial)
        return quantize(partial) if int8 else None


def _convert(module: _Exported, target: Path) -> None:
    logger = logging.getLogger("torch.onnx")
    level = logger.level
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter warns about itself
        logger.setLevel(logging.ERROR)
        try:
            torch.onnx.export(
                module,
                (torch.zeros(2, SAMPLE_RATE),),
                target,
                input_names=["waveform"],
                output_names=["probabilities", "embedding", "layers"],
                dynamic_shapes={"waveform": {0: torch.export.Dim("batch")}},
                opset_version=OPSET,
                dynamo=True,
                external_data=False,
                verbose=False,
            )
        finally:
            logger.setLevel(level)


def _forget_where_it_was_made(model: onnx.ModelProto) -> None:
    """Removes the exporter's notes, among them paths of this machine."""
    graph = model.graph
    for part in (graph, *graph.node, *graph.value_info, *graph.input, *graph.output):
        part.ClearField("metadata_props")
        part.ClearField("doc_string")


def _metadata(
    network: RecognizerNetwork, config: Config, epoch: dict[str, float]
) -> dict[str, str]:
    training = {**dataclasses.asdict(config), "chosen_epoch": epoch}
    training.pop("words")
    return {
        "sayso_model": "1",
        "sayso_version": config.versions["sayso"],
        "words": json.dumps(classes_of(config.words)),
        "sample_rate": str(SAMPLE_RATE),
        "parameters": str(sum(parameter.numel() for parameter in network.parameters())),
        "threshold": json.dumps(dict.fromkeys(config.words, THRESHOLD)),
        "training": json.dumps(training),
    }


def _check_equal(module: _Exported, target: Path) -> None:
    session = onnxruntime.InferenceSession(target, providers=["CPUExecutionProvider"])
    clips = Path(str(files("sayso") / "bundled" / "clips"))
    rng = np.random.default_rng(0)
    waveform = np.stack(
        [
            *(audio.fit(audio.read(clip), SAMPLE_RATE) for clip in audio.find(clips)),
            *(level * rng.standard_normal(SAMPLE_RATE) for level in (0.0, 1e-4, 1e-3, 1e-2, 0.1)),
        ],
        dtype=np.float32,
    )
    with torch.no_grad():
        expected = module(torch.from_numpy(waveform))
    for mine, theirs in zip(session.run(None, {"waveform": waveform}), expected, strict=True):
        difference = float(np.abs(mine - theirs.numpy()).max())
        if not difference <= LARGEST_DIFFERENCE:
            raise ExportError(
                f"ONNX Runtime and PyTorch differ by {difference:.1e}: nothing was written; "
                "please report this with your versions of torch and onnxruntime."
            )
