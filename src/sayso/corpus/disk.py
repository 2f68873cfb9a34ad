"""Room on the disk: asked for before long work, and one sentence when it runs out midway."""

from __future__ import annotations

import contextlib
import errno
import shutil
from collections.abc import Iterator
from pathlib import Path

from sayso.errors import SaysoError

_FULL = (errno.ENOSPC, errno.EDQUOT)


class DiskError(SaysoError):
    """A disk that is full, or a place that cannot be written to."""


def check_room(folder: Path, needed: int) -> None:
    """Raises `DiskError` where fewer than `needed` bytes are free; `folder` need not exist yet."""
    folder = folder.absolute()
    existing = next(place for place in (folder, *folder.parents) if place.exists())
    free = shutil.disk_usage(existing).free
    if free < needed:
        raise DiskError(
            f"{folder} needs {needed / 1e9:.1f} GB and its disk has {free / 1e9:.1f} GB free: "
            "make room or name a folder on another disk."
        )


@contextlib.contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turns an `OSError` of the block, which writes to `path`, into a `DiskError`."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise DiskError(
                f"The disk of {path} is full: make room and run the same command again."
            ) from error
        reason = (error.strerror or str(error)).lower()
        raise DiskError(f"{path} cannot be written: {reason}.") from error
