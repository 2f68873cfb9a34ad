"""The app: every page and the API, behind the guard."""

from __future__ import annotations

from collections.abc import Collection
from typing import cast

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount

from sayso.audio import SoundError
from sayso.errors import SaysoError
from sayso.recognition import load
from sayso.recognition.packs import PackError
from sayso.recognition.taught import TeachingError
from sayso.web import home, lessons, listen, recognize, saved, taught
from sayso.web.guard import HOSTS, Guard
from sayso.web.service import Service


def make_app(service: Service | None = None, hosts: Collection[str] = HOSTS) -> Starlette:
    """The Starlette app with all its pages.

    Args:
        service: what listens; the packaged recognizer, which saves nothing, where None.
        hosts: the names under which the app answers.
    """
    service = service or Service(load())
    return Starlette(
        routes=[
            *home.ROUTES,
            *listen.ROUTES,
            *recognize.ROUTES,
            *saved.ROUTES,
            *taught.ROUTES,
            Mount("/lessons", routes=lessons.ROUTES),
        ],
        middleware=[Middleware(Guard, hosts=hosts)],
        exception_handlers={
            **lessons.ERRORS,
            HTTPException: _say_http,
            SoundError: _say_unusable,
            TeachingError: _say_unusable,
            PackError: _say_conflict,
            SaysoError: _say_failed,
            Exception: _say_broken,
        },
        lifespan=service.lifespan,
    )


def _say_http(_request: Request, error: Exception) -> Response:
    told = cast(HTTPException, error)
    return JSONResponse({"error": told.detail}, told.status_code, told.headers)


def _say_unusable(_request: Request, error: Exception) -> Response:
    return JSONResponse({"error": str(error)}, 422)


def _say_conflict(_request: Request, error: Exception) -> Response:
    return JSONResponse({"error": str(error)}, 409)


def _say_failed(_request: Request, error: Exception) -> Response:
    return JSONResponse({"error": str(error)}, 500)


def _say_broken(_request: Request, _error: Exception) -> Response:
    sentence = "Something went wrong inside sayso: the terminal in which it runs says what."
    return JSONResponse({"error": sentence}, 500)
