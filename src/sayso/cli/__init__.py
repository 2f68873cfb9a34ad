"""The command line: one file a command, each a thin call into the package."""

from __future__ import annotations

import io
import os
import sys
from bdb import BdbQuit
from contextlib import suppress
from typing import Annotated

import typer

from sayso import __version__
from sayso.cli import (
    bench,
    check,
    data,
    evaluate,
    export,
    hear,
    learn,
    listen,
    prepare,
    serve,
    teach,
    train,
    tune,
)
from sayso.errors import SaysoError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(hear.hear)
app.command()(listen.listen)
app.command()(tune.tune)
app.command()(serve.serve)
app.command()(learn.learn)
app.add_typer(data.app, name="data")
app.command()(prepare.prepare)
app.command()(check.check)
app.command()(train.train)
app.command()(teach.teach)
app.command()(evaluate.evaluate)
app.command()(export.export)
app.add_typer(bench.app, name="bench")


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"sayso {__version__}")
        raise typer.Exit


@app.callback()
def sayso(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version and exit."
        ),
    ] = False,
) -> None:
    """Recognizes spoken commands offline, and trains recognizers of your own.

    Example: sayso hear turn.wav
    """


def main() -> None:
    """Runs `sayso`: exit status 0 done, 1 the input was bad, 2 wrong usage, 130 interrupted."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a file name may hold what a terminal cannot show
    try:
        app(prog_name="sayso")
    except SaysoError as error:
        sys.stderr.write(f"sayso: {error}\n")
        sys.exit(1)
    except OSError as error:  # what the system refuses: a folder closed to this user, a full disk
        place = "" if error.filename is None else f"{os.fsdecode(error.filename)}: "
        sys.stderr.write(f"sayso: {place}{(error.strerror or str(error)).lower()}.\n")
        with suppress(OSError):  # what the output still holds would be refused again at the end
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except BdbQuit:
        sys.stderr.write("Ended in the debugger.\n")
        sys.exit(1)
