"""Which lessons there are: every folder beside this file that holds a `lesson.md`.

growth/__init__.py       LESSON: order, title, point
growth/lesson.md         the prose; {{value}} is computed, [[panel]] is a figure's place
growth/functions.py      what the lesson is about, shown to the reader and tested
growth/values.py         values(): the numbers in the prose
growth/panels.py         PANELS: figures, their controls and questions
growth/exercise.py       what the reader is to complete
growth/checks.py         CASES: calls and hints; MISCONCEPTIONS: wrong answers one knows
growth/solution.py       shown after success
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path

from sayso.lessons.lesson import Lesson, LessonError


@cache
def find_lessons() -> tuple[Lesson, ...]:
    """All lessons, in their order."""
    names = [path.parent.name for path in Path(__file__).parent.glob("*/lesson.md")]
    lessons = [import_module(f"sayso.lessons.{name}").LESSON for name in names]
    return tuple(sorted(lessons, key=lambda lesson: int(lesson.order)))


def find_lesson(name: str) -> Lesson:
    """The lesson of that name.

    Raises:
        LessonError: there is none.
    """
    lessons = {lesson.name: lesson for lesson in find_lessons()}
    if name not in lessons:
        raise LessonError(f"There is no lesson {name[:40]!r}: name one of {', '.join(lessons)}.")
    return lessons[name]
