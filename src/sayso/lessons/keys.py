"""Single keys from the terminal, without the Enter after them."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Iterator

if sys.platform == "win32":
    import msvcrt

    @contextlib.contextmanager
    def single_keys() -> Iterator[Callable[[float], str]]:
        """Gives a function that waits so many seconds for a key; it is "" where none came."""

        def wait(seconds: float) -> str:
            end = time.monotonic() + seconds
            while time.monotonic() < end:
                if msvcrt.kbhit():
                    return msvcrt.getwch()
                time.sleep(0.02)
            return ""

        yield wait

else:
    import os
    import select
    import termios
    import tty

    @contextlib.contextmanager
    def single_keys() -> Iterator[Callable[[float], str]]:
        """Gives a function that waits so many seconds for a key; it is "" where none came."""
        terminal = sys.stdin.fileno()
        before = termios.tcgetattr(terminal)

        def wait(seconds: float) -> str:
            if not select.select([terminal], [], [], seconds)[0]:
                return ""
            return os.read(terminal, 1).decode("ascii", "replace")

        try:
            tty.setcbreak(terminal)
            yield wait
        finally:
            termios.tcsetattr(terminal, termios.TCSADRAIN, before)
