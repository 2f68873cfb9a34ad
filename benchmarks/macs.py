"""How many multiplications with an addition (MACs) a model file needs for a second of sound."""

from __future__ import annotations

from math import prod
from pathlib import Path

import onnx


def count_macs(path: Path) -> int:
    """Counts the MACs of convolutions and matrix products, the front end's included."""
    model = onnx.load(path)
    model.graph.input[0].type.tensor_type.shape.dim[0].dim_value = 1
    del model.graph.value_info[:]  # the exporter's shapes have no number for the batch
    graph = onnx.shape_inference.infer_shapes(model, data_prop=True).graph
    shapes = {
        value.name: [size.dim_value for size in value.type.tensor_type.shape.dim]
        for value in (*graph.value_info, *graph.input, *graph.output)
    } | {tensor.name: list(tensor.dims) for tensor in graph.initializer}
    total = 0
    for node in graph.node:
        if node.op_type == "Conv":
            total += prod(shapes[node.output[0]]) * prod(shapes[node.input[1]][1:])
        elif node.op_type in ("MatMul", "Gemm"):
            total += prod(shapes[node.output[0]]) * shapes[node.input[0]][-1]
    return total
