"""A lesson's prose: Markdown in which numbers are computed and panels have their places."""

from __future__ import annotations

import re

from sayso.lessons.lesson import Lesson

VALUE = re.compile(r"\{\{(\w+)(?::([^{}]+))?\}\}")  # {{name}} or {{name:.3f}}
PANEL = re.compile(r"^\[\[(\w+)\]\]$", re.MULTILINE)  # [[name]] on a line of its own


def read_prose(lesson: Lesson) -> str:
    """The Markdown of a lesson with every value computed."""
    values = lesson.part("values").values()
    text = lesson.source("lesson.md")
    return VALUE.sub(lambda found: format(values[found[1]], found[2] or ""), text)


def split_prose(prose: str) -> list[tuple[str, str | None]]:
    """Cuts prose into stretches of Markdown, each with the name of the panel that follows it."""
    parts = PANEL.split(prose)
    return list(zip(parts[::2], [*parts[1::2], None], strict=True))
