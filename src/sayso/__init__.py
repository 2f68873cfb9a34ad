"""sayso recognizes spoken commands, offline.

>>> import sayso
>>> recognizer = sayso.load()
>>> recognizer.recognize("turn.wav").word  # doctest: +SKIP
'left'
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sayso.audio import SoundError
    from sayso.errors import SaysoError
    from sayso.recognition import (
        Detection,
        Detector,
        Heard,
        MicrophoneError,
        ModelError,
        PackError,
        Recognizer,
        ThresholdsError,
        load,
        pcm_blocks,
    )

__all__ = [
    "Detection",
    "Detector",
    "Heard",
    "MicrophoneError",
    "ModelError",
    "PackError",
    "Recognizer",
    "SaysoError",
    "SoundError",
    "ThresholdsError",
    "__version__",
    "load",
    "pcm_blocks",
]

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """Imports what is asked for when it is asked for, so that `import sayso` costs nothing."""
    if name not in __all__:
        raise AttributeError(f"module 'sayso' has no attribute {name!r}")
    from sayso import audio, errors, recognition

    rooms = {"SaysoError": errors, "SoundError": audio}
    return getattr(rooms.get(name, recognition), name)


def __dir__() -> list[str]:
    return __all__
