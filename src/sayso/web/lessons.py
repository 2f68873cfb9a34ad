"""The lessons' addresses: pages, figures, the check of an exercise.

    /lessons/                    all lessons
    /lessons/growth.html         one of them
    /lessons/growth/year.json    a figure and its caption; ?steps=12 sets a control
    /lessons/growth/check        POST: the verdict on ./growth.py, where sayso was started
    /lessons/sounds              the reader's own recordings, see `sayso.web.sounds`

No code ever comes in: the exercise is a file of the reader's, beside which sayso was started.
"""

from __future__ import annotations

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from sayso.lessons import LessonError, find_lesson
from sayso.lessons.checking import check
from sayso.web import sounds
from sayso.web.figures import draw_json
from sayso.web.highlight import highlight
from sayso.web.pages import ASSETS, index_page, lesson_page


def _index(_request: Request) -> Response:
    return HTMLResponse(index_page())


def _page(request: Request) -> Response:
    return HTMLResponse(lesson_page(find_lesson(request.path_params["lesson"])))


def _figure(request: Request) -> Response:
    panel = find_lesson(request.path_params["lesson"]).panel(request.path_params["panel"])
    drawn = draw_json(panel, request.query_params, sounds.SOUNDS)
    return Response(drawn, media_type="application/json")


def _asset(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in ASSETS:
        raise LessonError(f"There is no file {name[:40]!r} here.")
    return FileResponse(ASSETS[name], headers={"Cache-Control": "no-cache"})


def _check(request: Request) -> Response:
    lesson = find_lesson(request.path_params["lesson"])
    path = Path(f"{lesson.name}.py")
    if not path.is_file():
        return JSONResponse({"missing": str(path.absolute())})
    verdict = check(lesson, path)
    if verdict.problem is None:
        solution = highlight(lesson.source("solution.py"))
        return JSONResponse({"passed": verdict.total, "solution": solution})
    problem = verdict.problem
    return JSONResponse(
        {
            "passed": verdict.passed,
            "total": verdict.total,
            "call": problem.call,
            "expected": problem.expected,
            "got": problem.got,
            "remark": problem.remark,
            "hint": problem.hint,
        }
    )


def _refuse(_request: Request, error: Exception) -> Response:
    return JSONResponse({"error": str(error)}, 404)


ERRORS = {LessonError: _refuse}

ROUTES = [
    Route("/", _index),
    Route("/index.html", _index),
    Route("/assets/{name}", _asset),
    *sounds.ROUTES,
    Route("/{lesson}.html", _page),
    Route("/{lesson}/check", _check, methods=["POST"]),
    Route("/{lesson}/{panel}.json", _figure),
]
