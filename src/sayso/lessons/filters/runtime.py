"""The packaged model file with other numbers in its first layer, run by ONNX Runtime."""

from __future__ import annotations

import math

import numpy as np
import onnxruntime

from sayso.audio import Sound
from sayso.lessons.filters.convolution import Array
from sayso.lessons.filters.network import FIRST
from sayso.lessons.weights import read_weights
from sayso.recognition.recognizer import PACKAGED


def loss_in_runtime(first: Array, waveform: Sound, right: int) -> float:
    """How surprised the model is by the right answer, with other weights in its first layer.

    Args:
        first: the weights, `(16, 1, 5, 5)`. They take the place of the old ones, byte for byte.
        waveform: `(16000,)`.
        right: the number of the right class.
    """
    old = read_weights()[f"network.{FIRST}"]
    model = PACKAGED.read_bytes().replace(old.tobytes(), first.astype(old.dtype).tobytes())
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    probabilities = session.run(["probabilities"], {"waveform": waveform[None]})[0]
    return -math.log(float(np.asarray(probabilities)[0, right]))
