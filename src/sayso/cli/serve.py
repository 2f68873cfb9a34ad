"""`sayso serve`: the recognizer as a page and for other programs, on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sayso.cli import console


def serve(
    port: Annotated[int, typer.Option(metavar="PORT", min=0, max=65535, help="Where.")] = 8000,
    host: Annotated[
        str,
        typer.Option(
            metavar="HOST", help="Another address of this machine, so that others can reach it."
        ),
    ] = "127.0.0.1",
    model: Annotated[
        Path | None, typer.Option(metavar="MODEL", help="small, or a file from sayso export.")
    ] = None,
    folder: Annotated[
        Path | None,
        typer.Option("--save", metavar="DIR", help="Let the page save clips, a data set, here."),
    ] = None,
    thresholds: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Thresholds from sayso tune; else your own.")
    ] = None,
    pack: console.Pack = None,
) -> None:
    """Serves a page that listens, and an API for other programs.

    The page listens through the browser's microphone, is taught words of your own, and explains a
    file that is dropped on it.

    Example: sayso serve --save my-words
    """
    console.need("web")
    from sayso.recognition import load
    from sayso.recognition.packs import default_path
    from sayso.web.serve import serve
    from sayso.web.service import Service

    recognizer = load(model)
    if pack is None or pack.exists():
        recognizer = console.with_taught(recognizer, pack)
    else:
        _tell(f"{pack} does not exist yet: what the page is taught will be kept there.")
    service = Service(recognizer, thresholds, folder, pack or default_path(recognizer.model))
    service.thresholds(recognizer.model)  # a file that cannot be used is told of at once
    serve(port, lambda address: _tell(f"Open {address} (ctrl-C ends it)."), service, host)


def _tell(line: str) -> None:
    console.err.print(line, markup=False, soft_wrap=True)
