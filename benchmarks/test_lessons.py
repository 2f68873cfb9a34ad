"""How soon a moved slider is answered: to be under 50 ms, or the hand feels it."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from sayso.lessons import find_lessons
from sayso.lessons.lesson import Panel, write
from sayso.web.figures import draw_json

PANELS = [
    pytest.param(panel, id=f"{lesson.name}-{panel.name}")
    for lesson in find_lessons()
    if not lesson.lacks
    for panel in lesson.panels.values()
    if panel.sliders
]


@pytest.mark.parametrize("panel", PANELS)
def test_a_slider_moved(benchmark: Any, panel: Panel) -> None:
    """Another place of the first slider each time, from parameters to JSON."""
    control = panel.sliders[0]
    places = itertools.cycle(control.values[:: max(1, len(control.values) // 25)])
    benchmark(lambda: draw_json(panel, {control.name: write(next(places))}))
