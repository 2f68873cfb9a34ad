"""`sayso export`: from a training run to the one file that `hear` and `sayso.load` take."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sayso.cli import console


def export(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="The folder of a training run.")],
    target: Annotated[Path, typer.Argument(metavar="FILE", help="The ONNX file to write.")],
    int8: Annotated[
        bool, typer.Option("--int8", help="Eight-bit integers: smaller, faster, nearly the same.")
    ] = False,
) -> None:
    """Writes the best weights of a run as one ONNX file, checked against PyTorch.

    Example: sayso export runs/recordings model.onnx
    """
    console.need("train")
    from sayso.training.export import export

    same = export(run, target, int8)
    if same is not None:
        console.err.print(f"The same answer as in floats to {same:.1%} of the bundled clips.")
    console.err.print(
        f"{target}: {target.stat().st_size / 1e6:.1f} MB. Try: sayso hear --model {target} FILE",
        soft_wrap=True,
        markup=False,
    )
