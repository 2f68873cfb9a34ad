"""The reader's code, run where it can do no harm: in another process, for a few seconds."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import IO, Any

LIMIT_S = 5.0  # for the whole file and all its calls, which take milliseconds when they are right
_PRINTED_BLOCKS = 4  # of 1 KiB, the last ones that are kept of what the reader's code prints
_CHILD = Path(__file__).with_name("child.py")


@dataclass(frozen=True)
class Outcome:
    """What came of a run.

    Attributes:
        answers: one for each call answered: `value`, or `looks`, or `error` and `kind`.
        ended: why the run came to no good end, in one sentence.
        printed: the last of what the code printed.
    """

    answers: tuple[dict[str, Any], ...]
    ended: str | None
    printed: str


def run_calls(path: Path, calls: Sequence[str], limit_s: float = LIMIT_S) -> Outcome:
    """Executes a Python file in a process of its own and then the calls, one by one.

    Args:
        path: the reader's file.
        calls: Python expressions, evaluated among the file's names.
        limit_s: seconds, after which the process is ended.
    """
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder, "answers")
        process = subprocess.Popen(  # noqa: S603  (Python itself, on a file that the reader named)
            [sys.executable, "-P", "-B", str(_CHILD), str(path.absolute()), str(written)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=path.absolute().parent,
            start_new_session=True,
            env={
                **os.environ,
                "PYTHONHASHSEED": "0",  # sets in the same order, and the same verdict, each time
                "PYTHONIOENCODING": "utf-8:replace",
                "PYTHONPATH": python_path(),
            },
        )
        late = False
        with process:
            printed: deque[bytes] = deque(maxlen=_PRINTED_BLOCKS)
            reading = Thread(target=_keep, args=(process.stdout, printed))
            reading.start()
            try:
                _give(process.stdin, calls)
                process.wait(limit_s)
            except subprocess.TimeoutExpired:
                late = True
            finally:
                _end(process)
                reading.join()
        lines = written.read_text(encoding="utf-8").split("\n") if written.exists() else [""]
    answers = [json.loads(line) for line in lines[:-1]]  # the last one may be cut off
    ended = answers.pop()["broken"] if answers and "broken" in answers[-1] else None
    if ended is None and len(answers) < len(calls):
        ended = (
            f"still running after {limit_s:g} s: is there a loop that never ends?"
            if late
            else f"Python itself ended, with status {process.returncode}."
        )
    text = b"".join(printed).decode("utf-8", "replace")
    return Outcome(tuple(answers), ended, text.strip())


def python_path() -> str:
    """Where a process of its own finds sayso: where this one has found it."""
    here, given = str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH")
    return os.pathsep.join([here, given] if given else [here])


def _give(stdin: IO[bytes] | None, calls: Sequence[str]) -> None:
    with contextlib.suppress(OSError):  # the process may be gone already
        if stdin:
            stdin.write(json.dumps(list(calls)).encode())
            stdin.close()


def _keep(stdout: IO[bytes], printed: deque[bytes]) -> None:
    while block := stdout.read(1024):
        printed.append(block)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends the process and those that it started."""
    with contextlib.suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
