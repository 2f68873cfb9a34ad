"""What the commands share: the two consoles, progress bars, and the check for an extra."""

from __future__ import annotations

from importlib.util import find_spec

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)

from sayso.errors import SaysoError

out = Console(highlight=False)  # answers
err = Console(stderr=True, highlight=False)  # progress and remarks, so that answers can be piped

_EXTRAS = {"train": "torch", "web": "plotly", "mic": "sounddevice", "scale": "distributed"}


def progress() -> Progress:
    """A bar on standard error: what, share, count, time left; gone when done."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=err,
        transient=True,
    )


def need(extra: str) -> None:
    """Raises `SaysoError` where an optional part of sayso is not installed."""
    if find_spec(_EXTRAS[extra]) is None:
        raise SaysoError(f'This needs more of sayso: run pip install "sayso[{extra}]".')
