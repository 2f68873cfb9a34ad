from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("starlette", reason="the pages need the extra web")

from sayso.errors import SaysoError
from sayso.lessons import Lesson, find_lessons
from sayso.lessons.lesson import Panel
from sayso.web.export import export_lessons
from sayso.web.figures import draw_json

MOST_BYTES = 12_000_000  # of a lesson's figures
TIMINGS = ("loader/timed",)  # no two runs of it are the same


def test_the_copy_is_complete_and_nothing_else(copy: Path) -> None:
    names = {str(path.relative_to(copy)) for path in copy.rglob("*") if path.is_file()}
    expected = {"index.html", "assets/lesson.css", "assets/plotly.min.js"}
    for lesson in find_lessons():
        expected |= {f"{lesson.name}.html", f"{lesson.name}.figures.js"}
    assert names == expected


def test_every_place_of_every_slider_has_its_figure(copy: Path) -> None:
    for lesson in find_lessons():
        assert (copy / f"{lesson.name}.figures.js").stat().st_size < MOST_BYTES
        figures = figures_of(copy, lesson)
        places = [
            math.prod(len(slider.values) for slider in panel.sliders) for panel in _panels(lesson)
        ]
        assert len(figures) == sum(places)
        for panel in _panels(lesson):
            start = "&".join(f"{slider.name}={slider.start:.12g}" for slider in panel.sliders)
            address = f"{lesson.name}/{panel.name}"
            copied, expected = figures[f"{address}.json?{start}"], json.loads(draw_json(panel, {}))
            assert copied["complete"]
            assert copied == expected or address in TIMINGS
            assert not re.search(r"\bNaN\b|Infinity", json.dumps(copied["figure"]))


def test_a_folder_that_cannot_be_gets_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SaysoError, match="cannot be written"):
        export_lessons(tmp_path / "file" / "copy")


def figures_of(copy: Path, lesson: Lesson) -> dict[str, Any]:
    """The copy's figures by the address at which a server has them."""
    text = (copy / f"{lesson.name}.figures.js").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text[text.index("{") : text.rindex("}") + 1])
    return found


def _panels(lesson: Lesson) -> list[Panel]:
    panels = [] if lesson.lacks else lesson.panels.values()
    return [panel for panel in panels if not panel.lacks]
