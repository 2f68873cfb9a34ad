from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

pytest.importorskip("starlette", reason="the pages need the extra web")

from sayso.errors import SaysoError
from sayso.lessons import Lesson, find_lessons
from sayso.lessons.lesson import Panel
from sayso.web.export import export_lessons
from sayso.web.figures import draw_json

MOST_BYTES = 12_000_000  # of a lesson's figures


def test_the_copy_is_complete_and_nothing_else(copy: Path) -> None:
    names = {str(path.relative_to(copy)) for path in copy.rglob("*") if path.is_file()}
    expected = {"index.html", "assets/lesson.css", "assets/plotly.min.js"}
    for lesson in find_lessons():
        expected |= {f"{lesson.name}.html", f"{lesson.name}.figures.js"}
    assert names == expected


def test_every_place_of_every_slider_has_its_figure(copy: Path) -> None:
    for lesson in find_lessons():
        path = copy / f"{lesson.name}.figures.js"
        assert path.stat().st_size < MOST_BYTES
        text = path.read_text().removeprefix("globalThis.saysoFigures = ").removesuffix(";\n")
        figures = json.loads(text)
        places = [
            math.prod(len(control.values) for control in panel.controls)
            for panel in _panels(lesson)
        ]
        assert len(figures) == sum(places)
        for panel in _panels(lesson):
            start = "&".join(f"{control.name}={control.start:.12g}" for control in panel.controls)
            expected = json.loads(draw_json(panel, {}))
            assert figures[f"{lesson.name}/{panel.name}.json?{start}"] == expected


def test_a_folder_that_cannot_be_gets_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SaysoError, match="cannot be written"):
        export_lessons(tmp_path / "file" / "copy")


def _panels(lesson: Lesson) -> list[Panel]:
    return [] if lesson.lacks else list(lesson.panels.values())
