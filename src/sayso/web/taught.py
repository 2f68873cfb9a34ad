"""Words of one's own, for the page and for programs on this machine.

POST   /takes                          a sound file with the word in it once; its name for a while
GET    /taught                         the words taught, and all words that are listened for
PUT    /taught/{word}?take=…&take=…    teaches a word from takes, at once
DELETE /taught/{word}                  forgets it
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Any, TypeVar

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sayso.audio import SAMPLE_RATE, Sound
from sayso.recognition.packs import Pack
from sayso.recognition.taught import TaughtWord
from sayso.recognition.teaching import check_name
from sayso.web.service import Service, service_of
from sayso.web.teaching import Teaching
from sayso.web.uploads import receive
from sayso.words import NO_COMMAND

_DIGITS = 3  # of a cosine

T = TypeVar("T")


async def _take(request: Request) -> Response:
    teaching = _teaching(request)

    def add(_service: Service, sound: Sound) -> dict[str, Any]:
        return {"take": teaching.add(sound), "seconds": round(len(sound) / SAMPLE_RATE, _DIGITS)}

    answer = await receive(request, add)
    service_of(request).comparing.submit(lambda: teaching.speech)  # so that teaching finds it ready
    return JSONResponse(answer, 201)


async def _list(request: Request) -> Response:
    service, teaching = service_of(request), _teaching(request)
    pack = await _in(service.working, lambda: service.adopt(teaching))
    words = [word for word in service.recognizer.words if word not in NO_COMMAND]
    taught = [_as_json(each, pack) for each in pack.words] if pack else []
    return JSONResponse({"taught": taught, "words": words})


async def _teach(request: Request) -> Response:
    service, teaching = service_of(request), _teaching(request)
    word = check_name(request.path_params["word"], teaching.model)
    takes = teaching.find(request.query_params.getlist("take"))
    await _in(service.working, teaching.pack)  # one that cannot be used is told of without a wait
    await _in(service.comparing, lambda: teaching.speech)

    def teach() -> dict[str, Any]:
        learned = teaching.teach(word, takes).word
        return _as_json(learned, service.adopt(teaching))

    return JSONResponse(await _in(service.working, teach), 201)


async def _forget(request: Request) -> Response:
    service, teaching = service_of(request), _teaching(request)
    word = request.path_params["word"]

    def forget() -> None:
        teaching.forget(word)
        service.adopt(teaching)

    await _in(service.working, forget)
    return JSONResponse({"forgotten": word})


def _teaching(request: Request) -> Teaching:
    """What teaches, for whoever may: this machine alone, whatever the server listens on."""
    teaching = service_of(request).teaching
    if teaching is None:
        raise HTTPException(404, "No words are taught here: start sayso serve.")
    client, (server, _) = request.client, request.scope["server"]
    if client is None or not (client.host == server or _is_loopback(client.host)):
        raise HTTPException(403, "Words are taught only from the machine that sayso runs on.")
    return teaching


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


async def _in(thread: Executor, work: Callable[[], T]) -> T:
    return await asyncio.get_running_loop().run_in_executor(thread, work)


def _as_json(word: TaughtWord, pack: Pack | None) -> dict[str, Any]:
    fit = word.fit
    return {
        "word": word.word,
        "recordings": len(word.recordings),
        "threshold": round(word.threshold, _DIGITS),
        "others": fit and round(fit.others, _DIGITS),
        "similarities": fit and [round(float(value), _DIGITS) for value in fit.similarities],
        "warnings": word.warnings(pack.words if pack else ()),
    }


ROUTES = [
    Route("/takes", _take, methods=["POST"]),
    Route("/taught", _list),
    Route("/taught/{word:path}", _teach, methods=["PUT"]),
    Route("/taught/{word:path}", _forget, methods=["DELETE"]),
]
