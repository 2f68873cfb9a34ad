"""A panel's figures as JSON: the one asked for, and all of them for the static copy."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping

from sayso.lessons.lesson import Panel, write


def draw_json(panel: Panel, query: Mapping[str, str]) -> str:
    """The figure for the values that a query gives the controls, with its caption.

    Raises:
        LessonError: the query names a control or a value that the panel does not have.
    """
    picture = panel.draw(**panel.read(query))
    figure = picture.figure.to_json(validate=False)
    return f'{{"caption": {json.dumps(picture.caption)}, "figure": {figure}}}'


def draw_all(panel: Panel) -> Iterator[tuple[str, str]]:
    """Every figure that a panel can show, each with the query that asks for it."""
    names = [control.name for control in panel.controls]
    for values in itertools.product(*(control.values for control in panel.controls)):
        query = {name: write(value) for name, value in zip(names, values, strict=True)}
        yield "&".join(f"{name}={text}" for name, text in query.items()), draw_json(panel, query)
