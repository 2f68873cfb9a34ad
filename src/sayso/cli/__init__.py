"""The command line: one file a command, each a thin call into the package."""

from __future__ import annotations

import sys

import typer

from sayso.cli import data, hear
from sayso.errors import SaysoError

app = typer.Typer(
    help="Recognizes spoken commands offline, and trains recognizers of your own.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(hear.hear)
app.add_typer(data.app, name="data")


def main() -> None:
    """Runs `sayso`: exit status 0 done, 1 the input was bad, 2 wrong usage, 130 interrupted."""
    try:
        app()
    except SaysoError as error:
        sys.stderr.write(f"sayso: {error}\n")
        sys.exit(1)
