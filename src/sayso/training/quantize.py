"""A model in eight bits: smaller and faster, and nearly the same (arXiv 1712.05877)."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import onnx
import onnxruntime
from onnxruntime.quantization import (
    CalibrationDataReader,
    CalibrationMethod,
    QuantType,
    quantize_static,
)
from onnxruntime.quantization.shape_inference import quant_pre_process

from sayso import audio
from sayso.audio import SAMPLE_RATE, Sound
from sayso.corpus import read_corpus
from sayso.corpus.sample import write_sample
from sayso.files import atomic_path
from sayso.recognition import Model, ModelError

QUANTIZED = ["Conv", "Gemm"]  # the network; the front end keeps its floats: a spectrum spans 80 dB
CALIBRATED_WITH = 2  # every second one of the bundled clips; the others are for the comparison


def quantize_copy(model: Path, target: Path) -> float:
    """Writes the eight-bit form of a model file to another place, see `quantize`.

    Raises:
        ModelError: the file is no model of sayso's, or has eight bits already.
    """
    if Model(model).metadata.get("precision") == "int8":
        raise ModelError(f"{model} has eight-bit integers already.")
    with atomic_path(target) as partial:
        shutil.copyfile(model, partial)
        return quantize(partial)


def quantize(model: Path) -> float:
    """Turns a model file's convolutions and classifier into eight-bit integers, in its place.

    The range of each activation is what the bundled clips bring about; weights have a scale for
    each channel (ONNX Runtime's static quantization). A weight has seven of its eight bits:
    processors without VNNI add two products in 16 bits, and those of more would not fit in.

    Args:
        model: a file that `export` wrote.

    Returns:
        The share of the other bundled clips to which both give the same answer.
    """
    sounds = _bundled_clips()
    before = onnxruntime.InferenceSession(model.read_bytes(), providers=["CPUExecutionProvider"])
    metadata = {entry.key: entry.value for entry in onnx.load(model).metadata_props}
    with TemporaryDirectory() as folder:
        prepared = Path(folder, "prepared.onnx")
        quant_pre_process(model, prepared, skip_symbolic_shape=True)
        level = logging.getLogger().level
        logging.getLogger().setLevel(logging.ERROR)
        try:
            quantize_static(
                prepared,
                model,
                _Clips(sounds[::CALIBRATED_WITH]),
                op_types_to_quantize=QUANTIZED,
                per_channel=True,
                reduce_range=True,
                activation_type=QuantType.QUInt8,
                weight_type=QuantType.QInt8,
                calibrate_method=CalibrationMethod.MinMax,
            )
        finally:
            logging.getLogger().setLevel(level)
    written = onnx.load(model)
    onnx.helper.set_model_props(written, metadata | {"precision": "int8"})
    onnx.save(written, model)
    after = onnxruntime.InferenceSession(model.read_bytes(), providers=["CPUExecutionProvider"])
    same = [_answer(before, sound) == _answer(after, sound) for sound in sounds[1::CALIBRATED_WITH]]
    return float(np.mean(same))


class _Clips(CalibrationDataReader):  # type: ignore[misc]  # onnxruntime has no types
    """Feeds sounds to ONNX Runtime's calibration, one at a time."""

    def __init__(self, sounds: list[Sound]) -> None:
        self.left: Iterator[Sound] = iter(sounds)

    def get_next(self) -> dict[str, Sound] | None:
        """The next input, or None after the last."""
        sound = next(self.left, None)
        return None if sound is None else {"waveform": sound[np.newaxis]}


def _bundled_clips() -> list[Sound]:
    with TemporaryDirectory() as folder:
        sample = Path(folder, "sample")
        write_sample(sample)
        clips = read_corpus(sample).clips
        return [audio.fit(audio.read(clip.path), SAMPLE_RATE) for clip in clips]


def _answer(session: onnxruntime.InferenceSession, sound: Sound) -> int:
    (probabilities,) = session.run(["probabilities"], {"waveform": sound[np.newaxis]})
    return int(probabilities.argmax())
