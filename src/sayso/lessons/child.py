"""Runs the reader's file in a process of its own and answers calls; started by `runner.py`.

    python child.py FILE ANSWERS < calls.json

One JSON line is written to ANSWERS for each call, as soon as it is answered, so that what was
answered before an endless loop or a crash is known.
"""

from __future__ import annotations

import json
import math
import runpy
import sys
import traceback
from pathlib import Path

MEMORY_BYTES = 2 << 30  # address space; an endless list ends before the machine does


def main() -> None:
    """Executes the file, then the calls read from standard input."""
    path, answers = sys.argv[1:]
    calls = json.load(sys.stdin)
    _limit_memory()
    with Path(answers).open("w", encoding="utf-8") as file:

        def tell(answer: dict[str, object]) -> None:
            file.write(json.dumps(answer) + "\n")
            file.flush()

        try:
            names = {"math": math, **runpy.run_path(path)}
        except BaseException as error:
            tell({"broken": _describe(error, path)})
            return
        for call in calls:
            try:
                tell(_plain(eval(call, names)))  # noqa: S307  (the lesson's own calls)
            except BaseException as error:
                tell({"error": _describe(error, path), "kind": type(error).__name__})


def _plain(value: object) -> dict[str, object]:
    """A value as JSON can carry it, or how it looks."""
    try:
        plain = json.dumps(value, default=lambda one: one.tolist())  # of NumPy, however deep
    except (AttributeError, TypeError, ValueError, RecursionError):
        return {"looks": _encodable(repr(value)[:200])}
    return {"value": json.loads(plain)}


def _describe(error: BaseException, path: str) -> str:
    """What went wrong, and in which line of the reader's file."""
    what = _encodable(f"{type(error).__name__}: {error}".rstrip(": "))
    if isinstance(error, SyntaxError):
        return f"line {error.lineno}: {type(error).__name__}: {_encodable(error.msg)}"
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename == path]
    return f"line {lines[-1]}: {what}" if lines else what


def _encodable(text: str) -> str:
    """A text without lone halves of surrogate pairs, which neither page nor terminal can show."""
    return text.encode("utf-8", "backslashreplace").decode()


def _limit_memory() -> None:
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    except (ImportError, ValueError, OSError):  # Windows, or a lower limit is set
        pass


if __name__ == "__main__":
    main()
