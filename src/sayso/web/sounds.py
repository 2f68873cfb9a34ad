"""The readers' own recordings: received, kept in memory for a while, given back.

POST /lessons/sounds            a sound file as the body; its name, and its length in seconds
GET  /lessons/sounds/NAME.wav   the recording of that name, to hear it
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Mapping
from threading import Lock

import soundfile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sayso.audio import SAMPLE_RATE, Sound, SoundError
from sayso.web.service import Service
from sayso.web.uploads import receive

KEPT = 8  # recordings; the longest takes 4 MB
LONGEST_S = 60.0  # of a recording; the lessons are about single words


class Sounds(Mapping[str, Sound]):
    """The last few recordings by the SHA-256 of their samples. Threads may share it."""

    def __init__(self) -> None:
        self._sounds: dict[str, Sound] = {}  # the one that was used longest ago first
        self._lock = Lock()

    def add(self, sound: Sound) -> str:
        """Keeps a recording, and forgets the one that was used longest ago if there are too many.

        Returns:
            the name by which it can be asked for.

        Raises:
            SoundError: it is too long.
        """
        seconds = len(sound) / SAMPLE_RATE
        if seconds > LONGEST_S:
            raise SoundError(
                f"The recording is {seconds:.0f} s long, more than the {LONGEST_S:g} s that a "
                "lesson takes: cut out the word."
            )
        name = hashlib.sha256(sound.tobytes()).hexdigest()
        with self._lock:
            self._sounds.pop(name, None)
            self._sounds[name] = sound
            while len(self._sounds) > KEPT:
                del self._sounds[next(iter(self._sounds))]
        return name

    def __getitem__(self, name: str) -> Sound:
        with self._lock:
            sound = self._sounds.pop(name)
            self._sounds[name] = sound
        return sound

    def __iter__(self) -> Iterator[str]:
        with self._lock:
            return iter(list(self._sounds))

    def __len__(self) -> int:
        return len(self._sounds)


SOUNDS = Sounds()  # of this process, and gone with it


def encode_wav(sound: Sound) -> bytes:
    """A sound as a WAV file of 16 bits a sample."""
    file = io.BytesIO()
    soundfile.write(file, sound, SAMPLE_RATE, format="WAV", subtype="PCM_16")
    return file.getvalue()


async def _give(request: Request) -> Response:
    return JSONResponse(await receive(request, _keep))


def _keep(_service: Service, sound: Sound) -> dict[str, str | float]:
    return {"name": SOUNDS.add(sound), "seconds": len(sound) / SAMPLE_RATE}


def _play(request: Request) -> Response:
    sound = SOUNDS.get(request.path_params["name"])
    if sound is None:
        raise HTTPException(404, "This recording is no longer there: give it again.")
    headers = {"Cache-Control": "no-store"}
    return Response(encode_wav(sound), media_type="audio/wav", headers=headers)


ROUTES = [
    Route("/sounds", _give, methods=["POST"]),
    Route("/sounds/{name}.wav", _play),
]
