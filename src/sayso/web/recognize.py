"""Sound files to answers, for programs and for the page.

POST /recognize         the command in a file; of a long one, all its commands
POST /explain           the same, and why: for the page
POST /nearest           the bundled clips that sound like it
GET  /clips/{name}.wav  one of those clips
"""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sayso import audio
from sayso.audio import SAMPLE_RATE
from sayso.prepare import find_cut
from sayso.recognition import Heard, Scan
from sayso.recognition.model import WINDOW
from sayso.web.occlusion import MASK, STEP, Occlusion, occlude
from sayso.web.service import Service, service_of
from sayso.web.sounds import encode_wav
from sayso.web.uploads import receive

TOP = 5
_DIGITS = 4  # of a probability, and of seconds


async def _recognize(request: Request) -> Response:
    return JSONResponse(await receive(request, _answer))


async def _explain(request: Request) -> Response:
    return JSONResponse(await receive(request, _explanation))


async def _nearest(request: Request) -> Response:
    return JSONResponse(await receive(request, _neighbours, service_of(request).comparing))


async def _clip(request: Request) -> Response:
    name = request.path_params["name"]
    try:
        samples = await run_in_threadpool(service_of(request).neighbours.read, name)
    except KeyError:
        raise HTTPException(404, f"There is no clip {name[:60]!r} in the sample.") from None
    return Response(encode_wav(samples), media_type="audio/wav")


def _answer(service: Service, sound: audio.Sound) -> dict[str, Any]:
    return _as_json(service.recognizer.scan(sound))


def _as_json(scan: Scan) -> dict[str, Any]:
    return {
        **_heard(scan.best(), TOP),
        "seconds": round(scan.samples / SAMPLE_RATE, _DIGITS),
        "commands": [_heard(heard, 1) for heard in scan.commands()] if scan.searched else [],
    }


def _heard(heard: Heard, top: int) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "word": heard.word,
        "confidence": round(heard.confidence, _DIGITS),
        "start_s": round(heard.start_s, _DIGITS),
        "end_s": round(heard.end_s, _DIGITS),
    }
    if top > 1:
        answer["ranked"] = [
            {"word": word, "confidence": round(confidence, _DIGITS)}
            for word, confidence in heard.ranked[:top]
        ]
    return answer


def _explanation(service: Service, sound: audio.Sound) -> dict[str, Any]:
    """The answer, what `trim` keeps, what decided, and the samples as they were judged."""
    scan = service.recognizer.scan(sound)
    best = scan.best()
    window, first = _judged(sound, best)
    cut = find_cut(sound)
    occlusion = occlude(service.recognizer.model, window, best.word)
    pcm = np.round(np.clip(sound * 32768, -32768, 32767)).astype("<i2")
    return _as_json(scan) | {
        "kept": cut and {"start_s": cut.start / SAMPLE_RATE, "end_s": cut.end / SAMPLE_RATE},
        "decided": _decided(occlusion, first),
        "samples": base64.b64encode(pcm.tobytes()).decode("ascii"),
    }


def _decided(occlusion: Occlusion, first: int) -> dict[str, Any]:
    """How much each 20 ms mattered, and the tenth of a second without which least is left.

    Args:
        occlusion: of the window that was judged.
        first: that window's first sample in the sound.
    """
    start, drop = occlusion.worst()
    start_s = (first + start) / SAMPLE_RATE
    return {
        "confidence": round(occlusion.whole, _DIGITS),
        "start_s": round(first / SAMPLE_RATE, _DIGITS),
        "step_s": STEP / SAMPLE_RATE,
        "drops": [round(float(drop), _DIGITS) for drop in occlusion.along()],
        "worst": {
            "start_s": round(start_s, _DIGITS),
            "end_s": round(start_s + MASK / SAMPLE_RATE, _DIGITS),
            "confidence": round(occlusion.whole - drop, _DIGITS),
        },
    }


def _neighbours(service: Service, sound: audio.Sound) -> list[dict[str, Any]]:
    window, _ = _judged(sound, service.recognizer.scan(sound).best())
    return [
        {
            "word": neighbour.word,
            "similarity": round(neighbour.similarity, _DIGITS),
            "clip": f"/clips/{neighbour.name}.wav",
        }
        for neighbour in service.neighbours.find(window)
    ]


def _judged(sound: audio.Sound, heard: Heard) -> tuple[audio.Sound, int]:
    """The window `(16000,)` that was judged, and its first sample in the sound.

    That is negative for a sound of less than a second, which is judged with zeros around it.
    """
    start = round(heard.start_s * SAMPLE_RATE)
    piece = sound[start : start + WINDOW]
    return audio.fit(piece, WINDOW), start - (WINDOW - len(piece)) // 2


ROUTES = [
    Route("/recognize", _recognize, methods=["POST"]),
    Route("/explain", _explain, methods=["POST"]),
    Route("/nearest", _nearest, methods=["POST"]),
    Route("/clips/{name:path}.wav", _clip),
]
