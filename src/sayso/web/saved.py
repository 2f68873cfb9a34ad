"""Clips that the page saves: a data set for `sayso train`, a folder for each word.

POST /saved/{word}?speaker=ada    a sound file; 201 and its name in the data set
"""

from __future__ import annotations

import itertools
import os
import re
import secrets
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sayso import audio
from sayso.errors import SaysoError
from sayso.web.service import Service, service_of
from sayso.web.uploads import receive
from sayso.words import UNKNOWN

LONGEST_S = 10.0  # of a clip; a word takes one
_SPEAKER = re.compile(r"[A-Za-z0-9-]{1,32}")  # safe in a file's name on every system


def save_clip(folder: Path, word: str, speaker: str, sound: audio.Sound) -> Path:
    """Writes `<word>/<speaker>_nohash_<n>.wav`, 16-bit at 16 kHz, with the first number not taken.

    The file is there whole or not at all, and none is ever written over, also not by two servers
    that save into one folder.

    Raises:
        SaysoError: the folder cannot be written to.
    """
    partial = folder / word / f".{secrets.token_hex(8)}.wav"
    audio.write(partial, sound)
    try:
        for number in itertools.count():
            target = partial.with_name(f"{speaker}_nohash_{number}.wav")
            try:
                os.link(partial, target)  # unlike a rename it fails where there is a file already
            except FileExistsError:
                continue
            return target
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise SaysoError(f"{folder / word} cannot be written to: {reason}.") from error
    finally:
        partial.unlink(missing_ok=True)
    raise AssertionError  # pragma: no cover


async def _save(request: Request) -> Response:
    service = service_of(request)
    word, speaker = request.path_params["word"], request.query_params.get("speaker", "me")
    folder = service.folder
    if folder is None:
        raise HTTPException(404, "Nothing is saved here: start sayso serve with --save DIR.")
    if word not in {*service.recognizer.words, UNKNOWN}:
        raise HTTPException(404, f"The recognizer has no word {word[:40]!r}.")
    if not _SPEAKER.fullmatch(speaker):
        raise HTTPException(400, "A speaker's name is 1 to 32 letters, digits and hyphens.")

    def save(_service: Service, sound: audio.Sound) -> Path:
        if len(sound) > LONGEST_S * audio.SAMPLE_RATE:
            raise audio.SoundError(f"A clip of a word has at most {LONGEST_S:g} s: cut it.")
        return save_clip(folder, word, speaker, sound)

    path = await receive(request, save)
    return JSONResponse({"saved": path.relative_to(folder).as_posix()}, 201)


ROUTES = [Route("/saved/{word}", _save, methods=["POST"])]
