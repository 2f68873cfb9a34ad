"""Output that is either there as a whole or not at all."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sayso.errors import SaysoError


@contextlib.contextmanager
def atomic_path(target: str | os.PathLike[str]) -> Iterator[Path]:
    """Gives a temporary path beside `target` that takes its place when the block ends well.

    The folder is made where it is missing. When the block raises, nothing is left behind and what
    stood at `target` is untouched.

    Raises:
        SaysoError: the system refuses: no permission, no space, a folder stands at `target`.
    """
    target = Path(target)
    partial = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            yield partial
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise SaysoError(f"{target} cannot be written: {reason}.") from error


def write_text(target: str | os.PathLike[str], text: str) -> None:
    """Writes UTF-8 text atomically."""
    with atomic_path(target) as partial:
        partial.write_text(text, encoding="utf-8")


def write_json(target: str | os.PathLike[str], value: Any) -> None:
    """Writes a value as indented JSON atomically."""
    write_text(target, json.dumps(value, indent=2, ensure_ascii=False) + "\n")
