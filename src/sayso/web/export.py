"""A copy of the lessons as plain files, to be opened without a server.

A page opened from `file://` may not fetch anything and may not import modules. So its script is
inside it, and its figures, drawn for every place of every slider, come in a script beside it.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from sayso.corpus.progress import Report, silently
from sayso.files import atomic_path, write_text
from sayso.lessons import Lesson, find_lessons
from sayso.web.figures import draw_all
from sayso.web.pages import ASSETS, index_page, lesson_page


def export_lessons(folder: Path, report: Report = silently) -> None:
    """Writes `index.html` and a page for each lesson.

    Args:
        folder: made where it is missing; files of an earlier copy are replaced.
        report: told of the lessons done.

    Raises:
        SaysoError: the folder cannot be written to.
    """
    for name in ("lesson.css", "plotly.min.js"):
        with atomic_path(folder / "assets" / name) as partial:
            shutil.copyfile(ASSETS[name], partial)
    script = ASSETS["lesson.js"].read_text(encoding="utf-8")
    lessons = find_lessons()
    for done, lesson in enumerate(lessons, 1):
        write_text(folder / f"{lesson.name}.figures.js", _figures(lesson))
        tags = (
            f'<script src="{lesson.name}.figures.js"></script>\n'
            f'<script type="module">\n{script}</script>'
        )
        write_text(folder / f"{lesson.name}.html", lesson_page(lesson, tags))
        report("lessons", done, len(lessons))
    write_text(folder / "index.html", index_page(still=True))


def _figures(lesson: Lesson) -> str:
    """A script that sets `saysoFigures`: the figures by the address at which a server has them."""
    panels = () if lesson.lacks else lesson.panels.values()
    entries = [
        f'"{lesson.name}/{panel.name}.json?{query}": {figure}'
        for panel in panels
        if not panel.lacks
        for query, figure in draw_all(panel)
    ]
    return "globalThis.saysoFigures = {\n" + ",\n".join(entries) + "\n};\n"
