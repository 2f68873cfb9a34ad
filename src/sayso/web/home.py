"""The recognizer's page, its files, and the address that tells whether the server is well."""

from __future__ import annotations

import html
import json
from pathlib import Path
from string import Template

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from sayso import __version__
from sayso.recognition.packs import default_path
from sayso.recognition.taught import FEWEST, MOST
from sayso.recognition.teaching import LONGEST_NAME
from sayso.web.service import service_of
from sayso.words import NO_COMMAND

_HERE = Path(__file__).parent
ASSETS = (
    "capture.js", "clip.js", "draw.js", "file.js", "lesson.css", "live.css", "live.js",
    "log-mel.js", "microphone.js", "sight.js", "stored.js", "taught.js", "teach.css", "teach.js",
    "utterance.js", "words.js",
)  # fmt: skip


def _home(request: Request) -> Response:
    service = service_of(request)
    words = [word for word in service.recognizer.words if word not in NO_COMMAND]
    facts = {
        "words": words,
        "saves": service.folder is not None,
        "teaches": service.pack is not None,
        "fewest": FEWEST,
        "most": MOST,
    }
    text = (_HERE / "templates" / "live.html").read_text(encoding="utf-8")
    page = Template(text).substitute(
        facts=html.escape(json.dumps(facts)),
        count=str(len(words)),
        folder=html.escape(str(service.folder)),
        pack=html.escape(str(service.pack)),
        named="" if service.pack == default_path(service.recognizer.model) else ", with --pack",
        fewest=str(FEWEST),
        most=str(MOST),
        longest=str(LONGEST_NAME),
    )
    return HTMLResponse(page)


def _asset(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in ASSETS:
        raise HTTPException(404, f"There is no file {name[:40]!r} here.")
    return FileResponse(_HERE / "assets" / name, headers={"Cache-Control": "no-cache"})


def _health(request: Request) -> Response:
    service = service_of(request)
    return JSONResponse({"status": "ok", "version": __version__, "listeners": service.listeners})


ROUTES = [Route("/", _home), Route("/assets/{name}", _asset), Route("/healthz", _health)]
