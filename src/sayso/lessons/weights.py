"""The numbers inside a model file, read without the onnx package.

An ONNX file is a protocol buffer: fields, each a number and a value, some of them messages of
fields again. Four field numbers of `onnx.proto3` lead to the weights.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from sayso.recognition.recognizer import PACKAGED

Weights = dict[str, npt.NDArray[np.float32]]

GRAPH, _INITIALIZER = 7, 5  # of ModelProto, of GraphProto
_DIMS, _DATA_TYPE, _NAME, _RAW_DATA = 1, 2, 8, 9  # of TensorProto
_FLOAT32 = 1


@cache
def read_weights(path: Path = PACKAGED) -> Weights:
    """All float32 constants of a model file by name."""
    weights: Weights = {}
    for graph in values_of(path.read_bytes(), GRAPH):
        for tensor in values_of(graph, _INITIALIZER):
            raw = values_of(tensor, _RAW_DATA)
            if raw and values_of(tensor, _DATA_TYPE) == [bytes([_FLOAT32])]:
                shape = [size for dims in values_of(tensor, _DIMS) for size in _integers(dims)]
                name = values_of(tensor, _NAME)[0].decode()
                weights[name] = np.frombuffer(raw[0], "<f4").reshape(shape)
    return weights


@cache
def layers() -> Weights:
    """The weights of the packaged model's layers that sum over many inputs, in their order.

    Left out are the front end, which is computed, not learned, and what is too small to count.
    """
    return {
        name.removeprefix("network.").removesuffix(".weight"): values
        for name, values in read_weights().items()
        if name.endswith(".weight") and values.size >= 1_000
    }


def fan_in(values: npt.NDArray[np.float32]) -> int:
    """How many products a layer with these weights, `(outputs, inputs, …)`, sums for one output."""
    return math.prod(values.shape[1:])


def values_of(message: bytes, wanted: int) -> list[bytes]:
    """The values of one field of a message; an integer comes as the bytes that encode it."""
    values, at = [], 0
    while at < len(message):
        key, at = _integer(message, at)
        kind = key & 7
        if kind == 2:  # bytes, their number first
            size, at = _integer(message, at)
            end = at + size
        elif kind == 0:
            end = _integer(message, at)[1]
        else:
            end = at + {1: 8, 5: 4}[kind]
        if key >> 3 == wanted:
            values.append(message[at:end])
        at = end
    return values


def _integers(message: bytes) -> Iterator[int]:
    """The integers that follow one another in a field."""
    at = 0
    while at < len(message):
        value, at = _integer(message, at)
        yield value


def _integer(message: bytes, at: int) -> tuple[int, int]:
    """An integer, seven bits a byte, the lowest first; and where it ends."""
    value = shift = 0
    while True:
        byte = message[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at
