"""`sayso export`: from a training run to the one file that `hear` and `sayso.load` take."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sayso.cli import console
from sayso.errors import SaysoError


def export(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="RUN|MODEL",
            help="The folder of a training run; with --int8 also a model: base, small or a file.",
        ),
    ],
    target: Annotated[Path, typer.Argument(metavar="FILE", help="The ONNX file to write.")],
    int8: Annotated[
        bool, typer.Option("--int8", help="Eight-bit integers: smaller, faster, nearly the same.")
    ] = False,
) -> None:
    """Writes the best weights of a run as one ONNX file, checked against PyTorch.

    Example: sayso export runs/recordings model.onnx

    Example: sayso export base base-int8.onnx --int8
    """
    console.need("train")
    from sayso.recognition.recognizer import find_model
    from sayso.training.export import export
    from sayso.training.quantize import quantize_copy

    model = find_model(source)
    if model.is_file() and not int8:
        raise SaysoError(
            f"{source} is a model file already: add --int8, or name the folder of a run."
        )
    same = quantize_copy(model, target) if model.is_file() else export(source, target, int8)
    if same is not None:
        console.err.print(f"The same answer as in floats to {same:.1%} of the bundled clips.")
    console.err.print(
        f"{target}: {target.stat().st_size / 1e6:.1f} MB. Try: sayso hear --model {target} FILE",
        soft_wrap=True,
        markup=False,
    )
