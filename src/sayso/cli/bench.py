"""`sayso bench`: measurements that anyone can repeat."""

from __future__ import annotations

from typing import Annotated

import typer

from sayso.cli import console

app = typer.Typer(help="Measures, on this machine.", no_args_is_help=True)


@app.callback()
def _bench() -> None:
    """Measures, on this machine."""


@app.command()
def audio(
    clips: Annotated[int, typer.Option(min=10, help="Synthetic clips of each kind.")] = 250,
) -> None:
    """Compares the libraries that decode, resample, trim and pad; prints Markdown.

    Example: sayso bench audio > docs/audio-libraries.md
    """
    from sayso.prepare.comparison import compare_libraries

    with console.progress() as bar:
        task = bar.add_task("Comparing", total=None)

        def report(_: str, done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        page = compare_libraries(clips, report=report)
    typer.echo(page, nl=False)
