"""What the commands share: the two consoles, tables, progress bars, and the check for an extra."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from sayso.errors import SaysoError

if TYPE_CHECKING:
    from rich.progress import TaskID

    from sayso.breakpoints import Break
    from sayso.corpus.progress import Report
    from sayso.recognition import Model, Recognizer

out = Console(highlight=False)  # answers
err = Console(stderr=True, highlight=False)  # progress and remarks, so that answers can be piped

OWN_PACK = (  # `packs.default_path`, in words
    "~/.config/sayso/taught, a file for each model "
    "(on macOS in ~/Library/Application Support, on Windows in %APPDATA%)"
)

BreakWhen: TypeAlias = Annotated[
    str | None,
    typer.Option(metavar="EXPRESSION", help="Stop in a debugger where this comes true."),
]
Pack: TypeAlias = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help=f"Words from sayso teach; else your own, {OWN_PACK}."),
]
Debugger: TypeAlias = Annotated[
    str, typer.Option(help="pdb, or debugpy to wait for an editor, with --break-when.")
]

_EXTRAS = {"train": "torch", "web": "plotly", "mic": "sounddevice", "scale": "distributed"}
_PIPED_WIDTH = 1000  # columns; in a pipe or a file each row of a table stays one line


def print_table(table: Table) -> None:
    """Prints a table on standard output."""
    console = out if out.is_terminal else Console(width=_PIPED_WIDTH, highlight=False)
    console.print(table)


def progress() -> Progress:
    """A bar on standard error: what, share, count, time left; gone when done."""
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=err,
        transient=True,
        disable=not err.is_terminal,
        redirect_stdout=out.is_terminal,  # else rich would send piped answers to the terminal
    )


@contextlib.contextmanager
def reporting(unit: str, units_of: int = 1) -> Iterator[Report]:
    """A progress bar for each thing done, in a unit that is `units_of` of what is reported."""
    with progress() as bar:
        tasks: dict[str, TaskID] = {}

        def report(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(f"{what} ({unit})", total=total // units_of)
            bar.update(tasks[what], completed=done // units_of)

        yield report


def break_when(
    expression: str | None, names: Collection[str], debugger: str, bar: Progress | None = None
) -> Break | None:
    """The breakpoint that `--break-when` asks for, if it does; the bar gives way to it."""
    if expression is None:
        return None
    from sayso.breakpoints import Break

    @contextlib.contextmanager
    def pause() -> Iterator[None]:
        if bar:
            bar.stop()
        yield
        if bar:
            bar.start()

    return Break(expression, names, debugger, pause)


def with_taught(recognizer: Recognizer, pack: Path | None) -> Recognizer:
    """The recognizer with the words of a pack, or with the user's own where none is named."""
    from sayso.recognition import Recognizer
    from sayso.recognition.packs import users_pack, with_pack

    model = recognizer.model
    used = pack or users_pack(model)
    if used is None:
        tell_of_others(model)
    return Recognizer(with_pack(model, used))


def tell_of_others(model: Model) -> None:
    """Says which of the user's words this model was not taught."""
    from sayso.recognition.packs import taught_to_others

    for word, other in taught_to_others(model).items():
        err.print(
            f"{word} was taught to another model, {other}: teach it again to use it here.",
            markup=False,
            soft_wrap=True,
        )


def need(extra: str) -> None:
    """Raises `SaysoError` where an optional part of sayso is not installed."""
    if find_spec(_EXTRAS[extra]) is None:
        raise SaysoError(f'This needs more of sayso: run pip install "sayso[{extra}]".')
