"""The level of a stream, on the terminal while it is listened to."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING

from rich.live import Live
from rich.text import Text

from sayso.cli import console

if TYPE_CHECKING:
    from sayso.audio import Sound

WIDTH = 30  # characters
QUIETEST_DBFS = -60.0  # where the bar begins; it ends at full scale
LOUD_DBFS = -6.0  # from here on it warns
REFRESH_S = 0.1


class Meter:
    """A bar on standard error below what is printed; gone when done, absent without a terminal."""

    def __init__(self, *, wanted: bool) -> None:
        self._live = Live(
            console=console.err,
            auto_refresh=False,
            transient=True,
            redirect_stdout=console.out.is_terminal,
        )
        self._shown = wanted and console.err.is_terminal
        self._loudest_dbfs = QUIETEST_DBFS
        self._refreshed = 0.0

    def __enter__(self) -> Meter:
        if self._shown:
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._live.stop()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Leaves the terminal to something else."""
        self._live.stop()
        yield
        if self._shown:
            self._live.start()

    def show(self, block: Sound) -> None:
        """Shows the loudest level since it was last refreshed, ten times a second."""
        if not (self._shown and len(block)):
            return
        self._loudest_dbfs = max(self._loudest_dbfs, level_dbfs(block))
        now = time.monotonic()
        if now - self._refreshed >= REFRESH_S:
            self._live.update(bar(self._loudest_dbfs), refresh=True)
            self._refreshed, self._loudest_dbfs = now, QUIETEST_DBFS


def level_dbfs(samples: Sound) -> float:
    """The level of a sound: its root mean square in dB below full scale, -100 for silence."""
    import numpy as np

    power = float(np.dot(samples, samples)) / len(samples)
    return float(10 * np.log10(max(power, 1e-10)))


def bar(dbfs: float) -> Text:
    """A level as a line of text."""
    share = min(1.0, max(0.0, 1 - dbfs / QUIETEST_DBFS))
    filled = round(share * WIDTH)
    return Text.assemble(
        ("━" * filled, "green" if dbfs < LOUD_DBFS else "red"),
        ("━" * (WIDTH - filled), "bright_black"),
        f" {dbfs:4.0f} dB" if dbfs > QUIETEST_DBFS else "  quiet",
    )
