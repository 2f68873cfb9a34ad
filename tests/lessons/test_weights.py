from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sayso.lessons.glass import recognizer
from sayso.lessons.weights import fan_in, layers, read_weights
from sayso.recognition.recognizer import PACKAGED


@pytest.mark.parametrize("name", ["packaged", "tones"])
def test_weights_are_those_that_onnx_reads(name: str, tone_model: Path) -> None:
    onnx = pytest.importorskip("onnx")
    path = PACKAGED if name == "packaged" else tone_model
    expected = {
        tensor.name: onnx.numpy_helper.to_array(tensor)
        for tensor in onnx.load(path).graph.initializer
        if tensor.data_type == onnx.TensorProto.FLOAT and tensor.raw_data
    }
    weights = read_weights(path)
    assert weights.keys() == expected.keys()
    for key, value in expected.items():
        np.testing.assert_array_equal(weights[key], value)


def test_the_layers_hold_nearly_all_parameters() -> None:
    counted = sum(values.size for values in layers().values())
    assert counted > 0.97 * int(recognizer().model.metadata["parameters"])
    assert all(fan_in(values) == values[0].size for values in layers().values())
