"""Libraries that are asked for only when they are needed."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from sayso.errors import SaysoError


def load_optional(module: str, told: str) -> Any:
    """Imports a module; raises `SaysoError` with the sentence given where it is not installed."""
    try:
        return import_module(module)
    except ImportError as error:
        raise SaysoError(told) from error
