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
        Path | None, typer.Option(metavar="FILE", help="A model of your own, from sayso export.")
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

    The page listens through the browser's microphone and explains a file that is dropped on it.

    Example: sayso serve --save my-words
    """
    console.need("web")
    from sayso.recognition import load
    from sayso.recognition.thresholds import load_thresholds
    from sayso.web.serve import serve
    from sayso.web.service import Service

    recognizer = console.with_taught(load(model), pack)
    service = Service(recognizer, load_thresholds(recognizer.model, thresholds), folder)
    serve(
        port, lambda address: console.err.print(f"Open {address} (ctrl-C ends it)."), service, host
    )
