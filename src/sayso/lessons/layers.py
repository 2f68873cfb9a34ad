"""What goes on inside a model file: the output of each of its layers for a sound.

A message of a protocol buffer that is appended to another is merged into it. So a few bytes more
make a model file answer with what its convolutions hand on, without the onnx package.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime

from sayso.audio import Sound
from sayso.lessons.weights import GRAPH, values_of
from sayso.recognition.recognizer import PACKAGED

_NODE, _GRAPH_OUTPUT = 1, 12  # of GraphProto
_NODE_INPUT, _NODE_OUTPUT, _OP_TYPE = 1, 2, 4  # of NodeProto
_VALUE_NAME = 1  # of ValueInfoProto


def run_layers(waveform: Sound, path: Path = PACKAGED) -> dict[str, npt.NDArray[np.float32]]:
    """What each convolution of a model makes of `(16000,)`, then the embedding.

    Returns:
        by name, in order: `(channels, …, frames)` of the convolutions, `(width,)` at the end.
    """
    session, _, names = _open(path)
    outputs = session.run(names, {"waveform": waveform[None]})
    labels = [*(f"layer {number}" for number in range(1, len(names))), "embedding"]
    return {label: output[0] for label, output in zip(labels, outputs, strict=True)}


def run_front_end(waveform: Sound, path: Path = PACKAGED) -> npt.NDArray[np.float32]:
    """What the first convolution of a model is given: the log-mel `(mel, frames)` of `(16000,)`."""
    session, given, _ = _open(path)
    features: npt.NDArray[np.float32] = session.run([given], {"waveform": waveform[None]})[0]
    return features.reshape(features.shape[-2:])


@cache
def _open(path: Path) -> tuple[onnxruntime.InferenceSession, str, list[str]]:
    """A session that answers with the convolutions too.

    Returns:
        it, the name of what the first convolution is given, and the names of the layers' answers.
    """
    model = path.read_bytes()
    nodes = [node for graph in values_of(model, GRAPH) for node in values_of(graph, _NODE)]
    convolutions = [node for node in nodes if values_of(node, _OP_TYPE) == [b"Conv"]]
    given = values_of(convolutions[0], _NODE_INPUT)[0]
    answers = [values_of(node, _NODE_OUTPUT)[0] for node in convolutions]
    asked = b"".join(_field(_GRAPH_OUTPUT, _field(_VALUE_NAME, name)) for name in (given, *answers))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(
        model + _field(GRAPH, asked), options, providers=["CPUExecutionProvider"]
    )
    return session, given.decode(), [*(name.decode() for name in answers), "embedding"]


def _field(number: int, value: bytes) -> bytes:
    """A field that holds bytes."""
    return _integer(number << 3 | 2) + _integer(len(value)) + value


def _integer(value: int) -> bytes:
    """An integer, seven bits a byte, the lowest first."""
    *before, last = [value >> shift & 127 for shift in range(0, max(1, value.bit_length()), 7)]
    return bytes([*(seven | 128 for seven in before), last])
