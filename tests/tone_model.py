"""A recognizer whose answers can be worked out by hand: each of its words is a tone."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import numpy.typing as npt
from onnx import TensorProto, helper, numpy_helper, save

TONES_HZ = {"go": 500, "left": 1000, "right": 1500, "stop": 2000}
CLASSES = (*TONES_HZ, "_unknown_", "_silence_")
GAIN = 20.0  # logit of a tone that fills the window with an amplitude of 1
BIAS = (0.0, 0.0, 0.0, 0.0, 1.0, 2.0)  # so that digital silence is `_silence_`

Floats = npt.NDArray[np.float32]


def tone(word: str, seconds: float, amplitude: float = 0.5, sample_rate: int = 16_000) -> Floats:
    """A sine of a whole number of periods each 10 ms, `(samples,)`."""
    time_s = np.arange(round(seconds * sample_rate)) / sample_rate
    return (amplitude * np.sin(2 * np.pi * TONES_HZ[word] * time_s)).astype(np.float32)


def silence(seconds: float) -> Floats:
    """Zeros, `(samples,)` at 16 kHz."""
    return np.zeros(round(seconds * 16_000), np.float32)


def expected_probabilities(waveform: Floats) -> npt.NDArray[np.float64]:
    """What the tone model must give for `(16000,)`, by the discrete Fourier transform."""
    amplitudes = np.abs(np.fft.rfft(waveform.astype(np.float64))) / 8000  # bins are 1 Hz apart
    logits = np.append(GAIN * amplitudes[list(TONES_HZ.values())], [0, 0]) + BIAS
    exponentials = np.exp(logits - logits.max())
    return np.asarray(exponentials / exponentials.sum())


def save_tone_model(path: Path, *, window: int = 16_000, **changes: str | None) -> Path:
    """Writes the tone model.

    Args:
        path: where.
        window: samples of its input.
        changes: entries of its metadata to set, or to leave out where None.
    """
    angle = 2 * np.pi * np.outer(np.arange(window), list(TONES_HZ.values())) / 16_000
    constants = {
        "cosines": np.cos(angle) / 8000,  # (window, 4)
        "sines": np.sin(angle) / 8000,
        "gain": GAIN * np.eye(4, 6),
        "bias": np.array(BIAS),
    }
    nodes = [
        helper.make_node("MatMul", ["waveform", "cosines"], ["real"]),
        helper.make_node("MatMul", ["waveform", "sines"], ["imaginary"]),
        helper.make_node("Mul", ["real", "real"], ["real_squared"]),
        helper.make_node("Mul", ["imaginary", "imaginary"], ["imaginary_squared"]),
        helper.make_node("Add", ["real_squared", "imaginary_squared"], ["power"]),
        helper.make_node("Sqrt", ["power"], ["embedding"]),
        helper.make_node("MatMul", ["embedding", "gain"], ["tones"]),
        helper.make_node("Add", ["tones", "bias"], ["logits"]),
        helper.make_node("Softmax", ["logits"], ["probabilities"], axis=1),
    ]
    shapes = {"waveform": window, "probabilities": 6, "embedding": 4}
    waveform, *outputs = (
        helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", width])
        for name, width in shapes.items()
    )
    graph = helper.make_graph(
        nodes,
        "tones",
        [waveform],
        outputs,
        [numpy_helper.from_array(v.astype(np.float32), name) for name, v in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    metadata: dict[str, str | None] = {
        "sayso_model": "1",
        "words": json.dumps(CLASSES),
        "sample_rate": "16000",
        "sayso_version": "0.1.0",
        "parameters": "0",
        "threshold": "{}",
        "training": "{}",
    }
    kept = {key: value for key, value in (metadata | changes).items() if value is not None}
    helper.set_model_props(model, kept)
    save(model, path)
    return path
