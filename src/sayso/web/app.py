"""The app: every page, behind the guard."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route

from sayso.web import lessons
from sayso.web.guard import Guard


def make_app() -> Starlette:
    """The Starlette app with all its pages."""
    return Starlette(
        routes=[Route("/", _home), Mount("/lessons", routes=lessons.ROUTES)],
        middleware=[Middleware(Guard)],
        exception_handlers=lessons.ERRORS,
    )


def _home(_request: Request) -> Response:
    return RedirectResponse("/lessons/")
