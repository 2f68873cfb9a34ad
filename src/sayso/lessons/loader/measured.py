"""What `timing.py` has found on this machine: measured once, while the page is already there."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from functools import cache
from threading import Thread, Timer
from time import monotonic
from typing import Any

import torch

from sayso.lessons.runner import python_path

LIMIT_S = 120.0  # after which a machine is too busy to say anything
_MODULE = "sayso.lessons.loader.timing"


@dataclass(frozen=True)
class Loaded:
    """A loader's run: its workers, how they were started, when each batch was there in seconds."""

    workers: int
    start: str
    times: tuple[float, ...]


@dataclass
class Measured:
    """What is known so far.

    Attributes:
        clip_s: to read a clip and change it.
        read_s: to read it.
        runs: in the order in which they were made.
        ended: why there will be no more, "" if all went well; None while it is under way.
    """

    clip_s: float = 0.0
    read_s: float = 0.0
    runs: list[Loaded] = field(default_factory=list)
    ended: str | None = None


@cache
def measured() -> Measured:
    """Begins to measure, once; what is known is in the object that comes back."""
    found = Measured()
    Thread(target=_measure, args=(found,), daemon=True).start()
    return found


def machine() -> str:
    """What this is measured on, as far as it matters."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    version = torch.__version__.partition("+")[0]
    return (
        f"{platform.system()} ({platform.machine()}), {cores} cores, "
        f"Python {platform.python_version()}, torch {version}"
    )


def _measure(found: Measured) -> None:
    with tempfile.TemporaryFile("w+") as told:
        process = subprocess.Popen(  # noqa: S603  (Python itself, on a module of this package)
            [sys.executable, "-P", "-m", _MODULE],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=told,
            env={**os.environ, "PYTHONPATH": python_path()},
            text=True,
        )
        late = Timer(LIMIT_S, process.kill)
        begun = monotonic()
        late.daemon = True
        late.start()
        with process:
            for line in process.stdout or ():
                _take(found, json.loads(line))
        late.cancel()
        told.seek(0)
        reason = told.read().strip().rpartition("\n")[2]
    if monotonic() - begun > LIMIT_S:
        reason = f"it took longer than {LIMIT_S:g} s"
    found.ended = reason or "its process was ended" if process.returncode else ""


def _take(found: Measured, line: dict[str, Any]) -> None:
    if "times" in line:
        found.runs.append(Loaded(line["workers"], line["start"], tuple(line["times"])))
    else:
        found.clip_s, found.read_s = line["clip_s"], line["read_s"]
