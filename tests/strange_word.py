"""A word that the packaged model does not know: the bundled clips of "sheila", played backwards."""

from __future__ import annotations

import io
import zipfile
from functools import cache
from importlib.resources import files

import numpy as np

from sayso import audio
from sayso.audio import Sound


@cache
def strange_clips() -> tuple[Sound, ...]:
    """A dozen clips `(samples,)`, each by another speaker."""
    with zipfile.ZipFile(str(files("sayso") / "bundled" / "sample.zip")) as sample:
        names = [name for name in sample.namelist() if name.startswith("sheila/")]
        forwards = [audio.read(io.BytesIO(sample.read(name))) for name in names]
    return tuple(np.ascontiguousarray(clip[::-1]) for clip in forwards)
