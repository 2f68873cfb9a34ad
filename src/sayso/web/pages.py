"""The lessons' HTML: templates filled with prose, panels and source."""

from __future__ import annotations

import html
import json
from pathlib import Path
from string import Template

import plotly
from markdown_it import MarkdownIt

from sayso.lessons import Lesson, find_lessons
from sayso.lessons.lesson import Control, Panel, Recording, write
from sayso.lessons.prose import read_prose, split_prose
from sayso.web.highlight import highlight, show_functions
from sayso.web.sounds import KEPT

_HERE = Path(__file__).parent
ASSETS = {
    name: _HERE / "assets" / name
    for name in (
        "capture.js",
        "index.js",
        "lesson.css",
        "lesson.js",
        "microphone.js",
        "recording.js",
        "stored.js",
    )
} | {"plotly.min.js": Path(plotly.__file__).parent / "package_data" / "plotly.min.js"}
_SCRIPT = '<script type="module" src="assets/{}.js"></script>'
_LIVE = f"{_SCRIPT.format('recording')}\n{_SCRIPT.format('lesson')}"


def index_page(still: bool = False) -> str:
    """The list of all lessons.

    Args:
        still: whether it is for the static copy, which knows nothing of the reader's progress.
    """
    entries = [
        _fill(
            "entry.html",
            name=lesson.name,
            number=str(number),
            title=html.escape(lesson.title),
            point=html.escape(lesson.point),
        )
        for number, lesson in enumerate(find_lessons(), 1)
    ]
    script = "" if still else _SCRIPT.format("index")
    return _fill("index.html", entries="\n".join(entries), script=script)


def lesson_page(lesson: Lesson, still: str | None = None) -> str:
    """A lesson.

    Args:
        lesson: which.
        still: in the static copy, the tags that bring the page to life. There is no server to give
            a recording to.
    """
    lessons = find_lessons()
    place = lessons.index(lesson)
    return _fill(
        "lesson.html",
        name=lesson.name,
        number=str(place + 1),
        title=html.escape(lesson.title),
        point=html.escape(lesson.point),
        body=_body(lesson, still is None),
        exercise=highlight(lesson.source("exercise.py")),
        before=_link(lessons[place - 1], "prev") if place else "",
        after=_link(lessons[place + 1], "next") if place + 1 < len(lessons) else "",
        script=_LIVE if still is None else still,
    )


def _body(lesson: Lesson, live: bool) -> str:
    """The prose with its panels; one line where what they need is not installed."""
    if lesson.lacks:
        return _say_lacking(lesson.lacks)
    markdown = MarkdownIt("commonmark", {"typographer": True}).enable("smartquotes")
    parts = []
    for prose, panel in split_prose(read_prose(lesson)):
        parts.append(f'<div class="prose">{markdown.render(prose)}</div>')
        if panel:
            parts.append(_panel(lesson, lesson.panel(panel), live))
    return "\n".join(parts)


def _say_lacking(sentence: str) -> str:
    return f'<p class="prose lacks">{html.escape(sentence)}</p>'


def _panel(lesson: Lesson, panel: Panel, live: bool) -> str:
    if panel.lacks:
        return _say_lacking(panel.lacks)
    controls = [
        _control(panel, control) if isinstance(control, Control) else _recording(panel, control)
        for control in (panel.controls if live else panel.sliders)
    ]
    return _fill(
        "panel.html",
        name=panel.name,
        address=f"{lesson.name}/{panel.name}",
        title=html.escape(panel.title),
        controls="\n".join(controls),
        question=_question(panel),
        state="asking" if panel.question else "shown",
        source=show_functions(panel.functions),
    )


def _control(panel: Panel, control: Control) -> str:
    values = [{"value": write(value), "shown": control.show(value)} for value in control.values]
    return _fill(
        "control.html",
        id=f"{panel.name}-{control.name}",
        name=control.name,
        label=html.escape(control.label),
        values=html.escape(json.dumps(values)),
        last=str(len(values) - 1),
        start=str(control.values.index(control.start)),
        shown=html.escape(control.show(control.start)),
    )


def _recording(panel: Panel, recording: Recording) -> str:
    return _fill(
        "recording.html",
        id=f"{panel.name}-{recording.name}",
        name=recording.name,
        label=html.escape(recording.label),
        instead_of=recording.instead_of,
        kept=str(KEPT),
    )


def _question(panel: Panel) -> str:
    question = panel.question
    if question is None:
        return ""
    at = {name: write(value) for name, value in question.at.items()}
    facts = {"answer": question.answer(), "at": at, "axis": question.axis}
    return _fill(
        "question.html",
        id=f"{panel.name}-guess",
        text=html.escape(question.text),
        facts=html.escape(json.dumps(facts)),
    )


def _link(lesson: Lesson, relation: str) -> str:
    title = html.escape(lesson.title)
    return f'<a rel="{relation}" href="{lesson.name}.html">{title}</a>'


def _fill(template: str, **parts: str) -> str:
    text = (_HERE / "templates" / template).read_text(encoding="utf-8")
    return Template(text).substitute(parts)
